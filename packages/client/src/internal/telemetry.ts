/**
 * Names of spans and attributes, in one table: the GenAI semantic conventions are still in development, and a rename
 * there shall be one edit here.
 */
import type { ChatCompletion } from "../ChatCompletion.js"

/** @internal */
export const names = {
  operation: "gen_ai.operation.name",
  provider: "gen_ai.provider.name",
  requestModel: "gen_ai.request.model",
  requestTemperature: "gen_ai.request.temperature",
  requestTopP: "gen_ai.request.top_p",
  requestMaxTokens: "gen_ai.request.max_tokens",
  requestSeed: "gen_ai.request.seed",
  requestStream: "gen_ai.request.stream",
  requestReasoningLevel: "gen_ai.request.reasoning.level",
  responseId: "gen_ai.response.id",
  responseModel: "gen_ai.response.model",
  finishReasons: "gen_ai.response.finish_reasons",
  timeToFirstChunk: "gen_ai.response.time_to_first_chunk",
  inputTokens: "gen_ai.usage.input_tokens",
  outputTokens: "gen_ai.usage.output_tokens",
  cachedTokens: "gen_ai.usage.cache_read.input_tokens",
  reasoningTokens: "gen_ai.usage.reasoning.output_tokens",
  serverAddress: "server.address",
  serverPort: "server.port",
  errorType: "error.type",
  retryCount: "zhipu.retry.count",
  errorCode: "zhipu.error.code",
  requestId: "zhipu.request_id"
} as const

/** The value of `gen_ai.provider.name`; the registry has none for this vendor, others write this. @internal */
export const provider = "zhipuai"

/** Attributes without those that are not known. @internal */
export const attributes = (known: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined))

/** What a completion tells about itself, for the span of its call. @internal */
export const responseAttributes = (
  completion: ChatCompletion,
  requestId: string | undefined
): Record<string, unknown> =>
  attributes({
    [names.responseId]: completion.id,
    [names.responseModel]: completion.model,
    [names.finishReasons]: completion.choices.map((choice) => choice.finish_reason ?? "unknown"),
    [names.inputTokens]: completion.usage?.prompt_tokens,
    [names.outputTokens]: completion.usage?.completion_tokens,
    [names.cachedTokens]: completion.usage?.prompt_tokens_details?.cached_tokens,
    [names.reasoningTokens]: completion.usage?.completion_tokens_details?.reasoning_tokens,
    [names.requestId]: completion.request_id ?? requestId
  })
