// Generated from packages/bulk/src/internal/job/ask.ts by scripts/effect4: change that file.
/** One item, from its request to its ending: calls, retries, and what each of them used. */
import { judge } from "@effect-zhipu/protocol/Failure"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type * as Embeddings from "../../../api/Embeddings.js"
import * as ChatCompletion from "../../../ChatCompletion.js"
import type { ChatRequest } from "../../../ChatRequest.js"
import * as ChunkEvent from "../../../ChunkEvent.js"
import * as Price from "../../../Price.js"
import type { Region } from "../../../Region.js"
import * as RetryPolicy from "../../../RetryPolicy.js"
import * as StructuredOutput from "../../../StructuredOutput.js"
import { isToolError, type ToolError } from "../../../ToolError.js"
import * as ZhipuCall from "../../../ZhipuCall.js"
import { type Service as Chat, ZhipuChat } from "../../../ZhipuChat.js"
import { ContentFilteredError, InvalidRequestError, type ZhipuError } from "../../../ZhipuError.js"
import type { StopReason } from "../../BulkError.js"
import type { BulkJob } from "../../BulkJob.js"
import type { Attempt, Ending } from "../store/rows.js"
import * as embedding from "./embedding.js"
import type { Pauses } from "./pauses.js"

type Failed = Extract<Ending["outcome"], { readonly _tag: "Failed" }>

/** What came of an item. @internal */
export type Outcome =
  | Exclude<Ending["outcome"], { readonly _tag: "Again" }>
  /** The quota is used up until then. */
  | { readonly _tag: "Sleep"; readonly until: number }
  /** No other item would fare better. */
  | { readonly _tag: "Stop"; readonly reason: StopReason; readonly error: ZhipuError }
  /** The client was shut down. */
  | { readonly _tag: "Closed" }

/** @internal */
export interface Asked {
  readonly outcome: Outcome
  readonly attempts: ReadonlyArray<Attempt>
}

/** @internal */
export interface Settings {
  readonly chat: Chat
  readonly prices: ReadonlyArray<Price.Price>
  readonly region: Region | undefined
}

/** The price of a request's model. @internal */
export const priceOf = ({ prices, region }: Settings, request: embedding.Request): Option.Option<Price.Price> =>
  Price.find(prices, request.model, region)

const truncatedReasons: ReadonlySet<string | undefined> = new Set(["length", "model_context_window_exceeded"])

/** Whatever is asked next would be refused in the same way. */
const stopsAll = (error: ZhipuError): boolean => {
  const { fault, retry } = judge(error)
  return (retry === "none" && (fault === "key" || fault === "account")) || error._tag === "ModelNotFoundError"
}

/** @internal */
export const outcomeOf = (error: ZhipuError | StructuredOutput.StructuredOutputError | ToolError): Outcome => {
  if (error._tag === "StructuredOutputError") return failed(error._tag, error.message, error.text, error.issue)
  if (isToolError(error)) return failed(error._tag, error.message, "", undefined)
  if (error._tag === "QuotaExceededError" && error.resetAt !== undefined)
    return { _tag: "Sleep", until: DateTime.toEpochMillis(error.resetAt) }
  if (error._tag === "QuotaExceededError") return { _tag: "Stop", reason: "Quota", error }
  if (error._tag === "InsufficientBalanceError") return { _tag: "Stop", reason: "Balance", error }
  if (error._tag === "ConnectionError" && error.phase === "closed") return { _tag: "Closed" }
  return stopsAll(error) ? { _tag: "Stop", reason: "Account", error } : failedOf(error)
}

/** An item that ends with an error, whatever that says of others. @internal */
export const failedOf = (error: ZhipuError): Failed =>
  failed(
    error._tag,
    error.message,
    error.partial === undefined ? "" : ChatCompletion.text(error.partial),
    undefined,
    error
  )

const failed = (
  tag: string,
  message: string,
  text: string,
  issue: string | undefined,
  { code, requestId }: { readonly code?: string | undefined; readonly requestId?: string | undefined } = {}
): Failed => ({
  _tag: "Failed",
  tag,
  error: JSON.stringify({
    message: issue === undefined ? message : `${message} ${issue}`,
    ...(code === undefined ? {} : { code }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(text === "" ? {} : { text: text.slice(0, 4000) })
  })
})

/** @internal */
export const filtered = (completion: ChatCompletion.ChatCompletion): ZhipuError =>
  new ContentFilteredError({
    message: "Moderation blocked the answer (finish_reason sensitive). Change the messages.",
    code: "sensitive",
    status: 200,
    requestId: completion.request_id ?? completion.id,
    contentFilter: completion.content_filter,
    partial: completion
  })

interface Told {
  readonly requestId?: string | undefined
  readonly tag?: string | undefined
}

/** A call as it is stored. @internal */
export const attemptOf = (
  settings: Settings,
  request: embedding.Request,
  startedAt: number | undefined,
  endedAt: number,
  usage: ChatCompletion.Usage | undefined,
  { requestId, tag }: Told
): Attempt => ({
  startedAt,
  endedAt,
  tag,
  requestId,
  usage:
    usage === undefined
      ? undefined
      : {
          promptTokens: usage.prompt_tokens ?? 0,
          cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
          completionTokens: usage.completion_tokens ?? 0
        },
  cost:
    usage === undefined ? undefined : Option.getOrUndefined(Option.map(priceOf(settings, request), Price.cost(usage)))
})

/** Keeps what each call of an item used. */
const recorder = (settings: Settings) => {
  const attempts: Array<Attempt> = []
  const record = (
    request: embedding.Request,
    startedAt: number,
    endedAt: number,
    usage: ChatCompletion.Usage | undefined,
    told: Told
  ): void => void attempts.push(attemptOf(settings, request, startedAt, endedAt, usage, told))

  const noted = <A extends embedding.Answer, R>(
    request: embedding.Request,
    call: Effect.Effect<A, ZhipuError, R>
  ): Effect.Effect<A, ZhipuError, R> =>
    Effect.flatMap(Clock.currentTimeMillis, (startedAt) =>
      call.pipe(
        Effect.onExit((exit) =>
          Effect.map(Clock.currentTimeMillis, (endedAt) => {
            if (Exit.isSuccess(exit)) {
              const { id, request_id: requestId = id, usage } = embedding.completionOf(exit.value)
              return record(request, startedAt, endedAt, usage, { requestId })
            }
            const error = failureOf(exit)
            record(request, startedAt, endedAt, error?.partial?.usage, {
              tag: error?._tag ?? "Interrupted",
              requestId: error?.requestId
            })
          })
        )
      )
    )

  /** A whole answer, streamed so that no gateway gives up a long one. */
  const complete = (request: ChatRequest): Effect.Effect<ChatCompletion.ChatCompletion, ZhipuError> =>
    noted(request, ChunkEvent.fold(settings.chat.stream(request)))

  /** The same for `StructuredOutput`, which asks by itself and may ask several times. */
  const stream: Chat["stream"] = (request) =>
    Stream.unwrap(
      Effect.map(Clock.currentTimeMillis, (startedAt) => {
        let usage: ChatCompletion.Usage | undefined
        return settings.chat.stream(request).pipe(
          Stream.tap((event) =>
            Effect.sync(() => {
              if (event._tag === "Usage") usage = event.usage
            })
          ),
          Stream.onExit((exit) =>
            Effect.map(Clock.currentTimeMillis, (endedAt) => {
              const error = Exit.isSuccess(exit) ? undefined : failureOf(exit)
              const tag = Exit.isSuccess(exit) ? undefined : (error?._tag ?? "Interrupted")
              record(request, startedAt, endedAt, usage ?? error?.partial?.usage, { tag, requestId: error?.requestId })
            })
          )
        )
      })
    )

  return { attempts, noted, complete, chat: { ...settings.chat, stream } satisfies Chat }
}

const failureOf = (exit: Exit.Exit<unknown, ZhipuError>): ZhipuError | undefined =>
  Exit.isFailure(exit) ? Option.getOrUndefined(Cause.findErrorOption(exit.cause)) : undefined

/** @internal */
export const doneOf = (
  completion: ChatCompletion.ChatCompletion,
  value: string | undefined
): Extract<Outcome, { readonly _tag: "Done" }> => ({
  _tag: "Done",
  completion: JSON.stringify(completion),
  value,
  truncated: truncatedReasons.has(completion.choices[0]?.finish_reason)
})

interface Answer {
  readonly completion: ChatCompletion.ChatCompletion
  /** JSON of the encoded value. */
  readonly value: string | undefined
}

/** The text of a whole answer. */
const checked = (completion: ChatCompletion.ChatCompletion): Effect.Effect<Answer, ZhipuError> =>
  completion.choices[0]?.finish_reason === "sensitive"
    ? Effect.fail(filtered(completion))
    : Effect.succeed({ completion, value: undefined })

/**
 * What a Schema throws at, or cannot encode though it has decoded it, fails the item alone: a defect would end the job, and at each
 * run again, as the item is asked for first.
 *
 * @internal
 */
export const notOfSchema = (defect: unknown): Effect.Effect<never, StructuredOutput.StructuredOutputError> =>
  Effect.fail(
    new StructuredOutput.StructuredOutputError({
      message:
        "The Schema of the job threw at an answer, or cannot encode what it has decoded: mend it, and retry the item.",
      reason: "Mismatch",
      issue: String(defect).slice(0, 2000),
      attempts: 1
    })
  )

const notEmbedded = new InvalidRequestError({
  message: "The item is a text to embed, and the job is none of BulkJob.embeddings: run it as it was begun.",
  path: "input"
})

/** How items of a job are asked for. @internal */
export const make = <A, E, R>(
  settings: Settings,
  job: BulkJob<A, E, R>,
  retry: RetryPolicy.RetryPolicy,
  pauses: Pauses
): ((request: embedding.Request) => Effect.Effect<Asked, never, R>) => {
  const encodeValue = Schema.encodeEffect(Schema.fromJsonString(job.schema))
  const { deadlines, embed, maxAttempts, schema } = job

  const text = (recorded: ReturnType<typeof recorder>, request: ChatRequest): Effect.Effect<Answer, ZhipuError> =>
    Effect.flatMap(recorded.complete(request), checked)

  const structured = (recorded: ReturnType<typeof recorder>, request: ChatRequest) =>
    StructuredOutput.generate({ request, schema, maxAttempts }).pipe(
      Effect.provideService(ZhipuChat, recorded.chat),
      Effect.flatMap(({ completion, value }) =>
        Effect.map(Effect.orDie(encodeValue(value)), (value): Answer => ({ completion, value }))
      ),
      Effect.catchDefect(notOfSchema)
    )

  const vector = (recorded: ReturnType<typeof recorder>, request: Embeddings.EmbeddingRequest) =>
    embed === undefined
      ? Effect.fail(notEmbedded)
      : Effect.flatMap(recorded.noted(request, embed(request)), (answer) =>
          Effect.map(embedding.valueOf(answer), (value): Answer => ({
            completion: embedding.completionOf(answer),
            value
          }))
        )

  /** Each round of a loop is waited out by itself: what a handler has done stays done. */
  const looped = (
    loop: NonNullable<BulkJob<A, E, R>["loop"]>,
    recorded: ReturnType<typeof recorder>,
    request: ChatRequest
  ) => {
    const round: Chat["stream"] = (asked) =>
      Stream.unwrap(
        Stream.runCollect(recorded.chat.stream(asked)).pipe(
          retrying(retry, pauses, asked.model),
          // A round asks for no value of a Schema.
          Effect.catchTag("StructuredOutputError", Effect.die),
          Effect.map(Stream.fromIterable)
        )
      )
    return loop(request).pipe(
      Effect.provideService(ZhipuChat, { ...recorded.chat, stream: round }),
      Effect.flatMap((completion) => checked(completion))
    )
  }

  const settled = (
    recorded: ReturnType<typeof recorder>,
    asked: Effect.Effect<Answer, ZhipuError | StructuredOutput.StructuredOutputError | ToolError, R>
  ): Effect.Effect<Asked, never, R> =>
    asked.pipe(
      // The retries of a job are its own: each of them is recorded.
      ZhipuCall.with({ retry: RetryPolicy.none, deadlines }),
      Effect.match({
        onFailure: outcomeOf,
        onSuccess: ({ completion, value }): Outcome => doneOf(completion, value)
      }),
      Effect.map((outcome) => ({ outcome, attempts: recorded.attempts }))
    )

  return (request) =>
    Effect.suspend(() => {
      const recorded = recorder(settings)
      if (!embedding.isChat(request))
        return settled(recorded, retrying(retry, pauses, request.model)(vector(recorded, request)))
      if (job.loop !== undefined) return settled(recorded, looped(job.loop, recorded, request))
      const once: Effect.Effect<Answer, ZhipuError | StructuredOutput.StructuredOutputError, R> = job.structured
        ? structured(recorded, request)
        : text(recorded, request)
      return settled(recorded, retrying(retry, pauses, request.model)(once))
    })
}

/**
 * Waits out what passes: throttles and overloads together with all other items of the model. A queue of the client that is full for
 * the moment was never asked.
 */
const retrying =
  (policy: RetryPolicy.RetryPolicy, pauses: Pauses, model: string) =>
  <A, R>(
    once: Effect.Effect<A, ZhipuError | StructuredOutput.StructuredOutputError, R>
  ): Effect.Effect<A, ZhipuError | StructuredOutput.StructuredOutputError, R> => {
    const queued: typeof once = Effect.catchTag(once, "QueueFullError", () =>
      Effect.andThen(
        Effect.sleep("1 second"),
        Effect.suspend(() => queued)
      )
    )
    let kind: RetryPolicy.Kind | undefined
    const schedule = Schedule.modifyDelay(policy, ({ duration: delay }) =>
      kind === "throttle" || kind === "overload" ? Effect.as(pauses.hold(model, delay), delay) : Effect.succeed(delay)
    )
    return Effect.andThen(pauses.wait(model), queued).pipe(
      Effect.catchTag("StructuredOutputError", (error) => Effect.succeed(error)),
      Effect.tapError((error) => Effect.sync(() => void (kind = RetryPolicy.kindOf(error)))),
      Effect.retry({ schedule, while: (error) => RetryPolicy.kindOf(error) !== undefined }),
      Effect.flatMap((value) =>
        value instanceof StructuredOutput.StructuredOutputError ? Effect.fail(value) : Effect.succeed(value)
      )
    )
  }
