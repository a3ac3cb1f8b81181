// Generated from packages/client/src/internal/streaming/handoff.ts by scripts/effect4: change that file.
/**
 * Hands batches from whoever reads the socket to the fiber that consumes the stream. Hot: once a network read.
 *
 * A queue would do, at several times the cost; this holds at most one batch, and one more while its taker is being woken,
 * so that a slow consumer stops the reader, the reader the socket, and the socket the server. A batch stays here until the
 * taker runs, not only until it is woken: one that is interrupted in between loses nothing, and needs no finalizer, which
 * would be a third of what a wake costs.
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"

/** @internal */
export interface Handoff<A, E> {
  /** Gives a batch; only when `isFull` is false. */
  readonly offer: (batch: ReadonlyArray<A>) => void
  readonly isFull: () => boolean
  /** Calls once, when there is room for a batch. */
  readonly onRoom: (wake: () => void) => void
  /** Says how the stream ended. Only the first call has an effect. */
  readonly end: (exit: Exit.Exit<void, E>) => void
  readonly hasEnded: () => boolean
  /** The next batch; `undefined` after the last one. */
  readonly take: Effect.Effect<ReadonlyArray<A> | undefined, E>
}

/** @internal */
export const make = <A, E>(): Handoff<A, E> => {
  type Taken = Effect.Effect<ReadonlyArray<A> | undefined, E>
  let batch: ReadonlyArray<A> | undefined
  let ending: Taken | undefined
  let taker: ((taken: Taken) => void) | undefined
  /** A taker was woken for the batch. */
  let isAwaited = false
  let wakeOfReader: (() => void) | undefined

  const take = Effect.suspend((): Taken => {
    if (batch === undefined) return ending ?? wait
    const taken = batch
    batch = undefined
    isAwaited = false
    const wake = wakeOfReader
    wakeOfReader = undefined
    wake?.()
    return Effect.succeed(taken)
  })

  const wait: Taken = Effect.callback((resume) => {
    taker = resume
  })

  const wakeTaker = (): boolean => {
    if (taker === undefined) return false
    const resume = taker
    taker = undefined
    resume(take)
    return true
  }

  const isFull = (): boolean => batch !== undefined && !isAwaited

  return {
    offer: (next) => {
      if (batch === undefined) {
        batch = next
        isAwaited = wakeTaker()
      } else {
        batch = Arr.appendAll(batch, next)
        isAwaited = false
      }
    },
    isFull,
    onRoom: (wake) => {
      if (isFull()) wakeOfReader = wake
      else wake()
    },
    end: (exit) => {
      if (ending !== undefined) return
      ending = Effect.as(exit, undefined)
      if (batch === undefined) wakeTaker()
    },
    hasEnded: () => ending !== undefined,
    take
  }
}

/**
 * For a consumer that only waits for the end: whatever is given is let go.
 *
 * @internal
 */
export const makeDiscarding = <A, E>(): Handoff<A, E> => ({ ...make<A, E>(), offer: () => {} })
