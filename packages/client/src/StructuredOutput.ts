/**
 * Values of a Schema instead of text: the model is asked for JSON, and what it answers is read with leave, decoded, and
 * asked for again where it does not fit.
 *
 * GLM has a JSON mode but does not hold to a schema, so the schema is told in the system message and checked here.
 *
 * - Prose around the JSON, code fences, `<think>` blocks, trailing commas, comments and raw line breaks in strings are
 *   read over. Of several values, the last one that decodes counts, those of less than half of the largest one's size
 *   after the others. A `__proto__` key is dropped wherever it is.
 * - A Schema that is no object (an array, a union, a string) is asked for as `{"value": …}`, since JSON mode means
 *   objects; the bare value is taken as well. Whatever the Schema, so is an object whose only property holds the value.
 * - A text model is sent `response_format: {"type": "json_object"}`, unless the request says otherwise; vision models
 *   do not take the field, and are asked by the instructions alone.
 *
 * @since 0.1.0
 */
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { ParseError } from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as ChatCompletion from "./ChatCompletion.js"
import type { ChatRequest } from "./ChatRequest.js"
import * as ChunkEvent from "./ChunkEvent.js"
import { withPartial } from "./internal/call/errorDetails.js"
import { type Judge, Judged } from "./internal/call/judged.js"
import { makeFold } from "@effect-zhipu/protocol/internal/decoding/fold"
import * as objectAnswer from "./internal/objects/answer.js"
import * as objectRequest from "./internal/objects/request.js"
import * as ZhipuChat from "./ZhipuChat.js"
import { ContentFilteredError, type ZhipuError } from "./ZhipuError.js"

/**
 * Why there is no value.
 *
 * - `NoJson`: the answer holds no JSON, or calls a tool instead
 * - `Truncated`: the answer ended before its JSON did
 * - `Malformed`: what looks like JSON is none
 * - `Mismatch`: it is JSON, but not of the Schema
 * - `Schema`: the Schema cannot be told to the model, as it has no JSON Schema; nothing was sent
 *
 * @since 0.1.0
 * @category errors
 */
export const Reason = Schema.Literal("NoJson", "Truncated", "Malformed", "Mismatch", "Schema")

/**
 * @since 0.1.0
 * @category errors
 */
export type Reason = typeof Reason.Type

/**
 * The model was asked as often as allowed, and its last answer still is no value of the Schema. `completion` is
 * that answer, which is not enumerable, so that logging the error does not print it, and `text` what it said. `issue`
 * says what is wrong with it, and may quote from it.
 *
 * @since 0.1.0
 * @category errors
 */
export class StructuredOutputError extends Schema.TaggedError<StructuredOutputError>(
  "@effect-zhipu/client/StructuredOutputError"
)("StructuredOutputError", {
  message: Schema.String,
  reason: Reason,
  /** At most about 2000 characters. */
  issue: Schema.String,
  /** How many answers were asked for. */
  attempts: Schema.Number,
  /** Absent where none was asked for. */
  completion: Schema.optional(ChatCompletion.ChatCompletion)
}) {
  /** The answer as it was written. */
  get text(): string {
    return this.completion === undefined ? "" : ChatCompletion.text(this.completion)
  }
}

/**
 * What is asked for.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options<A, I, R> {
  /** The conversation, and how to answer. The schema is appended to its first system message, or put before it as one. */
  readonly request: ChatRequest
  readonly schema: Schema.Schema<A, I, R>
  /** What the value is, for the model: `"recipe"`. Default: the title or the identifier of the Schema, if it has one. */
  readonly name?: string | undefined
  /** How many answers are asked for, the first one included. Default 3, at least 1. */
  readonly maxAttempts?: number | undefined
}

/**
 * A value, and the answer that it was read from.
 *
 * @since 0.1.0
 * @category models
 */
export interface Result<A> {
  readonly value: A
  /** The last answer; what the ones before it cost is not in its `usage`. */
  readonly completion: ChatCompletion.ChatCompletion
  /** How many answers were asked for, and one more where an answer that a `ZhipuCache` had kept did not fit. */
  readonly attempts: number
}

/**
 * What has arrived so far of the encoded value. It was not checked: fields are missing, strings are cut, and the
 * model may have written something else than it was asked for. Numbers appear when they are whole.
 *
 * @since 0.1.0
 * @category models
 */
export interface Partial {
  readonly _tag: "Partial"
  readonly value: unknown
  /** Which answer this is, from 1: with a higher one, the value begins anew. */
  readonly attempt: number
}

/**
 * The decoded value, as the last element of a stream.
 *
 * @since 0.1.0
 * @category models
 */
export interface Complete<A> extends Result<A> {
  readonly _tag: "Complete"
}

interface Task<A, R> {
  readonly asked: objectRequest.ObjectRequest
  readonly maxAttempts: number
  readonly decode: (value: unknown) => Effect.Effect<A, ParseError, R>
}

const prepare = <A, I, R>(options: Options<A, I, R>): Effect.Effect<Task<A, R>, StructuredOutputError> =>
  Effect.try({
    try: () => ({
      asked: objectRequest.make(options.request, options.schema, options.name),
      maxAttempts: options.maxAttempts ?? 3,
      decode: Schema.decodeUnknown(options.schema, { errors: "all" })
    }),
    catch: (cause) => {
      const issue = cause instanceof Error ? cause.message : String(cause)
      return failure("Schema", issue, 0)
    }
  })

const failure = (
  reason: Reason,
  issue: string,
  attempts: number,
  completion?: ChatCompletion.ChatCompletion,
  where?: string
): StructuredOutputError => {
  const message = `${advice(reason, completion?.choices[0]?.finish_reason, where)}${times(attempts)}`
  const error = new StructuredOutputError({ message, reason, issue, attempts })
  return Object.defineProperty(error, "completion", { value: completion, enumerable: false, configurable: true })
}

const times = (attempts: number): string => (attempts > 1 ? ` Asked ${attempts} times.` : "")

const advice = (reason: Reason, finishReason: string | undefined, where = "`issue` says where"): string => {
  switch (reason) {
    case "Schema":
      return "The Schema cannot be written as a JSON Schema: give the part that `issue` names a jsonSchema annotation."
    case "NoJson":
      return finishReason === "tool_calls"
        ? "The model called a tool instead of answering: run its tools first, or ask without tools."
        : "The model answered without JSON. Its answer is in `text`."
    case "Malformed":
      return "The model answered with something that is not quite JSON: `issue` says where, `text` is the answer."
    case "Mismatch":
      return `The model answered with JSON that does not fit the Schema: ${where}. \`issue\` quotes it, \`text\` is the answer.`
    case "Truncated":
      return finishReason === "length"
        ? "The answer reached the limit of tokens before its JSON was complete: raise max_tokens (thinking counts as well), or ask for less."
        : finishReason === "model_context_window_exceeded"
          ? "The answer filled the context of the model before its JSON was complete: send shorter messages, or ask for less."
          : "The answer ended before its JSON was complete. What came is in `text`."
  }
}

const filtered = (completion: ChatCompletion.ChatCompletion): ZhipuError =>
  withPartial(
    new ContentFilteredError({
      message: "Moderation blocked the answer (finish_reason sensitive). Do not show what came; change the messages.",
      code: "sensitive",
      status: 200,
      requestId: completion.request_id ?? completion.id,
      contentFilter: completion.content_filter
    }),
    completion
  )

/** A question, and what a cache of answers says of its answer. */
interface Turn {
  readonly request: ChatRequest
  /** Which answer it asks for, from 1. */
  readonly attempt: number
  /** So many may be asked for; an answer that was kept is none of them. */
  readonly maxAttempts: number
  readonly judge: Judge
  readonly wasKept: () => boolean
  readonly keep: Effect.Effect<void>
}

const turnOf = (request: ChatRequest, attempt: number, maxAttempts: number, isAnew = false): Turn => {
  let isKept = false
  const keeps: Array<Effect.Effect<void>> = []
  return {
    request,
    attempt,
    maxAttempts,
    judge: {
      isAnew,
      onKept: () => {
        isKept = true
      },
      onWhole: (keep) => void keeps.push(keep)
    },
    wasKept: () => isKept,
    keep: Effect.suspend(() => Effect.all(keeps, { discard: true }))
  }
}

/** The value in an answer; or the next question for one; or the end of it. */
const judge = <A, R>(
  { asked, decode }: Task<A, R>,
  turn: Turn,
  completion: ChatCompletion.ChatCompletion
): Effect.Effect<Either.Either<Result<A>, Turn>, ZhipuError | StructuredOutputError, R> =>
  Effect.gen(function* () {
    const { attempt: attempts, maxAttempts } = turn
    const finishReason = completion.choices[0]?.finish_reason
    if (finishReason === "sensitive") return yield* filtered(completion)
    const read = yield* objectAnswer.read(ChatCompletion.text(completion), finishReason, asked.wrapped, decode)
    if (Either.isRight(read)) {
      yield* turn.keep
      return Either.right({ value: read.right, completion, attempts })
    }
    if (turn.wasKept()) return Either.left(turnOf(turn.request, attempts + 1, maxAttempts + 1, true))
    const { issue, reason, where } = read.left
    // A tool call wants its result and not a question, and in a context that is full no other answer would fit.
    const isFinal = ChatCompletion.toolCalls(completion).length > 0 || finishReason === "model_context_window_exceeded"
    return !isFinal && attempts < maxAttempts
      ? Either.left(turnOf(objectRequest.again(asked, completion, issue), attempts + 1, maxAttempts))
      : yield* failure(reason, issue, attempts, completion, where)
  })

/**
 * Asks for a value of a Schema.
 *
 * The answer is streamed and folded: however long the model writes, bytes keep coming, so that no gateway gives the call
 * up, the deadlines of a stream watch it, and an answer that breaks off fails with what came of it.
 *
 * An answer that does not fit is followed by another question that says what is wrong with it, `maxAttempts` in all; then
 * the effect fails with `StructuredOutputError`. It fails at once with `ContentFilteredError` where moderation blocked
 * the answer, and with any other `ZhipuError` of the call.
 *
 * @example
 * ```ts
 * import { Message, StructuredOutput } from "@effect-zhipu/client"
 * import { Effect, Schema } from "effect"
 *
 * const Recipe = Schema.Struct({
 *   title: Schema.String,
 *   minutes: Schema.Int.pipe(Schema.positive()),
 *   steps: Schema.NonEmptyArray(Schema.String)
 * })
 *
 * export const recipe = StructuredOutput.generate({
 *   request: { model: "glm-4.6", messages: [Message.user("A recipe for onion soup")] },
 *   schema: Recipe
 * }).pipe(Effect.map(({ value }) => value.steps.join("\n")))
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const generate = <A, I, R>(
  options: Options<A, I, R>
): Effect.Effect<Result<A>, ZhipuError | StructuredOutputError, ZhipuChat.ZhipuChat | R> =>
  Effect.flatMap(prepare(options), (task) => {
    type Answer = Effect.Effect<Result<A>, ZhipuError | StructuredOutputError, ZhipuChat.ZhipuChat | R>
    const ask = (turn: Turn): Answer =>
      ChunkEvent.fold(ZhipuChat.stream(turn.request)).pipe(
        Effect.provideService(Judged, turn.judge),
        Effect.flatMap((completion) => judge(task, turn, completion)),
        Effect.flatMap(Either.match({ onLeft: ask, onRight: (result): Answer => Effect.succeed(result) }))
      )
    return ask(turnOf(task.asked.request, 1, task.maxAttempts))
  })

/**
 * Asks for a value of a Schema and shows it as it is written: `Partial` values as they arrive, then one `Complete` with
 * the decoded value. Fails as `generate` does, and asks again as it does; `attempt` tells.
 *
 * There is at most one `Partial` for a batch of events, and none that equals the one before. Each is read from the whole text
 * so far, but only when that has grown by a thirty-second, so all of them together cost some 33 readings of the
 * whole answer at the most, not quadratic in its length.
 *
 * @example
 * ```ts
 * import { Message, StructuredOutput } from "@effect-zhipu/client"
 * import { Console, Schema, Stream } from "effect"
 *
 * export const program = StructuredOutput.stream({
 *   request: { model: "glm-4.6", messages: [Message.user("Ten rivers of Europe")] },
 *   schema: Schema.Array(Schema.String)
 * }).pipe(
 *   Stream.runForEach((event) =>
 *     event._tag === "Partial"
 *       ? Console.log("so far", event.value)
 *       : Console.log("in all", event.value.length)
 *   )
 * )
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const stream = <A, I, R>(
  options: Options<A, I, R>
): Stream.Stream<Partial | Complete<A>, ZhipuError | StructuredOutputError, ZhipuChat.ZhipuChat | R> =>
  Stream.unwrap(
    Effect.map(prepare(options), (task) => {
      type Values = Stream.Stream<Partial | Complete<A>, ZhipuError | StructuredOutputError, ZhipuChat.ZhipuChat | R>
      const ask = (turn: Turn): Values =>
        Stream.suspend(() => {
          const fold = makeFold()
          const partials = makePartials(task.asked.wrapped, turn.attempt)
          const events = Stream.provideService(ZhipuChat.stream(turn.request), Judged, turn.judge)
          const arriving = Stream.mapChunks(events, (batch) => {
            for (const event of batch) {
              fold.add(event)
              if (event._tag === "ContentDelta" && event.choice === 0) partials.add(event.text)
            }
            return partials.take()
          })
          const judged = Effect.suspend(() => judge(task, turn, fold.result())).pipe(
            Effect.map(
              Either.match({
                onLeft: ask,
                onRight: (result): Values => Stream.succeed({ _tag: "Complete", ...result })
              })
            )
          )
          return Stream.concat(arriving, Stream.unwrap(judged))
        })
      return ask(turnOf(task.asked.request, 1, task.maxAttempts))
    })
  )

interface Partials {
  readonly add: (text: string) => void
  /** The value so far where it is another than the last one, and not too soon after it. */
  readonly take: () => Chunk.Chunk<Partial>
}

const makePartials = (wrapped: boolean, attempt: number): Partials => {
  let text = ""
  let readLength = 0
  let last = ""
  return {
    add: (piece) => {
      text += piece
    },
    take: () => {
      if (text.length < readLength + Math.max(1, readLength >> 5)) return Chunk.empty()
      readLength = text.length
      const value = objectAnswer.partial(text, wrapped)
      const written = JSON.stringify(value)
      if (value === undefined || written === last) return Chunk.empty()
      last = written
      return Chunk.of({ _tag: "Partial", value, attempt })
    }
  }
}
