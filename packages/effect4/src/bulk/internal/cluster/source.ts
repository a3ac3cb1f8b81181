// Generated from packages/bulk/src/internal/cluster/source.ts by scripts/effect4: change that file.
/** The source of a job, read by the runner that leads: into the store, a little ahead of what is asked for. */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import type { BulkStoreError, ItemConflictError } from "../../BulkError.js"
import * as items from "../job/items.js"
import { naming } from "../store/lasting.js"
import type { Runner } from "./runner.js"
import * as terms from "./terms.js"

/** How many items it puts into the store before they are asked for. */
const ahead = 1000

const feed = <A, E, R>(
  runner: Runner<A, E, R>,
  entries: ReadonlyArray<items.Entry>
): Effect.Effect<void, BulkStoreError | ItemConflictError> =>
  Effect.gen(function* () {
    const { engine, job, row } = runner
    const found = entries.map(({ item }) => item)
    const fed = yield* naming(found, (some) => engine.runners.feed(row.id, some))
    if (fed.added.size > 0) runner.hasProgressed = true
    const others = found.filter((item) => !fed.added.has(item.id))
    if (others.length > 0) {
      const digests = yield* engine.store.known(
        row.id,
        others.map((item) => item.id)
      )
      for (const item of others) yield* items.checkSame(job.name, item, digests.get(item.id))
    }
    runner.row = { ...runner.row, items: fed.row.items }
    yield* runner.poke
    yield* Effect.repeat(Effect.sleep("50 millis"), { until: () => terms.waiting(runner.row) <= ahead })
  })

/** Reads it to its end, or until it fails: that is a failure of the runner. @internal */
export const read = <A, E, R>(runner: Runner<A, E, R>): Effect.Effect<void, never, R> => {
  const { engine, job, row } = runner
  const source = Stream.tapError(job.items, () => Effect.sync(() => (runner.isSourceBroken = true)))
  return Stream.runForEachArray(items.fresh(engine.store, row, source), (chunk) =>
    feed(runner, Array.from(chunk))
  ).pipe(
    Effect.onExit((exit) => {
      if (Exit.isSuccess(exit)) runner.hasRead = true
      else if (!Cause.hasInterruptsOnly(exit.cause)) runner.failure ??= exit.cause
      return runner.poke
    }),
    Effect.ignore
  )
}
