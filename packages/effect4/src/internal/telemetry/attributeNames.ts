// Generated from packages/client/src/internal/telemetry/attributeNames.ts by scripts/effect4: change that file.
/**
 * Names of the attributes of spans and metrics, each a constant: the GenAI semantic conventions are still in development, and
 * a rename there shall be one edit here. They are those of the conventions 1.37 to 1.41, the last with stable releases of the
 * `gen_ai` part, and what the conventions have no name for is called `zhipu`. A bundle holds those that it uses.
 */

/** @internal */
export const operation = "gen_ai.operation.name"

/** @internal */
export const provider = "gen_ai.provider.name"

/** @internal */
export const requestModel = "gen_ai.request.model"

/** @internal */
export const requestTemperature = "gen_ai.request.temperature"

/** @internal */
export const requestTopP = "gen_ai.request.top_p"

/** @internal */
export const requestMaxTokens = "gen_ai.request.max_tokens"

/** @internal */
export const requestSeed = "gen_ai.request.seed"

/** @internal */
export const requestStream = "gen_ai.request.stream"

/** @internal */
export const requestReasoningLevel = "gen_ai.request.reasoning.level"

/** @internal */
export const responseId = "gen_ai.response.id"

/** @internal */
export const responseModel = "gen_ai.response.model"

/** @internal */
export const finishReasons = "gen_ai.response.finish_reasons"

/** @internal */
export const timeToFirstChunk = "gen_ai.response.time_to_first_chunk"

/** @internal */
export const inputTokens = "gen_ai.usage.input_tokens"

/** @internal */
export const outputTokens = "gen_ai.usage.output_tokens"

/** @internal */
export const cachedTokens = "gen_ai.usage.cache_read.input_tokens"

/** @internal */
export const reasoningTokens = "gen_ai.usage.reasoning.output_tokens"

/** @internal */
export const serverAddress = "server.address"

/** @internal */
export const serverPort = "server.port"

/** @internal */
export const errorType = "error.type"

/** @internal */
export const retryCount = "zhipu.retry.count"

/** @internal */
export const cacheHit = "zhipu.cache.hit"

/** @internal */
export const errorCode = "zhipu.error.code"

/** @internal */
export const requestId = "zhipu.request_id"

/** @internal */
export const key = "zhipu.key"

/** @internal */
export const queueWait = "zhipu.queue.wait_ms"

/** @internal */
export const cost = "zhipu.cost.amount"

/** @internal */
export const currency = "zhipu.cost.currency"

/** @internal */
export const attempt = "zhipu.attempt"

/** @internal */
export const attempts = "zhipu.attempts"

/** @internal */
export const elapsed = "zhipu.elapsed_ms"

/** @internal */
export const statusCode = "http.response.status_code"

/** @internal */
export const tokenType = "gen_ai.token.type"

/** @internal */
export const toolName = "gen_ai.tool.name"

/** @internal */
export const toolCallId = "gen_ai.tool.call.id"

/** @internal */
export const toolType = "gen_ai.tool.type"
