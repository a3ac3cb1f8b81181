/**
 * One streamed chat call: a fiber of the client reads the body and hands batches of events to whoever consumes them.
 *
 * Hot. A network read costs the reader one pull of the body and one synchronous `decoder.feed`, and the consumer one
 * Channel step, however many events it holds. The reader is a fiber of its own so that a deadline, or the end of the
 * client, can end a read that hangs in any transport. After `[DONE]` the rest of the body is drained behind the call, which
 * keeps the connection for the next one (207 connections for 200 streams otherwise).
 */
import * as Cause from "effect/Cause"
import * as Channel from "effect/Channel"
import * as Chunk from "effect/Chunk"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { ChunkEvent } from "../ChunkEvent.js"
import type { ZhipuError } from "../ZhipuError.js"
import type { Call, Exchange, Service as ZhipuHttpClient } from "../ZhipuHttpClient.js"
import * as connection from "./connection.js"
import { type Decoder, makeDecoder } from "./decoder.js"
import { fromJson } from "./errorBody.js"
import { withPartial } from "./errorDetails.js"
import { type Fold, makeFold } from "./fold.js"
import * as Handoff from "./handoff.js"
import { bodyOf } from "./inflate.js"
import { readText } from "./readText.js"
import { responseAttributes } from "./telemetry.js"

/** @internal */
export interface Options {
  /** Runs before anything is sent. */
  readonly before: Effect.Effect<void, ZhipuError>
  readonly maxEventSize: number
  readonly onMalformed: "fail" | "skip"
  readonly resetZone: string
  readonly toolNames: ReadonlySet<string>
}

/** How long a stream that has its finish reason waits for `[DONE]`, and for usage that comes after; milliseconds. */
const finishGrace = 2000

/** How long the body may take to end after `[DONE]`; then its connection is given up. */
const drainGrace = "500 millis"

/** A plain completion in answer to a stream is read up to here. */
const maxDocumentBytes = 64 * 1024 * 1024

type Events = Handoff.Handoff<ChunkEvent, ZhipuError>

/**
 * @internal
 */
export const make = (
  http: ZhipuHttpClient,
  clientScope: Scope.Scope,
  call: Call,
  options: Options
): Stream.Stream<ChunkEvent, ZhipuError> =>
  Stream.fromChannel(
    Channel.acquireUseRelease(
      start(http, clientScope, call, options),
      ({ events }) => emitting(events),
      ({ events, reader }) => (events.hasEnded() ? Effect.void : Fiber.interrupt(reader))
    )
  )

/** Emits batches until the end. */
const emitting = (events: Events): Channel.Channel<Chunk.Chunk<ChunkEvent>, unknown, ZhipuError, unknown, void> => {
  const next: Channel.Channel<Chunk.Chunk<ChunkEvent>, unknown, ZhipuError, unknown, void> = Channel.flatMap(
    Channel.fromEffect(events.take),
    (batch) => (batch === undefined ? Channel.void : Channel.zipRight(Channel.write(batch), next))
  )
  return next
}

const start = (http: ZhipuHttpClient, clientScope: Scope.Scope, call: Call, options: Options) =>
  Effect.suspend(() => {
    const events: Events = Handoff.make()
    const fold = makeFold()
    const reader = options.before.pipe(
      Effect.zipRight(http.execute(call, (exchange) => read(exchange, events, fold, options))),
      // Inside of onExit: a client that is closed already interrupts the fiber at once, and that has to be told as well.
      Effect.interruptible,
      Effect.onExit((exit) => {
        events.end(Exit.isSuccess(exit) ? Exit.void : Exit.failCause(failure(exit.cause, fold)))
        return Effect.void
      }),
      Effect.forkIn(clientScope)
    )
    return Effect.map(reader, (reader) => ({ events, reader }))
  })

/** What the consumer is told: an error with what came so far, and for an interrupted reader, that the client has gone. */
const failure = (cause: Cause.Cause<ZhipuError>, fold: Fold): Cause.Cause<ZhipuError> => {
  if (Cause.isInterruptedOnly(cause)) return Cause.fail(withReceived(connection.closed(), fold))
  return Cause.map(cause, (error) => withReceived(error, fold))
}

const withReceived = (error: ZhipuError, fold: Fold): ZhipuError =>
  fold.isEmpty() ? error : withPartial(error, fold.partial())

const read = (
  exchange: Exchange,
  events: Events,
  fold: Fold,
  options: Options
): Effect.Effect<void, ZhipuError, Scope.Scope> => {
  const { requestId, response } = exchange
  const decoder = makeDecoder({
    ...options,
    status: response.status,
    requestId,
    redact: exchange.redact
  })
  const type = response.headers["content-type"]
  const body =
    type === undefined || /^\s*text\/event-stream/i.test(type)
      ? readEvents(exchange, decoder, events, fold)
      : readDocument(exchange, decoder, events, fold)
  return Effect.zipRight(body, annotate(exchange, fold))
}

/** Gives out what the decoder has, before its end or error is told. */
const flush = (exchange: Exchange, decoder: Decoder, events: Events, fold: Fold): void => {
  if (!decoder.hasEvents()) return
  const batch = decoder.take()
  for (let i = 0; i < batch.length; i++) fold.add(batch[i]!)
  exchange.commit()
  events.offer(Chunk.unsafeFromArray(batch))
}

const settle = (decoder: Decoder): Effect.Effect<void, ZhipuError> => {
  const error = decoder.error()
  return error === undefined ? Effect.void : Effect.fail(error)
}

const readEvents = (
  exchange: Exchange,
  decoder: Decoder,
  events: Events,
  fold: Fold
): Effect.Effect<void, ZhipuError, Scope.Scope> =>
  Effect.flatMap(Channel.toPull(Stream.toChannel(bodyOf(exchange.response))), (pull) => {
    const { watch } = exchange
    let first = true
    let bodyEnded = false
    let finishedAt: number | undefined
    let givenUp = false

    const pullWatched = Effect.suspend(() => {
      if (!first) watch.enter("idle")
      return decoder.state() === "finished" ? pullInGrace : pull
    })

    /** After the finish reason only `[DONE]` is missing, or usage; neither is worth a long wait. */
    const pullInGrace = Effect.suspend(() => {
      finishedAt ??= watch.now()
      return Effect.timeoutTo(pull, {
        duration: Duration.millis(Math.max(0, finishGrace - (watch.now() - finishedAt))),
        onSuccess: (pulled) => pulled,
        onTimeout: () => {
          givenUp = true
          return Either.left(undefined)
        }
      })
    })

    const afterConsumer = Effect.suspend(() => {
      exchange.pause()
      return Effect.zipRight(Effect.ensuring(events.taken, Effect.sync(exchange.resume)), pullWatched)
    })

    const isOpen = (): boolean => !bodyEnded && (decoder.state() === "open" || decoder.state() === "finished")

    const readAll = Effect.whileLoop({
      while: isOpen,
      body: () => (events.isFull() ? afterConsumer : pullWatched),
      step: (pulled) => {
        if (Either.isLeft(pulled)) {
          bodyEnded = true
          if (givenUp) decoder.complete()
          else decoder.end()
        } else {
          for (const bytes of pulled.right) decoder.feed(bytes)
        }
        if (!decoder.hasEvents()) return
        first = false
        watch.leave()
        flush(exchange, decoder, events, fold)
      }
    })

    return readAll.pipe(
      Effect.catchAll((error) =>
        Effect.sync(() => {
          bodyEnded = true
          // Fetch calls a success without a body an error; here it is a body of no bytes.
          decoder.end(error.reason === "EmptyBody" ? undefined : connection.failed("body", error, exchange.redact))
          flush(exchange, decoder, events, fold)
        })
      ),
      Effect.flatMap(() => {
        watch.leave()
        if (!bodyEnded) exchange.afterwards(drain(pull))
        return settle(decoder)
      })
    )
  })

/** Reads what is left of the body, within bounds. */
const drain = <E>(pull: Effect.Effect<Either.Either<unknown, unknown>, E>): Effect.Effect<void> =>
  pull.pipe(Effect.repeat({ while: Either.isRight }), Effect.timeout(drainGrace), Effect.ignore)

/** The service, or something in between, answered with a document instead of a stream. */
const readDocument = (
  exchange: Exchange,
  decoder: Decoder,
  events: Events,
  fold: Fold
): Effect.Effect<void, ZhipuError> => {
  const { redact, requestId, response } = exchange
  const isJson = /json/i.test(response.headers["content-type"] ?? "")
  return readText(response, isJson ? maxDocumentBytes : 4096).pipe(
    Effect.mapError((error) => connection.failed("body", error, redact)),
    Effect.flatMap((text) => {
      const document = isJson ? parse(text) : undefined
      if (document === undefined || (fromJson(document) === undefined && !Array.isArray(document["choices"]))) {
        return connection.unreadable(response, requestId, text, redact)
      }
      decoder.completion(document)
      flush(exchange, decoder, events, fold)
      return settle(decoder)
    })
  )
}

const parse = (text: string): Record<string, unknown> | undefined => {
  try {
    const document: unknown = JSON.parse(text)
    return typeof document === "object" && document !== null && !Array.isArray(document)
      ? Object.fromEntries(Object.entries(document))
      : undefined
  } catch {
    return undefined
  }
}

const annotate = (exchange: Exchange, fold: Fold): Effect.Effect<void> =>
  Effect.suspend(() => Effect.annotateCurrentSpan(responseAttributes(fold.result(), exchange.requestId)))
