/** Interrupts, early ends, closed clients and reused requests: nothing hangs, and nothing is left behind. */
import { Message, RetryPolicy, Tool, type Zhipu, ZhipuChat, type ZhipuConfig, ZhipuLimits } from "@effect-zhipu/client"
import { Simulator } from "@effect-zhipu/testing"
import { describe, expect, it } from "@effect/vitest"
import {
  Cause,
  Context,
  Deferred,
  Duration,
  Effect,
  Exit,
  Fiber,
  FiberRef,
  Layer,
  Option,
  Schedule,
  Scope,
  Stream,
  Supervisor
} from "effect"
import * as Sim from "../support/simulator.js"

const runs = 300
const atOnce = 30

/**
 * What is done at once may take so long on a busy machine. Whoever waited for the service would wait until a deadline, of a
 * minute and more, or for ever. What it took is printed.
 */
const promptly = 15_000

const median = (numbers: ReadonlyArray<number>): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN

const print = (what: string, millis: ReadonlyArray<number>): void =>
  console.log(`${what}: median ${median(millis).toFixed(1)} ms, at most ${Math.max(...millis).toFixed(1)} ms`)

const timed = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<number, E, R> =>
  Effect.suspend(() => {
    const before = performance.now()
    return Effect.map(effect, () => performance.now() - before)
  })

const openSocketsReach = (most: number) =>
  Effect.gen(function* () {
    const simulator = yield* Simulator.Simulator
    const { openSockets } = yield* Sim.eventually(simulator.stats, (stats) => stats.openSockets <= most)
    expect(openSockets).toBeLessThanOrEqual(most)
  })

/** Runs a part with a client of its own, closes that, and tells which fibers it left behind. */
const withClient = <A, E, R>(
  transport: Sim.Transport,
  options: Partial<ZhipuConfig.Options>,
  part: Effect.Effect<A, E, R>
) =>
  Effect.gen(function* () {
    const supervisor = yield* Supervisor.track
    const fibers = Effect.map(supervisor.value, (all) => all.length)
    const result = yield* part.pipe(
      Effect.zipLeft(
        Effect.map(
          Sim.eventually(fibers, (n) => n === 0),
          (n) => expect(n, "fibers").toBe(0)
        )
      ),
      Effect.supervised(supervisor),
      Effect.provide(Sim.clientLayer(transport, options))
    )
    if (transport === "undici") yield* openSocketsReach(0)
    return result
  })

const stream = ZhipuChat.stream(Sim.question)

const slowly = RetryPolicy.backoff({ base: "1 hour", cap: "1 hour", retries: 9, elapsed: "9 hours" })

/** What the retry policy of the current fiber does when it is asked, just before it sleeps. */
const refused = FiberRef.unsafeMake<Effect.Effect<unknown>>(Effect.void)

/** Starts streams, waits until each is where it is to be interrupted, interrupts them, and gives how long that took. */
const interrupted = <E, R, E2, R2>(
  started: (
    call: number
  ) => Effect.Effect<
    { readonly fiber: Fiber.RuntimeFiber<unknown, unknown>; readonly ready: Effect.Effect<unknown, E2, R2> },
    E,
    R
  >
) =>
  Effect.forEach(
    Array.from({ length: runs }, (_, call) => call),
    (call) =>
      Effect.gen(function* () {
        const { fiber, ready } = yield* started(call)
        yield* ready
        const took = yield* timed(Fiber.interrupt(fiber))
        const exit = yield* Fiber.await(fiber)
        expect(Exit.isInterrupted(exit)).toBe(true)
        return took
      }),
    { concurrency: atOnce }
  )

const prompt = (what: string, times: ReadonlyArray<number>): void => {
  print(what, times)
  expect(times).toHaveLength(runs)
  expect(Math.max(...times)).toBeLessThan(promptly)
}

const shows = (holds: (stats: Simulator.Stats) => boolean) =>
  Effect.gen(function* () {
    const simulator = yield* Simulator.Simulator
    expect(holds(yield* Sim.eventually(simulator.stats, holds))).toBe(true)
  })

for (const transport of Sim.transports) {
  describe(`interrupts over ${transport}`, () => {
    it.live(`73. ${runs} times while queued`, () =>
      withClient(
        transport,
        { limits: { maxInFlight: 1 } },
        Effect.gen(function* () {
          const limits = yield* ZhipuLimits.ZhipuLimits
          const holder = yield* Effect.fork(Stream.runDrain(stream).pipe(Sim.withFaults("idle@chunk:1")))
          yield* shows((stats) => stats.requests === 1)
          const times = yield* interrupted(() =>
            Effect.map(Effect.fork(Stream.runDrain(stream)), (fiber) => ({
              fiber,
              ready: Sim.eventually(limits.state, ({ waiting }) => waiting > 0)
            }))
          )
          prompt(`${transport}: interrupt while queued`, times)
          expect(yield* limits.state).toStrictEqual({ inFlight: 1, waiting: 0 })
          yield* Fiber.interrupt(holder)
          expect(yield* limits.state).toStrictEqual({ inFlight: 0, waiting: 0 })
          const simulator = yield* Simulator.Simulator
          expect((yield* simulator.stats).requests).toBe(1)
        })
      ).pipe(Effect.provide(Simulator.layer()))
    )

    it.live(`73. ${runs} times while it sleeps before a retry`, () =>
      withClient(
        transport,
        {
          retry: Schedule.tapInput(slowly, () => Effect.flatten(FiberRef.get(refused))),
          limits: { maxInFlight: 10_000 }
        },
        Effect.gen(function* () {
          const simulator = yield* Simulator.Simulator
          const limits = yield* ZhipuLimits.ZhipuLimits
          const times = yield* interrupted(() =>
            Effect.gen(function* () {
              const there = yield* Deferred.make<void>()
              const tell = Deferred.succeed(there, undefined)
              const fiber = yield* Effect.fork(Effect.locally(Stream.runDrain(stream), refused, tell))
              return { fiber, ready: Effect.zipRight(Deferred.await(there), Effect.sleep("10 millis")) }
            })
          )
          prompt(`${transport}: interrupt while sleeping`, times)
          expect((yield* simulator.stats).requests).toBe(runs)
          expect((yield* limits.state).inFlight).toBe(0)
          yield* openSocketsReach(atOnce + 10)
        })
      ).pipe(Effect.provide(Simulator.layer({ faults: "code:1305" })))
    )

    it.live(`73. ${runs} times while it waits for headers`, () =>
      withClient(
        transport,
        {},
        Effect.gen(function* () {
          const simulator = yield* Simulator.Simulator
          const times = yield* interrupted((call) => {
            const text = `This is call ${call}.`
            return Effect.map(
              Effect.fork(Stream.runDrain(ZhipuChat.stream({ ...Sim.question, messages: [Message.user(text)] }))),
              (fiber) => ({
                fiber,
                ready: Sim.eventually(simulator.requests, (all) =>
                  all.slice(-2 * atOnce).some(({ body }) => JSON.stringify(body).includes(text))
                )
              })
            )
          })
          prompt(`${transport}: interrupt while connecting`, times)
          yield* shows(({ disconnects, inFlight }) => inFlight === 0 && disconnects.length === runs)
          expect((yield* simulator.stats).requests).toBe(runs)
          yield* openSocketsReach(atOnce + 2)
        })
      ).pipe(Effect.provide(Simulator.layer({ faults: "idle@headers" })))
    )

    it.live(`12b, 73. ${runs} times while it reads: the socket is closed`, () =>
      withClient(
        transport,
        {},
        Effect.gen(function* () {
          const simulator = yield* Simulator.Simulator
          const times = yield* interrupted(() =>
            Effect.gen(function* () {
              const read = yield* Deferred.make<void>()
              const fiber = yield* Effect.fork(Stream.runForEach(stream, () => Deferred.succeed(read, undefined)))
              return { fiber, ready: Deferred.await(read) }
            })
          )
          prompt(`${transport}: interrupt while reading`, times)
          // undici, and with it fetch, opens a connection anew for each that was cut, and keeps that for later.
          yield* shows(({ disconnects }) => disconnects.length === runs)
          yield* openSocketsReach(atOnce + 2)
          const { disconnects, requests } = yield* simulator.stats
          expect([requests, disconnects.length]).toStrictEqual([runs, runs])
        })
      ).pipe(Effect.provide(Simulator.layer({ faults: "idle@chunk:3" })))
    )

    for (const [how, ends] of [
      ["interrupting a stream", "interrupt"],
      ["taking 2 events", "take"]
    ] as const) {
      it.live(`12b. ${how} closes its socket at once`, () =>
        withClient(
          transport,
          {},
          Effect.gen(function* () {
            const simulator = yield* Simulator.Simulator
            const times: Array<number> = []
            for (let i = 0; i < 40; i++) {
              let left = 0
              if (ends === "take") {
                yield* Stream.runDrain(
                  Stream.take(stream, 2).pipe(Stream.tap(() => Effect.sync(() => (left = Date.now()))))
                )
              } else {
                const read = yield* Deferred.make<void>()
                const fiber = yield* Effect.fork(Stream.runForEach(stream, () => Deferred.succeed(read, undefined)))
                yield* Deferred.await(read)
                left = Date.now()
                yield* Fiber.interrupt(fiber)
              }
              const { disconnects } = yield* Sim.eventually(simulator.stats, (stats) => stats.disconnects.length > i)
              times.push((disconnects[i]?.time ?? Number.NaN) - left)
              expect(disconnects[i]?.complete).toBe(false)
            }
            print(`${transport}: ${how}, until the server sees its socket closed`, times)
            expect(Math.max(...times)).toBeLessThan(promptly)
            yield* openSocketsReach(Sim.spareSockets(transport))
          })
        ).pipe(Effect.provide(Simulator.layer({ faults: "idle@chunk:4" })))
      )
    }
  })

  describe(`connections over ${transport}`, () => {
    const whole = Effect.map(Sim.outcomeOf(stream), ({ error }) => expect(error).toBeUndefined())

    // In small pieces, so that the end of the body comes after `[DONE]`, in a read of its own.
    it.live("12. 200 streams, one after the other, use a handful of connections", () =>
      withClient(
        transport,
        {},
        Effect.gen(function* () {
          for (let i = 0; i < 200; i++) yield* whole
          const simulator = yield* Simulator.Simulator
          const { connections, requests } = yield* simulator.stats
          console.log(`${transport}: ${requests} streams over ${connections} connections`)
          expect(requests).toBe(200)
          expect(connections).toBeLessThanOrEqual(8)
        })
      ).pipe(Effect.provide(Simulator.layer({ faults: "split:200" })))
    )

    it.live("12. streams whose sockets stay open after [DONE] end at once, and leak none", () =>
      withClient(
        transport,
        {},
        Effect.gen(function* () {
          for (const round of [1, 2, 3]) {
            const took = yield* timed(Effect.forEach(Array.from({ length: 50 }), () => whole, { concurrency: 10 }))
            expect(took).toBeLessThan(promptly)
            // Each is closed; undici, and with it fetch, opens one anew for each of the 50, and uses it in the next round.
            yield* shows(({ disconnects, inFlight }) => disconnects.length === 50 * round && inFlight === 0)
            yield* openSocketsReach(52)
          }
        })
      ).pipe(Effect.provide(Simulator.layer({ faults: "hang-after-done" })))
    )
  })

  describe(`requests and layers over ${transport}`, () => {
    it.live("79. one request, frozen, used by 20 streams at once is not changed", () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator.Simulator
        const deepFreeze = <A>(value: A): A => {
          if (typeof value === "object" && value !== null) {
            for (const inner of Object.values(value)) deepFreeze(inner)
            Object.freeze(value)
          }
          return value
        }
        const request = deepFreeze({
          model: "glm-4.6",
          messages: [Message.user("What is the weather in Paris?")],
          tools: [
            Tool.fn({ name: "get_weather", description: "The weather", parameters: { type: "object", properties: {} } })
          ],
          stop: ["never"],
          temperature: 0.5
        })
        const before = JSON.stringify(request)
        const same = ZhipuChat.stream(request)
        const outcomes = yield* Effect.forEach(Array.from({ length: 20 }), () => Sim.outcomeOf(same), {
          concurrency: 20
        })
        const completion = yield* ZhipuChat.complete(request)
        for (const outcome of outcomes) {
          expect(outcome.error).toBeUndefined()
          expect(Sim.callsOf(outcome.events)).toStrictEqual(Sim.callsOf(outcomes[0]?.events ?? []))
        }
        expect(completion.choices[0]?.message?.content).toBe(Sim.textOf(outcomes[0]?.events ?? []))
        expect(JSON.stringify(request)).toBe(before)
        const bodies = (yield* simulator.requests).map(({ body }) => JSON.stringify(body))
        expect(new Set(bodies.slice(0, 20)).size).toBe(1)
        expect(JSON.parse(bodies[0] ?? "")).toStrictEqual({ ...request, stream: true })
      }).pipe(Effect.provide(Sim.layer(transport)))
    )

    /** A client that is closed by hand. */
    const built = (options: Partial<ZhipuConfig.Options> = {}) =>
      Effect.gen(function* () {
        const scope = yield* Scope.make()
        const services: Context.Context<Zhipu.Zhipu> = yield* Layer.buildWithScope(
          Layer.fresh(Sim.clientLayer(transport, options)),
          scope
        )
        return {
          chat: Context.get(services, ZhipuChat.ZhipuChat),
          limits: Context.get(services, ZhipuLimits.ZhipuLimits),
          close: Scope.close(scope, Exit.void)
        }
      })

    it.live("80. two clients in one program: closing one does not touch the other", () =>
      Effect.gen(function* () {
        const one = yield* built()
        const two = yield* built()
        const running = yield* Effect.fork(Sim.outcomeOf(two.chat.stream(Sim.question)).pipe(Sim.withFaults("slow:5")))
        expect((yield* Sim.outcomeOf(one.chat.stream(Sim.question))).error).toBeUndefined()
        yield* one.close
        expect((yield* Fiber.join(running)).error).toBeUndefined()
        expect((yield* Sim.outcomeOf(two.chat.stream(Sim.question))).error).toBeUndefined()
        yield* two.close
      }).pipe(Effect.provide(Simulator.layer()))
    )

    it.live("80. a stream that runs when its client is closed fails with phase closed, and what came", () =>
      Effect.gen(function* () {
        const { chat, close } = yield* built()
        const read = yield* Deferred.make<void>()
        const running = yield* Effect.fork(
          Sim.outcomeOf(Stream.tap(chat.stream(Sim.question), () => Deferred.succeed(read, undefined)))
        )
        yield* Deferred.await(read)
        const took = yield* timed(close)
        const outcome = yield* Fiber.join(running)
        expect(Sim.describeOutcome(outcome, outcome)).toBe("ConnectionError closed")
        expect(outcome.error?.partial?.choices[0]?.message?.reasoning_content).toBe(Sim.reasoningOf(outcome.events))
        expect(took).toBeLessThan(promptly)
        yield* openSocketsReach(Sim.spareSockets(transport))
      }).pipe(Effect.provide(Simulator.layer({ faults: "idle@chunk:3" })))
    )

    it.live(
      "80. streams that wait for a permit, or for their next attempt, when their client is closed fail likewise",
      () =>
        Effect.gen(function* () {
          const there = yield* Deferred.make<void>()
          const { chat, close, limits } = yield* built({
            limits: { perModel: { "glm-4.6": 1 } },
            retry: Schedule.tapInput(slowly, () => Deferred.succeed(there, undefined))
          })
          const run = (model: string, faults: string) =>
            Effect.fork(Sim.outcomeOf(chat.stream({ ...Sim.question, model })).pipe(Sim.withFaults(faults)))
          const sleeping = yield* run("glm-4.5-air", "code:1305")
          const holding = yield* run("glm-4.6", "idle@chunk:2")
          yield* shows((stats) => stats.requests === 2)
          const waiting = yield* run("glm-4.6", "")
          yield* Deferred.await(there)
          expect(yield* Sim.eventually(limits.state, ({ waiting }) => waiting === 1)).toMatchObject({ waiting: 1 })
          expect(yield* timed(close)).toBeLessThan(promptly)
          const outcomes = yield* Fiber.join(Fiber.all([sleeping, holding, waiting]))
          expect(outcomes.map((outcome) => Sim.describeOutcome(outcome, outcome))).toStrictEqual(
            Array.from({ length: 3 }, () => "ConnectionError closed")
          )
        }).pipe(Effect.provide(Simulator.layer()))
    )

    it.live("80. a stream that is started after its client was closed fails with phase closed, and sends nothing", () =>
      Effect.gen(function* () {
        const { chat, close } = yield* built()
        yield* close
        const exit = yield* Sim.outcomeOf(chat.stream(Sim.question)).pipe(
          Effect.timeoutOption(Duration.seconds(20)),
          Effect.exit
        )
        const outcome = Exit.isSuccess(exit) ? Option.getOrUndefined(exit.value) : undefined
        expect(Exit.isSuccess(exit) ? "" : Cause.pretty(exit.cause)).toBe("")
        expect(outcome === undefined ? "it hangs" : Sim.describeOutcome(outcome, outcome)).toBe(
          "ConnectionError closed"
        )
        const simulator = yield* Simulator.Simulator
        expect((yield* simulator.stats).requests).toBe(0)
      }).pipe(Effect.provide(Simulator.layer()))
    )
  })
}
