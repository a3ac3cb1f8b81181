// Generated from packages/http/src/internal/batches.ts by scripts/effect4: change that file.
/**
 * Pulls a stream batch by batch from outside of Effect. One fiber runs the stream; per batch it costs one callback and
 * one resumption, per element nothing.
 */
import * as Cause from "effect/Cause"
import * as Channel from "effect/Channel"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Pull from "effect/Pull"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as Backlog from "./backlog.js"

/** @internal */
export interface Consumer<A> {
  /** What came, never empty. Nothing more comes before the next `take`. */
  readonly onBatch: (batch: ReadonlyArray<A>) => void
  readonly onEnd: () => void
  /** `error` is the stream's own error where it failed with one. */
  readonly onFailure: (error: unknown) => void
}

/** @internal */
export interface Batches {
  /** Asks for the next batch. The first one starts the stream; to be called again only after a batch came. */
  readonly take: () => void
  /** Stops the stream, and waits until what it held is released. The consumer is not told. */
  readonly close: () => Promise<void>
}

/** @internal */
export const make = <A, E, R>(
  stream: Stream.Stream<A, E, R>,
  runtime: Context.Context<R>,
  consumer: Consumer<A>
): Batches => {
  const backlog = Backlog.make()
  let fiber: Fiber.Fiber<void, E> | undefined
  let wanted = false
  let closed = false
  let resume: ((wanted: Effect.Effect<void>) => void) | undefined

  const want = Effect.callback<void>((resumeWith) => {
    if (wanted) return resumeWith(Effect.void)
    resume = resumeWith
  })

  const run = Effect.scoped(
    Effect.flatMap(
      Effect.map(Channel.toPull(Stream.toChannel(stream)), (pull) =>
        Pull.catchDone(Effect.map(pull, Result.succeed), () => Effect.succeed(Result.failVoid))
      ),
      (pull) => {
        let open = true
        const wantAndPull = Effect.andThen(want, pull)
        return Effect.whileLoop({
          while: () => open,
          // A stream may give empty chunks, and the consumer that got one still waits.
          body: () => (wanted ? pull : wantAndPull),
          step: (pulled: Result.Result<ReadonlyArray<A>, unknown>) => {
            if (Result.isFailure(pulled)) {
              open = false
              return
            }
            // Closed within the pull, before the interruption arrived: nobody takes the batch, or takes it off the backlog.
            if (closed) {
              open = false
              return
            }
            if (pulled.success.length === 0) return
            wanted = false
            const batch = pulled.success
            backlog.add(batch.length)
            consumer.onBatch(batch)
          }
        })
      }
    )
  )

  const onExit = (exit: Exit.Exit<void, E>): void => {
    if (closed) return
    closed = true
    backlog.clear()
    if (Exit.isSuccess(exit)) consumer.onEnd()
    else consumer.onFailure(Cause.squash(exit.cause))
  }

  return {
    take: () => {
      if (closed) return
      backlog.clear()
      wanted = true
      if (fiber === undefined) {
        fiber = Effect.runForkWith(runtime)(run)
        fiber.addObserver(onExit)
        return
      }
      const resumeWith = resume
      resume = undefined
      resumeWith?.(Effect.void)
    },
    close: () => {
      closed = true
      backlog.clear()
      return fiber === undefined
        ? Promise.resolve()
        : Effect.runPromiseWith(runtime)(Effect.asVoid(Fiber.interrupt(fiber)))
    }
  }
}
