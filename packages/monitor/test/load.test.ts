/** The figures under load with faults, against what the simulator counted and what the callers saw. */
import { ChunkEvent, Message, Zhipu, ZhipuChat } from "@effect-zhipu/client"
import { Alert, Monitor } from "@effect-zhipu/monitor"
import { Simulator } from "@effect-zhipu/testing"
import { expect, it } from "@effect/vitest"
import { FetchHttpClient } from "@effect/platform"
import { Deferred, Effect, Either, Layer, Schedule, Stream } from "effect"

const clientOf = (simulator: Simulator.Service, monitor: Layer.Layer<Monitor.Monitor>) =>
  Zhipu.layer({
    apiKey: simulator.apiKey,
    baseUrl: simulator.baseUrl,
    retry: Schedule.intersect(Schedule.spaced("5 millis"), Schedule.recurs(2))
  }).pipe(Layer.provide(FetchHttpClient.layer), Layer.provideMerge(monitor))

const ask = (index: number) => {
  const request = { model: "glm-4.6", messages: [Message.user(`Question ${index}`)] }
  return index % 3 === 0 ? ZhipuChat.complete(request) : ChunkEvent.fold(ZhipuChat.stream(request))
}

const countBy = (names: ReadonlyArray<string>): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

it.scopedLive("the figures are what the simulator counted and what the callers saw", () =>
  Effect.gen(function* () {
    const simulator = yield* Simulator.make({
      faults: "code:1113~5, code:1305~15, truncate@300~15",
      firstTokenDelay: 20,
      maxInFlight: 8
    })
    const monitor = Monitor.layer({ window: "10 minutes", rules: [] })
    yield* Effect.gen(function* () {
      const { snapshot } = yield* Monitor.Monitor
      const calls = 400
      const outcomes = yield* Effect.forEach(
        Array.from({ length: calls }, (_, index) => index),
        (index) => Effect.either(ask(index)),
        { concurrency: 16 }
      )
      yield* simulator.awaitIdle
      const { requests, refused } = yield* simulator.stats
      const { inFlight, total, window, ...rates } = yield* snapshot

      const failed = outcomes.filter(Either.isLeft)
      const usages = outcomes.filter(Either.isRight).map(({ right }) => right.usage)
      expect(failed.length).toBeGreaterThan(20)
      expect(refused).toBeGreaterThan(0)
      expect(total).toMatchObject({
        attempts: requests,
        succeeded: calls - failed.length,
        failed: failed.length,
        interrupted: 0,
        errors: countBy(failed.map(({ left }) => left._tag)),
        attemptErrors: { RateLimitError: refused }
      })
      // Tokens of streams that broke off were never told.
      const sum = (of: (usage: (typeof usages)[number]) => number | undefined) =>
        usages.reduce((all, usage) => all + (of(usage) ?? 0), 0)
      expect(total.tokens).toMatchObject({
        input: sum((usage) => usage?.prompt_tokens),
        output: sum((usage) => usage?.completion_tokens)
      })
      // Each request that the simulator got either failed, or is an answer.
      expect(total.attempts - total.failedAttempts).toBe(total.succeeded)
      expect(total.latency.count).toBe(calls)
      expect(total.firstChunk.count).toBeGreaterThan(0)
      // Sums of fractions, taken in another order.
      const nearly = <T extends { readonly sum: number }>(times: T) => ({ ...times, sum: expect.closeTo(times.sum, 3) })
      expect(window).toEqual({ ...total, latency: nearly(total.latency), firstChunk: nearly(total.firstChunk) })
      expect(inFlight).toBe(0)
      expect(rates.errorRate).toBeCloseTo(failed.length / calls, 10)
      expect(rates.callsPerSecond).toBeCloseTo(calls / rates.seconds, 10)
    }).pipe(Effect.provide(clientOf(simulator, monitor)))
  })
)

it.scopedLive("an alert is raised while the service fails, and cleared when it is well again", () =>
  Effect.gen(function* () {
    const simulator = yield* Simulator.make()
    const monitor = Monitor.layer({
      window: "2 seconds",
      interval: "50 millis",
      rules: [Alert.errorRate({ minCalls: 5 })]
    })
    yield* Effect.gen(function* () {
      const { alerts } = yield* Monitor.Monitor
      const raised = yield* Deferred.make<number>()
      const cleared = yield* Deferred.make<number>()
      const said: Array<string> = []
      yield* alerts.pipe(
        Stream.runForEach(({ _tag, time }) => {
          said.push(_tag)
          return Deferred.succeed(_tag === "Raised" ? raised : cleared, time)
        }),
        Effect.forkScoped
      )
      yield* Effect.forkScoped(Effect.forever(Effect.zipRight(Effect.ignore(ask(1)), Effect.sleep("10 millis"))))
      yield* Effect.sleep("1 second")
      expect(said).toEqual([])
      const broken = Date.now()
      yield* simulator.setFaults("code:1113~60")
      const raisedAt = yield* Deferred.await(raised)
      // Within the window, for a machine that is busy with other things a good while more.
      expect(raisedAt - broken).toBeLessThan(2000 + 8000)
      yield* Effect.sleep("500 millis")
      expect(said).toEqual(["Raised"])
      yield* simulator.setFaults([])
      yield* Deferred.await(cleared)
      expect(said).toEqual(["Raised", "Cleared"])
    }).pipe(Effect.provide(clientOf(simulator, monitor)))
  })
)
