// Generated from packages/http/src/internal/parse.ts by scripts/effect4: change that file.
/** Reads the server-sent events of this package. */
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Pull from "effect/Pull"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { createParser, type EventSourceMessage } from "eventsource-parser"
import * as ChunkEvent from "../../ChunkEvent.js"
import {
  ConnectionError,
  CorruptStreamError,
  InvalidRequestError,
  ServerError,
  StreamTruncatedError,
  ZhipuError
} from "../../ZhipuError.js"

/** The bound on one event, in UTF-16 code units: what the client allows by default is less. */
const maxEventSize = 16 * 1024 * 1024

const tags: Readonly<Record<ChunkEvent.ChunkEvent["_tag"], true>> = {
  Started: true,
  ReasoningDelta: true,
  ContentDelta: true,
  ToolCallStarted: true,
  ToolCallDelta: true,
  ToolCallCompleted: true,
  WebSearch: true,
  Usage: true,
  Extra: true,
  Finished: true,
  Warning: true
}

const decodeJson = Schema.decodeResult(Schema.fromJsonString(Schema.Unknown))

// Not decoded by the Schema, which would lose a `__proto__` among the fields of the vendor.
const isEvent = Schema.is(ChunkEvent.ChunkEvent)

const decodeError = Schema.decodeResult(Schema.fromJsonString(ZhipuError))

/**
 * The error that a document of this package's server stands for.
 *
 * @internal
 */
export const readError = (document: string): ZhipuError | undefined => Result.getOrUndefined(decodeError(document))

const failed = (): ServerError =>
  new ServerError({ message: "The server broke the answer off with an error that it did not explain. Ask again." })

/** @internal */
export interface Decoder {
  readonly feed: (bytes: Uint8Array) => void
  /** The events since the last call. */
  readonly take: () => ReadonlyArray<ChunkEvent.ChunkEvent>
  /** How the answer ended; `open` while it did not. */
  readonly state: () => "open" | "done" | ZhipuError
  /** The body has ended. */
  readonly end: () => void
}

/** @internal */
export const makeDecoder = (): Decoder => {
  // Deno's decoder takes a byte order mark off at the start of every read; the server of these events writes none.
  const utf8 = new TextDecoder("utf-8", { ignoreBOM: true })
  let events: Array<ChunkEvent.ChunkEvent> = []
  let state: "open" | "done" | ZhipuError = "open"
  let receivedBytes = 0
  let receivedFrames = 0

  const corrupt = (reason: "MalformedFrame" | "EventTooLarge", detail: string): CorruptStreamError =>
    new CorruptStreamError({
      message: `The server sent an event that cannot be read: ${detail}. Are both sides of the same version?`,
      reason,
      detail,
      frame: receivedFrames
    })

  const onEvent = ({ data, event }: EventSourceMessage): void => {
    if (state !== "open") return
    if (event === "done") state = "done"
    else if (event === "error") state = readError(data) ?? failed()
    // Other events are the application's own.
    else if (event !== undefined && Object.hasOwn(tags, event)) {
      const decoded = Result.getOrUndefined(decodeJson(data))
      if (isEvent(decoded)) events.push(decoded)
      else state = corrupt("MalformedFrame", `its data is no ${event}`)
    }
    receivedFrames++
  }

  const parser = createParser({
    maxBufferSize: maxEventSize,
    onEvent,
    onError: (error) => {
      if (state === "open" && error.type === "max-buffer-size-exceeded") {
        state = corrupt("EventTooLarge", `it is larger than ${maxEventSize} characters`)
      }
    }
  })

  return {
    feed: (bytes) => {
      if (state !== "open") return
      receivedBytes += bytes.length
      parser.feed(utf8.decode(bytes, { stream: true }))
    },
    take: () => {
      const taken = events
      events = []
      return taken
    },
    state: () => state,
    end: () => {
      if (state !== "open") return
      state = new StreamTruncatedError({
        message: "The connection to the server ended before the answer did. Ask again.",
        receivedBytes,
        receivedFrames
      })
    }
  }
}

type Events = Pull.Pull<Arr.NonEmptyReadonlyArray<ChunkEvent.ChunkEvent>, ZhipuError>

/**
 * Events of bytes. Bytes that fail are a connection that broke; what it said is not told, since errors of platform's
 * client hold the request.
 *
 * @internal
 */
export const fromBytes = <E, R>(
  bytes: Stream.Stream<Uint8Array, E, R>
): Stream.Stream<ChunkEvent.ChunkEvent, ZhipuError, R> =>
  Stream.suspend(() => {
    const decoder = makeDecoder()

    return Stream.transformPull(Stream.mapError(bytes, brokenOff), (upstream) =>
      Effect.sync(() => {
        let after: Events | undefined

        const flush = (next: Events): Events => {
          const batch = decoder.take()
          const state = decoder.state()
          const rest: Events = state === "open" ? next : state === "done" ? Cause.done() : Effect.fail(state)
          if (!Arr.isReadonlyArrayNonEmpty(batch)) return rest
          after = rest
          return Effect.succeed(batch)
        }

        const read: Events = Effect.suspend(() => {
          const next = after
          after = undefined
          if (next !== undefined && next !== read) return next
          return Pull.matchEffect(upstream, {
            onSuccess: (chunks) => {
              for (const chunk of chunks) decoder.feed(chunk)
              return flush(read)
            },
            onFailure: (cause) => Effect.failCause(cause),
            onDone: () => {
              decoder.end()
              return flush(Cause.done())
            }
          })
        })
        return read
      })
    )
  })

const brokenOff = (): ZhipuError =>
  new ConnectionError({
    message: "The connection to the server broke off while the answer was read. Ask again.",
    phase: "body"
  })

/** A refusal is read up to here. */
const maxDocumentBytes = 64 * 1024

const refusal = (status: number, document: string): ZhipuError => {
  const error = readError(document)
  if (error !== undefined) return error
  if (status < 400) {
    return new CorruptStreamError({
      message: "The server sent something else than an event stream. Check the address.",
      status,
      reason: "UnexpectedContentType"
    })
  }
  const message = `The server refused the request with HTTP ${status}.`
  return status < 500 ? new InvalidRequestError({ message, status }) : new ServerError({ message, status })
}

const refused = <E>(status: number, bytes: Stream.Stream<Uint8Array, E>): Effect.Effect<never, ZhipuError> =>
  Effect.suspend(() => {
    const utf8 = new TextDecoder()
    let text = ""
    let size = 0
    return bytes.pipe(
      Stream.takeUntil((chunk) => {
        size += chunk.length
        text += utf8.decode(chunk, { stream: true })
        return size >= maxDocumentBytes
      }),
      Stream.runDrain,
      // Where the body of a refused response cannot be read, its status is the error.
      Effect.ignore,
      Effect.flatMap(() => Effect.fail(refusal(status, text)))
    )
  })

/**
 * Events of a reply, or what it says in place of them.
 *
 * @internal
 */
export const fromReply = <E>(
  status: number,
  contentType: string | undefined,
  bytes: Stream.Stream<Uint8Array, E>
): Stream.Stream<ChunkEvent.ChunkEvent, ZhipuError> =>
  status === 200 && /^\s*text\/event-stream/i.test(contentType ?? "")
    ? fromBytes(bytes)
    : Stream.fromEffect(refused(status, bytes))
