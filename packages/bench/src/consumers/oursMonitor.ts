/** Ours over `@effect-zhipu/node`, with `CallMetrics`, `ErrorLog` and `Monitor`. */
import * as CallMetrics from "@effect-zhipu/client/CallMetrics"
import * as ErrorLog from "@effect-zhipu/client/ErrorLog"
import * as Monitor from "@effect-zhipu/monitor/Monitor"
import * as UndiciHttpClient from "@effect-zhipu/node/UndiciHttpClient"
import * as Layer from "effect/Layer"
import { connectOver } from "./ours.js"

const observers = Layer.mergeAll(CallMetrics.layer, ErrorLog.layer, Layer.discard(Monitor.layer()))

export const connect = connectOver(UndiciHttpClient.layer, "events", observers)
