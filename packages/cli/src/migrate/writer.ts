/** Writes a field of a request in the language of the file that is checked. Pure. */
import type { Group, Language } from "./scan.js"

/** @internal */
export interface Writer {
  readonly isPython: boolean
  /** A field with its value, which is given as JSON. */
  readonly field: (name: string, json: string) => string
}

/** What to write instead of what was found. @internal */
export type Advice = (write: Writer) => string

/** @internal */
export const js: Writer = {
  isPython: false,
  field: (name, json) => `${name}: ${json.replaceAll(/"(\w+)":/g, "$1:")}`
}

const json: Writer = { isPython: false, field: (name, json) => `"${name}": ${json}` }

/** What the openai package takes as arguments of their own. All others are given to it in `extra_body`. */
const ofOpenai = new Set(
  "model messages stream temperature top_p max_tokens tools tool_choice response_format".split(" ")
)

const python = (isCall: boolean, isOpenai: boolean): Writer => {
  const pair = (name: string, value: string) => (isCall ? `${name}=${value}` : `"${name}": ${value}`)
  return {
    isPython: true,
    field: (name, json) => {
      const value = json
        .replaceAll(/\btrue\b/g, "True")
        .replaceAll(/\bfalse\b/g, "False")
        .replaceAll(/\{ "/g, '{"')
        .replaceAll(/(["}\]]) \}/g, "$1}")
      return isOpenai && !ofOpenai.has(name) ? pair("extra_body", `{"${name}": ${value}}`) : pair(name, value)
    }
  }
}

/**
 * For a request, or for the code around it.
 *
 * @internal
 */
export const make = (language: Language, isOpenai: boolean, request?: Group): Writer => {
  switch (language) {
    case "js":
      return js
    case "python":
      return python(request?.open !== "{", isOpenai)
    case "json":
    case "shell":
      return json
  }
}
