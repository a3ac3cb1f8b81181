/** Items as lines of a batch file, and what comes back of them as their endings. */
import { EmbeddingResponse } from "@effect-zhipu/api/Embeddings"
import type * as Batches from "@effect-zhipu/api/Batches"
import * as Jsonl from "@effect-zhipu/api/Jsonl"
import * as ChatCompletion from "@effect-zhipu/client/ChatCompletion"
import type { ChunkEvent } from "@effect-zhipu/client/ChunkEvent"
import * as StructuredOutput from "@effect-zhipu/client/StructuredOutput"
import { type Service as Chat, ZhipuChat } from "@effect-zhipu/client/ZhipuChat"
import { RequestEncodeError, type ZhipuError } from "@effect-zhipu/client/ZhipuError"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { BulkJob } from "../../BulkJob.js"
import * as asking from "../job/ask.js"
import * as embedding from "../job/embedding.js"
import * as items from "../job/items.js"
import type { Attempt, Ending, NewItem, OpenItem } from "../store/rows.js"

const chats = "/v4/chat/completions"
const vectors = "/v4/embeddings"

/** How many lines of texts to embed the service takes in a file. Source: the vendor's guide to batches, 2025-12-29. */
const maxTexts = 10_000

/** A batch is billed at half the price of live calls. Source: the vendor's guide to batches, 2025-12-29. */
const discount = 0.5

const prefix = "item-"

/** Not the item's own id, which may be of any length and of any characters. @internal */
export const customIdOf = (row: number): string => prefix + String(row).padStart(9, "0")

/** @internal */
export const rowOf = (customId: string | undefined): number | undefined => {
  const row = customId?.startsWith(prefix) === true ? Number(customId.slice(prefix.length)) : undefined
  return Number.isSafeInteger(row) ? row : undefined
}

/** Longer than any row has digits, so that a line is never longer than it was measured. */
const anyRow = 10 ** 14

/** How many bytes the line of an item takes. @internal */
export const sizeOf = (request: embedding.Request): number => Buffer.byteLength(lineOf(anyRow, request))

/** @internal */
export const lineOf = (row: number, request: embedding.Request): string => {
  // Answers of a batch are not streamed.
  const {
    stream: _,
    stream_options: __,
    tool_stream: ___,
    ...body
  } = { ...request } as Readonly<Record<string, unknown>>
  return Jsonl.encodeLine({
    custom_id: customIdOf(row),
    method: "POST",
    url: embedding.isChat(request) ? chats : vectors,
    body
  })
}

/** How a failed line ends: asked again by a live call, or kept with its error. @internal */
export type OnFailure = "live" | "keep"

/** What a live call would be told as well. */
const isSettled = (tag: string): boolean => tag === "ContentFilteredError" || tag === "ContextLengthError"

/** A chat that answers with what a batch has answered. */
const replaying = (completion: ChatCompletion.ChatCompletion): Chat => {
  const [choice] = completion.choices
  const reasoning = ChatCompletion.reasoning(completion)
  const events: ReadonlyArray<ChunkEvent> = [
    { _tag: "Started", id: completion.id, model: completion.model, created: completion.created },
    ...(reasoning === "" ? [] : [{ _tag: "ReasoningDelta" as const, choice: 0, text: reasoning }]),
    { _tag: "ContentDelta", choice: 0, text: ChatCompletion.text(completion) },
    { _tag: "Finished", choice: 0, reason: choice?.finish_reason ?? "stop" }
  ]
  return { complete: () => Effect.succeed(completion), stream: () => Stream.fromIterable(events) }
}

const unasked = new RequestEncodeError({ message: "The request is looked at, and not sent." })

/** How items of a job are written, and their answers read. @internal */
export interface Lines<R> {
  /** What the service calls for each line, without `/paas`. */
  readonly endpoint: string
  /** How many lines it takes in a file, where that is less than for a chat. */
  readonly maxLines: number
  /** What an answer is. */
  readonly body: Schema.Schema<embedding.Answer, unknown>
  /** What is asked for an item: for a value of a Schema, `StructuredOutput` says more than the item does. */
  readonly requestOf: (item: NewItem) => Effect.Effect<embedding.Request, StructuredOutput.StructuredOutputError, R>
  /** Of an item that came back with an error, or that did not come back. */
  readonly failed: (item: OpenItem, error: ZhipuError, startedAt: number | undefined, endedAt: number) => Ending
  readonly ended: (
    item: OpenItem,
    line: Batches.BatchLine<embedding.Answer>,
    startedAt: number | undefined,
    endedAt: number
  ) => Effect.Effect<Ending, never, R>
}

const bodyOf = <A extends embedding.Answer, I>(schema: Schema.Schema<A, I>) =>
  schema as Schema.Schema<embedding.Answer, unknown>

/** @internal */
export const make = <A, E, R>(settings: asking.Settings, job: BulkJob<A, E, R>, onFailure: OnFailure): Lines<R> => {
  const encodeValue = Schema.encode(Schema.parseJson(job.schema))

  const requestOf: Lines<R>["requestOf"] = (item) => {
    const request = items.requestOf(item)
    if (!job.structured || !embedding.isChat(request)) return Effect.succeed(request)
    let asked = request
    const listening: Chat = {
      complete: () => Effect.fail(unasked),
      stream: (full) =>
        Stream.suspend(() => {
          asked = full
          return Stream.fail<ZhipuError>(unasked)
        })
    }
    return StructuredOutput.generate({ request, schema: job.schema, maxAttempts: 1 }).pipe(
      Effect.provideService(ZhipuChat, listening),
      Effect.matchEffect({
        onFailure: (error) => (error._tag === "StructuredOutputError" ? Effect.fail(error) : Effect.succeed(asked)),
        onSuccess: () => Effect.succeed(asked)
      })
    )
  }

  const outcomeOf = (item: NewItem, answer: embedding.Answer): Effect.Effect<asking.Outcome, never, R> => {
    const completion = embedding.completionOf(answer)
    const request = items.requestOf(item)
    if (!embedding.isChat(request)) {
      return Effect.match(embedding.valueOf(answer), {
        onFailure: asking.outcomeOf,
        onSuccess: (value): asking.Outcome => asking.doneOf(completion, value)
      })
    }
    if (!job.structured) {
      return Effect.succeed(
        completion.choices[0]?.finish_reason === "sensitive"
          ? asking.outcomeOf(asking.filtered(completion))
          : asking.doneOf(completion, undefined)
      )
    }
    return StructuredOutput.generate({ request, schema: job.schema, maxAttempts: 1 }).pipe(
      Effect.provideService(ZhipuChat, replaying(completion)),
      Effect.flatMap(({ value }) => Effect.orDie(encodeValue(value))),
      Effect.catchAllDefect(asking.notOfSchema),
      Effect.match({
        onFailure: asking.outcomeOf,
        onSuccess: (value): asking.Outcome => asking.doneOf(completion, value)
      })
    )
  }

  const ending = (row: number, attempt: Attempt, outcome: asking.Outcome): Ending => {
    const isOver = outcome._tag === "Done" || (outcome._tag === "Failed" && isSettled(outcome.tag))
    const stays = isOver || (onFailure === "keep" && outcome._tag === "Failed")
    return { row, attempts: [attempt], outcome: stays ? outcome : { _tag: "Again" } }
  }

  const failed: Lines<R>["failed"] = (item, error, startedAt, endedAt) => {
    const { _tag: tag, requestId } = error
    const attempt = asking.attemptOf(settings, items.requestOf(item), startedAt, endedAt, undefined, { tag, requestId })
    return ending(item.row, attempt, asking.failedOf(error))
  }

  const ended: Lines<R>["ended"] = (item, line, startedAt, endedAt) => {
    if (line._tag === "Failure") return Effect.succeed(failed(item, line.error, startedAt, endedAt))
    const body = embedding.completionOf(line.body)
    return Effect.map(outcomeOf(item, line.body), (outcome) => {
      const tag = outcome._tag === "Failed" ? outcome.tag : undefined
      const { cost, ...attempt } = asking.attemptOf(settings, items.requestOf(item), startedAt, endedAt, body.usage, {
        tag,
        requestId: body.request_id ?? body.id
      })
      const half = cost === undefined ? undefined : { ...cost, amount: cost.amount * discount }
      return ending(item.row, { ...attempt, cost: half }, outcome)
    })
  }

  return {
    ...(job.embed === undefined
      ? { endpoint: chats, maxLines: Number.POSITIVE_INFINITY, body: bodyOf(ChatCompletion.ChatCompletion) }
      : { endpoint: vectors, maxLines: maxTexts, body: bodyOf(EmbeddingResponse) }),
    requestOf,
    failed,
    ended
  }
}
