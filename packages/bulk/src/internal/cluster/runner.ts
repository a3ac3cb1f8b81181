/** A runner: the part that one process has in a job, and how the job stood when the store last told. */
import type * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import { randomUUID } from "node:crypto"
import type { BulkStoreError, ItemConflictError } from "../../BulkError.js"
import type { BulkJob } from "../../BulkJob.js"
import { isBusy } from "../../BulkReport.js"
import * as asking from "../job/ask.js"
import type { Stop } from "../job/gate.js"
import * as items from "../job/items.js"
import * as naps from "../job/nap.js"
import { ofRunner } from "../store/owners.js"
import type { Ending, JobRow, OpenItem, Turn } from "../store/rows.js"
import type { Engine } from "./engine.js"
import * as terms from "./terms.js"

/** @internal */
export interface Runner<A, E, R> {
  readonly engine: Engine
  readonly job: BulkJob<A, E, R>
  /** By which the store knows it. */
  readonly name: string
  /** Whether it has the source, and may read it for all. */
  readonly leads: boolean
  /** Until when it is there: what it has begun is broken off before it leaves. */
  readonly scope: Scope.Scope
  readonly nap: naps.Nap
  /** Tells the loop that there is something to do. */
  readonly poke: Effect.Effect<void>
  /** Waits for that, so many milliseconds at most; whether there was something. */
  readonly poked: (millis: number) => Effect.Effect<boolean>
  row: JobRow
  /** How far the clock of the database is before that of this machine, in milliseconds. */
  ahead: number
  /** How many runners work on the job, with this one. */
  together: number
  /** How many items it has whose endings are not stored. */
  held: number
  /** Endings that are still to be stored. */
  ended: Array<Ending>
  /** What is to become of the job, for all of them. */
  change: Turn["change"]
  /** The answer of the service that stopped the job, where it came to this runner. */
  stopped: Stop | undefined
  failure: Cause.Cause<E | BulkStoreError | ItemConflictError> | undefined
  /** Whether it is the source that failed. */
  isSourceBroken: boolean
  /** Whether it has stored anything, or had nothing to store. */
  hasProgressed: boolean
  /** Whether the source has been read to its end. */
  hasRead: boolean
  /** When the store was last told that it is there. */
  toldAt: number
  beatAt: number
}

/** @internal */
export const make = <A, E, R>(
  engine: Engine,
  job: BulkJob<A, E, R>,
  leads: boolean,
  row: JobRow,
  now: number
): Effect.Effect<Runner<A, E, R>, never, Scope.Scope> =>
  Effect.zipWith(Queue.sliding<void>(1), Effect.scope, (wake, scope) => ({
    engine,
    job,
    name: randomUUID(),
    leads,
    scope,
    poke: Effect.asVoid(Queue.offer(wake, undefined)),
    poked: (millis) => Effect.map(Effect.timeoutOption(Queue.take(wake), millis), Option.isSome),
    row,
    ahead: 0,
    together: 1,
    held: 0,
    ended: [],
    change: undefined,
    stopped: undefined,
    failure: undefined,
    isSourceBroken: false,
    hasProgressed: false,
    hasRead: false,
    nap: naps.make(),
    toldAt: now,
    beatAt: now
  }))

/** How the job stands, as the store has just told. @internal */
export const see = <A, E, R>(runner: Runner<A, E, R>, row: JobRow): Effect.Effect<void> =>
  Effect.map(Clock.currentTimeMillis, (now) => {
    runner.row = row
    runner.ahead = row.now - now
  })

/** It has so many items more, or less. @internal */
export const hold = <A, E, R>(runner: Runner<A, E, R>, items: number): void => {
  runner.held += items
  runner.engine.load.held += items
}

/** @internal */
export const isLeader = <A, E, R>({ name, row }: Runner<A, E, R>): boolean => row.owner === ofRunner(name)

/** Whether it begins nothing any more. @internal */
export const isOver = <A, E, R>({ failure, job, leads, row }: Runner<A, E, R>): boolean =>
  failure !== undefined ||
  row.state === "ended" ||
  row.state === "stopped" ||
  row.state === "cancelled" ||
  (!leads && !(isBusy(row.state) && terms.isLed(row) && terms.difference(row, job) === undefined))

/** How many items it might begin once the endings of so many are stored. @internal */
export const free = <A, E, R>(runner: Runner<A, E, R>, storing = 0): number => {
  if (isOver(runner)) return 0
  const { engine, held, row, together } = runner
  const share = Math.ceil(terms.read(row).concurrency / Math.max(1, together))
  return Math.max(0, storing + Math.min(share - held, engine.concurrency - engine.load.held))
}

/** Whether it has something to tell the store, or to take from it. @internal */
export const hasNews = <A, E, R>(runner: Runner<A, E, R>, now: number): boolean =>
  runner.ended.length > 0 ||
  runner.change !== undefined ||
  (free(runner) > 0 && terms.waiting(runner.row) > 0 && terms.mayBegin(runner.row, now) > 0)

/** Whether its part is over: who leads says how the job ended only when the others have ended their calls as well. @internal */
export const isThrough = <A, E, R>(runner: Runner<A, E, R>): boolean =>
  isOver(runner) &&
  runner.held === 0 &&
  runner.ended.length === 0 &&
  (!isLeader(runner) || runner.failure !== undefined || runner.row.inFlight === 0)

/** Whether an item has a price in the currency of the budget, where there is one. @internal */
export const isPriced = <A, E, R>({ engine, row }: Runner<A, E, R>, item: OpenItem): boolean => {
  const { budget } = terms.read(row)
  return (
    budget === undefined ||
    Option.exists(
      asking.priceOf(engine.settings, items.requestOf(item)),
      ({ currency }) => currency === budget.currency
    )
  )
}

/** Why the job has to stop, where that is no answer of the service. @internal */
export const reasonToStop = <A, E, R>({ row }: Runner<A, E, R>, now: number): Turn["change"] => {
  if (!isBusy(row.state) || !terms.isLed(row)) return undefined
  if (row.wanted === "cancel") return { stop: "Cancelled" }
  if (row.deadlineAt !== undefined && row.deadlineAt <= now) return { stop: "Deadline" }
  return terms.isSpent(row) ? { stop: "Budget" } : undefined
}
