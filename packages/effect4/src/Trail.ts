// Generated from packages/client/src/Trail.ts by scripts/effect4: change that file.
/**
 * What was tried on the way to an answer, or to the error of a call: which model or client was asked, which key was left.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import { constVoid } from "effect/Function"
import type { ZhipuError } from "./ZhipuError.js"

/**
 * What was tried.
 *
 * @since 0.1.0
 * @category models
 */
export interface Attempt {
  /** `option`: a model or a client was asked. `key`: one of a `KeyPool` was left. */
  readonly of: "key" | "option"
  readonly model: string | undefined
  /** The name of the option, or the label of the key. */
  readonly name: string | undefined
  /** The tag of the error that it ended with; `undefined` where it answered. */
  readonly error: ZhipuError["_tag"] | undefined
  readonly code: string | undefined
}

/**
 * Who is told. Nobody, unless `withTrail` or somebody else provides it.
 *
 * A Reference, not a FiberRef: a stream gets it as it gets any service, wherever its fibers run.
 *
 * @since 0.1.0
 * @category references
 */
export const Trail: Context.Reference<{ readonly record: (attempt: Attempt) => void }> = Context.Reference<{
  readonly record: (attempt: Attempt) => void
}>("@effect-zhipu/effect4/Trail", {
  defaultValue: (): { readonly record: (attempt: Attempt) => void } => ({ record: constVoid })
})

/**
 * Tells what was tried, for a wrapper of one's own.
 *
 * @since 0.1.0
 * @category operations
 */
export const record = (attempt: Attempt): Effect.Effect<void> => Effect.map(Trail, (trail) => trail.record(attempt))

/**
 * Tells what an effect went through beside how it ended: each model or client that a plan asked, and each key that a pool
 * left, in order. The one without an `error` is the one that answered.
 *
 * @example
 * ```ts
 * import { Message, Trail, ZhipuChat } from "@effect-zhipu/effect4"
 * import { Console, Effect } from "effect"
 *
 * export const program = Effect.gen(function* () {
 *   const { attempts, exit } = yield* Trail.withTrail(
 *     ZhipuChat.complete({ model: "glm-4.6", messages: [Message.user("Hello")] })
 *   )
 *   for (const { error, model } of attempts) yield* Console.log(`${model}: ${error ?? "answered"}`)
 *   return yield* exit
 * })
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const withTrail = <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<{ readonly exit: Exit.Exit<A, E>; readonly attempts: ReadonlyArray<Attempt> }, never, R> =>
  Effect.suspend(() => {
    const attempts: Array<Attempt> = []
    return Effect.exit(effect).pipe(
      Effect.map((exit) => ({ exit, attempts })),
      (self): Effect.Effect<{ readonly exit: Exit.Exit<A, E>; readonly attempts: ReadonlyArray<Attempt> }, never, R> =>
        Effect.updateContext(self, (context: Context.Context<R>) =>
          Context.add(context, Trail, { record: (attempt) => attempts.push(attempt) })
        )
    )
  })
