/** Streams of bytes made by hand, and the decoder run over them. */
import type { ChunkEvent, ZhipuError } from "@effect-zhipu/client"
import { type DecoderOptions, type DecoderState, makeDecoder } from "@effect-zhipu/protocol/internal/decoding/decoder"
import { toError } from "../../src/internal/toError.js"

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

export const decoderOptions: DecoderOptions = {
  maxEventSize: 1024 * 1024,
  onMalformed: "fail",
  toolNames: new Set(),
  status: 200,
  requestId: undefined,
  resetZone: "+08:00",
  redact: (text) => text
}

export interface Decoded {
  readonly events: ReadonlyArray<ChunkEvent.ChunkEvent>
  readonly state: DecoderState
  readonly error: ZhipuError.ZhipuError | undefined
}

/** Feeds the pieces, ends the body, and gives all that came out. */
export const decode = (pieces: Iterable<Uint8Array>, options: Partial<DecoderOptions> = {}): Decoded => {
  const decoder = makeDecoder({ ...decoderOptions, ...options })
  const events: Array<ChunkEvent.ChunkEvent> = []
  const take = (): void => {
    for (const event of decoder.take()) events.push(event)
  }
  for (const piece of pieces) {
    decoder.feed(piece)
    if (decoder.hasEvents()) take()
  }
  decoder.end()
  take()
  const failure = decoder.error()
  return { events, state: decoder.state(), error: failure === undefined ? undefined : toError(failure) }
}

export const decodeText = (text: string, options?: Partial<DecoderOptions>): Decoded => decode([utf8(text)], options)

/** Decodes frames of these documents, without anything after them. */
export const decodeFrames = (documents: ReadonlyArray<unknown>, options?: Partial<DecoderOptions>): Decoded =>
  decodeText(documents.map(frame).join(""), options)

/** One event of a stream. */
export const frame = (document: unknown): string => `data: ${JSON.stringify(document)}\n\n`

export const done = "data: [DONE]\n\n"

/** A chunk with one delta, and what stands beside it. */
export const chunk = (
  delta: unknown,
  beside: { readonly index?: number; readonly finish_reason?: unknown; readonly [field: string]: unknown } = {}
): Record<string, unknown> => {
  const { finish_reason: reason, index = 0, ...rest } = beside
  return {
    id: "20260101000000aaaa",
    created: 1767225600,
    model: "glm-4.6",
    choices: [{ index, ...(reason === undefined ? {} : { finish_reason: reason }), delta }],
    ...rest
  }
}

/** The last chunk of a choice. */
export const finish = (reason = "stop", beside: Record<string, unknown> = {}): Record<string, unknown> =>
  chunk({ role: "assistant", content: "" }, { finish_reason: reason, ...beside })

/** A whole stream of these chunks, which ends as the service ends it. */
export const sse = (...chunks: ReadonlyArray<unknown>): string => chunks.map(frame).join("") + done

/** The text of an answer in `words`, ended with `stop`. */
export const answer = (...words: ReadonlyArray<string>): string =>
  sse(...words.map((content) => chunk({ role: "assistant", content })), finish())

export const tags = (events: ReadonlyArray<ChunkEvent.ChunkEvent>): ReadonlyArray<string> =>
  events.map((event) => event._tag)

export const ofTag = <Tag extends ChunkEvent.ChunkEvent["_tag"]>(
  events: ReadonlyArray<ChunkEvent.ChunkEvent>,
  tag: Tag
): ReadonlyArray<Extract<ChunkEvent.ChunkEvent, { readonly _tag: Tag }>> =>
  events.filter((event): event is Extract<ChunkEvent.ChunkEvent, { readonly _tag: Tag }> => event._tag === tag)

export const textOf = (events: ReadonlyArray<ChunkEvent.ChunkEvent>, choice = 0): string =>
  ofTag(events, "ContentDelta")
    .filter((event) => event.choice === choice)
    .map((event) => event.text)
    .join("")

export const reasoningOf = (events: ReadonlyArray<ChunkEvent.ChunkEvent>, choice = 0): string =>
  ofTag(events, "ReasoningDelta")
    .filter((event) => event.choice === choice)
    .map((event) => event.text)
    .join("")

export const warningsOf = (events: ReadonlyArray<ChunkEvent.ChunkEvent>): ReadonlyArray<string> =>
  ofTag(events, "Warning").map((event) => event.code)
