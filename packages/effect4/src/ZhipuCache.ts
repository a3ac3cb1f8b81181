// Generated from packages/client/src/ZhipuCache.ts by scripts/effect4: change that file.
/**
 * Answers that are kept, and given again for the same request: a layer between a program and its client. Nothing is kept without
 * it.
 *
 * - Only whole answers are kept: those that ended with `stop` or `tool_calls`, without a warning, and whose tool calls are whole. One
 *   that was cut, filtered or broke off never is, and an error neither.
 * - `StructuredOutput` keeps what fits its Schema alone. An answer of an earlier call that does not fit is asked for anew.
 * - The same request is the same JSON, whatever the order of its fields, to the same base URL. `request_id` does not count. What
 *   was streamed is given as a stream, with its events, and what was asked for whole is given whole: they are kept apart.
 * - No API key goes into the key or the value. Tenants with keys of their own share answers, unless `namespace` tells them apart.
 * - A store that fails, or takes longer than `storeTimeout`, counts as one that holds nothing: the service is asked.
 * - Requests that run at once are not joined: each that finds nothing asks the service.
 *
 * A lookup is told to `onLookup`, to the span around it as `zhipu.cache.hit`, and to the counter `zhipu.client.cache_lookups`, by
 * `zhipu.cache.hit`. The usage of an answer that was kept is that of the call that was paid; no call is counted for it.
 *
 * @since 0.1.0
 */
import { isRecord } from "@effect-zhipu/protocol/internal/text/records"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as KeyValueStore from "effect/persistence/KeyValueStore"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { ChatCompletion, functionCalls } from "./ChatCompletion.js"
import type { ChatRequest } from "./ChatRequest.js"
import { ChunkEvent } from "./ChunkEvent.js"
import { type Judge, Judged } from "./internal/call/judged.js"
import { told } from "./internal/call/onlooker.js"
import * as names from "./internal/telemetry/attributeNames.js"
import * as metrics from "./internal/telemetry/metrics.js"
import { metricNames } from "./internal/telemetry/names.js"
import * as ZhipuChat from "./ZhipuChat.js"
import * as ZhipuConfig from "./ZhipuConfig.js"

/**
 * A store that failed. It ends no call: the service is asked.
 *
 * @since 0.1.0
 * @category errors
 */
export class StoreError extends Data.TaggedError("StoreError")<{ readonly cause: unknown }> {}

/**
 * Where answers are kept: texts by texts. A value may be dropped at any time, and is not given any more when its time is over.
 * `RedisCache` of `@effect-zhipu/effect4/redis` keeps them for many processes.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  readonly get: (key: string) => Effect.Effect<Option.Option<string>, StoreError>
  readonly set: (key: string, value: string, timeToLive: Duration.Duration) => Effect.Effect<void, StoreError>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class Store extends Context.Service<Store, Service>()("@effect-zhipu/effect4/ZhipuCache/Store") {}

/**
 * What came of a lookup.
 *
 * @since 0.1.0
 * @category models
 */
export interface Lookup {
  readonly hit: boolean
  readonly model: string
}

/**
 * - `timeToLive`: how long an answer is kept. Default one hour.
 * - `when`: whether a request is looked up and its answer kept. Default: each is, whatever its temperature.
 * - `namespace`: requests share answers within one alone: a tenant, a version of your prompts. An effect runs for each request.
 *   Default none.
 * - `maxLength`: a longer answer, as JSON, is not kept. Default 1 MiB of characters.
 * - `storeTimeout`: how long a store may take. Default 2 seconds.
 * - `onLookup`: told of each lookup.
 *
 * @since 0.1.0
 * @category options
 */
export interface Options {
  readonly timeToLive?: Duration.Input | undefined
  readonly when?: ((request: ChatRequest) => boolean) | undefined
  readonly namespace?: string | Effect.Effect<string> | undefined
  readonly maxLength?: number | undefined
  readonly storeTimeout?: Duration.Input | undefined
  readonly onLookup?: ((lookup: Lookup) => Effect.Effect<void>) | undefined
}

const lookups = metrics.counter(metricNames.cacheLookups, "Lookups in the cache of answers.")

const Events = Schema.fromJsonString(Schema.Array(ChunkEvent))
const decodeEvents = Schema.decodeUnknownOption(Events)
const decodeCompletion = Schema.decodeUnknownOption(Schema.fromJsonString(ChatCompletion))

/**
 * A client that looks in a `Store` before it asks the one below. `Layer.provideMerge` hands on what else that one has.
 *
 * @example
 * ```ts
 * import { Zhipu, ZhipuCache } from "@effect-zhipu/effect4"
 * import { FetchHttpClient } from "effect/http"
 * import { Layer } from "effect"
 *
 * const live = Zhipu.layerConfig().pipe(Layer.provide(FetchHttpClient.layer))
 *
 * export const cached = ZhipuCache.layer({ timeToLive: "1 day" }).pipe(
 *   Layer.provide(ZhipuCache.storeMemory()),
 *   Layer.provideMerge(live)
 * )
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  options: Options = {}
): Layer.Layer<ZhipuChat.ZhipuChat, never, ZhipuChat.ZhipuChat | ZhipuConfig.ZhipuConfig | Store> =>
  Layer.effect(ZhipuChat.ZhipuChat, make(options))

const make = ({
  maxLength = 1024 * 1024,
  namespace = "",
  onLookup = () => Effect.void,
  storeTimeout = "2 seconds",
  timeToLive = "1 hour",
  when = () => true
}: Options): Effect.Effect<ZhipuChat.Service, never, ZhipuChat.ZhipuChat | ZhipuConfig.ZhipuConfig | Store> =>
  Effect.gen(function* () {
    const chat = yield* ZhipuChat.ZhipuChat
    const store = yield* Store
    const { baseUrl } = yield* ZhipuConfig.ZhipuConfig
    const life = Duration.fromInputUnsafe(timeToLive)

    const keyOf = (kind: "whole" | "events", request: ChatRequest): Effect.Effect<string, StoreError> =>
      Effect.flatMap(typeof namespace === "string" ? Effect.succeed(namespace) : namespace, (namespace) => {
        const { request_id: _, stream: __, ...asked } = request
        return Effect.tryPromise({
          try: () => hashOf(canonical([kind, baseUrl, namespace, asked])),
          catch: (cause) => new StoreError({ cause })
        })
      })

    /** What the store holds under a key, or the key alone; undefined where there is no key to keep the answer under. */
    const lookup = <A>(kind: "whole" | "events", request: ChatRequest, decode: (value: unknown) => Option.Option<A>) =>
      Effect.gen(function* () {
        const judge = yield* Judged
        const key = yield* keyOf(kind, request)
        if (judge?.isAnew === true) return { judge, key, value: Option.none<A>() }
        const value = Option.flatMap(yield* Effect.timeout(store.get(key), storeTimeout), decode)
        const hit = Option.isSome(value)
        yield* Effect.annotateCurrentSpan(names.cacheHit, hit)
        lookups.record(1, metrics.inUnit("{lookup}", { [names.cacheHit]: hit }))
        yield* told(() => onLookup({ hit, model: request.model }), "onLookup of the cache of answers failed.")
        if (hit) judge?.onKept()
        return { judge, key, value }
      }).pipe(
        unless("The cache of answers cannot be read.", {
          judge: undefined,
          key: undefined,
          value: Option.none<A>()
        })
      )

    const keep = (key: string | undefined, judge: Judge | undefined, answer: unknown): Effect.Effect<void> => {
      if (key === undefined) return Effect.void
      const kept = Effect.suspend(() => {
        const text = JSON.stringify(answer)
        return text.length > maxLength ? Effect.void : Effect.timeout(store.set(key, text, life), storeTimeout)
      }).pipe(unless("The cache of answers cannot be written.", undefined))
      return judge === undefined ? kept : Effect.sync(() => judge.onWhole(kept))
    }

    const complete: ZhipuChat.Service["complete"] = (request) =>
      Effect.gen(function* () {
        const { judge, key, value } = yield* lookup("whole", request, decodeWhole)
        if (Option.isSome(value)) return value.value
        const completion = yield* chat.complete(request)
        if (isWhole(completion)) yield* keep(key, judge, completion)
        return completion
      })

    const stream: ZhipuChat.Service["stream"] = (request) =>
      Stream.unwrap(
        Effect.map(lookup("events", request, decodeEvents), ({ judge, key, value }) =>
          Option.isSome(value)
            ? Stream.fromIterable(value.value)
            : key === undefined
              ? chat.stream(request)
              : keeping(chat.stream(request), maxLength, (events) => keep(key, judge, events))
        )
      )

    return {
      complete: (request) => (when(request) ? complete(request) : chat.complete(request)),
      stream: (request) => (when(request) ? stream(request) : chat.stream(request))
    }
  })

/** Whatever a store of somebody's own does, a call does not fail because of it. */
const unless =
  <B>(problem: string, otherwise: B) =>
  <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A | B> =>
    Effect.catchCause(effect, (cause) => Effect.as(Effect.logDebug(problem, cause), otherwise))

const hasEnded = (reason: string | undefined): boolean => reason === "stop" || reason === "tool_calls"

/** A tool call whose arguments are cut stands under `tool_calls` or `stop` as well as one that is whole. */
const isWhole = (completion: ChatCompletion): boolean =>
  completion.choices.every((choice) => {
    const calls = choice.message.tool_calls?.filter(({ type = "function" }) => type === "function") ?? []
    return hasEnded(choice.finish_reason) && functionCalls({ ...completion, choices: [choice] }).length === calls.length
  })

const decodeWhole = (value: unknown): Option.Option<ChatCompletion> => Option.filter(decodeCompletion(value), isWhole)

/**
 * The same stream; its events are given away at its end, where they are a whole answer of no more than so many characters. A
 * consumer that leaves at the last event has had it all.
 */
const keeping = <E>(
  self: Stream.Stream<ChunkEvent, E>,
  maxLength: number,
  keep: (events: ReadonlyArray<ChunkEvent>) => Effect.Effect<void>
): Stream.Stream<ChunkEvent, E> =>
  Stream.suspend(() => {
    const events: Array<ChunkEvent> = []
    let length = 0
    let isFit = true
    /** The choices that have begun, and whether each has ended. */
    const choices = new Map<number, boolean>()
    const note = (event: ChunkEvent): void => {
      if ("text" in event) length += event.text.length
      if ("choice" in event && event.choice !== undefined) choices.set(event.choice, event._tag === "Finished")
      const isUnfit = event._tag === "Warning" || (event._tag === "Finished" && !hasEnded(event.reason))
      if (isUnfit || length > maxLength) {
        isFit = false
        events.length = 0
      }
      if (isFit) events.push(event)
    }
    const haveEnded = (): boolean => isFit && choices.size > 0 && [...choices.values()].every((ended) => ended)
    return Stream.mapArray(self, (chunk) => {
      for (const event of chunk) note(event)
      return chunk
    }).pipe(Stream.onExit((exit) => (Exit.isSuccess(exit) && haveEnded() ? keep(events) : Effect.void)))
  })

/** JSON whose fields are in the order of their names, however they were written. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, field: unknown) =>
    isRecord(field) ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1))) : field
  )

const hashOf = async (text: string): Promise<string> => {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("")
}

/**
 * A store in memory, of so many answers; the one that was not asked for the longest gives way. Default 1000.
 *
 * @since 0.1.0
 * @category stores
 */
export const storeMemory = ({ capacity = 1000 }: { readonly capacity?: number | undefined } = {}): Layer.Layer<Store> =>
  Layer.sync(Store, () => {
    const values = new Map<string, { readonly value: string; readonly until: number }>()
    return {
      get: (key) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          const found = values.get(key)
          values.delete(key)
          if (found === undefined || found.until <= now) return Option.none()
          values.set(key, found)
          return Option.some(found.value)
        }),
      set: (key, value, timeToLive) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          values.delete(key)
          values.set(key, { value, until: now + Duration.toMillis(timeToLive) })
          for (const oldest of values.keys()) {
            if (values.size <= capacity) break
            values.delete(oldest)
          }
        })
    }
  })

/** JSON has no infinity: what is kept for ever has `null`. */
const Kept = Schema.fromJsonString(Schema.Struct({ value: Schema.String, until: Schema.NullOr(Schema.Number) }))
const decodeKept = Schema.decodeUnknownOption(Kept)

/**
 * A store in a `KeyValueStore` of `@effect/platform`: files, the storage of a browser, or one of yours. What is too old is removed when
 * it is asked for, and not before.
 *
 * @since 0.1.0
 * @category stores
 */
export const storeKeyValue: Layer.Layer<Store, never, KeyValueStore.KeyValueStore> = Layer.effect(
  Store,
  Effect.map(KeyValueStore.KeyValueStore, (store): Service => {
    const own = KeyValueStore.prefix(store, "zhipu-cache-")
    return {
      get: (key) =>
        Effect.gen(function* () {
          const kept = Option.flatMap(Option.fromUndefinedOr(yield* own.get(key)), decodeKept)
          if (Option.isNone(kept)) return Option.none()
          const { until, value } = kept.value
          if (until === null || until > (yield* Clock.currentTimeMillis)) return Option.some(value)
          yield* own.remove(key)
          return Option.none()
        }).pipe(Effect.mapError((cause) => new StoreError({ cause }))),
      set: (key, value, timeToLive) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) =>
          own.set(key, JSON.stringify({ value, until: now + Duration.toMillis(timeToLive) }))
        ).pipe(Effect.mapError((cause) => new StoreError({ cause })))
    }
  })
)
