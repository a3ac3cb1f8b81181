// Generated from packages/client/src/internal/streaming/chatStream.ts by scripts/effect4: change that file.
/**
 * One streamed chat call: a fiber of the client runs the call, and hands batches of events to whoever consumes them.
 *
 * It is a fiber of its own so that a deadline, or the end of the client, can end a read that hangs in any transport. Its
 * consumer pays one Channel step a network read. After `[DONE]` the rest of the body is drained behind the call, which
 * keeps the connection for the next one (207 connections for 200 streams otherwise).
 */
import { makeDecoder } from "@effect-zhipu/protocol/internal/decoding/decoder"
import { type Fold, makeFold } from "@effect-zhipu/protocol/internal/decoding/fold"
import { fromJson } from "@effect-zhipu/protocol/internal/failures/errorBody"
import { unreadable } from "@effect-zhipu/protocol/internal/failures/unreadable"
import { parseJson } from "@effect-zhipu/protocol/internal/text/jsonScan"
import { isRecord } from "@effect-zhipu/protocol/internal/text/records"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { ChunkEvent } from "../../ChunkEvent.js"
import type { ZhipuError } from "../../ZhipuError.js"
import { readText } from "../body/readText.js"
import * as transport from "../body/transportError.js"
import { withPartial } from "../call/errorDetails.js"
import { attended, type Call, type Exchange } from "../call/exchange.js"
import type { Execute } from "../call/run.js"
import { responseOf } from "../telemetry/names.js"
import { toError } from "../toError.js"
import { streamOf } from "./emitting.js"
import { withFolded } from "./folded.js"
import * as Handoff from "./handoff.js"
import { flush, type Reading, readEvents, settle } from "./readEvents.js"

/** @internal */
export interface Options {
  /** Runs before anything is sent. */
  readonly before: Effect.Effect<void, ZhipuError>
  readonly maxEventSize: number
  readonly onMalformed: "fail" | "skip"
  readonly resetZone: string
  readonly toolNames: ReadonlySet<string>
  /** What the client knows of an error besides, from the request. */
  readonly explain: (error: ZhipuError) => ZhipuError
}

/** A plain completion in answer to a stream is read up to here. */
const maxDocumentBytes = 64 * 1024 * 1024

type Events = Handoff.Handoff<ChunkEvent, ZhipuError>

/**
 * @internal
 */
export const make = (
  execute: Execute,
  clientScope: Scope.Scope,
  call: Call,
  options: Options
): Stream.Stream<ChunkEvent, ZhipuError> => {
  const running = (events: Events) => start(execute, clientScope, call, options, events)
  return withFolded(
    streamOf(
      Effect.suspend(() => running(Handoff.make())),
      ({ events }) => events,
      stop
    ),
    Effect.acquireUseRelease(
      Effect.suspend(() => running(Handoff.makeDiscarding())),
      ({ events, fold }) => Effect.map(events.take, () => fold.result()),
      stop
    )
  )
}

interface Running {
  readonly events: Events
  readonly fold: Fold
  readonly fiber: Fiber.Fiber<void, ZhipuError>
}

const stop = ({ events, fiber }: Running): Effect.Effect<unknown> =>
  events.hasEnded() ? Effect.void : Fiber.interrupt(fiber)

const start = (
  execute: Execute,
  clientScope: Scope.Scope,
  call: Call,
  options: Options,
  events: Events
): Effect.Effect<Running> => {
  const fold = makeFold()
  return options.before.pipe(
    Effect.andThen(execute(call, (exchange) => read(exchange, events, fold, options))),
    // Inside of onExit: a client that is closed already interrupts the fiber at once, and that has to be told as well.
    Effect.interruptible,
    Effect.onExit((exit) => {
      events.end(Exit.isSuccess(exit) ? Exit.void : Exit.failCause(failure(exit.cause, fold, options.explain)))
      return Effect.void
    }),
    Effect.forkIn(clientScope),
    Effect.map((fiber) => ({ events, fold, fiber }))
  )
}

/** What the consumer is told: an error with what came so far, and for an interrupted reader, that the client has gone. */
const failure = (cause: Cause.Cause<ZhipuError>, fold: Fold, explain: Options["explain"]): Cause.Cause<ZhipuError> => {
  if (Cause.hasInterruptsOnly(cause)) return Cause.fail(withReceived(transport.closed(), fold))
  return Cause.map(cause, (error) => withReceived(explain(error), fold))
}

const withReceived = (error: ZhipuError, fold: Fold): ZhipuError =>
  fold.isEmpty() ? error : withPartial(error, fold.partial())

const read = (
  given: Exchange,
  events: Events,
  fold: Fold,
  options: Options
): Effect.Effect<void, ZhipuError, Scope.Scope> => {
  const exchange = attended(given)
  const { requestId, response } = exchange
  const decoder = makeDecoder({
    ...options,
    status: response.status,
    requestId,
    redact: exchange.redact
  })
  const reading: Reading = { exchange, decoder, events, fold }
  exchange.answer(() => responseOf(fold.result(), requestId))
  const type = response.headers["content-type"]
  const isEvents = type === undefined || /^\s*text\/event-stream/i.test(type)
  return isEvents ? readEvents(reading) : readDocument(reading)
}

/** The service, or something in between, answered with a document instead of a stream. */
const readDocument = (reading: Reading): Effect.Effect<void, ZhipuError> => {
  const { decoder, exchange } = reading
  const { redact, requestId, response } = exchange
  const isJson = /json/i.test(response.headers["content-type"] ?? "")
  return readText(response, isJson ? maxDocumentBytes : 4096).pipe(
    Effect.mapError((error) => transport.failed("body", error, redact)),
    Effect.flatMap((text) => {
      const document = isJson ? parseJson(text) : undefined
      if (!isRecord(document) || (fromJson(document) === undefined && !Array.isArray(document["choices"]))) {
        const { headers, status } = response
        return toError(unreadable({ status, headers, requestId, text, redact }))
      }
      decoder.completion(document)
      flush(reading)
      return settle(reading)
    })
  )
}
