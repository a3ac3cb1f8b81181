// Generated from packages/client/src/Conversation.ts by scripts/effect4: change that file.
/**
 * A history that cannot be sent wrong: every tool call is answered exactly once, before the conversation goes on, and
 * reasoning is kept byte for byte.
 *
 * Take it where a program appends turns by itself, above all where it answers tool calls. For one question an array of
 * `Message`s will do, and `ToolLoop` keeps a history of its own, the `Transcript`.
 *
 * The operations are pure, and give `Result`, which `Effect.fromResult` makes an Effect of. What they refuse, the service would
 * refuse with a bare 1214; the `path` of the error says where.
 *
 * @since 0.1.0
 */
import { pendingCalls } from "@effect-zhipu/protocol/internal/requests/pendingCalls"
import { check } from "@effect-zhipu/protocol/internal/requests/preflight"
import { trim as trimmed, type TrimOptions } from "@effect-zhipu/protocol/internal/requests/trim"
import { dual } from "effect/Function"
import { type Pipeable, pipeArguments } from "effect/Pipeable"
import { hasProperty } from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type ChatCompletion, type FunctionCall, toMessage } from "./ChatCompletion.js"
import { convertOrFail } from "./internal/schema/wire.js"
import { toError } from "./internal/toError.js"
import * as Message from "./Message.js"
import type { InvalidRequestError } from "./ZhipuError.js"

export type { TrimOptions } from "@effect-zhipu/protocol/internal/requests/trim"

/**
 * @since 0.1.0
 * @category symbols
 */
export const TypeId: unique symbol = Symbol.for("@effect-zhipu/effect4/Conversation")

/**
 * @since 0.1.0
 * @category symbols
 */
export type TypeId = typeof TypeId

/**
 * A conversation. `messages` may end in tool calls that have no result yet: `sendable` gives them only when none has.
 *
 * @since 0.1.0
 * @category models
 */
export interface Conversation extends Pipeable {
  readonly [TypeId]: TypeId
  readonly messages: ReadonlyArray<Message.Message>
}

/** Only of messages that have been checked. */
const unsafeMake = (messages: ReadonlyArray<Message.Message>): Conversation => ({
  [TypeId]: TypeId,
  messages,
  pipe() {
    return pipeArguments(this, arguments)
  }
})

/**
 * Whether a value is a conversation.
 *
 * @since 0.1.0
 * @category guards
 */
export const isConversation = (u: unknown): u is Conversation => hasProperty(u, TypeId)

/**
 * A conversation that has not begun.
 *
 * @since 0.1.0
 * @category constructors
 */
export const empty: Conversation = unsafeMake([])

/**
 * A conversation of messages from elsewhere. Fails where they break a rule; calls without results at the end do not.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromMessages = (
  messages: ReadonlyArray<Message.Message>
): Result.Result<Conversation, InvalidRequestError> => {
  // As they would be once the calls at the end have results and the user has said something.
  const settled = [
    ...messages,
    ...pendingCalls(messages).map(({ id }) => Message.toolResult(id, "-")),
    Message.user("-")
  ]
  const problem = check({ model: "", messages: settled })
  return problem === undefined ? Result.succeed(unsafeMake(messages)) : Result.fail(toError(problem))
}

/**
 * Conversations as their messages, checked: to save them, and to load them again.
 *
 * @example
 * ```ts
 * import { Conversation } from "@effect-zhipu/effect4"
 * import { Schema } from "effect"
 *
 * const FromJson = Schema.fromJsonString(Conversation.FromMessages)
 *
 * export const save = Schema.encodeEffect(FromJson)
 * export const load = Schema.decodeEffect(FromJson)
 * ```
 *
 * @since 0.1.0
 * @category schemas
 */
export const FromMessages: Schema.Codec<Conversation, ReadonlyArray<typeof Message.Message.Encoded>> = convertOrFail(
  Schema.Array(Message.Message),
  Schema.declare(isConversation, { identifier: "Conversation" }),
  {
    decode: fromMessages,
    encode: (conversation) => conversation.messages
  }
)

const append = (
  self: Conversation,
  ...messages: ReadonlyArray<Message.Message>
): Result.Result<Conversation, InvalidRequestError> => fromMessages([...self.messages, ...messages])

/**
 * Adds instructions.
 *
 * @since 0.1.0
 * @category building
 */
export const system: {
  (content: string): (self: Conversation) => Result.Result<Conversation, InvalidRequestError>
  (self: Conversation, content: string): Result.Result<Conversation, InvalidRequestError>
} = dual(2, (self: Conversation, content: string) => append(self, Message.system(content)))

/**
 * Adds what the user says. Fails while tool calls wait for their results, and where there is nothing to say.
 *
 * @example
 * ```ts
 * import { ChatCompletion, Conversation, ZhipuChat } from "@effect-zhipu/effect4"
 * import { Effect } from "effect"
 *
 * const from = Effect.fromResult
 *
 * export const chat = Effect.gen(function* () {
 *   const asked = yield* from(Conversation.user(Conversation.empty, "My name is Ada."))
 *   const answer = yield* ZhipuChat.complete({ model: "glm-4.6", messages: yield* from(Conversation.sendable(asked)) })
 *   const next = yield* from(Conversation.assistant(asked, answer))
 *   return [ChatCompletion.text(answer), yield* from(Conversation.user(next, "What is my name?"))]
 * })
 * ```
 *
 * @since 0.1.0
 * @category building
 */
export const user: {
  (content: Message.UserMessage["content"]): (self: Conversation) => Result.Result<Conversation, InvalidRequestError>
  (self: Conversation, content: Message.UserMessage["content"]): Result.Result<Conversation, InvalidRequestError>
} = dual(2, (self: Conversation, content: Message.UserMessage["content"]) => append(self, Message.user(content)))

/**
 * Adds an answer of the model: its text, its reasoning and its calls, byte for byte. Calls that did not come whole are
 * left out, as they cannot be answered.
 *
 * @since 0.1.0
 * @category building
 */
export const assistant: {
  (completion: ChatCompletion): (self: Conversation) => Result.Result<Conversation, InvalidRequestError>
  (self: Conversation, completion: ChatCompletion): Result.Result<Conversation, InvalidRequestError>
} = dual(2, (self: Conversation, completion: ChatCompletion) => append(self, toMessage(completion)))

/**
 * Adds the result of a call, as JSON unless it is a string. Fails where no call with this id waits for one.
 *
 * @since 0.1.0
 * @category building
 */
export const toolResult: {
  (id: string, result: unknown): (self: Conversation) => Result.Result<Conversation, InvalidRequestError>
  (self: Conversation, id: string, result: unknown): Result.Result<Conversation, InvalidRequestError>
} = dual(3, (self: Conversation, id: string, result: unknown) => append(self, Message.toolResult(id, result)))

/**
 * The calls that wait for their results, in order.
 *
 * @since 0.1.0
 * @category getters
 */
export const pending = (self: Conversation): ReadonlyArray<FunctionCall> => pendingCalls(self.messages)

/**
 * Answers every call that waits for its result with the same text: for a user who breaks in. Changes nothing where none
 * waits.
 *
 * @since 0.1.0
 * @category building
 */
export const cancelPending: {
  (content: string): (self: Conversation) => Conversation
  (self: Conversation, content: string): Conversation
} = dual(2, (self: Conversation, content: string) => {
  const calls = pending(self)
  return calls.length === 0
    ? self
    : unsafeMake([...self.messages, ...calls.map(({ id }) => Message.toolResult(id, content))])
})

/**
 * The messages, for a request. Fails while tool calls wait for their results, and before the user has said anything.
 *
 * @since 0.1.0
 * @category getters
 */
export const sendable = (self: Conversation): Result.Result<ReadonlyArray<Message.Message>, InvalidRequestError> => {
  const problem = check({ model: "", messages: self.messages })
  return problem === undefined ? Result.succeed(self.messages) : Result.fail(toError(problem))
}

/**
 * Leaves out the oldest turns until the rest fits into the context of a model. System messages and the last turn stay, and
 * calls stay with their results. It may still be too long when only these are left: the service then says so.
 *
 * @example
 * ```ts
 * import { Conversation } from "@effect-zhipu/effect4"
 *
 * export const shorter = (conversation: Conversation.Conversation) =>
 *   Conversation.trim(conversation, { model: "glm-4.6", maxTokens: 32_000 })
 * ```
 *
 * @since 0.1.0
 * @category trimming
 */
export const trim: {
  (options: TrimOptions): (self: Conversation) => Conversation
  (self: Conversation, options: TrimOptions): Conversation
} = dual(2, (self: Conversation, options: TrimOptions) => {
  const messages = trimmed(self.messages, options)
  return messages === self.messages ? self : unsafeMake(messages)
})
