/**
 * Hands batches from whoever reads the socket to the fiber that consumes the stream. Hot: once a network read.
 *
 * It holds at most one batch, and one more while its taker is being woken, so that a slow consumer stops the reader, the reader
 * the socket, and the socket the server. A fiber that is woken runs at once, in the stack of whoever wakes it: inside of the
 * transport's callback mostly. A batch stays here until it runs all the same, as the one that waited may have been
 * interrupted: then nothing is lost, and no finalizer is needed.
 */
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Pull from "effect/Pull"

/** @internal */
export interface Handoff<A, E> {
  /** Gives a batch; only when `isFull` is false. */
  readonly offer: (batch: ReadonlyArray<A>) => void
  readonly isFull: () => boolean
  /** Calls once, when there is room for a batch. */
  readonly onRoom: (wake: () => void) => void
  /** Says how the stream ended; what is said after that is dropped. */
  readonly end: (exit: Exit.Exit<void, E>) => void
  readonly hasEnded: () => boolean
  /** The next batch; fails with `Done` after the last one. */
  readonly pull: Pull.Pull<Arr.NonEmptyReadonlyArray<A>, E>
  /** The next batch; `undefined` after the last one. */
  readonly take: Effect.Effect<Arr.NonEmptyReadonlyArray<A> | undefined, E>
}

/** @internal */
export const make = <A, E>(): Handoff<A, E> => {
  type Pulled = Pull.Pull<Arr.NonEmptyReadonlyArray<A>, E>
  let batch: Arr.NonEmptyReadonlyArray<A> | undefined
  let ending: Pulled | undefined
  let taker: ((pulled: Pulled) => void) | undefined
  /** A taker was woken for the batch, and has not run. */
  let isAwaited = false
  let wakeOfReader: (() => void) | undefined

  const pull: Pulled = Effect.suspend((): Pulled => {
    if (batch === undefined) return ending ?? wait
    const taken = batch
    batch = undefined
    isAwaited = false
    const wake = wakeOfReader
    wakeOfReader = undefined
    wake?.()
    return Exit.succeed(taken)
  })

  const wait: Pulled = Effect.callback((resume) => {
    taker = resume
  })

  const wakeTaker = (): void => {
    if (taker === undefined) return
    const resume = taker
    taker = undefined
    isAwaited = batch !== undefined
    resume(pull)
  }

  const isFull = (): boolean => batch !== undefined && !isAwaited

  return {
    offer: (next) => {
      if (!Arr.isReadonlyArrayNonEmpty(next)) return
      if (batch === undefined) {
        batch = next
        wakeTaker()
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
      ending = Exit.isSuccess(exit) ? Cause.done() : Exit.failCause(exit.cause)
      if (batch === undefined) wakeTaker()
    },
    hasEnded: () => ending !== undefined,
    pull,
    take: Pull.catchDone(pull, () => Effect.succeed(undefined))
  }
}

/**
 * For a consumer that only waits for the end: whatever is given is let go.
 *
 * @internal
 */
export const makeDiscarding = <A, E>(): Handoff<A, E> => ({ ...make<A, E>(), offer: () => {} })
