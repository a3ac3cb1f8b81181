/**
 * Reads the body of a response that is not said to be a stream of events: gateways send a proper stream as
 * `application/json` or `text/plain`, and a document, a page or nothing where a stream was asked for. Its first characters
 * tell which it is.
 */
import type { ChunkEvent } from "../documents/chunkEvent.js"
import { fromJson } from "../failures/errorBody.js"
import { unreadable } from "../failures/unreadable.js"
import { beginsAsEvents } from "../text/beginnings.js"
import { parseJson } from "../text/jsonScan.js"
import { isRecord } from "../text/records.js"
import { type Decoder, type DecoderOptions, makeDecoder } from "./decoder.js"

/** A document in answer to a stream is read up to here; in UTF-16 code units. */
const maxDocument = 64 * 1024 * 1024

/** What is neither events nor JSON is told by its beginning. */
const maxForeign = 4096

/** Whether a response says of itself that it is a stream of events, or says nothing. @internal */
export const isEventStream = (contentType: string | undefined): boolean =>
  contentType === undefined || /^\s*text\/event-stream\s*(;|$)/i.test(contentType)

/** Enough to tell events from anything else. */
const enough = /\S[^]{7}/

/** @internal */
export const makeBodyDecoder = (
  options: DecoderOptions,
  headers: Readonly<Record<string, string | undefined>>
): Decoder => {
  const decoder = makeDecoder(options)
  if (isEventStream(headers["content-type"])) return decoder
  const isJson = /json/i.test(headers["content-type"] ?? "")
  const utf8 = new TextDecoder()
  let kind: "unknown" | "events" | "document" = "unknown"
  let held: Array<Uint8Array> = []
  let text = ""
  const warnings: Array<ChunkEvent> = []

  const refuse = (): void => decoder.end(unreadable({ ...options, headers, text }))

  const decide = (): void => {
    if (options.strict !== true && beginsAsEvents(text)) {
      kind = "events"
      text = ""
      warnings.push({ _tag: "Warning", code: "ContentType", detail: "the stream came under another content type" })
      for (const bytes of held) decoder.feed(bytes)
    } else kind = "document"
    held = []
  }

  const read = (document: unknown): void => {
    if (!isRecord(document) || (fromJson(document) === undefined && !Array.isArray(document["choices"])))
      return refuse()
    decoder.completion(document)
  }

  return {
    ...decoder,
    feed: (bytes) => {
      if (kind === "events") return decoder.feed(bytes)
      if (decoder.state() === "failed") return
      text += utf8.decode(bytes, { stream: true })
      if (kind === "unknown") {
        held.push(bytes)
        if (enough.test(text)) decide()
      }
      if (kind === "document" && text.length > (isJson ? maxDocument : maxForeign)) refuse()
    },
    end: (transport) => {
      if (decoder.state() === "failed") return
      if (kind === "unknown") decide()
      if (kind === "events" || transport !== undefined) return decoder.end(transport)
      text += utf8.decode()
      read(isJson ? parseJson(text) : undefined)
    },
    take: () => (warnings.length === 0 ? decoder.take() : [...warnings.splice(0), ...decoder.take()])
  }
}
