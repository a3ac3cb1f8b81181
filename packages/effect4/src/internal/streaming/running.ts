// Generated from packages/client/src/internal/streaming/running.ts by scripts/effect4: change that file.
/**
 * A stream whose body a fiber of the client reads, and hands on read by read.
 *
 * It is a fiber of its own so that a deadline, or the end of the client, can end a read that hangs in any transport. Its
 * consumer pays one Channel step a network read, and one that does not take stops the reading.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { ZhipuError } from "../../ZhipuError.js"
import * as transport from "../body/transportError.js"
import * as emitting from "./emitting.js"
import * as Handoff from "./handoff.js"

/** One run of a stream. @internal */
export interface Run {
  /** Reads to the end. */
  readonly read: Effect.Effect<void, ZhipuError>
  /** What the consumer is told of an error. */
  readonly told: (error: ZhipuError) => ZhipuError
}

/** @internal */
export interface Running<A> {
  readonly batches: Handoff.Handoff<A, ZhipuError>
  readonly fiber: Fiber.Fiber<void, ZhipuError>
}

/** @internal */
export const start = <A>(
  clientScope: Scope.Scope,
  batches: Handoff.Handoff<A, ZhipuError>,
  { read, told }: Run
): Effect.Effect<Running<A>> =>
  read.pipe(
    // Inside of onExit: a client that is closed already interrupts the fiber at once, and that has to be told as well.
    Effect.interruptible,
    Effect.onExit((exit) => {
      batches.end(Exit.isSuccess(exit) ? Exit.void : Exit.failCause(failure(exit.cause, told)))
      return Effect.void
    }),
    Effect.forkIn(clientScope, { startImmediately: true }),
    Effect.map((fiber) => {
      // In a scope that is closed already a fiber never begins, and ends nothing.
      if (fiber.pollUnsafe() !== undefined) batches.end(Exit.fail(told(transport.closed())))
      return { batches, fiber }
    })
  )

/** An interrupted reader means that the client has gone. */
const failure = (cause: Cause.Cause<ZhipuError>, told: Run["told"]): Cause.Cause<ZhipuError> =>
  Cause.hasInterruptsOnly(cause) ? Cause.fail(told(transport.closed())) : Cause.map(cause, told)

/** @internal */
export const stop = <A>({ batches, fiber }: Running<A>): Effect.Effect<unknown> =>
  batches.hasEnded() ? Effect.void : Fiber.interrupt(fiber)

/** @internal */
export const streamOf = <A>(
  clientScope: Scope.Scope,
  run: (batches: Handoff.Handoff<A, ZhipuError>) => Run
): Stream.Stream<A, ZhipuError> =>
  emitting.streamOf(
    Effect.suspend(() => {
      const batches = Handoff.make<A, ZhipuError>()
      return start(clientScope, batches, run(batches))
    }),
    ({ batches }) => batches,
    stop
  )
