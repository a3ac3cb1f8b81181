/** A success whose body is not what was asked for. */
import { beginsAsEvents } from "../text/beginnings.js"
import { isJson, isOpen } from "../text/jsonScan.js"
import { defined } from "../text/records.js"
import { lookBetween } from "./businessCodes.js"
import { corruptStream, type ReadResponse } from "./corruptStream.js"
import { excerpt } from "./errorBody.js"
import type { CorruptStreamFailure, StreamTruncatedFailure } from "./failure.js"

/** @internal */
export interface UnreadableAnswer extends ReadResponse {
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The body, or its beginning. */
  readonly text: string
  /** Takes the key out of a text of the service. */
  readonly redact: (text: string) => string
}

/** @internal */
export const unreadable = (answer: UnreadableAnswer): CorruptStreamFailure | StreamTruncatedFailure => {
  const { headers, redact, requestId, status, text } = answer
  const type = excerpt(redact(headers["content-type"] ?? "")) ?? "unknown"
  if (text.trim() === "") {
    return corruptStream(
      answer,
      "EmptyResponse",
      "the body is empty",
      `The service answered HTTP ${status} with an empty body. Ask again.`
    )
  }
  // A document of the service is not quoted: it holds a part of the answer.
  if (/json/i.test(type) && text.trimStart().startsWith("{")) {
    if (isOpen(text)) {
      return defined({
        _tag: "StreamTruncatedError",
        status,
        requestId,
        receivedBytes: new Blob([text]).size,
        receivedFrames: 0,
        message: "The body ended in the middle of its JSON: the answer is not whole. Ask again."
      })
    }
    if (!isJson(text)) {
      return corruptStream(
        answer,
        "MalformedFrame",
        "the document is not JSON",
        "The service answered with a document that is not JSON. Ask again."
      )
    }
  }
  const encoding = headers["content-encoding"]
  if (encoding !== undefined && /[\ufffd\p{Cc}]/u.test(text.slice(0, 32).replace(/\s/g, ""))) {
    const packing = excerpt(encoding) ?? "nothing"
    return corruptStream(answer, "UnexpectedContentType", `packed as ${packing}`, packedMessage(packing))
  }
  // Redacted before it is cut, or the beginning of a key at the cut would not be recognised.
  const begin = isOfAnAnswer(text) ? undefined : excerpt(redact(text))
  const detail = `content type ${type}${begin === undefined ? "" : `, beginning: ${begin}`}`
  return corruptStream(
    answer,
    "UnexpectedContentType",
    detail,
    `The answer is not what the service sends (${detail}). Check the base URL. ${lookBetween}`
  )
}

/** What to say of an answer that is packed in a way that cannot be read. @internal */
export const packedMessage = (packing: string): string =>
  `The answer is packed as ${packing}, which nobody asked for. ${lookBetween}`

/** What may hold a part of an answer is not quoted: JSON, and events of a stream. */
const isOfAnAnswer = (text: string): boolean => /^\s*[{[]/.test(text) || beginsAsEvents(text)

/** An answer of which a text is longer than texts can be. @internal */
export const tooLong = (answer: ReadResponse): CorruptStreamFailure =>
  corruptStream(answer, "EventTooLarge", undefined, "The answer is longer than a text can be. Ask for less.")
