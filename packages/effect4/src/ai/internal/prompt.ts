// Generated from packages/ai/src/internal/prompt.ts by scripts/effect4: change that file.
/** A prompt of `effect/ai` as messages on the wire. Pure. */
import type * as AiError from "effect/ai/AiError"
import type * as Prompt from "effect/ai/Prompt"
import type * as Tool from "effect/ai/Tool"
import * as EffectResult from "effect/Result"
import * as Schema from "effect/Schema"
import * as Message from "../../Message.js"
import { malformedInput, type Method } from "./errors.js"
import * as files from "./files.js"

/** @internal */
export interface Options {
  readonly method: Method
  /** The toolkit, by whose schemas the parameters of earlier calls are written. */
  readonly tools: ReadonlyArray<Tool.Any>
  /**
   * Whether `thinking.clear_thinking` is `true`. Then the reasoning of earlier turns is of no use, but that of the
   * calls which are being answered still is: thinking goes on between the calls of one answer. Where it is not set,
   * the default of the endpoint holds, which the Coding Plan has at `false`, so that everything is sent.
   */
  readonly clearThinking: boolean
}

type Result<A> = EffectResult.Result<A, AiError.AiError>

/** @internal */
export const toMessages = (prompt: Prompt.Prompt, options: Options): Result<ReadonlyArray<Message.Message>> =>
  EffectResult.gen(function* () {
    const messages: Array<Message.Message> = []
    const lastUser = prompt.content.findLastIndex((message) => message.role === "user")
    // Results of one round, by id: the service takes one answer for each call, and the last one given holds.
    const results = new Map<string, Message.ToolMessage>()
    const addResult = function* (part: Prompt.ToolResultPart) {
      if (!part.providerExecuted) results.set(part.id, yield* toolResult(part, options))
    }
    const flush = () => {
      messages.push(...results.values())
      results.clear()
    }
    for (const [index, message] of prompt.content.entries()) {
      if (message.role === "tool") {
        for (const part of message.content) if (part.type === "tool-result") yield* addResult(part)
        continue
      }
      flush()
      switch (message.role) {
        case "system": {
          messages.push(Message.system(message.content))
          break
        }
        case "user": {
          messages.push(yield* user(message, options))
          break
        }
        case "assistant": {
          const keepReasoning = !options.clearThinking || index > lastUser
          const turn = yield* assistant(message, keepReasoning, options)
          if (turn !== undefined) messages.push(turn)
          for (const part of message.content) if (part.type === "tool-result") yield* addResult(part)
        }
      }
    }
    flush()
    return messages
  })

const user = (message: Prompt.UserMessage, options: Options): Result<Message.UserMessage> =>
  EffectResult.gen(function* () {
    const texts = message.content.flatMap((part) => (part.type === "text" ? [part.text] : []))
    // Models that take text alone take a string alone.
    if (texts.length === message.content.length) return Message.user(texts.join("\n"))
    const parts: Array<Message.Part> = []
    for (const part of message.content) {
      parts.push(
        part.type === "text"
          ? Message.text(part.text)
          : yield* EffectResult.mapError(files.toWire(part), (problem) =>
              malformedInput(options.method, `A file of the prompt cannot be sent: ${problem}.`)
            )
      )
    }
    return Message.user(parts)
  })

/**
 * Text, reasoning and calls as they were received, byte for byte. `undefined` for a turn that has neither text nor a
 * call, which the service refuses. Calls that the service made itself have their results in its text and are left
 * out.
 */
const assistant = (
  message: Prompt.AssistantMessage,
  keepReasoning: boolean,
  options: Options
): Result<Message.AssistantMessage | undefined> =>
  EffectResult.gen(function* () {
    let content = ""
    let reasoning = ""
    const calls: Array<Message.ToolCall> = []
    for (const part of message.content) {
      switch (part.type) {
        case "text": {
          content += part.text
          break
        }
        case "reasoning": {
          reasoning += part.text
          break
        }
        case "tool-call": {
          if (part.providerExecuted) break
          const text = yield* toJson(encodeParams(part, options.tools), `the parameters of ${part.name}`, options)
          calls.push({ id: part.id, type: "function", function: { name: part.name, arguments: text } })
          break
        }
        case "file": {
          return yield* EffectResult.fail(
            malformedInput(options.method, "A file of an assistant turn cannot be sent: GLM takes files of users only.")
          )
        }
        case "tool-result":
      }
    }
    if (content === "" && calls.length === 0) return undefined
    return {
      role: "assistant",
      content,
      ...(keepReasoning && reasoning !== "" ? { reasoning_content: reasoning } : {}),
      ...(calls.length === 0 ? {} : { tool_calls: calls })
    }
  })

/**
 * A prompt made from a response holds parameters as the handler got them, so that they are encoded again; one that
 * was stored, or written by hand, holds them as they went over the wire.
 */
const encodeParams = (part: Prompt.ToolCallPart, tools: ReadonlyArray<Tool.Any>): unknown => {
  const schema: unknown = tools.find((tool) => tool.name === part.name)?.parametersSchema
  if (!Schema.isSchema(schema)) return part.params
  // What needs services cannot be encoded here, and comes as a Left like anything else.
  const encode = Schema.encodeUnknownResult(schema as Schema.Codec<unknown>)
  return EffectResult.getOrElse(encode(part.params), () => part.params)
}

const toolResult = (part: Prompt.ToolResultPart, options: Options): Result<Message.ToolMessage> =>
  typeof part.result === "string"
    ? EffectResult.succeed(Message.toolResult(part.id, part.result))
    : EffectResult.map(toJson(part.result, `the result of ${part.name}`, options), (text) =>
        Message.toolResult(part.id, text)
      )

const toJson = (value: unknown, what: string, options: Options): Result<string> =>
  EffectResult.try({
    try: () => JSON.stringify(value) ?? "null",
    catch: (cause) =>
      malformedInput(options.method, `The prompt cannot be sent: ${what} cannot be written as JSON.`, cause)
  })
