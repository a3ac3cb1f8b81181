/** What a runner does with items: it asks for them, and in one transaction at a time stores what came of them and takes others. */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { BulkStoreError } from "../../BulkError.js"
import * as asking from "../job/ask.js"
import * as items from "../job/items.js"
import * as metrics from "../job/metrics.js"
import type { OpenItem } from "../store/rows.js"
import { lost } from "./membership.js"
import { free, hold, isPriced, type Runner, see } from "./runner.js"
import * as terms from "./terms.js"

type Outcome = asking.Outcome | { readonly _tag: "Unasked" }

/** Keeps how an item ended until it is stored, and what that says of the job. */
const ended = <A, E, R>(
  runner: Runner<A, E, R>,
  row: number,
  attempts: asking.Asked["attempts"],
  outcome: Outcome,
  now: number
): void => {
  const isDone = outcome._tag === "Done" || outcome._tag === "Failed"
  runner.ended.push({ row, attempts, outcome: isDone ? outcome : { _tag: "Again" } })
  if (outcome._tag === "Unasked") runner.change = { stop: "Price" }
  if (outcome._tag === "Stop") {
    runner.stopped ??= outcome
    runner.change = { stop: outcome.reason }
  }
  if (outcome._tag === "Done") runner.nap.over()
  if (outcome._tag === "Sleep") runner.change ??= { sleepUntil: runner.nap.until(outcome.until, now + runner.ahead) }
}

/** Asks for an item. A defect, as of a tool, is a failure of the runner. */
const work = <A, E, R>(
  runner: Runner<A, E, R>,
  ask: ReturnType<typeof asking.make<A, E, R>>,
  item: OpenItem
): Effect.Effect<void, never, R> =>
  Effect.gen(function* () {
    if (!isPriced(runner, item)) {
      ended(runner, item.row, [], { _tag: "Unasked" }, 0)
      return yield* runner.poke
    }
    const { attempts, outcome } = yield* ask(items.requestOf(item))
    // A client that is shut down answers nobody any more: the run is about to be interrupted.
    if (outcome._tag === "Closed") return yield* Effect.never
    ended(runner, item.row, attempts, outcome, yield* Clock.currentTimeMillis)
    yield* runner.poke
  }).pipe(
    Effect.catchAllDefect((defect) => {
      runner.failure ??= Cause.die(defect)
      hold(runner, -1)
      return runner.poke
    })
  )

/** Stores what has ended and takes as many items as it may, at a time; gives how many. @internal */
export const make = <A, E, R>(runner: Runner<A, E, R>): ((now: number) => Effect.Effect<number, BulkStoreError, R>) => {
  const { engine, job, name } = runner
  const ask = asking.make(engine.settings, job, job.retry ?? engine.retry, engine.pauses)
  const count = metrics.of(job.name)
  return (now) =>
    Effect.gen(function* () {
      const { change, ended: storing } = runner
      runner.ended = []
      runner.change = undefined
      const taken = yield* engine.runners.turn(runner.row.id, name, {
        ended: storing,
        want: free(runner, storing.length),
        // Whoever leads it by now may have begun it as a job of another kind.
        mayBegin: (row) => (terms.difference(row, job) === undefined ? terms.mayBegin(row, row.now) : 0),
        change
      })
      if (taken === undefined) return yield* lost
      const { begun, pauses } = taken
      yield* engine.pauses.heard(pauses)
      runner.toldAt = now
      yield* see(runner, taken.row)
      if (storing.length > 0) runner.hasProgressed = true
      hold(runner, begun.length - storing.length)
      yield* count(storing)
      for (const item of begun) yield* Effect.forkIn(work(runner, ask, item), runner.scope)
      return begun.length
    })
}
