/** The edition for Effect 4, over `fetch`. */
import { connectOver } from "./effect4.js"

export const connect = await connectOver("fetch")
