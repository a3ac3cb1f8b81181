/** The errors of a tool loop, and what they say. */
import type { ChatCompletion, FunctionCall } from "../../ChatCompletion.js"
import { type ExecutionReason, ToolCallError, type ToolError, ToolLoopHeld } from "../../ToolError.js"
import type * as Transcript from "../../Transcript.js"
import { ContentFilteredError, type ZhipuError } from "../../ZhipuError.js"
import { withPartial } from "../call/errorDetails.js"
import type { BrokenCall } from "./turn.js"
import { isCutReason } from "@effect-zhipu/protocol/internal/decoding/wholeArguments"

/** @internal */
export const executionTexts: Record<ExecutionReason, string> = {
  Failure: "failed",
  Defect: "died",
  Timeout: "was not done in time",
  Interrupted: "was interrupted"
}

/** Not enumerable, so that whoever logs the error logs neither the conversation nor what a model wrote. @internal */
export const withTranscript = <E extends ToolError>(error: E): E => {
  for (const key of ["transcript", "calls", "issue"] as const) {
    const value: unknown = Reflect.get(error, key)
    if (value !== undefined) Object.defineProperty(error, key, { value, enumerable: false, configurable: true })
  }
  return error
}

const brokenTexts: Record<BrokenCall["reason"], string> = {
  ArgumentsTruncated: "The arguments of a tool call broke off",
  ArgumentsMalformed: "The arguments of a tool call are whole, but not JSON",
  NameMissing: "A tool call has no name",
  CallMissing: "The finish reason says that tools are called, but no call came"
}

/** @internal */
export const brokenError = (
  { damaged, id, name, reason }: BrokenCall,
  finishReason: string | undefined,
  round: number,
  transcript: Transcript.Transcript
): ToolCallError => {
  const what = damaged ? "Bytes of an answer with tool calls were lost" : brokenTexts[reason]
  const advice = isCutReason(finishReason) ? "Give more max_tokens" : "Resume to ask again"
  return withTranscript(
    new ToolCallError({
      message: `${what} (finish reason ${finishReason}): no tool was run. ${advice}.`,
      reason,
      round,
      transcript,
      ...(name === undefined ? {} : { tool: name }),
      ...(id === undefined ? {} : { id })
    })
  )
}

/** @internal */
export const heldError = (calls: ReadonlyArray<FunctionCall>, round: number, transcript: Transcript.Transcript) =>
  withTranscript(
    new ToolLoopHeld({
      message: `${calls.length} tool calls wait for approval. Resume with the transcript of this error and an approve.`,
      round,
      transcript,
      calls
    })
  )

/** @internal */
export const filtered = (completion: ChatCompletion): ZhipuError =>
  withPartial(
    new ContentFilteredError({
      message: "Moderation blocked the answer (finish_reason sensitive): withdraw what was shown. No tool was run.",
      code: "sensitive",
      status: 200,
      ...(completion.content_filter === undefined ? {} : { contentFilter: completion.content_filter })
    }),
    completion
  )
