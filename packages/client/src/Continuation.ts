/**
 * Going on with an answer that was cut at `max_tokens`.
 *
 * A model that stopped with `length` is asked again, with what it has said as its turn and an instruction to go on, and the parts
 * become one answer. That is what can be relied on; GLM may repeat a word or begin a sentence anew where the parts meet.
 * Whether it goes on by itself from a last turn that is its own, without an instruction, is not documented and was not tried:
 * `instruction: undefined` sends that.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { isRecord } from "effect/Predicate"
import * as Stream from "effect/Stream"
import { addUsage } from "@effect-zhipu/protocol/internal/documents/addUsage"
import type { ChatCompletion } from "./ChatCompletion.js"
import type { ChatRequest } from "./ChatRequest.js"
import { type ChunkEvent, fold, type Usage } from "./ChunkEvent.js"
import * as Message from "./Message.js"
import * as ZhipuChat from "./ZhipuChat.js"
import type { ZhipuError } from "./ZhipuError.js"

/**
 * - `maxContinuations`: how often it is asked to go on. Default 3. An answer that is not whole then ends with `length`.
 * - `instruction`: what it is told. `undefined`: nothing, so that the last turn is its own.
 *
 * @since 0.1.0
 * @category options
 */
export interface Options {
  readonly maxContinuations?: number | undefined
  readonly instruction?: string | undefined
}

/**
 * What the model is told to go on.
 *
 * @since 0.1.0
 * @category options
 */
export const defaultInstruction =
  "Your answer was cut off. Go on exactly where it ends: repeat nothing, and say nothing about it."

/**
 * Streams an answer over all its parts: it begins once, ends once, and its usage is the sum of theirs. An answer of which all went
 * into thinking is not gone on with, as there is nothing to go on from: raise `max_tokens`. Where a part fails, `partial` of the
 * error is what came of that part.
 *
 * Only the first choice is gone on with, and no answer that calls tools. Of a request for several choices (`n`) the others are those of
 * the first part, as they came and ended there.
 *
 * @example
 * ```ts
 * import { ChunkEvent, Continuation, Message } from "@effect-zhipu/client"
 * import { Console, Stream } from "effect"
 *
 * export const program = Continuation.stream({
 *   model: "glm-4.6",
 *   messages: [Message.user("Tell the history of the sea in 5000 words.")],
 *   max_tokens: 2000
 * }).pipe(
 *   ChunkEvent.text,
 *   Stream.runForEach((text) => Console.log(text))
 * )
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const stream = (
  request: ChatRequest,
  options: Options = {}
): Stream.Stream<ChunkEvent, ZhipuError, ZhipuChat.ZhipuChat> => {
  const { maxContinuations = 3 } = options
  const instruction = "instruction" in options ? options.instruction : defaultInstruction
  const part = (
    number: number,
    before: string,
    spent: Usage["usage"] | undefined,
    others: ReadonlyArray<ChunkEvent>
  ): Stream.Stream<ChunkEvent, ZhipuError, ZhipuChat.ZhipuChat> =>
    Stream.suspend(() => {
      let text = before
      let usage: Usage["usage"] | undefined
      let hasCalls = false
      const ends: Array<ChunkEvent> = [...others]
      const passed = (event: ChunkEvent): Option.Option<ChunkEvent> => {
        // Some answer with several choices whatever is asked for.
        if (number > 0 && isOfAnother(event)) return Option.none()
        switch (event._tag) {
          case "Started":
            return number === 0 ? Option.some(event) : Option.none()
          case "Usage":
            usage = event.usage
            return Option.none()
          case "Finished":
            ends.push(event)
            return Option.none()
        }
        if (event._tag === "ContentDelta" && event.choice === 0) text += event.text
        if (event._tag === "ToolCallStarted" && event.choice === 0) hasCalls = true
        return Option.some(event)
      }
      const rest = Stream.suspend((): Stream.Stream<ChunkEvent, ZhipuError, ZhipuChat.ZhipuChat> => {
        const total = addUsage(spent, usage)
        const isCut = ends.some((event) => event._tag === "Finished" && event.choice === 0 && event.reason === "length")
        if (isCut && !hasCalls && text !== before && number < maxContinuations) {
          return part(number + 1, text, total, ends.filter(isOfAnother))
        }
        const last: ReadonlyArray<ChunkEvent> = total === undefined ? [] : [{ _tag: "Usage", usage: total }]
        return Stream.fromIterable([...last, ...ends])
      })
      return Stream.concat(
        Stream.filterMap(ZhipuChat.stream(asked(request, number, before, instruction)), passed),
        rest
      )
    })
  return part(0, "", undefined, [])
}

const isOfAnother = (event: ChunkEvent): boolean => "choice" in event && event.choice !== 0

const asked = (request: ChatRequest, number: number, before: string, instruction: string | undefined): ChatRequest => {
  if (number === 0) return request
  const { extra_body: extra, n: _, request_id: requestId, ...rest }: ChatRequest & { readonly n?: unknown } = request
  return {
    ...rest,
    // What stands there comes before the field of the same name.
    ...(isRecord(extra) ? { extra_body: "n" in extra ? { ...extra, n: 1 } : extra } : {}),
    messages: [
      ...request.messages,
      Message.assistant(before),
      ...(instruction === undefined ? [] : [Message.user(instruction)])
    ],
    // The service wants a new id for each request (code 1231), of at most 64 characters.
    ...(typeof requestId === "string" ? { request_id: `${requestId.slice(0, 58)}-${number + 1}` } : {})
  }
}

/**
 * As `stream`, for the whole answer. It is streamed from the service, as long answers should be. Its `finish_reason` is that of the
 * last part: `ChatCompletion.whole` fails where it is still `length`.
 *
 * @since 0.1.0
 * @category operations
 */
export const complete = (
  request: ChatRequest,
  options: Options = {}
): Effect.Effect<ChatCompletion, ZhipuError, ZhipuChat.ZhipuChat> => fold(stream(request, options))
