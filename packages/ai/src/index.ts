/**
 * The embedding model of `@effect/ai`: texts that are asked for at the same time go into one call, 64 at most (16 with `embedding-2`);
 * those of calls with a key, headers or deadlines of their own (`ZhipuCall.with`) never with those of others. Deadlines, retries, limits
 * and errors are those of `@effect-zhipu/client`.
 *
 * Every failure of a call is an `AiError` whose `cause` is the error of the client, as with `ZhipuLanguageModel`.
 *
 * @since 0.1.0
 */
export * as ZhipuEmbeddingModel from "./ZhipuEmbeddingModel.js"

/**
 * GLM as the language model of `@effect/ai`: programs that are written against `LanguageModel`, `Chat` and `Toolkit`
 * run with it unchanged. Deadlines, retries, limits and errors are those of `@effect-zhipu/client`, over which
 * everything goes.
 *
 * Parts come in the order of the answer: `response-metadata` first, then reasoning, text, sources and tool parameters
 * as they arrive, and at last, in one chunk, tool calls and `finish`.
 *
 * Every failure of a call is an `AiError` whose `cause` is the error of the client (`ZhipuError.isZhipuError`):
 * `MalformedInput` where the request was refused or not sent, `MalformedOutput` where the answer was cut or is
 * corrupt, and `UnknownError` otherwise. An answer with a tool call that is not whole, or of a tool that was not
 * offered, fails with `MalformedOutput`, and no handler runs; neither does one of an answer that moderation blocked, which
 * fails with `ContentFilteredError` as the cause.
 *
 * @since 0.1.0
 */
export * as ZhipuLanguageModel from "./ZhipuLanguageModel.js"

/**
 * Attributes of spans after the GenAI semantic conventions, with those that GLM adds.
 *
 * The provider is told under both names that collectors look for: `gen_ai.system`, which `@effect/ai` writes, and
 * `gen_ai.provider.name`, which took its place. Prompts and answers are never written.
 *
 * @since 0.1.0
 */
export * as ZhipuTelemetry from "./ZhipuTelemetry.js"

/**
 * Tools that the service runs itself, to be put into a `Toolkit` beside tools of your own. They need no handler: what
 * they found comes as a tool call and its result, both marked `providerExecuted`.
 *
 * Arguments have the vendor's names. A toolkit knows its tools by name, so it holds at most one of each kind.
 *
 * @since 0.1.0
 */
export * as ZhipuTool from "./ZhipuTool.js"
