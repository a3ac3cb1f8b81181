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
export const make = <A, E>(): Handoff<A, E> => new OneBatch()

/** A class, as there is one for each stream: closures take several times as much. */
class OneBatch<A, E> implements Handoff<A, E> {
  #batch: Arr.NonEmptyReadonlyArray<A> | undefined
  #ending: Pull.Pull<never, E> | undefined
  #taker: ((pulled: Handoff<A, E>["pull"]) => void) | undefined
  /** A taker was woken for the batch, and has not run. */
  #isAwaited = false
  #wakeOfReader: (() => void) | undefined

  readonly pull: Handoff<A, E>["pull"] = Effect.suspend(() => {
    const batch = this.#batch
    const wakeOfReader = this.#wakeOfReader
    if (batch === undefined) return this.#ending ?? this.#wait
    this.#batch = undefined
    this.#isAwaited = false
    this.#wakeOfReader = undefined
    wakeOfReader?.()
    return Exit.succeed(batch)
  })

  readonly #wait: Handoff<A, E>["pull"] = Effect.callback((resume) => {
    this.#taker = resume
  })

  get take(): Handoff<A, E>["take"] {
    return Pull.catchDone(this.pull, () => Effect.succeed(undefined))
  }

  offer(next: ReadonlyArray<A>): void {
    if (!Arr.isReadonlyArrayNonEmpty(next)) return
    if (this.#batch === undefined) {
      this.#batch = next
      this.#wakeTaker()
    } else {
      this.#batch = Arr.appendAll(this.#batch, next)
      this.#isAwaited = false
    }
  }

  isFull(): boolean {
    return this.#batch !== undefined && !this.#isAwaited
  }

  onRoom(wake: () => void): void {
    if (this.isFull()) this.#wakeOfReader = wake
    else wake()
  }

  end(exit: Exit.Exit<void, E>): void {
    if (this.#ending !== undefined) return
    this.#ending = Exit.isSuccess(exit) ? Cause.done() : Exit.failCause(exit.cause)
    if (this.#batch === undefined) this.#wakeTaker()
  }

  hasEnded(): boolean {
    return this.#ending !== undefined
  }

  #wakeTaker(): void {
    const taker = this.#taker
    if (taker === undefined) return
    this.#taker = undefined
    this.#isAwaited = this.#batch !== undefined
    taker(this.pull)
  }
}

/**
 * For a consumer that only waits for the end: whatever is given is let go.
 *
 * @internal
 */
export const makeDiscarding = <A, E>(): Handoff<A, E> => new Discarding()

class Discarding<A, E> extends OneBatch<A, E> {
  override offer(): void {}
}
