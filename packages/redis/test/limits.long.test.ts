/** Requests in flight and rates, over a real Redis. Several layers in one test stand for several processes. */
import type { ZhipuLimits } from "@effect-zhipu/client"
import { describe, expect, it } from "@effect/vitest"
import { Clock, Deferred, Duration, Effect, Either, Exit, FastCheck as fc, Fiber, type Scope } from "effect"
import { gauge, process, until, untilTrue } from "./support/limits.js"
import * as Redis from "./support/redis.js"

const missing = Redis.found.path === undefined
if (missing) console.warn(`SKIPPED, the limits over Redis: ${Redis.found.reason}`)

/** Holds a permit until it is told to let go. */
const hold = (limits: ZhipuLimits.Service, model?: string) =>
  Effect.gen(function* () {
    const entered = yield* Deferred.make<void>()
    const letGo = yield* Deferred.make<void>()
    const fiber = yield* Effect.fork(
      limits.withPermit(model)(Effect.zipRight(Deferred.succeed(entered, undefined), Deferred.await(letGo)))
    )
    yield* Effect.raceFirst(
      Deferred.await(entered),
      Effect.flatMap(Fiber.join(fiber), () => Effect.void)
    )
    return { fiber, letGo: Effect.zipRight(Deferred.succeed(letGo, undefined), Fiber.await(fiber)) }
  })

const waitingIs = (limits: ZhipuLimits.Service, n: number) =>
  until(Effect.map(limits.state, ({ waiting }) => waiting === n))

/** What is left in Redis of leases, places in queues, and tickets. */
const remains = (server: Redis.Server, prefix = "zhipu") =>
  Effect.promise(async () => {
    const keys = await server.look.keys(`{${prefix}}:*`)
    const counts = await Promise.all(
      keys.filter((key) => !key.endsWith(":tickets")).map((key) => server.look.zcard(key))
    )
    return counts.reduce((sum, count) => sum + count, 0)
  })

const isEmpty = (server: Redis.Server) => until(Effect.map(remains(server), (count) => count === 0))

describe.skipIf(missing)("requests in flight over Redis", () => {
  const live = (name: string, test: (server: Redis.Server) => Effect.Effect<void, unknown, Scope.Scope>) =>
    it.scopedLive(name, () => Effect.flatMap(Redis.make, test))

  live("are never more than the limit, and often as many", (server) =>
    Effect.gen(function* () {
      const processes = yield* Effect.all(
        Array.from({ length: 4 }, () => process({ redis: server.url, maxInFlight: 3 }))
      )
      const { enter, peak } = gauge()
      yield* Effect.forEach(
        Array.from({ length: 120 }, (_, i) => processes[i % 4]!),
        (limits, i) => limits.withPermit("glm-4.6")(enter(Effect.sleep(i % 7))),
        { concurrency: "unbounded", discard: true }
      )
      expect(peak()).toBe(3)
      yield* isEmpty(server)
    })
  )

  it.live("keep every limit and lose no permit, however calls come, end and are given up", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const server = yield* Redis.make
        const options = { redis: server.url, maxInFlight: 3, perModel: { a: 1, b: 2 } }
        const processes = yield* Effect.all([process(options), process(options), process(options)])
        const call = fc.record({
          process: fc.nat(2),
          model: fc.constantFrom("a", "b", "c", undefined),
          after: fc.nat(8),
          lasts: fc.nat(6),
          ends: fc.constantFrom("well", "badly", "by interruption"),
          patience: fc.nat(10)
        })
        yield* Effect.promise(() =>
          fc.assert(
            fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 40 }), async (calls) => {
              const all = gauge()
              const models = new Map([...new Set(calls.map(({ model }) => model))].map((model) => [model, gauge()]))
              await Effect.runPromise(
                Effect.forEach(
                  calls,
                  ({ after, ends, lasts, model, patience, process }) => {
                    const inside = Effect.zipRight(
                      Effect.sleep(lasts),
                      ends === "badly" ? Effect.fail("bad") : Effect.void
                    )
                    const run = processes[process]!.withPermit(model)(all.enter(models.get(model)!.enter(inside)))
                    return Effect.sleep(after).pipe(
                      Effect.zipRight(ends === "by interruption" ? Effect.timeout(run, patience) : run),
                      Effect.exit
                    )
                  },
                  { concurrency: "unbounded", discard: true }
                )
              )
              expect(all.peak()).toBeLessThanOrEqual(3)
              expect(models.get("a")?.peak() ?? 0).toBeLessThanOrEqual(1)
              expect(models.get("b")?.peak() ?? 0).toBeLessThanOrEqual(2)
              await Effect.runPromise(isEmpty(server))
              for (const limits of processes) {
                expect(await Effect.runPromise(limits.state)).toEqual({ inFlight: 0, waiting: 0 })
              }
            }),
            { numRuns: 60 }
          )
        )
      })
    )
  )

  live("pass in the order of arrival, whichever process or model they belong to", (server) =>
    Effect.gen(function* () {
      const one = yield* process({ redis: server.url, maxInFlight: 1, perModel: { a: 5 } })
      const two = yield* process({ redis: server.url, maxInFlight: 1, perModel: { a: 5 } })
      const holder = yield* hold(one)
      const order: Array<number> = []
      const fibers = []
      for (const i of [0, 1, 2, 3, 4, 5]) {
        const limits = i % 2 === 0 ? one : two
        fibers.push(yield* Effect.fork(limits.withPermit(i % 3 === 0 ? "a" : "b")(Effect.sync(() => order.push(i)))))
        yield* waitingIs(limits, Math.floor(i / 2) + 1)
      }
      expect(yield* one.state).toEqual({ inFlight: 1, waiting: 3 })
      yield* holder.letGo
      yield* Fiber.joinAll(fibers)
      expect(order).toEqual([0, 1, 2, 3, 4, 5])
    })
  )

  live("of a model that has to wait hold nothing that another model could use", (server) =>
    Effect.gen(function* () {
      const limits = yield* process({ redis: server.url, maxInFlight: 2, perModel: { a: 1 } })
      const first = yield* hold(limits, "a")
      const second = yield* Effect.fork(limits.withPermit("a")(Effect.succeed("second")))
      yield* waitingIs(limits, 1)
      expect(yield* limits.withPermit("b")(Effect.succeed("passed"))).toBe("passed")
      expect(yield* limits.state).toEqual({ inFlight: 1, waiting: 1 })
      yield* first.letGo
      expect(yield* Fiber.join(second)).toBe("second")
    })
  )

  live("come from the limits of the client where no others are given", (server) =>
    Effect.gen(function* () {
      const limits = yield* process({ redis: server.url }, { maxInFlight: 1, queue: "100 millis" })
      const holder = yield* hold(limits)
      expect(yield* Effect.flip(limits.withPermit("glm-4.6")(Effect.void))).toMatchObject({
        _tag: "DeadlineExceededError"
      })
      yield* holder.letGo
    })
  )

  live("wait no longer than the queue deadline, and leave nothing behind", (server) =>
    Effect.gen(function* () {
      const one = yield* process({ redis: server.url, maxInFlight: 1 })
      const two = yield* process({ redis: server.url, maxInFlight: 1 }, { queue: "150 millis" })
      const holder = yield* hold(one)
      const error = yield* Effect.flip(two.withPermit("glm-4.6")(Effect.die("never")))
      expect(error).toMatchObject({ _tag: "DeadlineExceededError", phase: "queue" })
      expect(error.message).toContain("150ms")
      expect(yield* two.state).toEqual({ inFlight: 0, waiting: 0 })
      yield* holder.letGo
      yield* isEmpty(server)
      yield* two.withPermit("glm-4.6")(Effect.void)
    })
  )

  live("wait no longer than the call that asks has patience, where it has its own", (server) =>
    Effect.gen(function* () {
      const limits = yield* process({ redis: server.url, maxInFlight: 1 })
      const holder = yield* hold(limits)
      const error = yield* Effect.flip(limits.withPermit("glm-4.6", Duration.millis(120))(Effect.die("never")))
      expect(error).toMatchObject({ _tag: "DeadlineExceededError", phase: "queue", limit: Duration.millis(120) })
      yield* holder.letGo
    })
  )

  live("are turned away where maxQueue others of the process wait", (server) =>
    Effect.gen(function* () {
      const limits = yield* process({ redis: server.url, maxInFlight: 1 }, { maxQueue: 1 })
      const holder = yield* hold(limits)
      const waiter = yield* Effect.fork(limits.withPermit(undefined)(Effect.void))
      yield* waitingIs(limits, 1)
      expect(yield* Effect.flip(limits.withPermit(undefined)(Effect.die("never")))).toMatchObject({
        _tag: "QueueFullError",
        maxQueue: 1
      })
      yield* holder.letGo
      yield* Fiber.join(waiter)
      yield* isEmpty(server)
    })
  )

  live("keep their lease for longer than it lasts, and give it back when interrupted", (server) =>
    Effect.gen(function* () {
      const options = { redis: server.url, maxInFlight: 1, leaseDuration: "1 second" } as const
      const one = yield* process(options)
      const two = yield* process(options)
      const holder = yield* hold(one)
      let entered = false
      const waiter = yield* Effect.fork(two.withPermit(undefined)(Effect.sync(() => void (entered = true))))
      yield* Effect.sleep("3500 millis")
      expect(entered).toBe(false)
      yield* Fiber.interrupt(holder.fiber)
      yield* Fiber.join(waiter)
      yield* isEmpty(server)
    })
  )

  live("whose lease was lost register again, and nobody new comes in before they end", (server) =>
    Effect.gen(function* () {
      const options = { redis: server.url, maxInFlight: 1, leaseDuration: "1500 millis" } as const
      const one = yield* process(options)
      const two = yield* process(options)
      const holder = yield* hold(one)
      yield* Effect.promise(() => server.look.flushall())
      yield* until(Effect.map(remains(server), (count) => count > 0))
      let entered = false
      const waiter = yield* Effect.fork(two.withPermit(undefined)(Effect.sync(() => void (entered = true))))
      yield* waitingIs(two, 1)
      yield* Effect.sleep("2 seconds")
      expect(entered).toBe(false)
      yield* holder.letGo
      yield* Fiber.join(waiter)
    })
  )

  live("keep their place in the queue when Redis forgets it", (server) =>
    Effect.gen(function* () {
      const limits = yield* process({ redis: server.url, maxInFlight: 1, leaseDuration: "600 millis" })
      const holder = yield* hold(limits)
      const waiter = yield* Effect.fork(limits.withPermit(undefined)(Effect.void))
      yield* waitingIs(limits, 1)
      yield* Effect.promise(() => server.look.flushall())
      yield* holder.letGo
      yield* Fiber.join(waiter)
    })
  )

  live("are let in though the message that says so was lost", (server) =>
    Effect.gen(function* () {
      const one = yield* process({ redis: server.url, maxInFlight: 1 })
      const two = yield* process({ redis: server.url, maxInFlight: 1 })
      const holder = yield* hold(one)
      const waiter = yield* Effect.fork(two.withPermit(undefined)(Effect.void))
      yield* waitingIs(two, 1)
      // Without the right to subscribe, nobody hears of a lease.
      yield* Effect.promise(() => server.look.call("ACL", "SETUSER", "default", "-subscribe"))
      yield* Effect.promise(() => server.look.client("KILL", "TYPE", "pubsub"))
      yield* holder.letGo
      yield* Fiber.join(waiter)
    })
  )

  live("that wait when the client is closed fail, and its leases are free", (server) =>
    Effect.gen(function* () {
      const other = yield* process({ redis: server.url, maxInFlight: 1 })
      const waiter = yield* Effect.scoped(
        Effect.gen(function* () {
          const limits = yield* process({ redis: server.url, maxInFlight: 1 })
          yield* Effect.forkDaemon(limits.withPermit(undefined)(Effect.never))
          yield* until(Effect.map(limits.state, ({ inFlight }) => inFlight === 1))
          const waiter = yield* Effect.forkDaemon(limits.withPermit(undefined)(Effect.void))
          yield* waitingIs(limits, 1)
          return waiter
        })
      )
      expect(yield* Effect.flip(Fiber.join(waiter))).toMatchObject({ _tag: "ConnectionError", phase: "closed" })
      yield* other.withPermit(undefined)(Effect.void)
      yield* isEmpty(server)
    })
  )

  live("under one prefix do not count for another", (server) =>
    Effect.gen(function* () {
      const one = yield* process({ redis: server.url, maxInFlight: 1, prefix: "one" })
      const two = yield* process({ redis: server.look, maxInFlight: 1, prefix: "two" })
      const holder = yield* hold(one)
      yield* two.withPermit(undefined)(Effect.void)
      yield* holder.letGo
    })
  )
})

describe.skipIf(missing)("rates over Redis", () => {
  const live = (name: string, test: (server: Redis.Server) => Effect.Effect<void, unknown, Scope.Scope>) =>
    it.scopedLive(name, () => Effect.flatMap(Redis.make, test))

  for (const algorithm of ["fixed-window", "token-bucket"] as const) {
    live(
      `are kept by all processes together (${algorithm}), where the limit does not divide the window too`,
      (server) =>
        Effect.gen(function* () {
          const rate = { requests: 7, window: "2 seconds", algorithm } as const
          const one = yield* process({ redis: server.url, rate })
          const two = yield* process({ redis: server.url, rate })
          const sent: Array<number> = []
          const send = Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.sync(() => sent.push(now)))
          yield* Effect.forEach(
            Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? one : two)),
            (limits) => limits.withPermit("glm-4.6")(send),
            { concurrency: "unbounded", discard: true }
          )
          const after = (n: number) => (sent[n] ?? 0) - (sent[0] ?? 0)
          // Seven at once; the others come back over the two seconds, or when they are over.
          expect(after(6)).toBeLessThan(1900)
          expect(after(15)).toBeGreaterThan(algorithm === "fixed-window" ? 3600 : 2100)
          if (algorithm === "fixed-window") expect(after(7)).toBeGreaterThan(1700)
          expect(yield* one.state).toEqual({ inFlight: 0, waiting: 0 })
        })
    )
  }

  live("are waited for no longer than the queue deadline, and a call that gave up does not count", (server) =>
    Effect.gen(function* () {
      const limits = yield* process(
        { redis: server.url, rate: { requests: 1, window: "1 hour" } },
        { queue: "100 millis" }
      )
      yield* limits.withPermit("glm-4.6")(Effect.void)
      for (let i = 0; i < 3; i++) {
        expect(yield* Effect.flip(limits.withPermit("glm-4.6")(Effect.die("never")))).toMatchObject({
          _tag: "DeadlineExceededError",
          phase: "queue"
        })
      }
      expect(yield* Effect.promise(() => server.look.get("{zhipu}:rate:all"))).toBe("1")
    })
  )

  for (const algorithm of ["fixed-window", "token-bucket"] as const) {
    live(`of a model counts no call that the rate of all refused (${algorithm})`, (server) =>
      Effect.gen(function* () {
        const limits = yield* process(
          {
            redis: server.url,
            rate: { requests: 2, window: "1 hour", algorithm },
            ratePerModel: { a: { requests: 9, window: "1 hour", algorithm } }
          },
          { queue: "300 millis" }
        )
        const calls = yield* Effect.forEach(
          Array.from({ length: 6 }),
          () => Effect.either(limits.withPermit("a")(Effect.void)),
          { concurrency: "unbounded" }
        )
        expect(calls.filter(Either.isRight)).toHaveLength(2)
        const { look } = server
        const left = yield* Effect.promise(() =>
          algorithm === "fixed-window"
            ? look.get("{zhipu}:rate:model:a").then((count) => 9 - Number(count))
            : look.hget("{zhipu}:bucket:model:a", "tokens").then(Number)
        )
        expect(left).toBe(7)
      })
    )
  }

  live("of one model do not keep another one from its permit", (server) =>
    Effect.gen(function* () {
      const limits = yield* process({
        redis: server.url,
        maxInFlight: 1,
        ratePerModel: { a: { requests: 1, window: "1 hour" } }
      })
      yield* limits.withPermit("a")(Effect.void)
      const waiters = yield* Effect.all([
        Effect.fork(limits.withPermit("a")(Effect.void)),
        Effect.fork(limits.withPermit("a")(Effect.void))
      ])
      yield* waitingIs(limits, 2)
      expect(yield* limits.withPermit("b")(Effect.succeed("passed"))).toBe("passed")
      const exits = yield* Effect.forEach(waiters, Fiber.interrupt)
      expect(exits.every(Exit.isInterrupted)).toBe(true)
      expect(yield* limits.state).toEqual({ inFlight: 0, waiting: 0 })
      yield* untilTrue(() => server.look.status === "ready")
      yield* until(
        Effect.map(
          Effect.promise(() => server.look.zcard("{zhipu}:leases")),
          (count) => count === 0
        )
      )
    })
  )

  live("count calls that wait towards maxQueue", (server) =>
    Effect.gen(function* () {
      const limits = yield* process({ redis: server.url, rate: { requests: 1, window: "1 hour" } }, { maxQueue: 1 })
      yield* limits.withPermit(undefined)(Effect.void)
      const waiter = yield* Effect.fork(limits.withPermit(undefined)(Effect.void))
      yield* waitingIs(limits, 1)
      expect(yield* Effect.flip(limits.withPermit(undefined)(Effect.void))).toMatchObject({ _tag: "QueueFullError" })
      yield* Fiber.interrupt(waiter)
    })
  )
})
