/**
 * Stops asking a model that does not answer: after too many failures its calls fail at once, without a request, until a
 * single one has shown that it answers again.
 *
 * Failures are those of the service and the network: overload, HTTP 5xx, a connection that breaks, a deadline. What the
 * service refuses for the sake of the request, the key or the account says nothing of the model.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Chunk from "effect/Chunk"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import * as internal from "@effect-zhipu/protocol/internal/policy/circuit"
import { judge } from "@effect-zhipu/protocol/internal/policy/judge"
import * as elapsed from "./internal/elapsed.js"
import * as names from "./internal/telemetry/attributeNames.js"
import { spanEvent } from "./internal/telemetry/spanEvent.js"
import * as ZhipuChat from "./ZhipuChat.js"
import { OverloadedError, type ZhipuError } from "./ZhipuError.js"

/**
 * The state of a model: `closed` lets every call pass, `open` none until then, `half-open` one at a time.
 *
 * @since 0.1.0
 * @category models
 */
export type State =
  | { readonly _tag: "closed" }
  | { readonly _tag: "open"; readonly until: DateTime.Utc }
  | { readonly _tag: "half-open" }

/**
 * The models that are not closed, by their code.
 *
 * @since 0.1.0
 * @category models
 */
export type States = ReadonlyMap<string, State>

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The share of requests that must fail to open, over 0 up to 1; what is more is 1. Default 0.5, as for what is no number. */
  readonly failureRate?: number | undefined
  /** How many requests there must have been within the window to open. Default 5, as for what is no number. */
  readonly minimum?: number | undefined
  /** How far back requests count. Default 1 minute. */
  readonly window?: Duration.DurationInput | undefined
  /** How long it stays open before one call may try; with `Infinity` none ever does. Default 30 seconds. */
  readonly cooldown?: Duration.DurationInput | undefined
  /** Which errors count as failures. Default `CircuitBreaker.isFailure`. */
  readonly isFailure?: ((error: ZhipuError) => boolean) | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** The state of a model now. */
  readonly state: (model: string) => Effect.Effect<State>
  /** The models that are not closed, now and after each change. */
  readonly changes: Stream.Stream<States>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class CircuitBreaker extends Context.Tag("@effect-zhipu/client/CircuitBreaker")<CircuitBreaker, Service>() {}

/**
 * Overload, a failing service, a broken connection, and a deadline that the service did not meet.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isFailure = (error: ZhipuError): boolean => judge(error).opensCircuit

/**
 * Wraps a client, and gives what watches it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  chat: ZhipuChat.Service,
  options: Options = {}
): Effect.Effect<{ readonly chat: ZhipuChat.Service; readonly breaker: Service }> =>
  Effect.gen(function* () {
    const states = yield* SubscriptionRef.make<States>(new Map())
    const counts = options.isFailure ?? isFailure
    const circuits = internal.make({
      failureRate: Math.min(1, numberOr(0.5, options.failureRate)),
      minimum: numberOr(5, options.minimum),
      windowMillis: Duration.toMillis(options.window ?? "1 minute"),
      cooldownMillis: Duration.toMillis(options.cooldown ?? "30 seconds")
    })

    /** The state as it is when the update runs, so that two updates cannot change places. */
    const published = Effect.clockWith((clock) =>
      SubscriptionRef.update(states, () =>
        toStates(circuits.states(), clock.unsafeCurrentTimeMillis() - elapsed.nowOf(clock)())
      )
    )

    const entering = (model: string): Effect.Effect<internal.Pass, OverloadedError> =>
      Effect.flatMap(elapsed.millis, (now) => {
        const entry = circuits.enter(model, now)
        if (entry._tag === "pass") return entry.changed ? Effect.as(published, entry.pass) : Effect.succeed(entry.pass)
        const retryAfter = Number.isFinite(entry.waitMillis) ? Duration.millis(Math.ceil(entry.waitMillis)) : undefined
        return Effect.zipRight(
          spanEvent("zhipu.circuit.open", { [names.requestModel]: model }),
          new OverloadedError({
            message:
              `The circuit breaker of ${model} is open, as too many of its requests failed: nothing was sent. ` +
              (retryAfter === undefined
                ? "It stays open, as its cooldown has no end: ask another model."
                : `Ask again in ${Duration.format(retryAfter)}, or ask another model.`),
            retryAfter
          })
        )
      })

    const settle = (pass: internal.Pass, outcome: internal.Outcome): Effect.Effect<void> =>
      Effect.flatMap(elapsed.millis, (now) => (pass.settle(outcome, now) ? published : Effect.void))

    const outcomeOf = (exit: Exit.Exit<unknown, ZhipuError>): internal.Outcome => {
      if (Exit.isSuccess(exit)) return { answered: 1, failed: 0, askedToWait: 0 }
      const error = Option.getOrUndefined(Cause.failureOption(exit.cause))
      if (error === undefined || !counts(error)) return internal.neutral
      const askedToWait = error.retryAfter === undefined ? 0 : Duration.toMillis(error.retryAfter)
      return { answered: 0, failed: error.attempts ?? 1, askedToWait }
    }

    const complete: ZhipuChat.Service["complete"] = (request) =>
      Effect.acquireUseRelease(
        entering(request.model),
        () => chat.complete(request),
        (pass, exit) => settle(pass, outcomeOf(exit))
      )

    const stream: ZhipuChat.Service["stream"] = (request) =>
      Stream.acquireRelease(entering(request.model), (pass) => settle(pass, internal.neutral)).pipe(
        Stream.flatMap((pass) => {
          let begun = false
          return chat.stream(request).pipe(
            // The trial succeeds with the first event: other calls need not wait for the whole answer.
            Stream.mapChunksEffect((chunk) => {
              if (begun || Chunk.isEmpty(chunk)) return Effect.succeed(chunk)
              begun = true
              return Effect.as(settle(pass, outcomeOf(Exit.void)), chunk)
            }),
            Stream.tapError((error) => settle(pass, outcomeOf(Exit.fail(error))))
          )
        })
      )

    return {
      chat: { complete, stream },
      breaker: {
        state: (model) =>
          Effect.map(SubscriptionRef.get(states), (states): State => states.get(model) ?? { _tag: "closed" }),
        changes: states.changes
      }
    }
  })

const numberOr = (byDefault: number, given: number | undefined): number =>
  given === undefined || Number.isNaN(given) ? byDefault : given

/** The last millisecond that has a date: a cooldown may be infinite. */
const forEver = 8.64e15

/** Times that have passed as dates, which the clock on the wall tells: so much is between them. */
const toStates = (states: ReadonlyMap<string, internal.State>, toWallClock: number): States =>
  new Map(
    Array.from(states, ([model, state]): readonly [string, State] => [
      model,
      state._tag === "open"
        ? { _tag: "open", until: DateTime.unsafeMake(Math.min(forEver, Math.round(state.until + toWallClock))) }
        : { _tag: "half-open" }
    ])
  )

/**
 * Puts a circuit breaker around the `ZhipuChat` at hand, with a circuit for each model.
 *
 * It stands outside of the retries: it sees each call when it has ended, and counts each of its requests. A call that
 * meets an open circuit fails at once with `OverloadedError`; its `retryAfter` says when the next one may try.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, Fallback, Zhipu } from "@effect-zhipu/client"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Layer } from "effect"
 *
 * export const live = Fallback.layer([{ model: "glm-4.5-air" }]).pipe(
 *   Layer.provideMerge(CircuitBreaker.layer({ cooldown: "1 minute" })),
 *   Layer.provide(Zhipu.layerConfig()),
 *   Layer.provide(FetchHttpClient.layer)
 * )
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  options: Options = {}
): Layer.Layer<ZhipuChat.ZhipuChat | CircuitBreaker, never, ZhipuChat.ZhipuChat> =>
  Layer.effectContext(
    Effect.map(
      Effect.flatMap(ZhipuChat.ZhipuChat, (chat) => make(chat, options)),
      ({ breaker, chat }) => Context.make(ZhipuChat.ZhipuChat, chat).pipe(Context.add(CircuitBreaker, breaker))
    )
  )

/**
 * The models that are not closed, now and after each change.
 *
 * @since 0.1.0
 * @category operations
 */
export const changes: Stream.Stream<States, never, CircuitBreaker> = Stream.unwrap(
  Effect.map(CircuitBreaker, ({ changes }) => changes)
)
