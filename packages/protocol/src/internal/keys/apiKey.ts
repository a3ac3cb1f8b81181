/** Looks at a key before it is used; says what is wrong without repeating it. Pure. */

/**
 * What is wrong with a key, as the end of a sentence that begins with "the API key"; `undefined` if nothing is.
 *
 * @internal
 */
export const problemOf = (key: string, auth: "api-key" | "jwt"): string | undefined => {
  if (key.trim() === "") return "is blank"
  if (/[\r\n]/.test(key)) return "holds a line break: copy the key alone"
  if (/["'`]/.test(key)) return "holds a quotation mark: remove the quotes around it"
  if (/\s/.test(key)) return "holds white space"
  if (!/^[\x21-\x7e]+$/.test(key)) return "holds characters that a key never has (not ASCII)"
  if (/^bearer$/i.test(key)) return "is the word Bearer: give the key alone"
  if (auth === "jwt" && !isPair(key)) {
    return "must have the form id.secret, with one dot, to sign a JWT; other keys work with auth `api-key`"
  }
  return undefined
}

const isPair = (key: string): boolean => /^[^.]+\.[^.]+$/.test(key)

/** The halves of a key that `problemOf` accepts for `jwt`. @internal */
export const halves = (key: string): { readonly id: string; readonly secret: string } => {
  const dot = key.indexOf(".")
  return { id: key.slice(0, dot), secret: key.slice(dot + 1) }
}
