// Generated from packages/client/src/ChunkEvent.ts by scripts/effect4: change that file.
/**
 * What a streamed completion yields.
 *
 * The wire says everything in one shape, the chunk; here each thing that can happen has a tag of its own, and comes
 * in a fixed order: `Started` first, then deltas as they arrive, then completed tool calls and usage, and
 * one `Finished` per choice last. A stream that ends without `Finished` has failed.
 *
 * @since 0.1.0
 */
import { makeFold } from "@effect-zhipu/protocol/internal/decoding/fold"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { ChatCompletion } from "./ChatCompletion.js"
import type { ChunkEvent } from "./internal/schema/chunkEvents.js"
import { foldedOf } from "./internal/streaming/folded.js"

export {
  ChunkEvent,
  ContentDelta,
  Extra,
  Finished,
  ReasoningDelta,
  Started,
  ToolCallCompleted,
  ToolCallDelta,
  ToolCallStarted,
  Usage,
  Warning,
  WarningCode,
  WebSearch
} from "./internal/schema/chunkEvents.js"

const { $is, $match } = Data.taggedEnum<ChunkEvent>()

/**
 * Handles every kind of event.
 *
 * @example
 * ```ts
 * import { ChunkEvent } from "@effect-zhipu/effect4"
 *
 * export const describe = ChunkEvent.match({
 *   Started: ({ model }) => `${model} answers`,
 *   ReasoningDelta: ({ text }) => text,
 *   ContentDelta: ({ text }) => text,
 *   ToolCallStarted: ({ name }) => `calls ${name}`,
 *   ToolCallDelta: () => "",
 *   ToolCallCompleted: (call) => `${call.name}(${call.arguments})`,
 *   WebSearch: ({ results }) => `${results.length} pages`,
 *   Usage: ({ usage }) => `${usage.total_tokens} tokens`,
 *   Extra: () => "",
 *   Finished: ({ reason }) => reason,
 *   Warning: ({ detail }) => detail
 * })
 * ```
 *
 * @since 0.1.0
 * @category pattern matching
 */
export const match = $match

/**
 * A guard by tag: `ChunkEvent.is("ContentDelta")`.
 *
 * @since 0.1.0
 * @category guards
 */
export const is = $is

/**
 * @since 0.1.0
 * @category guards
 */
export const isContentDelta = $is("ContentDelta")

/**
 * @since 0.1.0
 * @category guards
 */
export const isReasoningDelta = $is("ReasoningDelta")

/**
 * @since 0.1.0
 * @category guards
 */
export const isToolCallCompleted = $is("ToolCallCompleted")

/**
 * @since 0.1.0
 * @category guards
 */
export const isFinished = $is("Finished")

/**
 * @since 0.1.0
 * @category guards
 */
export const isWarning = $is("Warning")

/**
 * The completion of events that were kept: for those that are there already. `fold` runs a stream.
 *
 * @since 0.1.0
 * @category folding
 */
export const toCompletion = (events: Iterable<ChunkEvent>): ChatCompletion => {
  const fold = makeFold()
  for (const event of events) fold.add(event)
  return fold.result()
}

/**
 * Runs a stream of events to its end and gives the completion that the service would have sent without
 * streaming (but for `request_id`, which streams do not carry). Fails as the stream does. For events that were kept in a
 * list there is `toCompletion`.
 *
 * The cheapest way to a whole answer: of a stream as `ZhipuChat.stream` gave it no event reaches a fiber, so that it costs
 * what reading and decoding cost. Of any other stream it costs well under a microsecond an event.
 *
 * @example
 * ```ts
 * import { ChunkEvent, Message, ZhipuChat } from "@effect-zhipu/effect4"
 *
 * export const answer = ZhipuChat.stream({ model: "glm-4.6", messages: [Message.user("Hello")] }).pipe(
 *   ChunkEvent.fold
 * )
 * ```
 *
 * @since 0.1.0
 * @category folding
 */
export const fold = <E, R>(stream: Stream.Stream<ChunkEvent, E, R>): Effect.Effect<ChatCompletion, E, R> =>
  foldedOf(stream) ?? foldByPulls(stream)

const foldByPulls = <E, R>(stream: Stream.Stream<ChunkEvent, E, R>): Effect.Effect<ChatCompletion, E, R> =>
  Effect.suspend(() => {
    const fold = makeFold()
    const reading = Stream.runForEachArray(stream, (events) => {
      for (const event of events) fold.add(event)
      return Effect.void
    })
    return Effect.map(reading, () => fold.result())
  })

/**
 * The text of the answer as it arrives, of the first choice, without reasoning. One cheap stage over whole chunks of
 * events.
 *
 * @since 0.1.0
 * @category conversions
 */
export const text = <E, R>(stream: Stream.Stream<ChunkEvent, E, R>): Stream.Stream<string, E, R> =>
  Stream.filterMap(stream, (event) =>
    event._tag === "ContentDelta" && event.choice === 0 ? Result.succeed(event.text) : Result.failVoid
  )
