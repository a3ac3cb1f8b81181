// What a rule sees of a source text: where a bracket closes, what the arguments of a call are. Enough for code that a
// formatter has laid out, and no parser of TypeScript.

/** The end of the string, template, comment or regular expression that begins at `at`; `at` itself where none begins. */
const skip = (text, at) => {
  const character = text[at]
  if (character === '"' || character === "'" || character === "`") {
    let end = at + 1
    while (end < text.length && text[end] !== character) {
      if (text[end] === "\\") end++
      else if (character === "`" && text.startsWith("${", end)) end = closing(text, end + 1)
      end++
    }
    return end + 1
  }
  if (character !== "/") return at
  if (text[at + 1] === "/") {
    const end = text.indexOf("\n", at)
    return end < 0 ? text.length : end
  }
  if (text[at + 1] === "*") return text.indexOf("*/", at) + 2
  // A regular expression stands where a value is expected.
  if (!/(?:^|[(,=:[!&|?{}\n]|return)\s*$/.test(text.slice(Math.max(0, at - 16), at))) return at
  return at + (/^\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/.exec(text.slice(at))?.[0].length ?? 0)
}

/** Where the bracket that opens at `open` closes. */
export const closing = (text, open) => {
  let depth = 0
  for (let at = open; at < text.length; at++) {
    const past = skip(text, at)
    if (past > at) {
      at = past - 1
      continue
    }
    if ("([{".includes(text[at])) depth++
    else if (")]}".includes(text[at]) && --depth === 0) return at
  }
  throw new Error(`A bracket does not close: ${text.slice(open, open + 80)}`)
}

/** Where the angle bracket that opens at `open` closes, or -1 where it is a comparison. */
export const closingAngle = (text, open) => {
  let depth = 0
  for (let at = open; at < text.length; at++) {
    if (text.startsWith("=>", at)) at++
    else if ("([{".includes(text[at])) at = closing(text, at)
    else if (text[at] === "<") depth++
    else if (text[at] === ">" && --depth === 0) return at
    else if (text[at] === ";" || text[at] === ")") return -1
  }
  return -1
}

/** The parts of a list, as they stand between commas of its own level; a comma at the end closes no part. */
export const parts = (list) => {
  const found = []
  let from = 0
  for (let at = 0; at < list.length; at++) {
    const past = skip(list, at)
    if (past > at) at = past - 1
    else if ("([{".includes(list[at])) at = closing(list, at)
    else if (list[at] === "<" && /\w$/.test(list.slice(0, at))) at = Math.max(at, closingAngle(list, at))
    else if (list[at] === ",") {
      found.push(list.slice(from, at))
      from = at + 1
    }
  }
  if (list.slice(from).trim() !== "") found.push(list.slice(from))
  return found.map((part) => part.trim())
}

/** The text without its comments. */
export const withoutComments = (text) => {
  let kept = ""
  for (let at = 0; at < text.length;) {
    const past = Math.max(skip(text, at), at + 1)
    if (!/^\/[/*]/.test(text.slice(at, at + 2)) || past === at + 1) kept += text.slice(at, past)
    at = past
  }
  return kept
}
