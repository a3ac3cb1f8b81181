import { describe, expect, it } from "@effect/vitest"
import {
  ChatCompletion,
  ChunkEvent,
  Message,
  StructuredOutput,
  ZhipuCache,
  ZhipuChat,
  ZhipuConfig
} from "@effect-zhipu/client"
import { MockChat } from "@effect-zhipu/testing"
import { KeyValueStore } from "@effect/platform"
import { Chunk, Duration, Effect, Either, Layer, Option, Redacted, Ref, Schema, Stream, TestClock } from "effect"

const key = "0123456789abcdef0123456789abcdef.fedcba9876543210"

const ask = (text: string, more: object = {}) => ({ model: "glm-4.6", messages: [Message.user(text)], ...more })

/** A client whose every answer is another, and the keys and values of its store. */
const trial = (options: ZhipuCache.Options = {}, replies: MockChat.Script | undefined = undefined) =>
  Effect.gen(function* () {
    const kept = yield* Ref.make<ReadonlyMap<string, string>>(new Map())
    const store = Layer.succeed(ZhipuCache.Store, {
      get: (key) => Effect.map(Ref.get(kept), (kept) => Option.fromNullable(kept.get(key))),
      set: (key, value) => Ref.update(kept, (kept) => new Map([...kept, [key, value]]))
    })
    const config = ZhipuConfig.layer({ apiKey: Redacted.make(key) })
    const chat = MockChat.layer(replies ?? ((_, n) => MockChat.text(`answer ${n}`)))
    const context = yield* Layer.build(
      ZhipuCache.layer(options).pipe(Layer.provideMerge(Layer.mergeAll(store, config, chat)))
    )
    const complete = (request: Parameters<typeof ZhipuChat.complete>[0]) =>
      Effect.provide(Effect.map(ZhipuChat.complete(request), ChatCompletion.text), context)
    const events = (request: Parameters<typeof ZhipuChat.complete>[0]) =>
      Effect.provide(Effect.map(Stream.runCollect(ZhipuChat.stream(request)), Chunk.toReadonlyArray), context)
    return { complete, events, kept: Ref.get(kept), context }
  })

describe("the cache of answers", () => {
  it.scoped("gives the same request the same answer, whatever the order of its fields", () =>
    Effect.gen(function* () {
      const { complete } = yield* trial()
      expect(yield* complete(ask("a", { temperature: 0.5, top_p: 1 }))).toBe("answer 0")
      expect(yield* complete({ top_p: 1, temperature: 0.5, ...ask("a"), request_id: "another" })).toBe("answer 0")
      expect(yield* complete(ask("a", { temperature: 0.6, top_p: 1 }))).toBe("answer 1")
      expect(yield* complete(ask("b"))).toBe("answer 2")
    })
  )

  it.scoped("gives a stream with its events", () =>
    Effect.gen(function* () {
      const { events } = yield* trial()
      const first = yield* events(ask("a"))
      expect(first.some(ChunkEvent.isFinished)).toBe(true)
      expect(yield* events(ask("a"))).toEqual(first)
      expect(yield* events(ask("b"))).not.toEqual(first)
    })
  )

  const unfit: ReadonlyArray<readonly [string, string]> = [
    ["was cut", "length"],
    ["was filtered", "sensitive"],
    ["met a failure of the network", "network_error"]
  ]
  it.scoped.each(unfit)("keeps no answer that %s", ([, reason]) =>
    Effect.gen(function* () {
      const { complete, events, kept } = yield* trial({}, () => MockChat.text("half", { finishReason: reason }))
      yield* Effect.exit(complete(ask("a")))
      yield* Effect.exit(events(ask("a")))
      expect((yield* kept).size).toBe(0)
    })
  )

  it.scoped("keeps no whole document with a tool call that was cut", () =>
    Effect.gen(function* () {
      const kept = yield* Ref.make(0)
      const call = { id: "c", type: "function", function: { name: "f", arguments: '{"city":"Ber' } }
      const choices = [{ finish_reason: "tool_calls", message: { content: "", tool_calls: [call] } }]
      const cached = ZhipuCache.layer().pipe(
        Layer.provide([
          Layer.succeed(ZhipuCache.Store, {
            // As versions before this one kept them.
            get: () => Effect.succeedSome(JSON.stringify({ choices })),
            set: () => Ref.update(kept, (n) => n + 1)
          }),
          ZhipuConfig.layer({ apiKey: Redacted.make(key) }),
          Layer.succeed(ZhipuChat.ZhipuChat, {
            complete: () => Effect.succeed({ id: "new", choices }),
            stream: () => Stream.empty
          })
        ])
      )
      expect((yield* Effect.provide(ZhipuChat.complete(ask("a")), cached)).id).toBe("new")
      expect(yield* Ref.get(kept)).toBe(0)
    })
  )

  it.scoped("keeps of structured output what fits, and asks anew for what does not", () =>
    Effect.gen(function* () {
      const { context, kept } = yield* trial({}, (_, n) => MockChat.text(n < 2 ? "no JSON" : '{"a":1}'))
      const generate = <A, I>(schema: Schema.Schema<A, I>, maxAttempts: number) =>
        StructuredOutput.generate({ request: ask("a"), schema, maxAttempts }).pipe(
          Effect.either,
          Effect.provide(context)
        )
      const loose = Schema.Struct({ a: Schema.Number })
      expect(Either.isLeft(yield* generate(loose, 2))).toBe(true)
      expect((yield* kept).size).toBe(0)
      expect(Either.getOrThrow(yield* generate(loose, 1)).attempts).toBe(1)
      expect((yield* kept).size).toBe(1)
      const asked = Effect.flatMap(MockChat.MockChat, ({ requests }) =>
        Effect.map(requests, ({ length }) => length)
      ).pipe(Effect.provide(context))
      expect(yield* asked).toBe(3)
      expect(Either.isRight(yield* generate(loose, 1))).toBe(true)
      expect(yield* asked).toBe(3)
      // The same to the model, yet another to the program: what was kept for the first one is no answer for this one.
      const strict = loose.pipe(Schema.filter(({ a }) => a > 1, { jsonSchema: {} }))
      const stream = StructuredOutput.stream({ request: ask("a"), schema: strict, maxAttempts: 1 })
      const values = yield* Effect.provide(Effect.either(Stream.runDrain(stream)), context)
      expect(Either.isLeft(values)).toBe(true)
      expect(yield* asked).toBe(4)
    })
  )

  it.scoped("keeps nothing of a stream that was left", () =>
    Effect.gen(function* () {
      const { context, kept } = yield* trial({}, () => Stream.rechunk(Stream.fromIterable(MockChat.text("Hi")), 1))
      yield* Effect.provide(Stream.runDrain(Stream.take(ZhipuChat.stream(ask("a")), 1)), context)
      expect((yield* kept).size).toBe(0)
    })
  )

  it.scoped("keeps a stream that was left at its last event", () =>
    Effect.gen(function* () {
      const { context, events, kept } = yield* trial()
      const asked = ZhipuChat.stream(ask("a"))
      yield* Effect.provide(Stream.runDrain(Stream.takeUntil(asked, ChunkEvent.isFinished)), context)
      expect((yield* kept).size).toBe(1)
      expect(ChatCompletion.text(ChunkEvent.toCompletion(yield* events(ask("a"))))).toBe("answer 0")
    })
  )

  it.scoped("keeps nothing of a stream of several choices that was left before the last had ended", () =>
    Effect.gen(function* () {
      const first = MockChat.text("first")
      const other = MockChat.text("other").map((event) => ("choice" in event ? { ...event, choice: 1 } : event))
      const both = [...first.slice(0, -1), ...other.slice(1, -1), ...first.slice(-1)]
      const { context, kept } = yield* trial({}, () =>
        Stream.concat(Stream.fromIterable(both), Stream.fromIterable(other.slice(-1)))
      )
      const stream = ZhipuChat.stream(ask("a"))
      yield* Effect.provide(Stream.runDrain(Stream.takeUntil(stream, ChunkEvent.isFinished)), context)
      expect((yield* kept).size).toBe(0)
      yield* Effect.provide(Stream.runDrain(stream), context)
      expect((yield* kept).size).toBe(1)
    })
  )

  it.scoped("holds no key, and tells namespaces apart", () =>
    Effect.gen(function* () {
      const tenant = yield* Ref.make("one")
      const { complete, kept } = yield* trial({ namespace: Ref.get(tenant) })
      expect(yield* complete(ask("a"))).toBe("answer 0")
      yield* Ref.set(tenant, "two")
      expect(yield* complete(ask("a"))).toBe("answer 1")
      const all = JSON.stringify([...(yield* kept)])
      for (const part of [key, ...key.split(".")]) expect(all).not.toContain(part)
    })
  )

  it.scoped("tells of hits, and leaves out what it shall", () =>
    Effect.gen(function* () {
      const told: Array<boolean> = []
      const { complete, kept } = yield* trial({
        when: ({ temperature }) => temperature === 0,
        onLookup: ({ hit }) => Effect.sync(() => void told.push(hit))
      })
      yield* complete(ask("a"))
      yield* complete(ask("a", { temperature: 0 }))
      yield* complete(ask("a", { temperature: 0 }))
      expect(told).toEqual([false, true])
      expect((yield* kept).size).toBe(1)
    })
  )

  it.scoped("keeps no answer that is too long", () =>
    Effect.gen(function* () {
      const { complete, events, kept } = yield* trial({ maxLength: 5 })
      yield* complete(ask("a"))
      yield* events(ask("a"))
      expect((yield* kept).size).toBe(0)
    })
  )

  const unwritten = (): never => {
    throw new Error("a store of somebody's own")
  }

  it.scoped("gives what it has though it cannot be written as JSON, or whoever looks on fails", () =>
    Effect.gen(function* () {
      let deep: unknown = 1
      for (let i = 0; i < 20_000; i++) deep = [deep]
      const answer = { choices: [{ finish_reason: "stop", message: { content: "asked", deep } }] }
      const cached = ZhipuCache.layer({ onLookup: unwritten }).pipe(
        Layer.provide([
          ZhipuCache.storeMemory(),
          ZhipuConfig.layer({ apiKey: Redacted.make(key) }),
          Layer.succeed(ZhipuChat.ZhipuChat, { complete: () => Effect.succeed(answer), stream: () => Stream.empty })
        ])
      )
      expect(ChatCompletion.text(yield* Effect.provide(ZhipuChat.complete(ask("a")), cached))).toBe("asked")
    })
  )

  it.live("asks the service where its store fails, hangs, or holds what it cannot read", () =>
    Effect.gen(function* () {
      const bad: ReadonlyArray<ZhipuCache.Service> = [
        {
          get: () => new ZhipuCache.StoreError({ cause: "down" }),
          set: () => new ZhipuCache.StoreError({ cause: "down" })
        },
        { get: () => Effect.never, set: () => Effect.never },
        { get: () => Effect.die("down"), set: () => Effect.die("down") },
        { get: () => unwritten(), set: () => unwritten() },
        { get: () => Effect.succeedSome("{"), set: () => Effect.void }
      ]
      for (const store of bad) {
        const complete = ZhipuChat.complete(ask("a"))
        const streamed = ChunkEvent.fold(ZhipuChat.stream(ask("a")))
        const left = Effect.map(
          Stream.runCollect(Stream.takeUntil(ZhipuChat.stream(ask("a")), ChunkEvent.isFinished)),
          ChunkEvent.toCompletion
        )
        const texts = yield* Effect.forEach([complete, streamed, left], Effect.map(ChatCompletion.text)).pipe(
          Effect.timeout("10 seconds"),
          Effect.provide(
            ZhipuCache.layer({ storeTimeout: "50 millis" }).pipe(
              Layer.provide([
                Layer.succeed(ZhipuCache.Store, store),
                ZhipuConfig.layer({ apiKey: Redacted.make(key) }),
                MockChat.layer(() => MockChat.text("asked"))
              ])
            )
          )
        )
        expect(texts).toEqual(["asked", "asked", "asked"])
      }
    })
  )
})

const oneMinute = Duration.minutes(1)

const stores = [
  ["memory", ZhipuCache.storeMemory({ capacity: 2 })],
  ["a KeyValueStore", Layer.provide(ZhipuCache.storeKeyValue, KeyValueStore.layerMemory)]
] as const

describe.each(stores)("a store in %s", (name, layer) => {
  it.effect("keeps a value for its time", () =>
    Effect.gen(function* () {
      const store = yield* ZhipuCache.Store
      yield* store.set("a", "1", oneMinute)
      expect(yield* store.get("a")).toEqual(Option.some("1"))
      yield* TestClock.adjust("59 seconds")
      expect(yield* store.get("a")).toEqual(Option.some("1"))
      yield* TestClock.adjust("1 second")
      expect(yield* store.get("a")).toEqual(Option.none())
      yield* store.set("a", "1", Duration.infinity)
      yield* TestClock.adjust("100 days")
      expect(yield* store.get("a")).toEqual(Option.some("1"))
      if (name !== "memory") return
      for (const key of ["a", "b"]) yield* store.set(key, key, oneMinute)
      yield* store.get("a")
      yield* store.set("c", "c", oneMinute)
      expect(yield* store.get("b")).toEqual(Option.none())
      expect(yield* store.get("a")).toEqual(Option.some("a"))
    }).pipe(Effect.provide(layer))
  )
})
