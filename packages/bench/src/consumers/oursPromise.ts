/** Ours without Effect. */
import { createZhipu } from "@effect-zhipu/client/promise"
import { connectWith } from "./byPromise.js"

export const connect = connectWith(createZhipu)
