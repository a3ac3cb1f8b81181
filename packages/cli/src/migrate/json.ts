/** Whether a text is JSON: one document, JSON Lines, or documents one after the other. Pure. */

import { isJson } from "../text.js"

/** What is wrong, as the end of a sentence, or `undefined`. @internal */
export const problem = (text: string, isLines: boolean): string | undefined => {
  if (isJson(text) || (isLines && text.trim() === "")) return undefined
  const lines = text.split("\n")
  const broken = lines.findIndex((line) => line.trim() !== "" && !isJson(line))
  if ((broken === -1 && text.trim() !== "") || documents(text)?.every(isJson) === true) return undefined
  return isLines ? `is not JSON in line ${broken + 1}` : "is not JSON"
}

/** The objects and arrays of a text that has nothing else beside them; `undefined` where it has. */
const documents = (text: string): ReadonlyArray<string> | undefined => {
  const found: Array<string> = []
  let depth = 0
  let start = 0
  for (const { 0: mark, index } of text.matchAll(/"[^"\\]*(?:\\[\s\S][^"\\]*)*"|[[\]{}]|[^\s"[\]{}]+/g)) {
    if (mark === "{" || mark === "[") {
      if (depth === 0) start = index
      depth++
    } else if (depth === 0) return undefined
    else if (mark === "}" || mark === "]") {
      depth--
      if (depth === 0) found.push(text.slice(start, index + 1))
    }
  }
  return depth === 0 && found.length > 0 ? found : undefined
}
