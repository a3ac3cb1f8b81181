/** Ours over platform's portable layer. */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import { connectOver } from "./ours.js"

export const connect = connectOver(FetchHttpClient.layer)
