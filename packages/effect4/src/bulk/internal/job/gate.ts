// Generated from packages/bulk/src/internal/job/gate.ts by scripts/effect4: change that file.
/**
 * Whether the next item may begin: not where the job has stopped, is paused, sleeps until its quota fills again, or where the item
 * might exceed the budget.
 */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type { Cost } from "../../../Price.js"
import type { ZhipuError } from "../../../ZhipuError.js"
import type { StopReason } from "../../BulkError.js"

/** @internal */
export interface Stop {
  readonly reason: StopReason
  readonly error?: ZhipuError
}

/** @internal */
export interface Gate {
  /** Waits until so many items may begin, and counts them as begun; false where none may begin any more. None: they are begun. */
  readonly enter: (items?: number) => Effect.Effect<boolean>
  /** Items have ended, so many of them with a price, and cost so much together. */
  readonly leave: (cost: number, priced: number, items?: number) => Effect.Effect<void>
  readonly stop: (stop: Stop) => Effect.Effect<void>
  readonly stopped: () => Stop | undefined
  /** No item may begin any more, as the run has failed. */
  readonly close: Effect.Effect<void>
  readonly isOpen: () => boolean
  readonly pause: (isPaused: boolean) => Effect.Effect<void>
  readonly isPaused: () => boolean
  readonly sleep: (until: number) => Effect.Effect<void>
  /** Until when it sleeps. */
  readonly sleepsUntil: () => number | undefined
  readonly wakeUp: Effect.Effect<void>
}

/** @internal */
export const make = (options: {
  readonly budget: Cost | undefined
  readonly spent: number
  readonly pricedItems: number
  readonly deadlineAt: number | undefined
}): Effect.Effect<Gate> =>
  Effect.gen(function* () {
    const { budget, deadlineAt = Number.POSITIVE_INFINITY } = options
    let { pricedItems, spent } = options
    let inFlight = 0
    let stopped: Stop | undefined
    let closed = false
    let paused = false
    let until: number | undefined
    let changed = yield* Deferred.make<void>()
    /** How many wait for `changed`: mostly nobody does, and every item that ends passes here. */
    let waiting = 0

    const notify = Effect.flatMap(Deferred.make<void>(), (next) => {
      const before = changed
      changed = next
      waiting = 0
      return Effect.asVoid(Deferred.succeed(before, undefined))
    })
    const change = (apply: () => void): Effect.Effect<void> =>
      Effect.suspend(() => {
        apply()
        return waiting === 0 ? Effect.void : notify
      })

    /** What an item costs, as far as one knows; nothing before the first has ended. */
    const average = (): number => (pricedItems === 0 ? 0 : spent / pricedItems)

    const isOver = (items: number): boolean =>
      budget !== undefined && (spent >= budget.amount || spent + (inFlight + items) * average() > budget.amount)

    const stop: Gate["stop"] = (reason) => change(() => void (stopped ??= reason))

    const enter = (items = 1): Effect.Effect<boolean> =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        if (closed || stopped !== undefined) return Effect.succeed(false)
        if (now >= deadlineAt) return Effect.as(stop({ reason: "Deadline" }), false)
        if (paused || until !== undefined) return again(items)
        if (items > 0 && isOver(items))
          return inFlight > 0 ? again(items) : Effect.as(stop({ reason: "Budget" }), false)
        inFlight += items
        return Effect.succeed(true)
      })
    const again = (items: number): Effect.Effect<boolean> => {
      waiting++
      return Effect.andThen(Deferred.await(changed), enter(items))
    }

    return {
      enter,
      leave: (cost, priced, items = 1) =>
        change(() => {
          inFlight -= items
          spent += cost
          pricedItems += priced
        }),
      stop,
      stopped: () => stopped,
      close: change(() => void (closed = true)),
      isOpen: () => !closed && stopped === undefined,
      pause: (isPaused) => change(() => void (paused = isPaused)),
      isPaused: () => paused,
      sleep: (at) => change(() => void (until = Math.max(until ?? 0, at))),
      sleepsUntil: () => until,
      wakeUp: change(() => void (until = undefined))
    }
  })
