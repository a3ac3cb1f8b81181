/** The client's own limits of requests in flight, against a simulator that refuses what is over them. */
import { type ChatRequest, Message, RetryPolicy, ZhipuChat, ZhipuLimits } from "@effect-zhipu/client"
import { Simulator } from "@effect-zhipu/testing"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Option, Stream } from "effect"
import * as Sim from "../support/simulator.js"

const numbered = (n: number, model = "glm-4.6"): ChatRequest.ChatRequest => ({
  model,
  messages: [Message.user(`Question number ${n}: why is the sky blue?`)]
})

const answer = (n: number, model?: string) => Sim.outcomeOf(ZhipuChat.stream(numbered(n, model)))

/** A stream that holds its permit until it is interrupted. */
const holding = ZhipuChat.stream(Sim.question).pipe(Stream.runDrain, Sim.withFaults("idle@chunk:2"), Effect.fork)

const state = Effect.flatMap(ZhipuLimits.ZhipuLimits, (limits) => limits.state)

const reaches = (inFlight: number, waiting: number) =>
  Effect.map(
    Sim.eventually(state, (now) => now.inFlight === inFlight && now.waiting === waiting),
    (now) => expect(now).toStrictEqual({ inFlight, waiting })
  )

const requestsReach = (n: number) =>
  Effect.gen(function* () {
    const simulator = yield* Simulator.Simulator
    const { requests } = yield* Sim.eventually(simulator.stats, (stats) => stats.requests === n)
    expect(requests).toBe(n)
  })

for (const transport of Sim.transports) {
  describe(`limits over ${transport}`, () => {
    it.live("50 streams, 2 at a time: the service refuses none, and all permits come back", () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator.Simulator
        const outcomes = yield* Effect.forEach(
          Array.from({ length: 50 }, (_, i) => i),
          (i) => answer(i),
          {
            concurrency: "unbounded"
          }
        )
        expect(outcomes.filter(({ error }) => error !== undefined)).toStrictEqual([])
        const { completed, peakInFlight, refused, requests } = yield* simulator.stats
        expect({ completed, peakInFlight, refused, requests }).toStrictEqual({
          completed: 50,
          peakInFlight: 2,
          refused: 0,
          requests: 50
        })
        yield* reaches(0, 0)
      }).pipe(
        Effect.provide(
          Sim.layer(
            transport,
            { retry: RetryPolicy.none, limits: { maxInFlight: 2 } },
            { maxInFlight: 2, tokensPerSecond: 5000 }
          )
        )
      )
    )

    it.live("without a limit of its own the client is refused: the test before would notice", () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator.Simulator
        const outcomes = yield* Effect.forEach(
          Array.from({ length: 20 }, (_, i) => i),
          (i) => answer(i),
          {
            concurrency: "unbounded"
          }
        )
        const { refused } = yield* simulator.stats
        expect(refused).toBeGreaterThan(0)
        expect(outcomes.filter(({ error }) => error?._tag === "RateLimitError")).toHaveLength(refused)
      }).pipe(
        Effect.provide(Sim.layer(transport, { retry: RetryPolicy.none }, { maxInFlight: 2, tokensPerSecond: 2000 }))
      )
    )

    it.live("all permits come back after errors, interrupts and early ends of every kind", () =>
      Effect.gen(function* () {
        const faults = [
          "code:1305",
          "truncate@chunk:3",
          "reset@chunk:3",
          "malformed@chunk:2",
          "reset-before-headers",
          "html-200",
          "empty-body",
          "hang-after-done",
          "code:1302*1"
        ]
        for (let round = 0; round < 3; round++) {
          yield* Effect.forEach(faults, (fault) => Sim.withFaults(fault)(answer(round)), { concurrency: "unbounded" })
          yield* Effect.forEach(
            [1, 2, 3, 4],
            (n) => ZhipuChat.stream(Sim.question).pipe(Stream.take(n), Stream.runDrain),
            { concurrency: "unbounded" }
          )
          const held = yield* Effect.all([holding, holding, holding, holding])
          yield* reaches(2, 2)
          yield* Fiber.interruptAll(held)
        }
        yield* reaches(0, 0)
        expect((yield* answer(7)).error).toBeUndefined()
      }).pipe(Effect.provide(Sim.layer(transport, { retry: Sim.again(1), limits: { maxInFlight: 2 } })))
    )

    it.live("a model has its own limit, and others pass it by", () =>
      Effect.gen(function* () {
        const held = yield* holding
        yield* requestsReach(1)
        const waiting = yield* Effect.fork(answer(1, "glm-4.6"))
        yield* reaches(1, 1)
        expect((yield* answer(2, "glm-4.5-air")).error).toBeUndefined()
        yield* reaches(1, 1)
        yield* Fiber.interrupt(held)
        expect((yield* Fiber.join(waiting)).error).toBeUndefined()
        yield* reaches(0, 0)
      }).pipe(Effect.provide(Sim.layer(transport, { limits: { maxInFlight: 3, perModel: { "glm-4.6": 1 } } })))
    )

    it.live("one call more than may wait fails at once, and sends nothing", () =>
      Effect.gen(function* () {
        const held = yield* holding
        yield* requestsReach(1)
        const waiting = yield* Effect.all([Effect.fork(answer(1)), Effect.fork(answer(2))])
        yield* reaches(1, 2)
        const { error } = yield* answer(3)
        expect([error?._tag, error?.attempts]).toStrictEqual(["QueueFullError", undefined])
        yield* requestsReach(1)
        yield* Fiber.interrupt(held)
        expect((yield* Fiber.join(Fiber.all(waiting))).map(({ error }) => error)).toStrictEqual([undefined, undefined])
        yield* reaches(0, 0)
      }).pipe(Effect.provide(Sim.layer(transport, { limits: { maxInFlight: 1, maxQueue: 2 } })))
    )

    it.live("a call that waits too long fails with the queue deadline, and later ones pass", () =>
      Effect.gen(function* () {
        const held = yield* holding
        yield* requestsReach(1)
        const outcomes = yield* Effect.forEach([1, 2, 3, 4, 5], (n) => answer(n), { concurrency: "unbounded" })
        expect(outcomes.map((outcome) => Sim.describeOutcome(outcome, outcome))).toStrictEqual(
          Array.from({ length: 5 }, () => "DeadlineExceededError queue")
        )
        yield* reaches(1, 0)
        yield* requestsReach(1)
        yield* Fiber.interrupt(held)
        expect((yield* answer(6)).error).toBeUndefined()
        yield* reaches(0, 0)
      }).pipe(Effect.provide(Sim.layer(transport, { limits: { maxInFlight: 1 }, deadlines: { queue: 150 } })))
    )

    it.live("interrupting calls that wait loses no permit", () =>
      Effect.gen(function* () {
        for (let round = 0; round < 10; round++) {
          const held = yield* holding
          yield* reaches(1, 0)
          const waiting = yield* Effect.forEach(
            Array.from({ length: 20 }, (_, i) => i),
            (i) => Effect.fork(answer(i))
          )
          yield* reaches(1, 20)
          // The permit is granted to the first that waits in the same moment in which they are interrupted.
          yield* Effect.all([Fiber.interrupt(held), Fiber.interruptAll(waiting)], { concurrency: "unbounded" })
          yield* reaches(0, 0)
        }
        expect((yield* answer(1)).error).toBeUndefined()
      }).pipe(Effect.provide(Sim.layer(transport, { limits: { maxInFlight: 1 } })))
    )

    it.live("74. the permit is free while a retry is waited for", () =>
      Effect.gen(function* () {
        const slow = yield* Effect.fork(Sim.withFaults("code:1305*1")(answer(1)))
        yield* requestsReach(1)
        yield* reaches(0, 0)
        expect((yield* answer(2)).error).toBeUndefined()
        expect(Option.isNone(yield* Fiber.poll(slow))).toBe(true)
        expect((yield* Fiber.join(slow)).error).toBeUndefined()
        yield* requestsReach(3)
        yield* reaches(0, 0)
      }).pipe(
        Effect.provide(
          Sim.layer(transport, {
            limits: { maxInFlight: 1 },
            retry: RetryPolicy.backoff({ base: "4 seconds", cap: "4 seconds", retries: 1, elapsed: "1 minute" })
          })
        )
      )
    )

    it.live("calls pass in the order in which they came", () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator.Simulator
        const held = yield* holding
        yield* reaches(1, 0)
        const waiting = []
        for (let i = 1; i <= 30; i++) {
          waiting.push(yield* Effect.fork(answer(i)))
          yield* reaches(1, i)
        }
        yield* Fiber.interrupt(held)
        yield* Fiber.join(Fiber.all(waiting))
        const asked = (yield* simulator.requests)
          .slice(1)
          .map(({ body }) => /number (\d+)/.exec(JSON.stringify(body))?.[1])
        expect(asked).toStrictEqual(Array.from({ length: 30 }, (_, i) => String(i + 1)))
      }).pipe(Effect.provide(Sim.layer(transport, { limits: { maxInFlight: 1 } })))
    )
  })
}
