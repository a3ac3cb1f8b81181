/** The edition for Effect 4 without Effect. */
import type { createZhipu as create } from "@effect-zhipu/client/promise"
import { connectWith } from "./byPromise.js"
import { editionBy } from "./effect4.js"

const { createZhipu } = await editionBy<{ readonly createZhipu: typeof create }>("promise")

export const connect = connectWith(createZhipu)
