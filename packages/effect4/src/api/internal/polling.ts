// Generated from packages/api/src/internal/polling.ts by scripts/effect4: change that file.
/** Asking for something until it is done. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import { DeadlineExceededError, type ZhipuError } from "../../ZhipuError.js"
import { withFields } from "./errors.js"

/**
 * What a look at something found, for `wait`.
 *
 * @since 0.1.0
 * @category models
 */
export type Poll<A> =
  | { readonly _tag: "Waiting"; readonly state: string }
  | { readonly _tag: "Done"; readonly state: string; readonly value: A }
  | { readonly _tag: "Failed"; readonly state: string; readonly error: ZhipuError }

/**
 * How far a task is: its state in the words of the service, how often it was asked for, and for how long.
 *
 * @since 0.1.0
 * @category models
 */
export interface Progress {
  readonly id: string
  readonly state: string
  readonly polls: number
  readonly elapsed: Duration.Duration
}

/** @internal */
export interface Options {
  readonly schedule?: Schedule.Schedule<unknown, Progress> | undefined
  readonly timeout?: Duration.Input | undefined
  readonly onProgress?: ((progress: Progress) => Effect.Effect<void>) | undefined
}

/** How often a kind of task is asked for, and for how long. @internal */
export interface Pace {
  /** The time before the first look, which grows by half each time. */
  readonly first: Duration.Input
  readonly cap: Duration.Input
  readonly limit: Duration.Input
}

/** @internal */
export const paces = {
  quick: { first: "2 seconds", cap: "10 seconds", limit: "5 minutes" },
  slow: { first: "5 seconds", cap: "30 seconds", limit: "30 minutes" },
  // The vendor cancels a batch by itself after 7 days.
  batch: { first: "30 seconds", cap: "5 minutes", limit: Duration.infinity }
} as const satisfies Record<string, Pace>

const scheduleOf = ({ cap, first }: Pace): Schedule.Schedule<unknown, Progress> =>
  Schedule.exponential(first, 1.5).pipe((self) => Schedule.min([self, Schedule.spaced(cap)]), Schedule.jittered)

/** So many looks in a row may fail before the wait does. */
const patience = 5

/** A look that failed says nothing of the task. */
const passes = (error: ZhipuError): boolean =>
  error.isRetryable || error._tag === "DeadlineExceededError" || error._tag === "StreamTruncatedError"

/**
 * Looks at a task until it is done. Each error names the task, so that one can go on waiting for it later; interruption ends
 * the wait, and not the task.
 *
 * @internal
 */
export const wait = <A, B, R>(
  task: { readonly id: string; readonly kind: string; readonly look: "now" | "later" },
  pace: Pace,
  poll: Effect.Effect<A, ZhipuError, R>,
  read: (answer: A) => Poll<B>,
  { onProgress, schedule, timeout }: Options = {}
): Effect.Effect<B, ZhipuError, R> => {
  const { id, kind } = task
  const limit = Duration.fromInputUnsafe(timeout ?? pace.limit)
  const tooLate = (why: string) =>
    new DeadlineExceededError({
      message: `The ${kind} ${id} was not done ${why}. It goes on: wait for it again by its id.`,
      phase: "total",
      limit,
      taskId: id
    })
  const loop = Effect.gen(function* () {
    const startedAt = yield* Clock.currentTimeMillis
    const next = yield* Schedule.toStepWithSleep(schedule ?? scheduleOf(pace))
    let progress: Progress = { id, state: "unknown", polls: 0, elapsed: Duration.zero }
    let failures = 0
    for (;;) {
      if (task.look === "later" || progress.polls > 0 || failures > 0) {
        yield* Effect.mapError(next(progress), () => tooLate("when the schedule ended"))
      }
      const looked = yield* Effect.result(poll)
      if (Result.isFailure(looked)) {
        if (!passes(looked.failure) || ++failures > patience) return yield* Effect.fail(looked.failure)
        continue
      }
      failures = 0
      const found = read(looked.success)
      const elapsed = Duration.millis((yield* Clock.currentTimeMillis) - startedAt)
      progress = { id, state: found.state, polls: progress.polls + 1, elapsed }
      if (onProgress !== undefined) yield* onProgress(progress)
      switch (found._tag) {
        case "Done":
          return found.value
        case "Failed":
          return yield* Effect.fail(found.error)
        case "Waiting":
      }
    }
  })
  const bounded = Duration.isFinite(limit)
    ? Effect.timeoutOrElse(loop, {
        duration: limit,
        orElse: () => Effect.fail(tooLate(`within ${Duration.format(limit)}`))
      })
    : loop
  return Effect.mapError(bounded, (error) => (error.taskId === undefined ? withFields(error, { taskId: id }) : error))
}
