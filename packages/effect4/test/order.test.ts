/**
 * What Effect 4 changes in order. A fiber that waits is run by whoever wakes it, in that one's stack: the consumer of an answer runs
 * inside of the transport's callback, and whatever it does happens there. And who is interrupted has ended before
 * `interruptUnsafe` returns.
 */
import { describe, expect, it } from "@effect/vitest"
import {
  CallObserver,
  ChatCompletion,
  ChunkEvent,
  Message,
  Zhipu,
  ZhipuChat,
  type ZhipuConfig,
  ZhipuLimits
} from "@effect-zhipu/effect4"
import { UndiciHttpClient } from "@effect-zhipu/effect4/node"
import { Simulator } from "@effect-zhipu/effect4/testing"
import { Context, Deferred, Effect, Exit, Fiber, Layer, Option, Redacted, Scope, Stream } from "effect"
import { FetchHttpClient, HttpClient } from "effect/http"

const request = { model: "glm-4.6", messages: [Message.user("Why is the sky blue? Tell me all of it.")] }

const clientOf = (
  transport: Layer.Layer<HttpClient.HttpClient>,
  options: { readonly idle?: number; readonly limits?: ZhipuConfig.Options["limits"] } = {}
) =>
  Layer.unwrap(
    Effect.map(Simulator.Simulator, (simulator) =>
      Zhipu.layer({
        apiKey: simulator.apiKey,
        baseUrl: simulator.baseUrl,
        ...(options.limits === undefined ? {} : { limits: options.limits }),
        ...(options.idle === undefined ? {} : { deadlines: { idle: options.idle } })
      }).pipe(Layer.provide(transport))
    )
  )

const whole = Effect.map(ZhipuChat.complete(request), ChatCompletion.text)

for (const [name, transport] of [
  ["undici", UndiciHttpClient.layer],
  ["fetch", FetchHttpClient.layer]
] as const) {
  describe(`over ${name}`, () => {
    const simulated = <A, E>(effect: Effect.Effect<A, E, ZhipuChat.ZhipuChat | Simulator.Simulator>) =>
      effect.pipe(
        Effect.provide(clientOf(transport)),
        Effect.provide(Simulator.layer({ tokensPerSecond: 400, firstTokenDelay: 5 }))
      )

    it.live("a consumer that takes one event ends the answer, and the client goes on", () =>
      simulated(
        Effect.gen(function* () {
          for (let round = 0; round < 5; round++) {
            const first = yield* Stream.runHead(ZhipuChat.stream(request))
            expect(Option.map(first, ({ _tag }) => _tag)).toEqual(Option.some("Started"))
          }
          expect(yield* whole).toContain("sky")
        })
      )
    )

    it.live("a consumer that throws ends its own answer alone", () =>
      simulated(
        Effect.gen(function* () {
          const defect = new Error("of the consumer")
          let seen = 0
          const throwing = Stream.runForEach(ZhipuChat.stream(request), () =>
            Effect.sync(() => {
              if (++seen === 3) throw defect
            })
          )
          const [exit, answer] = yield* Effect.all([Effect.exit(throwing), whole], { concurrency: 2 })
          expect(exit).toEqual(Exit.die(defect))
          expect(answer).toContain("sky")
          expect(yield* whole).toContain("sky")
        })
      )
    )

    it.live("a consumer that asks again meanwhile gets both answers whole", () =>
      simulated(
        Effect.gen(function* () {
          let nested = ""
          const answer = yield* ZhipuChat.stream(request).pipe(
            Stream.tap((event) =>
              event._tag === "ContentDelta" && nested === ""
                ? Effect.map(whole, (text) => {
                    nested = text
                  })
                : Effect.void
            ),
            ChunkEvent.fold
          )
          expect(nested).toContain("sky")
          expect(ChatCompletion.text(answer)).toBe(nested)
        })
      )
    )

    it.live("a consumer that interrupts itself leaves nothing behind", () =>
      simulated(
        Effect.gen(function* () {
          for (let round = 0; round < 5; round++) {
            const self = yield* Effect.forkChild(
              Effect.withFiber((fiber) =>
                Stream.runForEach(ZhipuChat.stream(request), (event) =>
                  event._tag === "ContentDelta" ? Effect.sync(() => fiber.interruptUnsafe()) : Effect.void
                )
              )
            )
            expect(Exit.hasInterrupts(yield* Fiber.await(self))).toBe(true)
          }
          const { inFlight } = yield* Effect.flatMap(Simulator.Simulator, ({ stats }) =>
            stats.pipe(
              Effect.tap(() => Effect.sleep(10)),
              Effect.repeat({ until: (stats) => stats.inFlight === 0, times: 200 })
            )
          )
          expect(inFlight).toBe(0)
          expect(yield* whole).toContain("sky")
        })
      )
    )

    it.live("who is interrupted has run its finalizers, told its observers and given its permit back at once", () => {
      const log: Array<string> = []
      const observed = CallObserver.add({
        start: () => ({ ended: ({ outcome }) => Effect.sync(() => void log.push(`observer: ${outcome}`)) })
      })
      return Effect.gen(function* () {
        const limits = yield* ZhipuLimits.ZhipuLimits
        const began = yield* Deferred.make<void>()
        const fiber = yield* ZhipuChat.stream(request).pipe(
          Stream.runForEach((event) =>
            event._tag === "ContentDelta" ? Deferred.succeed(began, undefined) : Effect.void
          ),
          Effect.ensuring(Effect.sync(() => void log.push("finalizer"))),
          Effect.forkChild
        )
        yield* Deferred.await(began)
        // Out of the consumer's own stack, which it runs to the end of before it can be interrupted.
        yield* Effect.sleep(20)
        expect(yield* limits.state).toEqual({ inFlight: 1, waiting: 0 })
        fiber.interruptUnsafe()
        log.push("returned")
        // The end of a request of fetch is a promise's.
        if (name === "fetch") yield* Fiber.await(fiber)
        else expect(log.at(-1)).toBe("returned")
        expect(yield* limits.state).toEqual({ inFlight: 0, waiting: 0 })
        expect(log.filter((what) => what !== "returned")).toEqual(["observer: interrupted", "finalizer"])
        expect(Exit.hasInterrupts(yield* Fiber.await(fiber))).toBe(true)
        expect(yield* whole).toContain("sky")
      }).pipe(
        Effect.provide(Layer.provide(clientOf(transport, { limits: { maxInFlight: 1 } }), observed)),
        Effect.provide(Simulator.layer({ tokensPerSecond: 100, firstTokenDelay: 5 }))
      )
    })

    it.live("a consumer may end another one's answer in the middle, and gets its own whole", () =>
      simulated(
        Effect.gen(function* () {
          const began = yield* Deferred.make<void>()
          const other = yield* ZhipuChat.stream(request).pipe(
            Stream.runForEach(() => Deferred.succeed(began, undefined)),
            Effect.forkChild
          )
          yield* Deferred.await(began)
          const answer = yield* ZhipuChat.stream(request).pipe(
            Stream.tap(() => Effect.sync(() => other.interruptUnsafe())),
            ChunkEvent.fold
          )
          expect(ChatCompletion.text(answer)).toBe(yield* whole)
          expect(Exit.hasInterrupts(yield* Fiber.await(other))).toBe(true)
        })
      )
    )

    it.live("a consumer that computes for longer than the idle deadline meets none: what it waits for is there", () =>
      Effect.gen(function* () {
        let rounds = 0
        const answer = yield* ZhipuChat.stream(request).pipe(
          Stream.tap(() =>
            Effect.sync(() => {
              if (++rounds > 4) return
              const until = performance.now() + 300
              while (performance.now() < until);
            })
          ),
          ChunkEvent.fold
        )
        expect(ChatCompletion.text(answer)).toContain("sky")
      }).pipe(
        Effect.provide(clientOf(transport, { idle: 150 })),
        Effect.provide(Simulator.layer({ tokensPerSecond: 400 }))
      )
    )

    it.live("a consumer that closes its client ends, and hangs nowhere", () =>
      Effect.gen(function* () {
        const scope = yield* Scope.make()
        const services = yield* Layer.buildWithScope(Layer.fresh(clientOf(transport)), scope)
        const exit = yield* Context.get(services, ZhipuChat.ZhipuChat)
          .stream(request)
          .pipe(
            Stream.runForEach((event) => (event._tag === "ContentDelta" ? Scope.close(scope, Exit.void) : Effect.void)),
            Effect.timeout("20 seconds"),
            Effect.exit
          )
        expect(Exit.isFailure(exit) && exit.cause.reasons).toMatchObject([
          { _tag: "Fail", error: { _tag: "ConnectionError", phase: "closed" } }
        ])
      }).pipe(Effect.provide(Simulator.layer({ tokensPerSecond: 400, firstTokenDelay: 5 })))
    )

    it.live("a deadline is what is told, and not the interruption that it causes", () =>
      Stream.runDrain(ZhipuChat.stream(request)).pipe(
        Effect.flip,
        Effect.map((error) => expect(error).toMatchObject({ _tag: "DeadlineExceededError", phase: "idle" })),
        Effect.provide(clientOf(transport, { idle: 200 })),
        Effect.provide(Simulator.layer({ faults: "slow:600" }))
      )
    )
  })
}

it.live(
  "a stream that is started after its client was closed is told so, and does not wait for a fiber that never began",
  () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const services = yield* Layer.buildWithScope(Layer.fresh(clientOf(UndiciHttpClient.layer)), scope)
      yield* Scope.close(scope, Exit.void)
      const chat = Context.get(services, ZhipuChat.ZhipuChat)
      const error = yield* Effect.flip(Stream.runDrain(chat.stream(request))).pipe(Effect.timeout("20 seconds"))
      expect(error).toMatchObject({ _tag: "ConnectionError", phase: "closed" })
      const { requests } = yield* Effect.flatMap(Simulator.Simulator, ({ stats }) => stats)
      expect(requests).toBe(0)
    }).pipe(Effect.provide(Simulator.layer()))
)

it.live("observers of several layers are all told, each once", () =>
  Effect.gen(function* () {
    const told: Array<string> = []
    const observer = (name: string) =>
      CallObserver.add({ start: () => ({ ended: () => Effect.sync(() => void told.push(name)) }) })
    const client = Layer.provide(clientOf(UndiciHttpClient.layer), [observer("one"), observer("two")])
    yield* whole.pipe(Effect.provide(Layer.provide(client, observer("three"))), Effect.provide(Simulator.layer()))
    expect(told.toSorted()).toEqual(["one", "three", "two"])
  })
)

it.effect("the request of a stream leaves in the turn in which the stream is run", () =>
  Effect.gen(function* () {
    let asked = 0
    const http = HttpClient.make(() => {
      asked++
      return Effect.never
    })
    const client = Zhipu.layer({ apiKey: Redacted.make("id.secret") }).pipe(
      Layer.provide(Layer.succeed(HttpClient.HttpClient, http))
    )
    yield* Effect.gen(function* () {
      const context = yield* Effect.context<ZhipuChat.ZhipuChat>()
      const fiber = Effect.runForkWith(context)(Stream.runDrain(ZhipuChat.stream(request)))
      expect(asked).toBe(1)
      yield* Fiber.interrupt(fiber)
    }).pipe(Effect.provide(client))
  })
)
