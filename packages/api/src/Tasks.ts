/**
 * Tasks: answers, images and videos that take their time. They are created, get an id, and are asked for until they are done:
 * `GET /async-result/{id}`.
 *
 * Waiting is a loop on the Effect `Clock`, on a Schedule with jitter (80 to 120 %). A look that fails for a reason that passes is
 * repeated up to five times in a row. Interrupting a wait does not cancel the task; every error carries its `taskId`, by which
 * `await` goes on, in another process too. How long the service keeps results is not told; links in them live a day (vidu) to 30
 * days (images).
 *
 * Sources: the vendor's OpenAPI document of bigmodel.cn, 2026-07-11, and its SDKs.
 *
 * @since 0.1.0
 */
import { ChatCompletion, Choice, Usage } from "@effect-zhipu/client/ChatCompletion"
import * as ErrorDocument from "@effect-zhipu/client/ErrorDocument"
import { path, type ZhipuHttpClient } from "@effect-zhipu/client/ZhipuHttpClient"
import { TaskFailedError, type ZhipuError } from "@effect-zhipu/client/ZhipuError"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { answerIds, listOrOne } from "./internal/document.js"
import { get as getDocument } from "./internal/endpoint.js"
import { unfit } from "./internal/errors.js"
import * as polling from "./internal/polling.js"
import type { Poll, Progress } from "./internal/polling.js"
import { nullable, open } from "./internal/wire.js"

export type { Poll, Progress } from "./internal/polling.js"

/**
 * An image of a result: a link that expires.
 *
 * @since 0.1.0
 * @category models
 */
export const ImageResult = open({ url: nullable(Schema.String) })

/**
 * @since 0.1.0
 * @category models
 */
export interface ImageResult extends Schema.Schema.Type<typeof ImageResult> {}

/**
 * A video of a result: links that expire. The cover may be missing, or empty.
 *
 * @since 0.1.0
 * @category models
 */
export const VideoFile = open({ url: nullable(Schema.String), cover_image_url: nullable(Schema.String) })

/**
 * @since 0.1.0
 * @category models
 */
export interface VideoFile extends Schema.Schema.Type<typeof VideoFile> {}

/**
 * A task as the service tells it. While it is under way there is no result; what kind it is shows in which result it has.
 * `image_result` and `video_result` are lists, and are read as such where a single one comes unwrapped.
 *
 * @since 0.1.0
 * @category models
 */
export const Task = open({
  ...answerIds,
  model: nullable(Schema.String),
  /** `PROCESSING`, `SUCCESS` or `FAIL`; see `state`. */
  task_status: nullable(Schema.String),
  choices: nullable(Schema.Array(Choice)),
  usage: nullable(Usage),
  image_result: listOrOne(ImageResult),
  video_result: listOrOne(VideoFile),
  /** Why it failed, in one of several shapes; mostly nothing is told. */
  error: nullable(Schema.Unknown),
  message: nullable(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Task extends Schema.Schema.Type<typeof Task> {}

/**
 * Where a task is. `unknown` is a word of the service that this version does not know: it counts as not done.
 *
 * @since 0.1.0
 * @category models
 */
export type State = "processing" | "success" | "fail" | "unknown"

/**
 * How to wait. Everything is optional.
 *
 * @since 0.1.0
 * @category models
 */
export interface WaitOptions {
  /**
   * When to look. Default: after 2 s, then 1.5 times as long each time up to 10 s; for videos after 5 s, up to 30 s; for
   * batches after 30 s, up to 5 minutes. `Tasks.await`, which does not know what it waits for, takes what is for videos.
   */
  readonly schedule?: Schedule.Schedule<unknown, Progress> | undefined
  /** How long at most. Default: 5 minutes, videos 30 minutes, batches for ever. Then `DeadlineExceededError` with `phase` `total`. */
  readonly timeout?: Duration.DurationInput | undefined
  /** Called after each look. */
  readonly onProgress?: ((progress: Progress) => Effect.Effect<void>) | undefined
}

/**
 * Asks for a task once.
 *
 * @since 0.1.0
 * @category operations
 */
export const get = (id: string): Effect.Effect<Task, ZhipuError, ZhipuHttpClient> =>
  Effect.flatMap(path`/async-result/${id}`, (path) =>
    getDocument("tasks.get", path, Task, {}, { attributes: { "zhipu.task.id": id } })
  )

/**
 * Where a task is. Words are compared without regard to case, as the service writes them in several ways.
 *
 * @since 0.1.0
 * @category getters
 */
export const state = (task: Task): State => {
  switch (task.task_status?.toUpperCase()) {
    case "PROCESSING":
    case "PENDING":
      return "processing"
    case "SUCCESS":
    case "SUCCEEDED":
      return "success"
    case "FAIL":
    case "FAILED":
      return "fail"
    default:
      return "unknown"
  }
}

/**
 * The chat completion of a task that has one.
 *
 * @since 0.1.0
 * @category getters
 */
export const completion = (task: Task): Option.Option<ChatCompletion> => {
  if (task.choices === undefined) return Option.none()
  const { image_result: _, task_status: __, video_result: ___, ...document } = task
  return Schema.decodeUnknownOption(Schema.typeSchema(ChatCompletion))({ ...document, choices: task.choices })
}

/**
 * The images of a task that has some.
 *
 * @since 0.1.0
 * @category getters
 */
export const images = (task: Task): Option.Option<ReadonlyArray<ImageResult>> => Option.fromNullable(task.image_result)

/**
 * The videos of a task that has some.
 *
 * @since 0.1.0
 * @category getters
 */
export const videos = (task: Task): Option.Option<ReadonlyArray<VideoFile>> => Option.fromNullable(task.video_result)

const kindOf = (task: Task): string =>
  task.video_result !== undefined ? "video" : task.image_result !== undefined ? "image" : "task"

/** Why a task failed: the error of its code, or that it failed, with the words that the service had. */
const failure = (task: Task, id: string, kind: string): ZhipuError => {
  const { error } = task
  const told = Predicate.isRecord(error)
    ? Option.filter(ErrorDocument.read({ error }), ({ code }) => code !== undefined)
    : Option.none()
  return Option.getOrElse(told, () => {
    const words = Predicate.isRecord(error) ? error["message"] : error
    const said = [words, task.message].find((text) => typeof text === "string" && text !== "")
    return new TaskFailedError({
      message:
        `The ${kind} ${id} failed, and the service ${said === undefined ? "told no reason" : `said: ${said}`}. ` +
        "Trying again makes another one, which is paid for again.",
      status: 200,
      requestId: task.request_id,
      taskId: id,
      kind,
      state: task.task_status ?? "FAIL"
    })
  })
}

/** What a look at a task found, where it is to end with a value. @internal */
export const read =
  <A>(id: string, kind: string, value: (task: Task) => A | undefined) =>
  (task: Task): Poll<A> => {
    const word = task.task_status ?? "unknown"
    switch (state(task)) {
      case "fail":
        return { _tag: "Failed", state: word, error: failure(task, id, kind) }
      case "success": {
        const found = value(task)
        return found === undefined
          ? {
              _tag: "Failed",
              state: word,
              error: unfit(`The ${kind} ${id} is done, and holds no ${kind}.`, `no ${kind}`)
            }
          : { _tag: "Done", state: word, value: found }
      }
      default:
        return { _tag: "Waiting", state: word }
    }
  }

/**
 * Waits for a task that was created before, perhaps by another process, and gives it when it is done. It looks at once.
 *
 * A task that failed fails with the error of the code that the service told (1301: `ContentFilteredError`), else with
 * `TaskFailedError`. An id that is not there (any more) is `InvalidRequestError`.
 *
 * @example
 * ```ts
 * import { Tasks } from "@effect-zhipu/api"
 * import { Console } from "effect"
 *
 * export const done = Tasks.await("the id", {
 *   timeout: "10 minutes",
 *   onProgress: ({ polls, state }) => Console.log(`${state} (${polls})`)
 * })
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
const await_ = (id: string, options?: WaitOptions): Effect.Effect<Task, ZhipuError, ZhipuHttpClient> =>
  polling.wait(
    { id, kind: "task", look: "now" },
    polling.paces.slow,
    get(id),
    (task) => read(id, kindOf(task), () => task)(task),
    options
  )

export { await_ as await }

/**
 * The same loop for anything else that is asked for until it is done: `poll` looks, `read` says what that means. It looks first
 * after the first delay of the schedule.
 *
 * @since 0.1.0
 * @category operations
 */
export const wait = <A, B, R>(
  task: { readonly id: string; readonly kind: string },
  poll: Effect.Effect<A, ZhipuError, R>,
  read: (answer: A) => Poll<B>,
  options?: WaitOptions
): Effect.Effect<B, ZhipuError, R> => polling.wait({ ...task, look: "later" }, polling.paces.quick, poll, read, options)
