// Generated from packages/client/src/Fallback.ts by scripts/effect4: change that file.
/**
 * Another model, or another client, for a call that failed: by the kind of the error, and only before anything of the
 * answer was given out.
 *
 * Each option has the patience of its own client: with the default retry policy an overloaded model is asked for five
 * minutes before the next one gets its turn. Give a shorter `retry` where that is too long.
 *
 * @since 0.1.0
 */
import { judge } from "@effect-zhipu/protocol/internal/policy/judge"
import * as Arr from "effect/Array"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as ExecutionPlan from "effect/ExecutionPlan"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { ChatRequest } from "./ChatRequest.js"
import * as names from "./internal/telemetry/attributeNames.js"
import { spanEvent } from "./internal/telemetry/spanEvent.js"
import * as Trail from "./Trail.js"
import * as ZhipuChat from "./ZhipuChat.js"
import { isZhipuError, type ZhipuError } from "./ZhipuError.js"

/**
 * What to try in place of the request as it is.
 *
 * @since 0.1.0
 * @category models
 */
export interface Alternative<E = never, R = never> {
  /** The model to ask. Default: the one of the request. */
  readonly model?: ChatRequest["model"] | undefined
  /** The client to ask, for example one of the other region with a key of its own. Default: the same client. */
  readonly client?: Layer.Layer<ZhipuChat.ZhipuChat, E, R> | undefined
  /** What it is called in spans and trails. */
  readonly name?: string | undefined
  /** For which errors it is tried. Default: `clientMayHelp` where there is a `client`, else `modelMayHelp`. */
  readonly when?: ((error: ZhipuError) => boolean) | undefined
}

/**
 * A plan for `Effect.withExecutionPlan` and `Stream.withExecutionPlan`.
 *
 * @since 0.1.0
 * @category models
 */
export type Plan = ExecutionPlan.ExecutionPlan<{
  provides: ZhipuChat.ZhipuChat
  input: unknown
  error: never
  requirements: never
}>

/**
 * Whether another model of the same client may answer where this error came: it is overloaded, failing, silent, unknown,
 * over its quota or not for this key, or the prompt is too long for it. What is wrong with the request, the key or the
 * network stays wrong.
 *
 * @since 0.1.0
 * @category predicates
 */
export const modelMayHelp = (error: ZhipuError): boolean => judge(error).anotherModel

/**
 * Whether another client, with its own host and key, may answer where this error came: as `modelMayHelp`, and where the
 * key, the account or the connection is the matter.
 *
 * @since 0.1.0
 * @category predicates
 */
export const clientMayHelp = (error: ZhipuError): boolean => judge(error).anotherClient

/**
 * The request as it is, then each alternative in turn, as an `ExecutionPlan` over the `ZhipuChat` at hand: for a whole
 * program, where `layer` is for each call. The clients of the alternatives are built once, and live as long as the scope.
 *
 * Errors that came after the first event of a stream end the plan, also without `preventFallbackOnPartialStream`.
 *
 * @example
 * ```ts
 * import { ChunkEvent, Fallback, Message, ZhipuChat } from "@effect-zhipu/effect4"
 * import { Effect, Stream } from "effect"
 *
 * export const program = Effect.gen(function* () {
 *   const plan = yield* Fallback.plan([{ model: "glm-4.5-air" }])
 *   return yield* ZhipuChat.stream({ model: "glm-4.6", messages: [Message.user("Hello")] }).pipe(
 *     Stream.withExecutionPlan(plan, { preventFallbackOnPartialStream: true }),
 *     ChunkEvent.fold
 *   )
 * })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const plan = <E = never, R = never>(
  alternatives: ReadonlyArray<Alternative<E, R>>
): Effect.Effect<Plan, E, ZhipuChat.ZhipuChat | R | Scope.Scope> =>
  Effect.gen(function* () {
    const chat = yield* ZhipuChat.ZhipuChat
    const late = new WeakSet<ZhipuError>()
    const stepOf = (
      service: ZhipuChat.Service,
      { model, name, when }: Alternative,
      whenByDefault = modelMayHelp
    ): Step => ({
      provide: Layer.succeed(ZhipuChat.ZhipuChat, watched(service, model, name, late)),
      // Effect asks the condition of a step with the error of the one before it.
      while: (error) => Effect.sync(() => isZhipuError(error) && !late.has(error) && (when ?? whenByDefault)(error))
    })
    const steps: Arr.NonEmptyArray<Step> = [stepOf(chat, { when: () => false })]
    for (const alternative of alternatives) {
      const { client, model, name, when } = alternative
      const service = client === undefined ? chat : Context.get(yield* Layer.build(client), ZhipuChat.ZhipuChat)
      steps.push(stepOf(service, { model, name, when }, client === undefined ? modelMayHelp : clientMayHelp))
    }
    return ExecutionPlan.make(...steps)
  })

interface Step {
  readonly provide: Layer.Layer<ZhipuChat.ZhipuChat>
  readonly while: (error: unknown) => Effect.Effect<boolean>
}

/** A client that asks another model, and tells how each call ended. */
const watched = (
  chat: ZhipuChat.Service,
  model: Alternative["model"],
  name: string | undefined,
  late: WeakSet<ZhipuError>
): ZhipuChat.Service => {
  const asked = (request: ChatRequest): ChatRequest => (model === undefined ? request : { ...request, model })
  const tell = (request: ChatRequest, error: ZhipuError | undefined): Effect.Effect<void> => {
    const attempt: Trail.Attempt = {
      of: "option",
      model: asked(request).model,
      name,
      error: error?._tag,
      code: error?.code
    }
    const event = {
      [names.requestModel]: attempt.model,
      [names.errorType]: attempt.error,
      [names.errorCode]: attempt.code
    }
    return Effect.andThen(
      Trail.record(attempt),
      error === undefined ? Effect.void : spanEvent("zhipu.fallback.failed", event)
    )
  }
  return {
    complete: (request) =>
      chat.complete(asked(request)).pipe(
        Effect.tapError((error) => tell(request, error)),
        Effect.tap(() => tell(request, undefined))
      ),
    stream: (request) =>
      Stream.suspend(() => {
        let begun = false
        let failed = false
        return chat.stream(asked(request)).pipe(
          // Dropped, as they give nothing out, and the plan would take them for the beginning of an answer as well.
          Stream.chunks,
          Stream.filter(Arr.isReadonlyArrayNonEmpty),
          Stream.flattenArray,
          Stream.mapArray((chunk) => {
            begun = true
            return chunk
          }),
          // Not in the finalizer, which runs outside of the span of the stream.
          Stream.tapError((error) => {
            failed = true
            // The error itself, as what an operator fails with again may only stand for it.
            if (begun) late.add(error)
            return tell(request, error)
          }),
          Stream.ensuring(Effect.suspend(() => (begun && !failed ? tell(request, undefined) : Effect.void)))
        )
      })
  }
}

/**
 * Puts alternatives behind the `ZhipuChat` at hand: each call that fails is made with the next one, if that may help. A
 * span `chat with fallback` holds the calls.
 *
 * @example
 * ```ts
 * import { Fallback, Zhipu } from "@effect-zhipu/effect4"
 * import { FetchHttpClient } from "effect/http"
 * import { Layer, Redacted } from "effect"
 *
 * const cn = Zhipu.layer({ apiKey: Redacted.make("id-cn.secret") })
 * const global = Zhipu.layer({ apiKey: Redacted.make("id-global.secret"), region: "global" })
 *
 * export const live = Fallback.layer([{ model: "glm-4.5-air" }, { client: global, name: "api.z.ai" }]).pipe(
 *   Layer.provide(cn),
 *   Layer.provide(FetchHttpClient.layer)
 * )
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = <E = never, R = never>(
  alternatives: ReadonlyArray<Alternative<E, R>>
): Layer.Layer<ZhipuChat.ZhipuChat, E, ZhipuChat.ZhipuChat | R> =>
  Layer.effect(
    ZhipuChat.ZhipuChat,
    Effect.map(plan(alternatives), (plan) => ({
      complete: (request) =>
        ZhipuChat.complete(request).pipe(
          Effect.withExecutionPlan(plan),
          Effect.withSpan(spanName, {}, { captureStackTrace: false })
        ),
      stream: (request) =>
        ZhipuChat.stream(request).pipe(
          Stream.withExecutionPlan(plan, { preventFallbackOnPartialStream: true }),
          Stream.withSpan(spanName, { captureStackTrace: false })
        )
    }))
  )

const spanName = "chat with fallback"

export {
  /**
   * @since 0.1.0
   * @category models
   */
  type Attempt,
  /**
   * `Trail.withTrail`, which also tells which keys were left.
   *
   * @since 0.1.0
   * @category operations
   */
  withTrail
} from "./Trail.js"
