/** Clocks that are set while calls are in flight, and an event loop that stands still: neither is time that passes. */
import { describe, expect, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Fiber, Logger, type Scope } from "effect"
import { gauge, process, until, untilTrue } from "./support/limits.js"
import * as Redis from "./support/redis.js"

const missing = Redis.found.path === undefined
if (missing) console.warn(`SKIPPED, clocks that are set under the limits of Redis: ${Redis.found.reason}`)

const hour = 3_600_000

const now = Date.now.bind(Date)
let setBy = 0

/** Sets the clock of this process by so many milliseconds more, until the scope closes. */
const setClock = (by: number): Effect.Effect<void, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      setBy += by
      Date.now = () => now() + setBy
    }),
    () =>
      Effect.sync(() => {
        setBy -= by
      })
  )

/**
 * Nothing else of this process runs meanwhile; what sockets bring waits in the kernel. After `setImmediate` timers come
 * first, before sockets are read.
 */
const block = (millis: number): Effect.Effect<void> =>
  Effect.async((resume) => {
    setImmediate(() => {
      const end = performance.now() + millis
      while (performance.now() < end);
      resume(Effect.void)
    })
  })

describe.skipIf(missing)("over Redis", () => {
  const live = (name: string, test: (server: Redis.Server) => Effect.Effect<void, unknown, Scope.Scope>) =>
    it.scopedLive(name, () => Effect.provide(Effect.flatMap(Redis.make, test), Logger.remove(Logger.defaultLogger)))

  for (const [direction, by] of [
    ["back", -hour],
    ["forth", hour]
  ] as const) {
    live(`leases are renewed though the clock is set an hour ${direction}`, (server) =>
      Effect.gen(function* () {
        const options = { redis: server.url, maxInFlight: 1, leaseDuration: "1 second" } as const
        const one = yield* process(options)
        const two = yield* process(options)
        const { enter, inside, peak } = gauge()
        const letGo = yield* Deferred.make<void>()
        const holder = yield* Effect.fork(one.withPermit("glm-4.6")(enter(Deferred.await(letGo))))
        yield* untilTrue(() => inside() === 1)
        yield* setClock(by)
        const waiter = yield* Effect.fork(two.withPermit("glm-4.6")(enter(Effect.void)))
        yield* Effect.sleep("4 seconds")
        expect(peak()).toBe(1)
        yield* Deferred.succeed(letGo, undefined)
        yield* Fiber.join(holder)
        yield* Fiber.join(waiter)
        expect(peak()).toBe(1)
      })
    )

    live(`a break is as long as it is, the clock set an hour ${direction}`, (server) =>
      Effect.gen(function* () {
        const limits = yield* process({ redis: server.url, maxInFlight: 1, commandTimeout: "3 seconds" })
        const call = limits.withPermit("glm-4.6")(Effect.void)
        yield* call
        yield* server.kill
        yield* setClock(by)
        const short = yield* Effect.fork(call)
        yield* Effect.sleep("500 millis")
        yield* server.restart
        yield* Fiber.join(short)
        yield* server.kill
        yield* setClock(by)
        const begun = performance.now()
        expect(yield* Effect.flip(call)).toMatchObject({ _tag: "ConnectionError", phase: "connect" })
        expect(performance.now() - begun).toBeLessThan(15_000)
      })
    )

    for (const away of [false, true]) {
      const where = away ? "of a process alone" : "of all processes"
      live(`a rate ${where} lets through again when its window is over, the clock set an hour ${direction}`, (server) =>
        Effect.gen(function* () {
          const rate = { requests: 1, window: "2 seconds" } as const
          const limits = yield* process({
            redis: server.url,
            rate,
            commandTimeout: "300 millis",
            onUnavailable: "local",
            processes: 1
          })
          const call = limits.withPermit("glm-4.6")(Effect.sync(() => performance.now()))
          if (away) yield* server.kill
          const first = yield* call
          // Refused once: it is known here from then on how long there is no point in asking.
          const second = yield* Effect.fork(call)
          yield* until(Effect.map(limits.state, ({ waiting }) => waiting === 1))
          yield* setClock(by)
          const third = yield* Effect.fork(call)
          const times = [yield* Fiber.join(second), yield* Fiber.join(third)].toSorted((a, b) => a - b)
          expect(times[0]! - first).toBeGreaterThan(1500)
          expect(times[1]! - times[0]!).toBeGreaterThan(1500)
          expect(times[1]! - first).toBeLessThan(15_000)
        })
      )
    }
  }

  live(
    "calls of a layer that was built long ago have the whole patience, and so have those of a blocked process",
    (server) =>
      Effect.gen(function* () {
        const limits = yield* process({ redis: server.url, maxInFlight: 20, commandTimeout: "1 second" })
        yield* block(1500)
        const { enter, peak } = gauge()
        const calls = yield* Effect.fork(
          Effect.forEach(Array.from({ length: 2000 }), () => limits.withPermit("glm-4.6")(enter(Effect.void)), {
            concurrency: "unbounded",
            discard: true
          })
        )
        yield* Effect.yieldNow()
        yield* block(1500)
        yield* Fiber.join(calls)
        expect(peak()).toBeLessThanOrEqual(20)
      })
  )

  live("an answer that came while the process was blocked is read before its command is given up", (server) =>
    Effect.gen(function* () {
      const commandTimeout = Duration.millis(500)
      const limits = yield* process({ redis: server.url, maxInFlight: 1, commandTimeout })
      const call = limits.withPermit("glm-4.6")(Effect.void)
      yield* call
      for (let i = 0; i < 3; i++) {
        const asked = yield* Effect.fork(call)
        yield* Effect.sleep(0)
        yield* block(1500)
        yield* Fiber.join(asked)
      }
    })
  )
})
