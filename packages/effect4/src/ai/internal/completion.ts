// Generated from packages/ai/src/internal/completion.ts by scripts/effect4: change that file.
/** A whole completion as parts. Pure. */
import { unfitArguments } from "@effect-zhipu/protocol/internal/decoding/callSafety"
import { madeUpId } from "@effect-zhipu/protocol/internal/decoding/toolCalls"
import { isCutReason, wholeArguments } from "@effect-zhipu/protocol/internal/decoding/wholeArguments"
import type * as AiError from "effect/ai/AiError"
import type * as Response from "effect/ai/Response"
import * as Result from "effect/Result"
import * as ChatCompletion from "../../ChatCompletion.js"
import type { Warning } from "../../ChunkEvent.js"
import { type Context, endingParts, metadataPart, sourceParts } from "./answer.js"
import { malformedOutput } from "./errors.js"
import { jsonIn } from "./json.js"

/** @internal */
export const toParts = (
  completion: ChatCompletion.ChatCompletion,
  context: Context & { readonly json: boolean }
): Result.Result<Array<Response.PartEncoded>, AiError.AiError> =>
  Result.gen(function* () {
    const { created, id, model, request_id: requestId, web_search: searched } = completion
    const reason = completion.choices[0]?.finish_reason
    const parts: Array<Response.PartEncoded> = [metadataPart(context, { id, model, created, requestId })]
    const reasoning = ChatCompletion.reasoning(completion)
    if (reasoning !== "") parts.push({ type: "reasoning", text: reasoning })
    const text = ChatCompletion.text(completion)
    if (text !== "") parts.push({ type: "text", text: context.json ? yield* object(text, reason, context) : text })
    if (searched !== undefined) parts.push(...sourceParts(searched, 0))
    const functions = ChatCompletion.toolCalls(completion).filter(isFunction)
    const named = { ...completion, choices: completion.choices.slice(0, 1).map((choice) => withIds(choice, id)) }
    const calls = ChatCompletion.functionCalls(named)
    const ending = yield* endingParts(context, {
      id,
      reason,
      calls,
      broken: functions.length === calls.length ? undefined : broken(functions, reason),
      otherCalls: ChatCompletion.toolCalls(completion).filter((call) => !isFunction(call)),
      searched,
      usage: completion.usage,
      contentFilter: completion.content_filter,
      warnings: []
    })
    return [...parts, ...ending]
  })

/**
 * An object without what the model wrote around it. Of one that broke off, the finish reason is the error: that its
 * JSON does not parse follows from it.
 */
const object = (
  text: string,
  reason: string | undefined,
  { method }: Context
): Result.Result<string, AiError.AiError> => {
  const found = jsonIn(text)
  if (found !== undefined) return Result.succeed(found)
  // With tools, the text may be the words before a call. effect/ai reports everything else that is no object.
  return isCutReason(reason)
    ? Result.fail(
        malformedOutput(
          method,
          `The object broke off (finish reason ${reason}). ` +
            (reason === "sensitive"
              ? "Moderation stopped the answer."
              : "Raise max_tokens, or ask for a smaller object.")
        )
      )
    : Result.succeed(text)
}

const isFunction = (call: ChatCompletion.ToolCall): boolean => call.type === undefined || call.type === "function"

/** Made up as the client does for streams, so that the call can be answered. */
const withIds = (choice: ChatCompletion.Choice, completionId: string | undefined): ChatCompletion.Choice => {
  const { message } = choice
  const calls = message.tool_calls?.filter(isFunction).map((call, index) => ({
    ...call,
    id: call.id === undefined || call.id === "" ? madeUpId(completionId, 0, index) : call.id
  }))
  return { ...choice, message: calls === undefined ? message : { ...message, tool_calls: calls } }
}

const broken = (calls: ReadonlyArray<ChatCompletion.ToolCall>, reason: string | undefined): Warning => {
  const unfit = calls.find(({ function: called }) => wholeArguments(called?.arguments ?? "", reason) === undefined)
  if (unfit === undefined) return { _tag: "Warning", code: "ToolCallNameMissing", detail: "a tool call has no name" }
  const code = unfitArguments(unfit.function?.arguments ?? "", reason)
  const how = code === "ToolArgumentsTruncated" ? "broke off" : "are not JSON"
  return {
    _tag: "Warning",
    code,
    detail: `the arguments of a tool call ${how} (finish reason ${reason ?? "unknown"})`
  }
}
