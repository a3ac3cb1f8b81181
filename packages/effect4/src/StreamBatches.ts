// Generated from packages/client/src/StreamBatches.ts by scripts/effect4: change that file.
/**
 * A stream read from outside of Effect, batch by batch: what the async iterables of `promise`, and the iterables,
 * `ReadableStream`s and responses of `@effect-zhipu/effect4/http` are made of.
 *
 * Events come from the network in batches. One fiber runs the stream; a batch costs one callback and one resumption of it,
 * an element nothing. What does not take stops the stream, and the stream its socket.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Channel from "effect/Channel"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Pull from "effect/Pull"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"

/**
 * Who takes the batches.
 *
 * @since 0.1.0
 * @category models
 */
export interface Consumer<A> {
  /** What came, never empty. Nothing more comes before the next `take`. */
  readonly onBatch: (batch: ReadonlyArray<A>) => void
  readonly onEnd: () => void
  /** `error` is the stream's own error where it failed with one, and the reason of the signal where that was aborted. */
  readonly onFailure: (error: unknown) => void
}

/**
 * @since 0.1.0
 * @category models
 */
export interface StreamBatches {
  /** Asks for the next batch. The first one starts the stream; to be called again only after a batch came. */
  readonly take: () => void
  /** Stops the stream, and waits until what it held is released. The consumer is not told. */
  readonly close: () => Promise<void>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * Stops the stream when it is aborted, and fails the consumer with its reason at once, by default a `DOMException` named
   * `AbortError`. A stream that is not running yet does not start.
   */
  readonly signal?: AbortSignal | undefined
}

/**
 * Runs a stream by `fork`: `Effect.runForkWith` of the runtime that has what the stream needs, or `runFork` of a
 * `ManagedRuntime`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = <A, E, R>(
  stream: Stream.Stream<A, E, R>,
  fork: (effect: Effect.Effect<void, E, R>) => Fiber.Fiber<void, unknown>,
  consumer: Consumer<A>,
  { signal }: Options = {}
): StreamBatches => {
  let fiber: Fiber.Fiber<void, unknown> | undefined
  let started = false
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
            // Closed within the pull, before the interruption arrived: nobody takes the batch.
            if (closed) {
              open = false
              return
            }
            if (pulled.success.length === 0) return
            wanted = false
            consumer.onBatch(pulled.success)
          }
        })
      }
    )
  )

  const finish = (): void => {
    closed = true
    signal?.removeEventListener("abort", onAbort)
  }

  const close = (): Promise<void> => {
    finish()
    return fiber === undefined ? Promise.resolve() : Effect.runPromise(Effect.asVoid(Fiber.interrupt(fiber)))
  }

  const onAbort = (): void => {
    void close()
    consumer.onFailure(signal?.reason)
  }

  const onExit = (exit: Exit.Exit<void, unknown>): void => {
    if (closed) return
    finish()
    if (Exit.isSuccess(exit)) consumer.onEnd()
    else consumer.onFailure(Cause.squash(exit.cause))
  }

  return {
    take: () => {
      if (closed) return
      if (signal?.aborted === true) return onAbort()
      wanted = true
      if (!started) {
        started = true
        signal?.addEventListener("abort", onAbort, { once: true })
        // It runs at once, up to where it waits: the consumer may have taken more, or closed, before this returns.
        fiber = fork(run)
        if (closed) void close()
        else fiber.addObserver(onExit)
        return
      }
      const resumeWith = resume
      resume = undefined
      resumeWith?.(Effect.void)
    },
    close
  }
}

/**
 * The elements one by one: `start` makes the batches for this iterator. A failure is thrown once, as it is; `return` waits
 * until the stream has released what it held. Elements that came before the failure of a signal are dropped.
 *
 * @since 0.1.0
 * @category conversions
 */
export const toAsyncIterator = <A>(start: (consumer: Consumer<A>) => StreamBatches): AsyncIterator<A, undefined> => {
  interface Waiter {
    readonly resolve: (result: IteratorResult<A, undefined>) => void
    readonly reject: (error: unknown) => void
  }
  const finished = { done: true, value: undefined } as const
  // `next` may be called again before it was answered.
  let waiters: Array<Waiter> = []
  let batch: ReadonlyArray<A> = []
  let index = 0
  let ended = false
  /** What the next call is to throw: nobody waited when it came. */
  let failure: { readonly error: unknown } | undefined

  const end = (first: (waiter: Waiter) => void): void => {
    const [head, ...others] = waiters
    waiters = []
    ended = true
    if (head !== undefined) first(head)
    for (const waiter of others) waiter.resolve(finished)
  }

  const batches = start({
    onBatch: (next) => {
      const served = Math.min(waiters.length, next.length)
      for (let i = 0; i < served; i++) waiters[i]!.resolve({ done: false, value: next[i]! })
      waiters = waiters.slice(served)
      batch = next
      index = served
      if (waiters.length > 0) batches.take()
    },
    onEnd: () => end((waiter) => waiter.resolve(finished)),
    onFailure: (error) => {
      batch = []
      if (waiters.length === 0) failure = { error }
      end((waiter) => waiter.reject(error))
    }
  })

  return {
    next: () => {
      if (index < batch.length) return Promise.resolve({ done: false, value: batch[index++]! })
      if (failure !== undefined) {
        const { error } = failure
        failure = undefined
        return Promise.reject(error)
      }
      if (ended) return Promise.resolve(finished)
      return new Promise((resolve, reject) => {
        waiters.push({ resolve, reject })
        if (waiters.length === 1) batches.take()
      })
    },
    return: async () => {
      batch = []
      failure = undefined
      end((waiter) => waiter.resolve(finished))
      await batches.close()
      return finished
    }
  }
}
