/** The edition for Effect 4, over its Node transport. */
import { connectOver } from "./effect4.js"

export const connect = await connectOver("node")
