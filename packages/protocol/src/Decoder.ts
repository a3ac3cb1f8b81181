/**
 * A streamed answer of the service, from bytes to events.
 *
 * `events` reads a response of `fetch`, or any bytes. `make` gives the decoder itself, which is synchronous and knows
 * nothing of where bytes come from.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/decoding/decoder.js"
import { makeBodyDecoder } from "./internal/decoding/bodyDecoder.js"
import { type Fold, makeFold } from "./internal/decoding/fold.js"
import { tooLong } from "./internal/failures/unreadable.js"
import type { ChunkEvent } from "./internal/documents/chunkEvent.js"
import { defined } from "./internal/text/records.js"
import { classify, FailureError, type Failure } from "./Failure.js"

export type { Decoder, DecoderState } from "./internal/decoding/decoder.js"

/**
 * How a stream is read.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The bound on one event, in UTF-16 code units of its text. Default 1,048,576. */
  readonly maxEventSize?: number
  /** What to do with a frame that is no chunk: fail (the default), or skip it with a `Warning`. */
  readonly onMalformed?: "fail" | "skip"
  /** The functions that the request offered, to repair names that come with markup. Default none. */
  readonly toolNames?: ReadonlySet<string>
  /** How many choices the request asks for, so that one which is counted otherwise is recognised. Default unknown. */
  readonly choices?: number | undefined
  /** Refuses what can be read, but is not as the protocol says; by default it is read, with a `Warning`. */
  readonly strict?: boolean | undefined
  /** The zone of reset times in messages. Default `"+08:00"`. */
  readonly resetZone?: string
  /** Takes secrets out of texts of the service that go into failures. Default: nothing is taken out. */
  readonly redact?: (text: string) => string
  /** The status of the response, for failures. Default 200; `events` reads it itself. */
  readonly status?: number
  /** The id of the response, for failures. Default none; `events` reads it itself. */
  readonly requestId?: string | undefined
}

/**
 * What `events` reads: a response of `fetch`, or the bytes of a body.
 *
 * @since 0.1.0
 * @category models
 */
export type Source = Response | Bytes

/**
 * @since 0.1.0
 * @category models
 */
export type Bytes = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>

/**
 * A decoder for one stream: `feed` it the bytes as they come, `take` the events, and tell it the `end`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options = {}): internal.Decoder => internal.makeDecoder(withDefaults(options))

const withDefaults = (options: Options): internal.DecoderOptions => ({
  maxEventSize: 1024 * 1024,
  onMalformed: "fail",
  toolNames: new Set(),
  status: 200,
  requestId: undefined,
  resetZone: "+08:00",
  redact: (text) => text,
  ...options
})

/**
 * The events of an answer, as they arrive. Ends after one `Finished` for each choice, and at no other time: everything else
 * is thrown as a `FailureError`, whose `failure` says what happened and whose `partial` holds what came.
 *
 * Leaving the loop early gives up the connection.
 *
 * @example
 * ```ts
 * import * as Decoder from "@effect-zhipu/protocol/Decoder"
 *
 * export const print = async (response: Response) => {
 *   for await (const event of Decoder.events(response)) {
 *     if (event._tag === "ContentDelta") console.log(event.text)
 *   }
 * }
 * ```
 *
 * @since 0.1.0
 * @category reading
 */
export async function* events(source: Source, options: Options = {}): AsyncGenerator<ChunkEvent, void> {
  if (!("status" in source)) {
    const decoding = withDefaults(options)
    return yield* eventsOf(source, internal.makeDecoder(decoding), decoding)
  }
  const headers = Object.fromEntries(source.headers)
  const decoding = withDefaults({ status: source.status, requestId: headers["x-request-id"], ...options })
  if (!source.ok) {
    throw new FailureError(classify({ ...decoding, status: source.status, headers, text: await textOf(source) }))
  }
  yield* eventsOf(source.body ?? [], makeBodyDecoder(decoding, headers), decoding)
}

async function* eventsOf(
  body: Bytes | Iterable<Uint8Array>,
  decoder: internal.Decoder,
  decoding: internal.DecoderOptions
): AsyncGenerator<ChunkEvent, void> {
  const fold = makeFold()
  const reads = bytesOf(body, () => decoder.state() === "done")
  let cause: unknown
  try {
    while (isOpen(decoder)) {
      let read: IteratorResult<Uint8Array, void> | undefined
      try {
        read = await reads.next()
      } catch (thrown) {
        cause = thrown
        decoder.end(brokenOff(thrown))
      }
      if (read?.done === true) decoder.end()
      else if (read !== undefined) decoder.feed(read.value)
      yield* given(decoder, fold, decoding)
    }
  } finally {
    await reads.return()
  }
  throwFailure(decoder, fold, cause)
}

const isOpen = (decoder: internal.Decoder): boolean => decoder.state() !== "done" && decoder.state() !== "failed"

const textOf = (response: Response): Promise<string> =>
  response.text().catch((thrown: unknown) => {
    throw new FailureError(brokenOff(thrown), { cause: thrown })
  })

const brokenOff = (thrown: unknown): Failure => {
  const reason = (thrown instanceof Error ? thrown.message : "") || "unknown reason"
  return {
    _tag: "ConnectionError",
    message: `The connection broke off while the answer was read: ${reason}. Ask again.`,
    phase: "body",
    reason
  }
}

/** A stream by its reader, as not every browser can iterate over one. */
async function* bytesOf(body: Bytes | Iterable<Uint8Array>, isDone: () => boolean): AsyncGenerator<Uint8Array, void> {
  if (!("getReader" in body)) return yield* body
  const reader = body.getReader()
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value
  } finally {
    if (isDone()) void drain(reader)
    else await reader.cancel().catch(() => {})
  }
}

/** Lets the end of a body come, a moment after `[DONE]`, as a connection can be used again only then. */
const drain = async (reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> => {
  const timer = setTimeout(() => void reader.cancel().catch(() => {}), 500)
  try {
    while (!(await reader.read()).done);
  } catch {
    // The answer is whole: what becomes of its connection is nobody's concern.
  } finally {
    clearTimeout(timer)
  }
}

function* given(decoder: internal.Decoder, fold: Fold, decoding: internal.DecoderOptions): Generator<ChunkEvent, void> {
  if (!decoder.hasEvents()) return
  for (const event of decoder.take()) {
    fold.add(event)
    yield event
  }
  if (fold.isFull()) throw new FailureError(tooLong(decoding), { partial: fold.partial() })
}

const throwFailure = (decoder: internal.Decoder, fold: Fold, cause?: unknown): void => {
  const failure = decoder.error()
  if (failure === undefined) return
  throw new FailureError(failure, defined({ partial: fold.isEmpty() ? undefined : fold.partial(), cause }))
}
