import { layer } from "@effect-zhipu/effect4/node/UndiciHttpClient"
import { connectWith } from "./connect.mjs"

export const connectOver = connectWith(layer)
