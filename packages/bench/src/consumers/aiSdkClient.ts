/** The AI SDK in any version, with the community's Zhipu provider. */
import type * as Ai from "ai"
import type * as Provider from "zhipu-ai-provider"
import { apiKey, type Connect, request } from "./consumer.js"

interface File {
  readonly path: string
  readonly content: string
}

const tokensOf = (usage: Ai.LanguageModelUsage | undefined) => ({
  promptTokens: usage?.inputTokens,
  completionTokens: usage?.outputTokens,
  totalTokens: usage?.totalTokens,
  // The provider drops the details.
  cachedTokens: undefined,
  reasoningTokens: undefined
})

/** The SDK's name for a finish reason, as GLM's own. */
const wireName = (reason: string | undefined): string | undefined => reason?.replaceAll("-", "_")

/** The SDK gives parsed arguments; those of the server are written so that this gives the same text. */
const textOf = (input: unknown): string => JSON.stringify(input) ?? ""

export const connectWith = (
  { generateText, jsonSchema, streamText }: Pick<typeof Ai, "generateText" | "jsonSchema" | "streamText">,
  { createZhipu }: Pick<typeof Provider, "createZhipu">
): Connect => {
  const tools: Ai.ToolSet = {
    save_file: { description: "Saves a file.", inputSchema: jsonSchema<File>({ type: "object" }) }
  }
  return async (baseUrl) => {
    const model = createZhipu({ apiKey, baseURL: baseUrl })(request.model)
    return {
      stream: async (onFirst) => {
        let reasoning = ""
        let content = ""
        let toolArguments = ""
        let finishReason: string | undefined
        let usage: Ai.LanguageModelUsage | undefined
        let first = onFirst
        for await (const part of streamText({ model, messages: request.messages, tools }).fullStream) {
          if (part.type === "reasoning-delta") reasoning += part.text
          else if (part.type === "text-delta") content += part.text
          else if (part.type === "tool-call") toolArguments += textOf(part.input)
          else if (part.type === "finish") {
            finishReason = part.finishReason
            usage = part.totalUsage
          } else if (part.type === "error") throw part.error
          if (first !== undefined && (reasoning !== "" || content !== "")) {
            first()
            first = undefined
          }
        }
        return { reasoning, content, toolArguments, finishReason: wireName(finishReason), ...tokensOf(usage) }
      },
      complete: async () => {
        const result = await generateText({ model, messages: request.messages, tools })
        return {
          reasoning: result.reasoningText ?? "",
          content: result.text,
          toolArguments: result.toolCalls.map((call) => textOf(call.input)).join(""),
          finishReason: wireName(result.finishReason),
          ...tokensOf(result.totalUsage)
        }
      }
    }
  }
}
