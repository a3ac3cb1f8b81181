import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Option, Scheduler } from "effect"
import * as Gate from "../src/internal/call/gate.js"

const options = (patience: Duration.Duration) => ({ patience, onTimeout: () => "late", onFull: () => "full" })

/** What is left of a gate after a fiber that wanted through was interrupted where the scheduler made it yield, at its n-th step. */
const interruptedAt = (n: number, patience: Duration.Duration, held: boolean) =>
  Effect.gen(function* () {
    const gate = Gate.make(1, Number.POSITIVE_INFINITY)
    const passing = gate.pass(Effect.never, options(patience))
    const holder = held ? yield* Effect.fork(passing) : undefined
    yield* Effect.yieldNow()
    let steps = 0
    const passenger: { fiber?: Fiber.RuntimeFiber<never, string> } = {}
    const yielding: Scheduler.Scheduler = {
      shouldYield: () => {
        if (++steps !== n) return false
        queueMicrotask(() => passenger.fiber?.unsafeInterruptAsFork(passenger.fiber.id()))
        return 0
      },
      scheduleTask: (task, priority) => Scheduler.defaultScheduler.scheduleTask(task, priority)
    }
    const fiber = yield* Effect.fork(Effect.withScheduler(passing, yielding))
    passenger.fiber = fiber
    yield* Effect.sleep("1 millis")
    if (holder !== undefined) yield* Fiber.interrupt(holder)
    yield* Fiber.interrupt(fiber)
    return { n, inFlight: gate.inFlight(), waiting: gate.waiting() }
  })

describe("a gate", () => {
  for (const held of [false, true]) {
    for (const patience of [Duration.infinity, Duration.hours(1)]) {
      const where = `${held ? "in the queue" : "at an open gate"}, patience ${Duration.format(patience)}`
      it.live(`loses no permit, wherever a fiber is interrupted ${where}`, () =>
        Effect.gen(function* () {
          for (let n = 1; n < 60; n++) {
            expect(yield* interruptedAt(n, patience, held)).toEqual({ n, inFlight: 0, waiting: 0 })
          }
        })
      )
    }
  }

  it.effect("lets pass in the order of arrival", () =>
    Effect.gen(function* () {
      const gate = Gate.make(1, Number.POSITIVE_INFINITY)
      const order: Array<number> = []
      yield* Effect.forEach(
        [0, 1, 2, 3, 4],
        (i) =>
          gate.pass(
            Effect.zipRight(
              Effect.yieldNow(),
              Effect.sync(() => order.push(i))
            ),
            options(Duration.infinity)
          ),
        { concurrency: "unbounded" }
      )
      expect(order).toEqual([0, 1, 2, 3, 4])
      expect(gate.inFlight()).toBe(0)
    })
  )

  it.effect("turns away whom the queue has no room for", () =>
    Effect.gen(function* () {
      const gate = Gate.make(1, 0)
      const holder = yield* Effect.fork(gate.pass(Effect.never, options(Duration.infinity)))
      yield* Effect.yieldNow()
      expect(yield* Effect.flip(gate.pass(Effect.void, options(Duration.infinity)))).toBe("full")
      yield* Fiber.interrupt(holder)
      expect(Option.isSome(yield* Effect.option(gate.pass(Effect.void, options(Duration.infinity))))).toBe(true)
    })
  )
})
