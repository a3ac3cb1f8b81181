import { layer } from "effect/http/FetchHttpClient"
import { connectWith } from "./connect.mjs"

export const connectOver = connectWith(layer)
