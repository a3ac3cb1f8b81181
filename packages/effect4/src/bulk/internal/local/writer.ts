// Generated from packages/bulk/src/internal/local/writer.ts by scripts/effect4: change that file.
/** Writes of all items of a run, gathered into few transactions: whatever comes while one is written goes into the next. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
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
  readonly end: (ending: Ending) => Effect.Effect<void, BulkStoreError>
  /** Waits until everything so far is stored. */
  readonly flush: Effect.Effect<void, BulkStoreError>
}

type Rows = ReadonlyMap<string, number>

interface Gathering {
  readonly begun: Array<NewItem>
  readonly resumed: Array<number>
  readonly ended: Array<Ending>
  readonly stored: Deferred.Deferred<Rows, BulkStoreError>
}

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

    const write = Effect.gen(function* () {
      yield* Queue.take(wake)
      // Whatever the event loop has at hand is part of the batch.
      yield* nextTurn
      const batch = gathering
      gathering = yield* gather
      yield* Deferred.complete(batch.stored, commit(batch))
    })
    yield* Effect.forkScoped(Effect.forever(write))

    const submit = (add: (to: Gathering) => void): Effect.Effect<Rows, BulkStoreError> =>
      Effect.suspend(() => {
        const into = gathering
        add(into)
        return Effect.andThen(Queue.offer(wake, undefined), Deferred.await(into.stored))
      })

    return {
      begin: (item) =>
        Effect.suspend(() => {
          // The same id twice in one batch: the first one has it.
          const isTaken = gathering.begun.some(({ id }) => id === item.id)
          const stored = submit(({ begun }) => void (isTaken || begun.push(item)))
          return Effect.map(stored, (rows) => (isTaken ? undefined : rows.get(item.id)))
        }),
      resume: (row) => Effect.asVoid(submit(({ resumed }) => void resumed.push(row))),
      end: (ending) => Effect.asVoid(submit(({ ended }) => void ended.push(ending))),
      flush: Effect.asVoid(submit(() => undefined))
    }
  })
