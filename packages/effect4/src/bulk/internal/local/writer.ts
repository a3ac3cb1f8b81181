// Generated from packages/bulk/src/internal/local/writer.ts by scripts/effect4: change that file.
/** Writes of all items of a run, gathered into few transactions: whatever comes while one is written goes into the next. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import type { BulkStoreError } from "../../BulkError.js"
import { nextTurn } from "../job/nextTurn.js"
import type { Batch, Ending, NewItem } from "../store/rows.js"

/** @internal */
export interface Writer {
  /** The row of an item that is begun; `undefined` where it was there before. */
  readonly begin: (item: NewItem) => Effect.Effect<number | undefined, BulkStoreError>
  readonly resume: (row: number) => Effect.Effect<void, BulkStoreError>
  /**
   * Hands over how an item ended, and gives what waits until that is stored. An item that begins after it is stored in the same transaction
   * or a later one, so that none needs to wait; `ended` says whether everything was.
   */
  readonly end: (ending: Ending) => Effect.Effect<Effect.Effect<void, BulkStoreError>>
  /** Waits until everything so far is stored, and fails where a batch of before was not. */
  readonly ended: Effect.Effect<void, BulkStoreError>
  /** Waits until everything that can still be stored is. */
  readonly flush: Effect.Effect<void, BulkStoreError>
}

type Rows = ReadonlyMap<string, number>

interface Gathering {
  readonly begun: Array<NewItem>
  readonly resumed: Array<number>
  readonly ended: Array<Ending>
  readonly stored: Deferred.Deferred<Rows, BulkStoreError>
}

/**
 * Each turn of the event loop that brings more to be written may be followed by another one. A transaction costs as much as some twenty items,
 * most of it for the disk; where there is little to do, the first turn brings nothing.
 */
const maxTurns = 16

const sizeOf = ({ begun, ended, resumed }: Gathering): number => begun.length + resumed.length + ended.length

/** @internal */
export const make = (
  commit: (batch: Batch) => Effect.Effect<Rows, BulkStoreError>
): Effect.Effect<Writer, never, Scope.Scope> =>
  Effect.gen(function* () {
    const gather = Effect.map(Deferred.make<Rows, BulkStoreError>(), (stored): Gathering => ({
      begun: [],
      resumed: [],
      ended: [],
      stored
    }))
    let gathering = yield* gather
    const wake = yield* Queue.sliding<void>(1)
    let all: Exit.Exit<unknown, BulkStoreError> = Exit.void

    const write = Effect.gen(function* () {
      yield* Queue.take(wake)
      // Whatever the event loop has at hand is part of the batch.
      for (let had = -1, turn = 0; sizeOf(gathering) > had && turn < maxTurns; turn++) {
        had = sizeOf(gathering)
        yield* nextTurn
      }
      const batch = gathering
      gathering = yield* gather
      const remembered = Effect.onExit(commit(batch), (exit) =>
        Effect.sync(() => {
          if (Exit.isSuccess(all)) all = exit
        })
      )
      yield* Deferred.complete(batch.stored, remembered)
    })
    yield* Effect.forkScoped(Effect.forever(write))

    const handOver = (add: (to: Gathering) => void): Effect.Effect<Effect.Effect<Rows, BulkStoreError>> =>
      Effect.suspend(() => {
        const into = gathering
        add(into)
        return Effect.as(Queue.offer(wake, undefined), Deferred.await(into.stored))
      })
    const submit = (add: (to: Gathering) => void) => Effect.flatten(handOver(add))
    const flush = Effect.asVoid(submit(() => undefined))

    return {
      begin: (item) =>
        Effect.suspend(() => {
          // The same id twice in one batch: the first one has it.
          const isTaken = gathering.begun.some(({ id }) => id === item.id)
          const stored = submit(({ begun }) => void (isTaken || begun.push(item)))
          return Effect.map(stored, (rows) => (isTaken ? undefined : rows.get(item.id)))
        }),
      resume: (row) => Effect.asVoid(submit(({ resumed }) => void resumed.push(row))),
      end: (ending) =>
        Effect.map(
          handOver(({ ended }) => void ended.push(ending)),
          Effect.asVoid
        ),
      ended: Effect.andThen(
        flush,
        Effect.suspend(() => Effect.asVoid(all))
      ),
      flush
    }
  })
