/** The official openai SDK in any version, pointed at GLM's endpoint, which speaks the same protocol. */
import type OpenAI from "openai"
import type { Answer } from "../answer.js"
import { apiKey, type Connect, request } from "./consumer.js"

const tokensOf = (usage: OpenAI.CompletionUsage | null | undefined) => ({
  promptTokens: usage?.prompt_tokens,
  completionTokens: usage?.completion_tokens,
  totalTokens: usage?.total_tokens,
  cachedTokens: usage?.prompt_tokens_details?.cached_tokens,
  reasoningTokens: usage?.completion_tokens_details?.reasoning_tokens
})

/** A field of GLM that the SDK passes through without a type. */
const reasoningOf = (source: object): string =>
  "reasoning_content" in source && typeof source.reasoning_content === "string" ? source.reasoning_content : ""

export const connectWith =
  (Client: typeof OpenAI): Connect =>
  async (baseUrl) => {
    const client = new Client({ apiKey, baseURL: baseUrl })
    return {
      stream: async (onFirst): Promise<Answer> => {
        let reasoning = ""
        let content = ""
        let toolArguments = ""
        let finishReason: string | undefined
        let usage: OpenAI.CompletionUsage | null | undefined
        let first = onFirst
        for await (const chunk of await client.chat.completions.create({ ...request, stream: true })) {
          first?.()
          first = undefined
          const choice = chunk.choices[0]
          if (choice !== undefined) {
            reasoning += reasoningOf(choice.delta)
            content += choice.delta.content ?? ""
            toolArguments += choice.delta.tool_calls?.[0]?.function?.arguments ?? ""
            finishReason = choice.finish_reason ?? finishReason
          }
          usage = chunk.usage ?? usage
        }
        return { reasoning, content, toolArguments, finishReason, ...tokensOf(usage) }
      },
      complete: async () => {
        const completion = await client.chat.completions.create(request)
        const choice = completion.choices[0]
        const call = choice?.message.tool_calls?.[0]
        return {
          reasoning: choice === undefined ? "" : reasoningOf(choice.message),
          content: choice?.message.content ?? "",
          toolArguments: call?.type === "function" ? call.function.arguments : "",
          finishReason: choice?.finish_reason,
          ...tokensOf(completion.usage)
        }
      }
    }
  }
