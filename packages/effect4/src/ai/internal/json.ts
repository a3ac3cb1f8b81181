// Generated from packages/ai/src/internal/json.ts by scripts/effect4: change that file.
/** The object in an answer that was asked to be JSON. Pure. */
import { isJson } from "@effect-zhipu/protocol/internal/text/jsonScan"

/** What is between the first opening and the last closing mark. */
const between = (text: string, open: string, close: string): string | undefined => {
  const from = text.indexOf(open)
  const to = text.lastIndexOf(close)
  return from === -1 || to < from + open.length ? undefined : text.slice(from + open.length, to)
}

const objectIn = (text: string | undefined): string | undefined => {
  const inner = text === undefined ? undefined : between(text, "{", "}")
  return inner === undefined ? undefined : `{${inner}}`
}

/**
 * The JSON in a text, without a fence, the box that vision models put answers in, or words around it; `undefined`
 * where there is none. A text that is JSON by itself comes back as it is, whatever its strings hold.
 *
 * @internal
 */
export const jsonIn = (text: string): string | undefined =>
  [
    text,
    objectIn(between(text, "<|begin_of_box|>", "<|end_of_box|>")),
    objectIn(between(text, "```", "```")),
    objectIn(text)
  ].find((candidate) => candidate !== undefined && isJson(candidate))
