/** What can be said of a text that may be JSON. */

/** The value, `undefined` where the text is no JSON: no JSON means `undefined`. @internal */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** @internal */
export const isJson = (text: string): boolean => parseJson(text) !== undefined

/** Whether the text stops inside a string or an open bracket, which is what a cut leaves behind. @internal */
export const isOpen = (text: string): boolean => {
  let depth = 0
  let inString = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (inString) {
      if (character === "\\") at++
      else if (character === '"') inString = false
    } else if (character === '"') inString = true
    else if (character === "{" || character === "[") depth++
    else if (character === "}" || character === "]") depth--
  }
  return inString || depth > 0
}
