// The kinds of rules. A rule is a function from text to text; it is also applied to the examples in comments.
import { closing, closingAngle, parts } from "../source.mjs"

/** Before a name that is no property of another: a spread is none. */
const free = "(?<![\\w$]|(?<!\\.\\.)\\.)"

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")

/** Another name for what is written `Module.name`. */
export const renamed = (names) => {
  const found = new RegExp(
    `${free}(${Object.keys(names)
      .sort((a, b) => b.length - a.length)
      .map(escaped)
      .join("|")})(?!\\w)`,
    "g"
  )
  return (text) => text.replace(found, (_, name) => names[name])
}

/** What a pattern finds is replaced. */
export const replaced = (pattern, by) => (text) => text.replaceAll(pattern, by)

/** Calls of one function, written anew from their arguments; undefined leaves the call as it is. The last call comes first, so that
 * what stands within another call is rewritten before it. */
export const calls = (name, write) => (text) => {
  const found = [...text.matchAll(new RegExp(`${free}${escaped(name)}\\(`, "g"))]
  return found.reduceRight((text, { 0: match, index }) => {
    const open = index + match.length - 1
    const close = closing(text, open)
    const written = write(...parts(text.slice(open + 1, close)))
    return written === undefined ? text : text.slice(0, index) + written + text.slice(close + 1)
  }, text)
}

/** Types with parameters, written anew from these. */
export const types = (name, write) => (text) => {
  const found = [...text.matchAll(new RegExp(`${free}${escaped(name)}<`, "g"))]
  return found.reduceRight((text, { 0: match, index }) => {
    const open = index + match.length - 1
    const close = closingAngle(text, open)
    const written = close < 0 ? undefined : write(...parts(text.slice(open + 1, close)))
    return written === undefined ? text : text.slice(0, index) + written + text.slice(close + 1)
  }, text)
}
