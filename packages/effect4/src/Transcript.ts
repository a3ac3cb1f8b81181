// Generated from packages/client/src/Transcript.ts by scripts/effect4: change that file.
/**
 * What a tool loop has done so far: a value that can be saved as JSON, and taken up again by `ToolLoop.resume`. A program
 * that has no tool loop keeps its history as a `Conversation`.
 *
 * It holds messages, so it is as private as they are.
 *
 * @since 0.1.0
 */
import { pendingCalls } from "@effect-zhipu/protocol/internal/requests/pendingCalls"
import * as Schema from "effect/Schema"
import { type FunctionCall, Usage } from "./ChatCompletion.js"
import * as Message from "./Message.js"

/**
 * - `messages`: the whole conversation, reasoning and ids as they came. The last turn may hold tool calls that have no
 *   result yet: resuming runs them.
 * - `rounds`: how many turns the model has taken.
 * - `usage`: the tokens of all these turns together; absent where the service told none.
 *
 * @since 0.1.0
 * @category models
 */
export const Transcript = Schema.Struct({
  version: Schema.Literal(1),
  messages: Schema.Array(Message.Message),
  rounds: Schema.Natural,
  usage: Schema.optional(Usage)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Transcript extends Schema.Schema.Type<typeof Transcript> {}

/**
 * A transcript as a text of JSON.
 *
 * @example
 * ```ts
 * import { Transcript } from "@effect-zhipu/effect4"
 * import { Schema } from "effect"
 *
 * export const save = Schema.encodeEffect(Transcript.FromJson)
 * export const load = Schema.decodeEffect(Transcript.FromJson)
 * ```
 *
 * @since 0.1.0
 * @category schemas
 */
export const FromJson: Schema.Codec<Transcript, string> = Schema.fromJsonString(Transcript)

/**
 * The transcript of a loop that has not begun.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (messages: ReadonlyArray<Message.Message>): Transcript => ({ version: 1, messages, rounds: 0 })

/**
 * The calls of the last turn that have no result yet.
 *
 * @since 0.1.0
 * @category getters
 */
export const pending = (transcript: Transcript): ReadonlyArray<FunctionCall> => pendingCalls(transcript.messages)
