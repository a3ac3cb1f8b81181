/**
 * The JSON Schemas of the tools of a request, as far as the service is known to refuse them: with an error 1234 ("network
 * error") under HTTP 500, or with an answer that is empty. Pure.
 */
import { isRecord } from "../text/records.js"

/** Words that the service is known not to take in the schema of a tool. */
type Refused = "$ref" | "anyOf" | "oneOf"

/** So much of a schema is looked at: a hint is not worth more. */
const maxSize = 20_000

/** The functions among tools with the words in their parameters that the service may refuse. @internal */
export const refusedIn = (
  tools: unknown
): ReadonlyArray<{ readonly name: string; readonly words: ReadonlySet<Refused> }> =>
  (Array.isArray(tools) ? tools : []).flatMap((tool) => {
    const called: unknown = isRecord(tool) ? tool["function"] : undefined
    if (!isRecord(called) || typeof called["name"] !== "string") return []
    const words = wordsIn(called["parameters"])
    return words.size === 0 ? [] : [{ name: called["name"], words }]
  })

const wordsIn = (schema: unknown): ReadonlySet<Refused> => {
  const words = new Set<Refused>()
  const open: Array<unknown> = [schema]
  for (let size = 0; open.length > 0 && size < maxSize; size++) {
    const value = open.pop()
    if (typeof value !== "object" || value === null) continue
    if (!Array.isArray(value)) {
      if (typeof Reflect.get(value, "$ref") === "string") words.add("$ref")
      if (Array.isArray(Reflect.get(value, "anyOf"))) words.add("anyOf")
      if (Array.isArray(Reflect.get(value, "oneOf"))) words.add("oneOf")
    }
    open.push(...Object.values(value))
  }
  return words
}

/** Names are the caller's, and go into a message of bounded length. */
const maxNames = 5

/** What to say of an error that may be about the tools of a request; `undefined` where it offers no function. @internal */
export const hintOf = (tools: unknown): string | undefined => {
  const isFunction = (tool: unknown) => isRecord(tool) && isRecord(tool["function"])
  if (!Array.isArray(tools) || !tools.some(isFunction)) return undefined
  const cause = "The service is known to answer so where it cannot read the JSON Schema of a tool"
  const refused = refusedIn(tools)
  if (refused.length === 0) return `${cause}: ask once without tools, then with simpler parameters.`
  const shown = refused.slice(0, maxNames).map(({ name, words }) => `${name} (${[...words].join(", ")})`)
  const others = refused.length > maxNames ? ` and ${refused.length - maxNames} more` : ""
  return `${cause}: look at the parameters of ${shown.join(", ")}${others}, and write them without references and unions.`
}
