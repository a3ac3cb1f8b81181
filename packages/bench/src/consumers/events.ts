/** What a reader of our events and completions does with them, in either edition: all of it. */
import type { ChatCompletion, Usage } from "@effect-zhipu/client/ChatCompletion"
import type { ChunkEvent } from "@effect-zhipu/client/ChunkEvent"
import type { Answer } from "../answer.js"

export const answerOf = (completion: ChatCompletion): Answer => {
  const choice = completion.choices[0]
  return {
    reasoning: choice?.message.reasoning_content ?? "",
    content: choice?.message.content ?? "",
    toolArguments: choice?.message.tool_calls?.[0]?.function?.arguments ?? "",
    finishReason: choice?.finish_reason,
    ...tokensOf(completion.usage)
  }
}

const tokensOf = (usage: Usage | undefined) => ({
  promptTokens: usage?.prompt_tokens,
  completionTokens: usage?.completion_tokens,
  totalTokens: usage?.total_tokens,
  cachedTokens: usage?.prompt_tokens_details?.cached_tokens,
  reasoningTokens: usage?.completion_tokens_details?.reasoning_tokens
})

/** What a consumer of the events does with them: all of it. */
export const makeReader = () => {
  let reasoning = ""
  let content = ""
  let toolArguments = ""
  let finishReason: string | undefined
  let usage: Usage | undefined
  return {
    add: (event: ChunkEvent): void => {
      if (event._tag === "ContentDelta") content += event.text
      else if (event._tag === "ReasoningDelta") reasoning += event.text
      else if (event._tag === "ToolCallDelta") toolArguments += event.arguments
      else if (event._tag === "Usage") usage = event.usage
      else if (event._tag === "Finished") finishReason = event.reason
    },
    answer: (): Answer => ({ reasoning, content, toolArguments, finishReason, ...tokensOf(usage) })
  }
}
