/** What happens while Redis is away, hangs, or refuses, and after it has come back. */
import { ZhipuAuth, ZhipuChat, ZhipuConfig, ZhipuHttpClient, type ZhipuLimits } from "@effect-zhipu/client"
import { RedisLimits } from "@effect-zhipu/redis"
import { Simulator } from "@effect-zhipu/testing"
import { FetchHttpClient } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Fiber, Layer, Logger, Redacted, type Scope } from "effect"
import { inspect } from "node:util"
import { vi } from "vitest"
import { gauge, process, until, untilTrue } from "./support/limits.js"
import * as Redis from "./support/redis.js"

const missing = Redis.found.path === undefined
if (missing) console.warn(`SKIPPED, the loss of Redis: ${Redis.found.reason}`)

const commandTimeout = "500 millis"

/** A call that is inside until it is told to let go. */
const call = (limits: ZhipuLimits.Service, around: ReturnType<typeof gauge>) =>
  Effect.gen(function* () {
    const letGo = yield* Deferred.make<void>()
    const fiber = yield* Effect.fork(limits.withPermit("glm-4.6")(around.enter(Deferred.await(letGo))))
    return { fiber, letGo: Effect.zipRight(Deferred.succeed(letGo, undefined), Fiber.join(fiber)) }
  })

const waitingIs = (limits: ZhipuLimits.Service, n: number) =>
  until(Effect.map(limits.state, ({ waiting }) => waiting === n))

const leases = (server: Redis.Server) => Effect.promise(() => server.look.zcard("{zhipu}:leases"))

/** The changes are logged, which one test looks at. */
const silence = Logger.remove(Logger.defaultLogger)

/** Collects what is logged. */
const logged = () => {
  const lines: Array<string> = []
  const logger = Logger.make(({ logLevel, message }) => void lines.push(`${logLevel.label} ${String(message)}`))
  return { lines, layer: Logger.add(logger) }
}

describe.skipIf(missing)("without Redis", () => {
  const live = (name: string, test: (server: Redis.Server) => Effect.Effect<void, unknown, Scope.Scope>) =>
    it.scopedLive(name, () => Effect.provide(Effect.flatMap(Redis.make, test), silence))

  for (const away of ["killed", "hanging"] as const) {
    const lose = (server: Redis.Server) => (away === "killed" ? server.kill : server.pause)
    const regain = (server: Redis.Server) => (away === "killed" ? server.restart : server.resume)

    live(
      `(${away}) calls fail with an error to send again, under "fail", which is the default; those inside go on`,
      (server) =>
        Effect.gen(function* () {
          const limits = yield* process({ redis: server.url, maxInFlight: 2, commandTimeout })
          const inside = gauge()
          const holders = [yield* call(limits, inside), yield* call(limits, inside)] as const
          yield* untilTrue(() => inside.inside() === 2)
          const waiter = yield* call(limits, inside)
          yield* waitingIs(limits, 1)
          yield* lose(server)
          const expected = { _tag: "ConnectionError", phase: "connect", isRetryable: true }
          expect(yield* Effect.flip(Fiber.join(waiter.fiber))).toMatchObject(expected)
          // It is known by now that Redis is away: nobody waits for it again.
          const begun = performance.now()
          for (let i = 0; i < 20; i++) {
            expect(yield* Effect.flip(limits.withPermit("glm-4.6")(Effect.die("never")))).toMatchObject(expected)
          }
          expect(performance.now() - begun).toBeLessThan((20 * Duration.toMillis(commandTimeout)) / 2)
          expect(inside.inside()).toBe(2)
          yield* holders[0].letGo
          yield* regain(server)
          // What is still in flight counts: there is room for one, not for two.
          yield* until(Effect.isSuccess(limits.withPermit("glm-4.6")(Effect.void)))
          yield* until(Effect.map(leases(server), (count) => count === 1))
          const last = [yield* call(limits, inside), yield* call(limits, inside)] as const
          yield* waitingIs(limits, 1)
          expect(inside.inside()).toBe(2)
          yield* holders[1].letGo
          yield* Effect.forEach(last, ({ letGo }) => letGo, { concurrency: "unbounded" })
          expect(inside.peak()).toBe(2)
        })
    )

    live(`(${away}) a process keeps to its share, under "local", what is in flight counted`, (server) =>
      Effect.gen(function* () {
        const options = {
          redis: server.url,
          maxInFlight: 4,
          commandTimeout,
          onUnavailable: "local",
          processes: 2
        } as const
        const one = yield* process(options)
        const two = yield* process(options)
        const inside = gauge()
        const others = gauge()
        const first = yield* call(one, inside)
        yield* untilTrue(() => inside.inside() === 1)
        yield* lose(server)
        const more = [yield* call(one, inside), yield* call(one, inside)] as const
        const theirs = [yield* call(two, others), yield* call(two, others), yield* call(two, others)] as const
        yield* waitingIs(one, 1)
        yield* waitingIs(two, 1)
        expect([inside.inside(), others.inside()]).toEqual([2, 2])
        yield* first.letGo
        yield* waitingIs(one, 0)
        expect(inside.inside()).toBe(2)
        yield* regain(server)
        // What went out meanwhile is registered. Who waits goes on waiting, now in the shared queue, unless it is let in before
        // the other process has registered.
        yield* until(Effect.map(leases(server), (count) => count >= 4 && count === inside.inside() + others.inside()))
        expect(inside.inside()).toBe(2)
        yield* Effect.forEach([...more, ...theirs], ({ letGo }) => letGo, { concurrency: "unbounded" })
        expect(inside.peak()).toBe(2)
        yield* until(Effect.map(leases(server), (count) => count === 0))
      })
    )

    live(`(${away}) calls are not limited, under "allow", until it is back`, (server) =>
      Effect.gen(function* () {
        const limits = yield* process({ redis: server.url, maxInFlight: 1, commandTimeout, onUnavailable: "allow" })
        const inside = gauge()
        const calls = [yield* call(limits, inside), yield* call(limits, inside)]
        yield* waitingIs(limits, 1)
        yield* lose(server)
        yield* untilTrue(() => inside.inside() === 2)
        calls.push(yield* call(limits, inside))
        yield* untilTrue(() => inside.inside() === 3)
        yield* regain(server)
        yield* until(Effect.map(leases(server), (count) => count === 3))
        const late = yield* call(limits, inside)
        yield* waitingIs(limits, 1)
        yield* Effect.forEach(calls, ({ letGo }) => letGo)
        yield* late.letGo
        expect(inside.peak()).toBe(3)
      })
    )
  }

  live("rates follow the same choice", (server) =>
    Effect.gen(function* () {
      const options = { redis: server.url, rate: { requests: 4, window: "1 hour" }, commandTimeout } as const
      const client = { queue: "2 seconds" } as const
      const failing = yield* process(options, client)
      const local = yield* process({ ...options, onUnavailable: "local", processes: 2 }, client)
      const allowing = yield* process({ ...options, onUnavailable: "allow" }, client)
      const sent = (limits: ZhipuLimits.Service) => Effect.either(limits.withPermit("glm-4.6")(Effect.succeed("sent")))
      yield* server.kill
      expect(yield* sent(failing)).toMatchObject({ left: { _tag: "ConnectionError" } })
      expect([yield* sent(local), yield* sent(local), yield* sent(local)]).toMatchObject([
        { right: "sent" },
        { right: "sent" },
        { left: { _tag: "DeadlineExceededError", phase: "queue" } }
      ])
      for (let i = 0; i < 6; i++) expect(yield* sent(allowing)).toMatchObject({ right: "sent" })
      yield* server.restart
      yield* until(Effect.isSuccess(failing.withPermit("glm-4.6")(Effect.void)))
    })
  )

  live("without Redis, too, the rate of a model counts no call that the rate of all refused", (server) =>
    Effect.gen(function* () {
      const limits = yield* process(
        {
          redis: server.url,
          rate: { requests: 1, window: "200 millis" },
          ratePerModel: { a: { requests: 3, window: "1 hour" } },
          commandTimeout,
          onUnavailable: "local",
          processes: 1
        },
        { queue: "5 seconds" }
      )
      yield* server.kill
      const calls = Array.from({ length: 3 }, () => limits.withPermit("a")(Effect.succeed("sent")))
      expect(yield* Effect.all(calls, { concurrency: "unbounded" })).toEqual(["sent", "sent", "sent"])
    })
  )

  live("a short break is not noticed", (server) =>
    Effect.gen(function* () {
      const limits = yield* process({ redis: server.url, maxInFlight: 1 })
      const inside = gauge()
      const holder = yield* call(limits, inside)
      const waiter = yield* call(limits, inside)
      yield* waitingIs(limits, 1)
      yield* server.restart
      yield* holder.letGo
      yield* waiter.letGo
      yield* limits.withPermit("glm-4.6")(Effect.void)
      expect(inside.peak()).toBe(1)
    })
  )

  live("a short break is not noticed by calls that come and go meanwhile", (server) =>
    Effect.gen(function* () {
      const limits = yield* process({ redis: server.url, maxInFlight: 2, rate: { requests: 1e6, window: "1 second" } })
      let sent = 0
      const one = limits.withPermit("glm-4.6")(Effect.sync(() => void sent++))
      const busy = yield* Effect.fork(Effect.all([Effect.forever(one), Effect.forever(one)], { concurrency: 2 }))
      for (let i = 0; i < 5; i++) {
        const before = sent
        yield* untilTrue(() => sent > before + 5 || busy.unsafePoll() !== null)
        yield* server.restart
      }
      expect(busy.unsafePoll()).toBe(null)
      yield* Fiber.interrupt(busy)
    })
  )

  it.scopedLive("at the start, calls fail in bounded time, and go through when it is there", () =>
    Effect.gen(function* () {
      const server = yield* Redis.make
      yield* server.kill
      const limits = yield* process({ redis: server.url, maxInFlight: 1, commandTimeout })
      const begun = performance.now()
      const error = yield* Effect.flip(limits.withPermit("glm-4.6")(Effect.die("never")))
      expect(performance.now() - begun).toBeLessThan(20_000)
      expect(error).toMatchObject({ _tag: "ConnectionError", reason: "redis: ECONNREFUSED" })
      yield* server.restart
      yield* until(Effect.isSuccess(limits.withPermit("glm-4.6")(Effect.void)))
    })
  )

  live("a client is closed in bounded time while it is waited for", (server) =>
    Effect.gen(function* () {
      yield* server.kill
      const begun = performance.now()
      const waiter = yield* Effect.scoped(
        Effect.gen(function* () {
          const limits = yield* process({ redis: server.url, maxInFlight: 1, commandTimeout: "1 second" })
          const waiter = yield* Effect.forkDaemon(limits.withPermit("glm-4.6")(Effect.void))
          yield* Effect.sleep("100 millis")
          return waiter
        })
      )
      expect(performance.now() - begun).toBeLessThan(20_000)
      expect(yield* Effect.flip(Fiber.join(waiter))).toMatchObject({ _tag: "ConnectionError", phase: "closed" })
    })
  )

  it.scopedLive("a client is closed in bounded time though calls are in flight and it never was there", () =>
    Effect.gen(function* () {
      const server = yield* Redis.make
      yield* server.kill
      const begun = performance.now()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const limits = yield* process({ redis: server.url, maxInFlight: 1, onUnavailable: "allow", commandTimeout })
          const inside = gauge()
          yield* Effect.forkDaemon(limits.withPermit("glm-4.6")(inside.enter(Effect.never)))
          yield* untilTrue(() => inside.inside() === 1)
        })
      )
      expect(performance.now() - begun).toBeLessThan(20_000)
    })
  )

  live("a client is closed without waiting for it, and leaves nothing running", (server) =>
    Effect.gen(function* () {
      const begun = performance.now()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const limits = yield* process({ redis: server.url, maxInFlight: 1, commandTimeout })
          yield* limits.withPermit("glm-4.6")(Effect.void)
          yield* server.pause
          yield* Effect.forkDaemon(limits.withPermit("glm-4.6")(Effect.void))
          yield* waitingIs(limits, 0)
        })
      )
      expect(performance.now() - begun).toBeLessThan(20_000)
      yield* server.restart
      // Only the connection that looks comes back.
      yield* Effect.sleep("1500 millis")
      yield* until(
        Effect.map(
          Effect.promise(() => server.look.client("LIST")),
          (list) => String(list).trim().split("\n").length === 1
        )
      )
    })
  )

  live("a whole call is sent again by the retry policy, and ends well when Redis is back in time", (server) =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make()
      const client = ZhipuChat.layer.pipe(
        Layer.provide(ZhipuHttpClient.layer),
        Layer.provide(
          Layer.merge(ZhipuAuth.layer, RedisLimits.layer({ redis: server.url, maxInFlight: 1, commandTimeout }))
        ),
        Layer.provide(ZhipuConfig.layer({ baseUrl: simulator.baseUrl, apiKey: simulator.apiKey })),
        Layer.provide(FetchHttpClient.layer)
      )
      yield* server.kill
      const answer = yield* Effect.fork(
        Effect.provide(ZhipuChat.complete({ model: "glm-4.6", messages: [{ role: "user", content: "Hello" }] }), client)
      )
      yield* Effect.sleep("800 millis")
      yield* server.restart
      expect((yield* Fiber.join(answer)).choices).toHaveLength(1)
      expect((yield* simulator.stats).requests).toBe(1)
    })
  )

  live("no error, log line or print-out holds the password or where Redis is", (server) => {
    const { layer, lines } = logged()
    return Effect.gen(function* () {
      const printed: Array<unknown> = []
      for (const method of ["log", "info", "warn", "error"] as const) {
        vi.spyOn(console, method).mockImplementation((...args) => void printed.push(args))
      }
      yield* Effect.addFinalizer(() => Effect.sync(() => vi.restoreAllMocks()))
      const wrong = "fictional-wrong-password"
      const sources: ReadonlyArray<RedisLimits.Source> = [
        `redis://:${wrong}@127.0.0.1:${server.port}`,
        Redacted.make(`redis://:${wrong}@127.0.0.1:${server.port}`),
        { port: server.port, password: Redacted.make(wrong) },
        Redacted.make(server.url)
      ]
      const errors: Array<unknown> = []
      for (const [i, redis] of sources.entries()) {
        if (i === 3) yield* server.kill
        const limits = yield* process({ redis, maxInFlight: 1, commandTimeout })
        errors.push(yield* Effect.flip(limits.withPermit("glm-4.6")(Effect.void)))
      }
      expect(errors).toMatchObject([
        ...[1, 2, 3].map(() => ({ reason: expect.stringMatching(/WRONGPASS|NOAUTH/) })),
        { reason: "redis: ECONNREFUSED" }
      ])
      expect(lines).toHaveLength(4)
      expect(lines[0]).toContain("WARN Redis, which shares the limits, does not answer")
      const texts = [...errors, ...lines, ...printed].map((value) => inspect(value, { depth: 10, showHidden: true }))
      for (const text of [...texts, JSON.stringify(errors)]) {
        for (const secret of [wrong, Redis.password, "127.0.0.1", String(server.port)])
          expect(text).not.toContain(secret)
      }
    }).pipe(Effect.provide(layer))
  })
})
