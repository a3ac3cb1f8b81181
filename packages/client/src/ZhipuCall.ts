/**
 * What is different for one call, or for one part of a program: deadlines, headers, retries, the key, the request id; and
 * the headers of its responses.
 *
 * Options are read when a call starts, from the effect or stream that they were put around. What is set further in wins.
 * Programs that set none pay nothing for it.
 *
 * @since 0.1.0
 */
import * as Channel from "effect/Channel"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Stream from "effect/Stream"
import type { Options, Response } from "./internal/call/callOptions.js"
import { Own } from "./internal/call/currentOptions.js"
import { termsOf } from "./internal/call/callTerms.js"
import { alike } from "./internal/streaming/folded.js"

export type {
  /**
   * What a call may have of its own.
   *
   * @since 0.1.0
   * @category models
   */
  Options,
  /**
   * What the headers of a response tell.
   *
   * @since 0.1.0
   * @category models
   */
  Response
} from "./internal/call/callOptions.js"

/**
 * The options that a call which starts here is made with, as `with` gave them.
 *
 * @since 0.1.0
 * @category accessors
 */
export const current: Effect.Effect<Options> = Effect.map(Own, (own) => own?.options ?? {})

/** The outer options, where the inner ones say nothing else. */
const merge = (outer: Options, inner: Options): Options => {
  const { onResponse: first } = inner
  const { onResponse: then } = outer
  return {
    ...outer,
    ...said(inner),
    deadlines: { ...outer.deadlines, ...said(inner.deadlines) },
    headers: { ...lowerCased(outer.headers), ...lowerCased(inner.headers) },
    onResponse:
      first === undefined || then === undefined
        ? (first ?? then)
        : (response) =>
            Effect.ensuring(
              Effect.suspend(() => first(response)),
              Effect.suspend(() => then(response))
            )
  }
}

/** Those that say something. */
const said = (options: object = {}) =>
  Object.fromEntries(Object.entries(options).filter(([, option]) => option !== undefined))

const lowerCased = (headers: Options["headers"] = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

type Any = Effect.Effect<unknown, unknown, unknown> | Stream.Stream<unknown, unknown, unknown>

/** Whatever kind of Effect or Stream it was, it is a plain one afterwards. Effect's types make every Effect a Stream as well. */
type Same<T extends Any> =
  T extends Effect.Effect<infer A, infer E, infer R>
    ? Effect.Effect<A, E, R>
    : T extends Stream.Stream<infer A, infer E, infer R>
      ? Stream.Stream<A, E, R>
      : never

/**
 * Gives options to the calls of an effect or a stream. Within one another the inner options win, by the deadline and by the
 * header; every `onResponse` runs.
 *
 * @example
 * ```ts
 * import { Message, ZhipuCall, ZhipuChat } from "@effect-zhipu/client"
 * import { Redacted } from "effect"
 *
 * export const forTenant = (key: Redacted.Redacted) =>
 *   ZhipuChat.complete({ model: "glm-4.6", messages: [Message.user("Hello")] }).pipe(
 *     ZhipuCall.with({ apiKey: key, deadlines: { total: "20 seconds" }, headers: { "x-tenant": "7" } })
 *   )
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
const withOptions: {
  (options: Options): <T extends Any>(self: T) => Same<T>
  <T extends Any>(self: T, options: Options): Same<T>
} = dual(
  2,
  <A, E, R>(
    self: Effect.Effect<A, E, R> | Stream.Stream<A, E, R>,
    options: Options
  ): Effect.Effect<A, E, R> | Stream.Stream<A, E, R> => {
    const provided = (context: Context.Context<R>): Context.Context<R> => {
      const merged = merge(Context.get(context, Own)?.options ?? {}, options)
      return Context.add(context, Own, { options: merged, terms: termsOf(merged) })
    }
    return Effect.isEffect(self) ? Effect.mapInputContext(self, provided) : streamed(self, provided)
  }
)

const streamed = <A, E, R>(
  self: Stream.Stream<A, E, R>,
  provided: (context: Context.Context<R>) => Context.Context<R>
): Stream.Stream<A, E, R> => {
  // Not `Stream.mapInputContext`, which passes every event on through one more stage.
  const stream = Stream.fromChannel(Channel.mapInputContext(Stream.toChannel(self), provided))
  return alike(self, stream, (effect) => Effect.mapInputContext(effect, provided))
}

// `with` is a word of the language, and cannot be the name of a constant.
export { withOptions as with }

/**
 * The answer of an effect beside the responses that came on its way, in order: those that were refused and sent again, and
 * each turn of a loop. The last one is that of the answer.
 *
 * @example
 * ```ts
 * import { Message, ZhipuCall, ZhipuChat } from "@effect-zhipu/client"
 * import { Console, Effect } from "effect"
 *
 * export const program = Effect.gen(function* () {
 *   const { responses, value } = yield* ZhipuCall.withResponses(
 *     ZhipuChat.complete({ model: "glm-4.6", messages: [Message.user("Hello")] })
 *   )
 *   for (const { headers, status } of responses) yield* Console.log(status, headers["x-ratelimit-remaining-requests"])
 *   return value
 * })
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const withResponses = <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<{ readonly value: A; readonly responses: ReadonlyArray<Response> }, E, R> =>
  Effect.suspend(() => {
    const responses: Array<Response> = []
    return Effect.map(
      withOptions(effect, { onResponse: (response) => Effect.sync(() => void responses.push(response)) }),
      (value) => ({ value, responses })
    )
  })
