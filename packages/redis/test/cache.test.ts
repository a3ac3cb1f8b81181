/** Answers kept in a real Redis. */
import { describe, expect, it } from "@effect/vitest"
import { ChatCompletion, ChunkEvent, Message, ZhipuCache, ZhipuChat, ZhipuConfig } from "@effect-zhipu/client"
import { RedisCache } from "@effect-zhipu/redis"
import { MockChat } from "@effect-zhipu/testing"
import { Chunk, ConfigError, ConfigProvider, Context, Duration, Effect, Layer, Option, Redacted, Stream } from "effect"
import { testKey, untilTrue } from "./support/limits.js"
import * as Server from "./support/redis.js"

if (Server.found.path === undefined) console.warn(`SKIPPED: the tests of the cache in Redis. ${Server.found.reason}.`)

const request = { model: "glm-4.6", messages: [Message.user("Why is the sky blue?")] }

/** A process with a client whose every answer is another. */
const process = (store: Layer.Layer<ZhipuCache.Store, ConfigError.ConfigError>, options: ZhipuCache.Options = {}) =>
  Effect.gen(function* () {
    let asked = 0
    const told: Array<boolean> = []
    const chat = MockChat.layer(() => MockChat.text(`answer ${++asked} of a process`))
    const context = yield* Layer.build(
      ZhipuCache.layer({ onLookup: ({ hit }) => Effect.sync(() => void told.push(hit)), ...options }).pipe(
        Layer.provide([store, chat, ZhipuConfig.layer({ apiKey: Redacted.make(testKey) })])
      )
    )
    const complete = Effect.provide(Effect.map(ZhipuChat.complete(request), ChatCompletion.text), context)
    const events = Effect.provide(
      Effect.map(Stream.runCollect(ZhipuChat.stream(request)), Chunk.toReadonlyArray),
      context
    )
    return { complete, events, told, asked: () => asked }
  })

const storeOf = (options: RedisCache.Options) =>
  Effect.map(Layer.build(RedisCache.layer(options)), Context.get(ZhipuCache.Store))

describe.skipIf(Server.found.path === undefined)("answers in Redis", () => {
  it.scopedLive("are given to other processes, streams with their events, and no key is among them", () =>
    Effect.gen(function* () {
      const { look, url } = yield* Server.make
      const one = yield* process(RedisCache.layer({ redis: Redacted.make(url) }))
      const other = yield* process(
        Layer.provide(
          RedisCache.layerConfig(),
          Layer.setConfigProvider(ConfigProvider.fromMap(new Map([["REDIS_URL", url]])))
        )
      )
      const text = yield* one.complete
      expect(yield* other.complete).toBe(text)
      const events = yield* one.events
      expect(events.some(ChunkEvent.isFinished)).toBe(true)
      expect(yield* other.events).toEqual(events)
      expect([one.asked(), other.asked()]).toEqual([2, 0])
      expect([one.told, other.told]).toEqual([
        [false, false],
        [true, true]
      ])
      const keys = yield* Effect.promise(() => look.keys("*"))
      expect(keys).toHaveLength(2)
      for (const key of keys) expect(key).toMatch(/^\{zhipu\}:answer:[0-9a-f]{64}$/)
      const values = yield* Effect.promise(() => look.mget(keys))
      for (const secret of [testKey, ...testKey.split("."), "sky blue"]) {
        expect([...keys, ...values].join("\n")).not.toContain(secret)
      }
    })
  )

  it.scopedLive("last as long as they are told to, and are kept apart by their prefix", () =>
    Effect.gen(function* () {
      const { look, url } = yield* Server.make
      const redis = Redacted.make(url)
      const store = yield* storeOf({ redis, prefix: "one" })
      yield* store.set("a", "1", Duration.minutes(1))
      yield* store.set("b", "2", Duration.infinity)
      yield* store.set("c", "3", Duration.zero)
      expect(yield* store.get("a")).toEqual(Option.some("1"))
      expect(yield* store.get("b")).toEqual(Option.some("2"))
      expect(yield* store.get("c")).toEqual(Option.none())
      const left = yield* Effect.promise(() => look.pttl("{one}:answer:a"))
      expect(left).toBeGreaterThan(30_000)
      expect(left).toBeLessThanOrEqual(60_000)
      expect(yield* Effect.promise(() => look.pttl("{one}:answer:b"))).toBe(-1)
      yield* store.set("a", "4", Duration.millis(1))
      yield* Effect.sleep("20 millis")
      expect(yield* store.get("a")).toEqual(Option.none())
      expect(yield* (yield* storeOf({ redis, prefix: "two" })).get("b")).toEqual(Option.none())
    })
  )

  it.scopedLive("that are broken, or of somebody else, are asked for anew", () =>
    Effect.gen(function* () {
      const { look, url } = yield* Server.make
      const { asked, complete, events } = yield* process(RedisCache.layer({ redis: Redacted.make(url) }))
      yield* Effect.zipRight(complete, events)
      const keys = yield* Effect.promise(() => look.keys("*"))
      const foreign: ReadonlyArray<(key: string) => Promise<unknown>> = [
        (key) => look.set(key, '[{"_tag":"ContentDelta","choice":0,"te'),
        (key) => look.set(key, '{"choices":"none"}'),
        (key) => look.set(key, Buffer.from([0xff, 0xfe, 0x00])),
        (key) => look.del(key).then(() => look.lpush(key, "a list"))
      ]
      for (const write of foreign) {
        const before = asked()
        yield* Effect.promise(() => Promise.all(keys.map(write)))
        expect(yield* complete).toBe(`answer ${before + 1} of a process`)
        expect((yield* events).some(ChunkEvent.isFinished)).toBe(true)
        expect(asked()).toBe(before + 2)
      }
      // What was written over a list was kept again.
      yield* complete
      expect(asked()).toBe(2 + 2 * foreign.length)
    })
  )

  it.scopedLive("cost no call where Redis is away, and little time", () =>
    Effect.gen(function* () {
      const { kill, restart, url } = yield* Server.make
      const layer = RedisCache.layer({ redis: Redacted.make(url), commandTimeout: "200 millis" })
      const { asked, complete } = yield* process(layer)
      yield* complete
      yield* kill
      for (let i = 2; i < 6; i++) expect(yield* complete).toBe(`answer ${i} of a process`)
      yield* restart
      const store = yield* storeOf({ redis: Redacted.make(url) })
      yield* store.set("a", "1", Duration.minutes(1))
      let kept = false
      yield* Effect.forkScoped(
        Effect.forever(
          Effect.gen(function* () {
            const before = asked()
            yield* complete
            kept = kept || asked() === before
            yield* Effect.sleep("20 millis")
          })
        )
      )
      yield* untilTrue(() => kept)
    })
  )
})

describe("the options of the cache in Redis", () => {
  it.scoped("are checked, and tell no password", () =>
    Effect.gen(function* () {
      const wrong: ReadonlyArray<RedisCache.Options> = [
        { redis: Redacted.make("http://:fictional-password@localhost") },
        { redis: "redis://localhost", commandTimeout: "0 seconds" }
      ]
      for (const options of wrong) {
        const error = yield* Effect.flip(Layer.build(RedisCache.layer(options)))
        expect(ConfigError.isConfigError(error)).toBe(true)
        expect(String(error)).not.toContain("fictional-password")
      }
    })
  )
})
