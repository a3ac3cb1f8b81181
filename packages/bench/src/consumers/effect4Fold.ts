/** The edition for Effect 4, where nothing but the completion is wanted of a stream. */
import { connectOver } from "./effect4.js"

export const connect = await connectOver("node", "fold")
