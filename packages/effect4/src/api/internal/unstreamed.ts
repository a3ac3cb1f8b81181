// Generated from packages/api/src/internal/unstreamed.ts by scripts/effect4: change that file.
/** A chat as a document that asks for a whole answer, later. */
import { isObject as isRecord } from "effect/Predicate"

/**
 * The body without what is for streams, and with the fields of `extra_body` beside the others, as where a chat is sent at once.
 *
 * @internal
 */
export const unstreamed = (body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const { extra_body: extra, ...rest } = body
  const { stream: _, stream_options: __, tool_stream: ___, ...sent } = isRecord(extra) ? { ...rest, ...extra } : body
  return sent
}
