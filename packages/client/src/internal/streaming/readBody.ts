/**
 * Reads the body of an answer into a sink, and hands on what comes of it, read by read.
 *
 * Hot. A network read costs one synchronous `sink.feed`, however many events it holds, and then: over a transport
 * with a direct body, and over `fetch`, a callback, so that only the consumer's fiber is woken; over any other one a pull of
 * `response.stream`, and with it one wake of the fiber that reads. Either way a consumer that does not take stops the reading.
 */
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as Channel from "effect/Channel"
import * as Chunk from "effect/Chunk"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { ZhipuError } from "../../ZhipuError.js"
import * as transport from "../body/transportError.js"
import type { Attended } from "../call/exchange.js"
import type { DecoderState } from "@effect-zhipu/protocol/internal/decoding/decoder"
import type { ConnectionFailure } from "@effect-zhipu/protocol/internal/failures/failure"
import { type BodyReader, directBodyOf } from "../body/directBody.js"
import type { Handoff } from "./handoff.js"
import { bodyOf } from "../body/inflate.js"
import { webBodyOf } from "../body/webBody.js"
import * as elapsed from "../elapsed.js"

/** How long a stream that has its finish reason waits for `[DONE]`, and for usage that comes after; milliseconds. */
const finishGrace = 2000

/** How long the body may take to end after `[DONE]`; then its connection is given up. */
const drainGrace = "500 millis"

/** What becomes of the bytes of a body. @internal */
export interface Sink<A> {
  readonly feed: (bytes: Uint8Array) => void
  /** The body has ended, by itself (`undefined`) or by an error of the transport. */
  readonly end: (error: ConnectionFailure | undefined) => void
  /** Completes what is `finished`, whose mark of the end does not come. */
  readonly complete: () => void
  /** What is to be given out since the last call. */
  readonly take: () => ReadonlyArray<A>
  readonly state: () => DecoderState
  readonly error: () => ZhipuError | undefined
}

/** Where the body of one response comes from, and where it goes. @internal */
export interface Reading<A> {
  readonly exchange: Attended
  readonly sink: Sink<A>
  readonly batches: Handoff<A, ZhipuError>
  /** Whether the deadline before the first of it is `firstChunk`, which runs already, or `idle` as for all the rest. */
  readonly awaitsFirst: boolean
}

/**
 * Gives out what the sink has, before its end or error is told; gives whether it had anything.
 *
 * @internal
 */
export const flush = <A>({ batches, exchange, sink }: Reading<A>): boolean => {
  const batch = sink.take()
  if (batch.length === 0) return false
  exchange.commit(batch.length)
  batches.offer(Chunk.unsafeFromArray(batch))
  return true
}

/** @internal */
export const settle = <A>({ sink }: Reading<A>): Effect.Effect<void, ZhipuError> => {
  const error = sink.error()
  return error === undefined ? Effect.void : Effect.fail(error)
}

/** @internal */
export const readBody = <A>(reading: Reading<A>): Effect.Effect<void, ZhipuError, Scope.Scope> => {
  const { response } = reading.exchange
  const direct = directBodyOf(response) ?? webBodyOf(response)
  return direct === undefined
    ? readStream(reading)
    : Effect.flatMap(
        Effect.acquireRelease(
          Effect.sync(() => direct.open()),
          (body) => Effect.sync(() => body.release())
        ),
        (body) => readDirect(reading, body)
      )
}

/** What has come of a body so far, and what is waited for. A class, as there is one for each stream: closures take ten times as much. */
class Intake<A> {
  readonly #reading: Reading<A>
  #isFirst: boolean
  #bodyEnded = false
  /** As the sink tells it, which is asked once a read. */
  #state: DecoderState
  #finishedAt: number | undefined

  constructor(reading: Reading<A>) {
    this.#reading = reading
    this.#isFirst = reading.awaitsFirst
    this.#state = reading.sink.state()
  }

  /** The sink was fed with a read of the wire. */
  fed(): void {
    if (flush(this.#reading)) this.#isFirst = false
    this.#state = this.#reading.sink.state()
    // Where the answer may go on behind its finish reason, each read begins the wait anew.
    if (this.#state === "early") this.#finishedAt = undefined
  }

  /** The body has ended, or could not be read on. */
  end(error: HttpClientError.ResponseError | undefined): void {
    const { exchange, sink } = this.#reading
    this.#bodyEnded = true
    // Fetch calls a success without a body an error; here it is a body of no bytes.
    const isTold = error !== undefined && error.reason !== "EmptyBody"
    sink.end(isTold ? transport.failure("body", error, exchange.redact) : undefined)
    this.fed()
  }

  /** The service is waited for from now on. */
  wait(): void {
    const { watch } = this.#reading.exchange
    // Nothing but `[DONE]` may be missing: the grace is the limit.
    if (this.#grace() !== undefined) watch.leave()
    else if (!this.#isFirst) watch.enter("idle")
  }

  /** The consumer is waited for, which is no time of the service. */
  pause(): void {
    this.#reading.exchange.watch.leave()
    this.#reading.exchange.pause()
  }

  /** The consumer has taken what it was waited for with, which does not count for the grace. */
  resume(): void {
    this.#reading.exchange.resume()
    this.#finishedAt = undefined
  }

  /** More is expected. */
  isOpen(): boolean {
    return !this.#bodyEnded && this.#state !== "done" && this.#state !== "failed"
  }

  hasBodyEnded(): boolean {
    return this.#bodyEnded
  }

  /** Milliseconds that are left to wait for `[DONE]`, where nothing else is missing. */
  graceLeft(): number | undefined {
    const grace = this.#grace()
    if (grace === undefined) {
      // Another choice may begin after all known ones have finished.
      this.#finishedAt = undefined
      return undefined
    }
    const now = this.#reading.exchange.watch.now()
    this.#finishedAt ??= now
    return Math.max(0, grace - (now - this.#finishedAt))
  }

  /** `[DONE]` did not come in time. */
  giveUp(): void {
    this.#reading.sink.complete()
    this.fed()
  }

  #grace(): number | undefined {
    switch (this.#state) {
      case "finished":
        return finishGrace
      case "early":
        return this.#reading.exchange.watch.idleMillis
      default:
        return undefined
    }
  }
}

const readDirect = <A>(reading: Reading<A>, body: BodyReader): Effect.Effect<void, ZhipuError> => {
  const { batches, exchange, sink } = reading
  const intake = new Intake(reading)
  let resume: ((done: Effect.Effect<void>) => void) | undefined
  let inGrace = false
  let isPaused = false

  const pump = (): void => {
    if (resume === undefined) return
    try {
      while (intake.isOpen()) {
        if (batches.isFull()) {
          if (!isPaused) intake.pause()
          isPaused = true
          return batches.onRoom(pumpOn)
        }
        const chunks = body.take()
        if (chunks !== undefined) {
          for (let i = 0; i < chunks.length; i++) sink.feed(chunks[i]!)
          intake.fed()
        } else if (body.hasEnded()) intake.end(body.failure())
        else if (inGrace !== (intake.graceLeft() !== undefined)) break
        else {
          intake.wait()
          return body.onReadable(pump)
        }
      }
      // What was given out may have ended the wait already: where a consumer runs at once, it may leave, and interrupt this.
      resume?.(Effect.void)
    } catch (defect) {
      // Thrown here, it would end in the parser of the transport.
      resume?.(Effect.die(defect))
    }
  }

  const pumpOn = (): void => {
    isPaused = false
    intake.resume()
    pump()
  }

  /** Until the stream has ended, begins to wait for nothing but `[DONE]`, or for more than that again. */
  const pumping = Effect.async<void>((done) => {
    resume = done
    pump()
    return Effect.sync(() => {
      resume = undefined
    })
  })

  const all: Effect.Effect<void> = Effect.suspend(() => {
    const left = intake.isOpen() && !isPaused ? intake.graceLeft() : undefined
    inGrace = left !== undefined
    if (left === 0) intake.giveUp()
    if (!intake.isOpen()) return Effect.void
    return Effect.flatMap(left === undefined ? pumping : elapsed.within(pumping, Duration.millis(left)), () => all)
  })

  return Effect.flatMap(all, () => {
    exchange.watch.leave()
    if (!body.hasEnded()) exchange.afterwards(drained(body))
    return settle(reading)
  })
}

/** Mostly the body has ended by the time this runs, as its end comes with `[DONE]`: a race with a timer is for the others. */
const drained = (body: BodyReader): Effect.Effect<void> =>
  Effect.suspend(() => {
    while (body.take() !== undefined);
    return body.hasEnded() ? Effect.void : Effect.ignore(Effect.timeout(drain(body), drainGrace))
  })

/** Lets what is left of the body go by. */
const drain = (body: BodyReader): Effect.Effect<void> =>
  Effect.async((resume) => {
    const discard = (): void => {
      while (body.take() !== undefined);
      if (body.hasEnded()) resume(Effect.void)
      else body.onReadable(discard)
    }
    discard()
  })

const readStream = <A>(reading: Reading<A>): Effect.Effect<void, ZhipuError, Scope.Scope> => {
  const { batches, exchange, sink } = reading
  return Effect.flatMap(Channel.toPull(Stream.toChannel(bodyOf(exchange.response))), (pull) => {
    const intake = new Intake(reading)

    const pullWatched = Effect.suspend(() => {
      intake.wait()
      const left = intake.graceLeft()
      return left === undefined ? pull : Effect.map(elapsed.within(pull, Duration.millis(left)), Option.getOrUndefined)
    })

    const room = Effect.async<void>((resume) => batches.onRoom(() => resume(Effect.void)))
    const afterConsumer = Effect.suspend(() => {
      intake.pause()
      const resumed = Effect.sync(() => intake.resume())
      return Effect.zipRight(Effect.ensuring(room, resumed), pullWatched)
    })

    const readAll = Effect.whileLoop({
      while: () => intake.isOpen(),
      body: () => (batches.isFull() ? afterConsumer : pullWatched),
      step: (pulled) => {
        if (pulled === undefined) intake.giveUp()
        else if (Either.isLeft(pulled)) intake.end(undefined)
        else {
          for (const bytes of pulled.right) sink.feed(bytes)
          intake.fed()
        }
      }
    })

    return readAll.pipe(
      Effect.catchAll((error) => {
        const packed = transport.packed(error, exchange.redact)
        return packed === undefined ? Effect.sync(() => intake.end(error)) : Effect.fail(packed)
      }),
      Effect.flatMap(() => {
        exchange.watch.leave()
        if (!intake.hasBodyEnded()) exchange.afterwards(drainStream(pull))
        return settle(reading)
      })
    )
  })
}

const drainStream = <E>(pull: Effect.Effect<Either.Either<unknown, unknown>, E>): Effect.Effect<void> =>
  pull.pipe(Effect.repeat({ while: Either.isRight }), Effect.timeout(drainGrace), Effect.ignore)
