// Generated from packages/client/src/ZhipuLimits.ts by scripts/effect4: change that file.
/**
 * How many requests of this process are in flight at once.
 *
 * The service limits concurrency by account (for a free model to one), and refuses what is over it at once, with 1302.
 * A permit is held until the stream has ended, not only until its headers came, and is given back while a retry is waited for.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { exceeded } from "./internal/call/deadlineWatch.js"
import * as Gate from "./internal/call/gate.js"
import * as elapsed from "./internal/elapsed.js"
import * as ZhipuConfig from "./ZhipuConfig.js"
import { type ConnectionError, type DeadlineExceededError, QueueFullError } from "./ZhipuError.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /**
   * Runs an effect while holding a permit for a model; waits for one in the order of arrival, at most as long as the
   * `queue` deadline, or as `patience` where a call has one of its own. Limits that are kept elsewhere fail with
   * `ConnectionError` where that cannot be reached.
   */
  readonly withPermit: (
    model: string | undefined,
    patience?: Duration.Duration
  ) => <A, E, R>(
    effect: Effect.Effect<A, E, R>
  ) => Effect.Effect<A, E | QueueFullError | DeadlineExceededError | ConnectionError, R>
  /** How many requests hold a permit and how many calls wait for one. */
  readonly state: Effect.Effect<{ readonly inFlight: number; readonly waiting: number }>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class ZhipuLimits extends Context.Service<ZhipuLimits, Service>()("@effect-zhipu/effect4/ZhipuLimits") {}

/**
 * The error of a call that finds so many others waiting for a permit: for limits of one's own.
 *
 * @since 0.1.0
 * @category errors
 */
export const queueFull = (maxQueue: number): QueueFullError =>
  new QueueFullError({
    message: `${maxQueue} calls are waiting for a permit already. Send fewer, or raise \`maxQueue\`.`,
    maxQueue
  })

/**
 * The error of a call that has waited for a permit for so long: for limits of one's own.
 *
 * @since 0.1.0
 * @category errors
 */
export const waitedTooLong = (patience: Duration.Duration): DeadlineExceededError => exceeded("queue", patience)

/**
 * By the `limits` and the `queue` deadline of the configuration.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: Effect.Effect<Service, never, ZhipuConfig.ZhipuConfig> = Effect.map(
  ZhipuConfig.ZhipuConfig,
  ({ deadlines, limits }) => {
    const maxQueue = limits.maxQueue ?? Number.POSITIVE_INFINITY
    const all = Gate.make(limits.maxInFlight ?? Number.POSITIVE_INFINITY, maxQueue)
    const models = new Map(
      Object.entries(limits.perModel ?? {}).map(([model, limit]) => [model, Gate.make(limit, maxQueue)])
    )
    const optionsOf = (patience: Duration.Duration): Gate.PassOptions<QueueFullError | DeadlineExceededError> => ({
      patience,
      onTimeout: () => waitedTooLong(patience),
      onFull: () => queueFull(maxQueue)
    })
    const usual = optionsOf(deadlines.queue)
    return {
      withPermit: (model, patience) => (effect) => {
        const options = patience === undefined ? usual : optionsOf(patience)
        const gate = model === undefined ? undefined : models.get(model)
        if (gate === undefined) return all.pass(effect, options)
        return Effect.flatMap(elapsed.millis, (startedAt) => {
          // What was waited for the one permit is not waited once more for the other.
          const inside = Effect.flatMap(elapsed.millis, (now) =>
            all.pass(effect, {
              ...options,
              patience: Duration.subtract(options.patience, Duration.millis(now - startedAt))
            })
          )
          // The gate of the model comes first, so that nobody waits there with a permit that others could use.
          return gate.pass(inside, options)
        })
      },
      state: Effect.sync(() => ({
        inFlight: all.inFlight(),
        waiting: Array.from(models.values()).reduce((sum, gate) => sum + gate.waiting(), all.waiting())
      }))
    }
  }
)

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<ZhipuLimits, never, ZhipuConfig.ZhipuConfig> = /* @__PURE__ */ Layer.effect(
  ZhipuLimits,
  make
)
