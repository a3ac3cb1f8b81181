/** A stream of server-sent events that is no chat: speech, transcription, agents, knowledge. */
import type { DecoderState } from "@effect-zhipu/protocol/internal/decoding/decoder"
import { makeEventStream } from "@effect-zhipu/protocol/internal/decoding/sseEvents"
import { parseJson } from "@effect-zhipu/protocol/internal/text/jsonScan"
import * as Either from "effect/Either"
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import { CorruptStreamError, StreamTruncatedError, type ZhipuError } from "../../ZhipuError.js"
import { errorOf, expecting } from "../call/documents.js"
import { attended, type Attended, type Call } from "../call/exchange.js"
import type { Execute } from "../call/run.js"
import { refused } from "./bytes.js"
import { toError } from "../toError.js"
import { readBody, type Sink } from "./readBody.js"
import { streamOf } from "./running.js"

/** Reads an event; `None` for one that says nothing. @internal */
export type Read<A> = (data: string, event: string | undefined) => Either.Either<Option.Option<A>, ZhipuError>

/** How the end of a whole stream is told. @internal */
export type End<A> = "done-marker" | "finish" | ((a: A) => boolean)

/** @internal */
export interface Options {
  readonly maxEventSize: number
  readonly resetZone: string
}

/** @internal */
export const make =
  (execute: Execute, clientScope: Scope.Scope, options: Options) =>
  <A>(call: Call, read: Read<A>, end: End<A>): Stream.Stream<A, ZhipuError> =>
    streamOf(clientScope, (batches) => ({
      read: execute(expecting(call, "events"), (given) => {
        const exchange = attended(given)
        const type = exchange.response.headers["content-type"]
        return type === undefined || /^\s*text\/event-stream/i.test(type)
          ? readBody({ exchange, sink: sinkOf(exchange, read, end, options), batches, awaitsFirst: true })
          : refused(exchange, options.resetZone)
      }),
      told: identity
    }))

const sinkOf = <A>(exchange: Attended, read: Read<A>, end: End<A>, options: Options): Sink<A> => {
  const { requestId, response } = exchange
  let elements: Array<A> = []
  let state: DecoderState = "open"
  let error: ZhipuError | undefined
  let frames = 0
  let bytes = 0

  const fail = (failure: ZhipuError): void => {
    error = failure
    state = "failed"
  }

  const tellsError = (data: string): boolean => {
    // Looked for before it is parsed, as whoever reads the event parses it again.
    if (!data.includes("error")) return false
    const found = errorOf(exchange, parseJson(data), options.resetZone)
    if (found !== undefined) fail(found)
    return found !== undefined
  }

  const onEvent = (data: string, event: string | undefined): void => {
    if (state === "done" || state === "failed") return
    frames++
    if (data.trim() === "[DONE]") {
      state = "done"
      return
    }
    if (tellsError(data)) return
    const element = read(data, event)
    if (Either.isLeft(element)) return fail(element.left)
    if (end === "finish" && /"finish_reason"\s*:\s*"/.test(data)) state = "finished"
    if (Option.isNone(element.right)) return
    elements.push(element.right.value)
    if (typeof end === "function" && end(element.right.value)) state = "done"
  }

  const parser = makeEventStream({
    maxEventSize: options.maxEventSize,
    onEvent,
    onBareLine: (line) => {
      if (state !== "done" && state !== "failed") tellsError(line)
    },
    onTooLarge: () =>
      fail(
        new CorruptStreamError({
          status: response.status,
          requestId,
          reason: "EventTooLarge",
          frame: frames,
          detail: `it is larger than ${options.maxEventSize} characters`,
          message: `Event ${frames} of the stream is larger than ${options.maxEventSize} characters. Raise \`maxEventSize\`.`
        })
      )
  })

  return {
    feed: (chunk) => {
      bytes += chunk.length
      parser.feed(chunk)
    },
    end: (broken) => {
      parser.end()
      // Where the mark is one of the last event, the stream is not whole without it; after a finish reason nothing is missing.
      if (state === "finished") state = "done"
      if (state !== "open") return
      if (broken !== undefined) return fail(toError(broken))
      fail(
        new StreamTruncatedError({
          status: response.status,
          requestId,
          receivedBytes: bytes,
          receivedFrames: frames,
          message: "The stream ended before its end mark: the answer is not whole. Ask again."
        })
      )
    },
    take: () => {
      const taken = elements
      elements = []
      return taken
    },
    complete: () => {
      state = "done"
    },
    state: () => state,
    error: () => error
  }
}
