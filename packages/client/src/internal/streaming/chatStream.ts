/**
 * One streamed chat call, whose events the client's fiber hands to whoever consumes them. After `[DONE]` the rest of the
 * body is drained behind the call, which keeps the connection for the next one (207 connections for 200 streams otherwise).
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { ChunkEvent } from "../../ChunkEvent.js"
import type { ZhipuError } from "../../ZhipuError.js"
import { attended, type Call, type Exchange } from "../call/exchange.js"
import type { Execute } from "../call/run.js"
import { makeBodyDecoder } from "@effect-zhipu/protocol/internal/decoding/bodyDecoder"
import type { Decoder } from "@effect-zhipu/protocol/internal/decoding/decoder"
import type { Failure } from "@effect-zhipu/protocol/internal/failures/failure"
import { toError } from "../toError.js"
import { withPartial } from "../call/errorDetails.js"
import { type Fold, makeFoldOf } from "@effect-zhipu/protocol/internal/decoding/fold"
import { maxTextLength } from "@effect-zhipu/protocol/internal/decoding/growingText"
import { tooLong } from "@effect-zhipu/protocol/internal/failures/unreadable"
import { withFolded } from "./folded.js"
import * as Handoff from "./handoff.js"
import { readBody } from "./readBody.js"
import * as Running from "./running.js"
import { responseOf } from "../telemetry/names.js"

/** @internal */
export interface Options {
  /** Runs before anything is sent. */
  readonly before: Effect.Effect<void, ZhipuError>
  readonly maxEventSize: number
  readonly onMalformed: "fail" | "skip"
  readonly resetZone: string
  readonly toolNames: ReadonlySet<string>
  /** How many choices the request asks for. */
  readonly choices: number
  readonly strict: boolean
  /** The longest text that is kept. Default: about the longest that there can be. */
  readonly maxTextLength?: number | undefined
  /** What the client knows of an error besides, from the request. */
  readonly explain: (error: ZhipuError) => ZhipuError
}

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
  const run = (events: Events, fold: Fold): Running.Run => ({
    read: Effect.zipRight(
      options.before,
      execute(call, (exchange) => read(exchange, events, fold, options))
    ),
    told: (error) => withReceived(options.explain(error), fold)
  })
  const newFold = (): Fold => makeFoldOf(options.maxTextLength ?? maxTextLength)
  return withFolded(
    Running.streamOf(clientScope, (events) => run(events, newFold())),
    Effect.suspend(() => {
      const fold = newFold()
      const events: Events = Handoff.makeDiscarding()
      return Effect.acquireUseRelease(
        Running.start(clientScope, events, run(events, fold)),
        () => Effect.map(events.take, () => fold.result()),
        Running.stop
      )
    })
  )
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
  const decoder = makeBodyDecoder(
    { ...options, status: response.status, requestId, redact: exchange.redact },
    response.headers
  )
  exchange.answer(() => responseOf(fold.result(), requestId))
  return readBody<ChunkEvent>({
    exchange,
    sink: {
      ...decoder,
      take: () => folded(decoder, fold),
      state: () => (fold.isFull() ? "failed" : decoder.state()),
      error: () => (fold.isFull() ? toError(tooLong({ status: response.status, requestId })) : asError(decoder.error()))
    },
    batches: events,
    awaitsFirst: true
  })
}

const none: ReadonlyArray<ChunkEvent> = []

/** What came so far is kept for the error of a stream that breaks off. */
const folded = (decoder: Decoder, fold: Fold): ReadonlyArray<ChunkEvent> => {
  if (!decoder.hasEvents()) return none
  const batch = decoder.take()
  for (let i = 0; i < batch.length; i++) fold.add(batch[i]!)
  return batch
}

const asError = (failure: Failure | undefined): ZhipuError | undefined =>
  failure === undefined ? undefined : toError(failure)
