// Brings files that were written by a script into the form that the checks want.
import { must, runTool } from "./tools.mjs"

export const format = (files) => must("oxfmt", runTool("oxfmt", files, { stdio: "pipe" }))
