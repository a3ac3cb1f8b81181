/**
 * Hands batches from whoever reads the socket to the fiber that consumes the stream. Hot: once a network read.
 *
 * A queue would do, at several times the cost; this holds at most one batch, so that a slow consumer stops the reader,
 * the reader the socket, and the socket the server.
 */
import type * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"

/** @internal */
export interface Handoff<A, E> {
  /** Gives a batch; only when `isFull` is false. */
  readonly offer: (batch: Chunk.Chunk<A>) => void
  readonly isFull: () => boolean
  /** Calls once, when there is room for a batch. */
  readonly onRoom: (wake: () => void) => void
  /** Says how the stream ended; the first word counts. */
  readonly end: (exit: Exit.Exit<void, E>) => void
  readonly hasEnded: () => boolean
  /** The next batch; `undefined` after the last one. */
  readonly take: Effect.Effect<Chunk.Chunk<A> | undefined, E>
}

/** @internal */
export const make = <A, E>(): Handoff<A, E> => {
  type Taken = Effect.Effect<Chunk.Chunk<A> | undefined, E>
  let batch: Chunk.Chunk<A> | undefined
  let ending: Taken | undefined
  let taker: ((taken: Taken) => void) | undefined
  let wakeOfReader: (() => void) | undefined

  const give = (taken: Taken): boolean => {
    if (taker === undefined) return false
    const resume = taker
    taker = undefined
    resume(taken)
    return true
  }

  const wait: Taken = Effect.async((resume) => {
    taker = resume
    return Effect.sync(() => {
      taker = undefined
    })
  })

  return {
    offer: (next) => {
      if (!give(Effect.succeed(next))) batch = next
    },
    isFull: () => batch !== undefined,
    onRoom: (wake) => {
      if (batch === undefined) wake()
      else wakeOfReader = wake
    },
    end: (exit) => {
      if (ending !== undefined) return
      ending = Effect.as(exit, undefined)
      if (batch === undefined) give(ending)
    },
    hasEnded: () => ending !== undefined,
    take: Effect.suspend((): Taken => {
      if (batch !== undefined) {
        const taken = batch
        batch = undefined
        const wake = wakeOfReader
        wakeOfReader = undefined
        wake?.()
        return Effect.succeed(taken)
      }
      return ending ?? wait
    })
  }
}
