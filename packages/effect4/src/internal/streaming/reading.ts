// Generated from packages/client/src/internal/streaming/reading.ts by scripts/effect4: change that file.
/**
 * A stream whose body a fiber of the client reads, and hands on read by read: a deadline, or the end of the client, then
 * ends a read that hangs in any transport, and a consumer that does not take stops the reading.
 */
import * as Cause from "effect/Cause"
import * as Channel from "effect/Channel"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Pull from "effect/Pull"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { ZhipuError } from "../../ZhipuError.js"
import { bodyOf } from "../body/inflate.js"
import * as transport from "../body/transportError.js"
import type { Attended } from "../call/exchange.js"
import * as elapsed from "../elapsed.js"
import { streamOf as emitted } from "./emitting.js"
import * as Handoff from "./handoff.js"

/** @internal */
export const streamOf = <A>(
  clientScope: Scope.Scope,
  run: (batches: Handoff.Handoff<A, ZhipuError>) => Effect.Effect<void, ZhipuError>
): Stream.Stream<A, ZhipuError> =>
  emitted(
    Effect.suspend(() => {
      const batches = Handoff.make<A, ZhipuError>()
      return run(batches).pipe(
        // Inside of onExit: a client that is closed already interrupts the fiber at once, and that has to be told as well.
        Effect.interruptible,
        Effect.onExit((exit) => {
          batches.end(Exit.isSuccess(exit) ? Exit.void : Exit.failCause(told(exit.cause)))
          return Effect.void
        }),
        Effect.forkIn(clientScope),
        Effect.map((fiber) => ({ batches, fiber }))
      )
    }),
    ({ batches }) => batches,
    ({ batches, fiber }) => (batches.hasEnded() ? Effect.void : Fiber.interrupt(fiber))
  )

/** An interrupted reader means that the client has gone. */
const told = (cause: Cause.Cause<ZhipuError>): Cause.Cause<ZhipuError> =>
  Cause.hasInterruptsOnly(cause) ? Cause.fail(transport.closed()) : cause

/** How bytes become what is given out. @internal */
export interface Sink<A> {
  readonly feed: (bytes: Uint8Array) => void
  /** The body has ended. */
  readonly end: () => void
  /** What has come since the last call. */
  readonly take: () => ReadonlyArray<A>
  /** Whether more is expected. */
  readonly isOpen: () => boolean
  /** Whether nothing but the end is missing, which is then not waited for longer than `finishGrace`. */
  readonly isFinished: () => boolean
  readonly error: () => ZhipuError | undefined
}

const finishGrace = Duration.seconds(2)

/** How long the body may take to end after its last event; then its connection is given up. */
const drainGrace = "500 millis"

/** @internal */
export const readBody = <A>(
  exchange: Attended,
  sink: Sink<A>,
  batches: Handoff.Handoff<A, ZhipuError>,
  /** The deadline that runs until something came. */
  first: "firstChunk" | "idle"
): Effect.Effect<void, ZhipuError, Scope.Scope> =>
  Effect.flatMap(
    Effect.map(Channel.toPull(Stream.toChannel(bodyOf(exchange.response))), (pull) =>
      Pull.catchDone(Effect.map(pull, Result.succeed), () => Effect.succeed(Result.failVoid))
    ),
    (pull) => {
      const { watch } = exchange
      let bodyEnded = false
      let begun = false

      const handOn = (): void => {
        const batch = sink.take()
        if (batch.length === 0) return
        begun = true
        watch.leave()
        exchange.commit(batch.length)
        batches.offer(batch)
      }

      const pullWatched = Effect.suspend(() => {
        if (begun || first === "idle") watch.enter("idle")
        if (!sink.isFinished()) return pull
        watch.leave()
        return Effect.map(elapsed.within(pull, finishGrace), Option.getOrUndefined)
      })

      const afterConsumer = Effect.suspend(() => {
        exchange.pause()
        const room = Effect.callback<void>((resume) => batches.onRoom(() => resume(Effect.void)))
        return Effect.andThen(Effect.ensuring(room, Effect.sync(exchange.resume)), pullWatched)
      })

      const readAll = Effect.whileLoop({
        while: () => !bodyEnded && sink.isOpen(),
        body: () => (batches.isFull() ? afterConsumer : pullWatched),
        step: (pulled) => {
          if (pulled === undefined) sink.end()
          else if (Result.isFailure(pulled)) {
            bodyEnded = true
            sink.end()
          } else for (const bytes of pulled.success) sink.feed(bytes)
          handOn()
        }
      })

      return readAll.pipe(
        Effect.catch((error) => {
          bodyEnded = true
          // Fetch calls a success without a body an error.
          if (error.reason._tag !== "EmptyBodyError")
            return Effect.fail(transport.failed("body", error, exchange.redact))
          sink.end()
          handOn()
          return Effect.void
        }),
        Effect.flatMap(() => {
          watch.leave()
          const error = sink.error()
          if (error !== undefined) return Effect.fail(error)
          if (!bodyEnded) exchange.afterwards(drained(pull))
          return Effect.void
        })
      )
    }
  )

/** Lets what is left of the body go by, which keeps the connection for the next call. */
const drained = <E>(pull: Effect.Effect<Result.Result<unknown, unknown>, E>): Effect.Effect<void> =>
  pull.pipe(Effect.repeat({ while: Result.isSuccess }), Effect.timeout(drainGrace), Effect.ignore)
