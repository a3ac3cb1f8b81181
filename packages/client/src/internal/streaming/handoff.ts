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
export const make = <A, E>(): Handoff<A, E> => new OneBatch()

/** A class, as there is one for each stream: closures take several times as much. */
class OneBatch<A, E> implements Handoff<A, E> {
  private batch: Chunk.Chunk<A> | undefined
  private exit: Exit.Exit<void, E> | undefined
  private taker: ((woken: Effect.Effect<void>) => void) | undefined
  /** A taker was woken for the batch. */
  private isAwaited = false
  private wakeOfReader: (() => void) | undefined

  readonly ready: Effect.Effect<void> = Effect.async((resume) => {
    if (this.batch === undefined && this.exit === undefined) this.taker = resume
    else resume(Effect.void)
  })

  get take(): Effect.Effect<Chunk.Chunk<A> | undefined, E> {
    return Effect.suspend(() => {
      const batch = this.poll()
      if (batch !== undefined) return Effect.succeed(batch)
      return this.exit === undefined ? Effect.zipRight(this.ready, this.take) : Effect.as(this.exit, undefined)
    })
  }

  poll(): Chunk.Chunk<A> | undefined {
    const { batch, wakeOfReader } = this
    if (batch === undefined) return undefined
    this.batch = undefined
    this.isAwaited = false
    this.wakeOfReader = undefined
    wakeOfReader?.()
    return batch
  }

  offer(next: Chunk.Chunk<A>): void {
    if (this.batch === undefined) {
      this.batch = next
      this.isAwaited = this.wakeTaker()
    } else {
      this.batch = Chunk.appendAll(this.batch, next)
      this.isAwaited = false
    }
  }

  isFull(): boolean {
    return this.batch !== undefined && !this.isAwaited
  }

  onRoom(wake: () => void): void {
    if (this.isFull()) this.wakeOfReader = wake
    else wake()
  }

  end(exit: Exit.Exit<void, E>): void {
    if (this.exit !== undefined) return
    this.exit = exit
    if (this.batch === undefined) this.wakeTaker()
  }

  hasEnded(): boolean {
    return this.exit !== undefined
  }

  ending(): Exit.Exit<void, E> | undefined {
    return this.exit
  }

  private wakeTaker(): boolean {
    const { taker } = this
    if (taker === undefined) return false
    this.taker = undefined
    taker(Effect.void)
    return true
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
