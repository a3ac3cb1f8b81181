/** Ours over `@effect-zhipu/node`, where nothing but the completion is wanted of a stream. */
import * as UndiciHttpClient from "@effect-zhipu/node/UndiciHttpClient"
import { connectOver } from "./ours.js"

export const connect = connectOver(UndiciHttpClient.layer, "fold")
