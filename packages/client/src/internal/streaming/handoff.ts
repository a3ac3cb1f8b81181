/**
 * Hands batches from whoever reads the socket to the fiber that consumes the stream. Hot: once a network read.
 *
 * A queue would do, at several times the cost; this holds at most one batch, and one more while its taker is being woken,
 * so that a slow consumer stops the reader, the reader the socket, and the socket the server. A batch stays here until the
 * taker runs, not only until it is woken: one that is interrupted in between loses nothing, and needs no finalizer, which
 * would be a third of what a wake costs.
 */
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"

/** @internal */
export interface Handoff<A, E> {
  /** Gives a batch; only when `isFull` is false. */
  readonly offer: (batch: Chunk.Chunk<A>) => void
  readonly isFull: () => boolean
  /** Calls once, when there is room for a batch. */
  readonly onRoom: (wake: () => void) => void
  /** Says how the stream ended. Only the first call has an effect. */
  readonly end: (exit: Exit.Exit<void, E>) => void
  readonly hasEnded: () => boolean
  /** How it ended, before which there may be a batch. */
  readonly ending: () => Exit.Exit<void, E> | undefined
  /** The next batch, where there is one. */
  readonly poll: () => Chunk.Chunk<A> | undefined
  /** Waits for a batch, or for the end. */
  readonly ready: Effect.Effect<void>
  /** The next batch; `undefined` after the last one. */
  readonly take: Effect.Effect<Chunk.Chunk<A> | undefined, E>
}

/** @internal */
export const make = <A, E>(): Handoff<A, E> => {
  let batch: Chunk.Chunk<A> | undefined
  let ending: Exit.Exit<void, E> | undefined
  let taker: ((woken: Effect.Effect<void>) => void) | undefined
  /** A taker was woken for the batch. */
  let isAwaited = false
  let wakeOfReader: (() => void) | undefined

  const poll = (): Chunk.Chunk<A> | undefined => {
    if (batch === undefined) return undefined
    const taken = batch
    batch = undefined
    isAwaited = false
    const wake = wakeOfReader
    wakeOfReader = undefined
    wake?.()
    return taken
  }

  const ready = Effect.async<void>((resume) => {
    if (batch === undefined && ending === undefined) taker = resume
    else resume(Effect.void)
  })

  const take: Effect.Effect<Chunk.Chunk<A> | undefined, E> = Effect.suspend(() => {
    const taken = poll()
    if (taken !== undefined) return Effect.succeed(taken)
    return ending === undefined ? Effect.zipRight(ready, take) : Effect.as(ending, undefined)
  })

  const wakeTaker = (): boolean => {
    if (taker === undefined) return false
    const resume = taker
    taker = undefined
    resume(Effect.void)
    return true
  }

  const isFull = (): boolean => batch !== undefined && !isAwaited

  return {
    offer: (next) => {
      if (batch === undefined) {
        batch = next
        isAwaited = wakeTaker()
      } else {
        batch = Chunk.appendAll(batch, next)
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
      ending = exit
      if (batch === undefined) wakeTaker()
    },
    hasEnded: () => ending !== undefined,
    ending: () => ending,
    poll,
    ready,
    take
  }
}

/**
 * For a consumer that only waits for the end: whatever is given is let go.
 *
 * @internal
 */
export const makeDiscarding = <A, E>(): Handoff<A, E> => ({ ...make<A, E>(), offer: () => {} })
