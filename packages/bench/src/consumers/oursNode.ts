/** Ours over `@effect-zhipu/node`. */
import * as UndiciHttpClient from "@effect-zhipu/node/UndiciHttpClient"
import { connectOver } from "./ours.js"

export const connect = connectOver(UndiciHttpClient.layer)
