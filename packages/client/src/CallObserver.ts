/**
 * What happens to the calls of a client, told to whoever wants to know: metrics, logs, a monitor.
 *
 * Observers are added by layers under the client, as loggers are, any number of them and in any order. A client looks for
 * them once, when it is built. Without any, nothing runs, neither for a call nor for an event.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import { globalValue } from "effect/GlobalValue"
import * as HashSet from "effect/HashSet"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { Usage } from "./ChatCompletion.js"
import type { Cost } from "./Price.js"
import type { ZhipuError } from "./ZhipuError.js"

/**
 * A call that begins. It holds neither the prompt nor the key.
 *
 * @since 0.1.0
 * @category models
 */
export interface CallStart {
  /** As telemetry names it: `chat`. */
  readonly operation: string
  readonly model: string | undefined
  /** Whether the answer is a stream. */
  readonly stream: boolean
  readonly serverAddress: string
  readonly serverPort: number
  /** Milliseconds of the Effect `Clock`. */
  readonly startedAt: number
}

/**
 * An attempt that failed. What comes next, another attempt or the end of the call, is not known yet.
 *
 * @since 0.1.0
 * @category models
 */
export interface AttemptFailure {
  /** The number of the attempt, from 1. */
  readonly attempt: number
  readonly error: ZhipuError
  /** Milliseconds since the call began. */
  readonly elapsedMillis: number
}

/**
 * How a call ended. `interrupted`: the caller stopped reading, or was interrupted; neither the service nor the program failed.
 *
 * @since 0.1.0
 * @category models
 */
export type Outcome = "success" | "failure" | "interrupted"

/**
 * What came of the answer, also of one that broke off.
 *
 * @since 0.1.0
 * @category models
 */
export interface CallResponse {
  readonly responseId: string | undefined
  readonly responseModel: string | undefined
  /** One for each choice. */
  readonly finishReasons: ReadonlyArray<string>
  readonly usage: Usage | undefined
  readonly requestId: string | undefined
}

/**
 * A call that has ended, with what is known of it.
 *
 * @since 0.1.0
 * @category models
 */
export interface CallEnd extends CallResponse {
  readonly outcome: Outcome
  /** Of a failure; absent where it is a defect. */
  readonly error: ZhipuError | undefined
  /** `_tag` of the error of a failure, `Defect` without one. */
  readonly errorType: string | undefined
  /** How many requests were sent, 0 where it did not come to that. */
  readonly attempts: number
  /** Milliseconds from the call to its end, all attempts and the whole stream included. */
  readonly durationMillis: number
  /** Milliseconds of them that the call waited for a permit. */
  readonly queuedMillis: number
  /** Milliseconds of them that a slow consumer made it wait. */
  readonly pausedMillis: number
  /** Milliseconds from the call to the first events of its stream. */
  readonly firstChunkMillis: number | undefined
  /** By the table of `Price`; absent where that has no row for the model. */
  readonly cost: Cost | undefined
  /** What the key of the last request is called, as `KeyPool.labelOf` calls it; absent where none was sent. */
  readonly key: string | undefined
}

/**
 * What one call reports to. All but `ended` are plain functions that shall be quick, as the call waits for them. A listener
 * that throws gets nothing more of its call, which goes on.
 *
 * @since 0.1.0
 * @category models
 */
export interface CallListener {
  /** An attempt has its permit, after so many milliseconds of waiting for one, and is sent. */
  readonly attemptStarted?: ((attempt: number, queuedMillis: number) => void) | undefined
  readonly attemptFailed?: ((failure: AttemptFailure) => void) | undefined
  /**
   * Events of a stream were handed on, all that one read of the network brought. `elapsedMillis` counts from the start of
   * the call, without the time that a slow consumer made it wait. It is as fine as the clock's nanoseconds.
   */
  readonly events?: ((count: number, elapsedMillis: number) => void) | undefined
  /** Runs in the fiber of the call, with its loggers and its span, before the caller learns of the end. */
  readonly ended?: ((end: CallEnd) => Effect.Effect<void>) | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface CallObserver {
  /** A call begins; `undefined` where the observer does not care for it. */
  readonly start: (call: CallStart) => CallListener | undefined
}

/**
 * The observers that a client which is built now will tell. Change it by `add` and its kin. It is a set, as the changes of
 * several layers that are built at once then add up.
 *
 * @since 0.1.0
 * @category references
 */
export const current: FiberRef.FiberRef<HashSet.HashSet<CallObserver>> = globalValue(
  "@effect-zhipu/client/CallObserver/current",
  () => FiberRef.unsafeMakeHashSet(HashSet.empty<CallObserver>())
)

/**
 * Adds an observer to the clients that this layer is provided to.
 *
 * @example
 * ```ts
 * import { CallObserver, Zhipu } from "@effect-zhipu/client"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Console, Layer } from "effect"
 *
 * const slow = CallObserver.add({
 *   start: ({ model }) => ({
 *     ended: ({ durationMillis }) => Console.log(`${model} took ${durationMillis} ms`)
 *   })
 * })
 *
 * export const live = Zhipu.layerConfig().pipe(Layer.provide([FetchHttpClient.layer, slow]))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const add = (observer: CallObserver): Layer.Layer<never> => addScoped(Effect.succeed(observer))

/**
 * Adds an observer that is made by an effect, and whose finalizers run with the layer's.
 *
 * @since 0.1.0
 * @category layers
 */
export const addScoped = <E, R>(
  observer: Effect.Effect<CallObserver, E, R>
): Layer.Layer<never, E, Exclude<R, Scope.Scope>> => Layer.scopedDiscard(Effect.flatMap(observer, register))

/**
 * Adds an observer to the clients that are built until the scope closes: for a layer that gives a service of its own
 * beside it, as a monitor does.
 *
 * @example
 * ```ts
 * import { CallObserver } from "@effect-zhipu/client"
 * import { Context, Effect, Layer, Ref } from "effect"
 *
 * class Calls extends Context.Tag("Calls")<Calls, Effect.Effect<number>>() {}
 *
 * export const counting = Layer.scoped(
 *   Calls,
 *   Effect.gen(function* () {
 *     const calls = yield* Ref.make(0)
 *     yield* CallObserver.register({
 *       start: () => ({ ended: () => Ref.update(calls, (n) => n + 1) })
 *     })
 *     return Ref.get(calls)
 *   })
 * )
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const register = (observer: CallObserver): Effect.Effect<void, never, Scope.Scope> =>
  Effect.locallyScopedWith(current, HashSet.add(observer))
