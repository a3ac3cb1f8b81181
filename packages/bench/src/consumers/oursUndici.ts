/** Ours over the undici layer of `@effect/platform-node`. */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { connectOver } from "./ours.js"

export const connect = connectOver(NodeHttpClient.layerUndici)
