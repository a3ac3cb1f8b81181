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
  const scan = makeScan()
  scan.add(text)
  return scan.isOpen()
}

/** The same of a text that grows: each piece is looked at once. @internal */
export interface JsonScan {
  readonly add: (text: string) => void
  readonly isOpen: () => boolean
}

/** @internal */
export const makeScan = (): JsonScan => {
  let depth = 0
  let inString = false
  let isEscaped = false
  return {
    add: (text) => {
      for (let at = 0; at < text.length; at++) {
        const character = text[at]
        if (isEscaped) isEscaped = false
        else if (inString) {
          if (character === "\\") isEscaped = true
          else if (character === '"') inString = false
        } else if (character === '"') inString = true
        else if (character === "{" || character === "[") depth++
        else if (character === "}" || character === "]") depth--
      }
    },
    isOpen: () => inString || depth > 0
  }
}
