/** Errors of the client as errors of `effect/ai`. */
import * as AiError from "effect/ai/AiError"
import type { ZhipuError } from "../../ZhipuError.js"

/** The method of the language model, or of the embedding model, that an error is told of. @internal */
export type Method = "generateText" | "streamText" | "embedMany"

const moduleOf = (method: Method): string => (method === "embedMany" ? "ZhipuEmbeddingModel" : "ZhipuLanguageModel")

const make = (method: Method, reason: AiError.AiErrorReason): AiError.AiError =>
  AiError.make({ module: moduleOf(method), method, reason })

/** What came of JSON on the way is told in words: a reason has no cause. */
const because = (description: string, cause: unknown): string =>
  cause instanceof Error && !description.includes(cause.message) ? `${description} (${cause.message})` : description

/** @internal */
export const malformedInput = (method: Method, description: string, cause?: unknown): AiError.AiError =>
  make(method, new AiError.InvalidRequestError({ description: because(description, cause) }))

/** @internal */
export const malformedOutput = (method: Method, description: string, cause?: unknown): AiError.AiError =>
  make(method, new AiError.InvalidOutputError({ description: because(description, cause) }))

/**
 * The reason says what `effect/ai` may do: those that pass are retryable, and a limit brings its time along.
 *
 * @internal
 */
export const fromZhipu =
  (method: Method) =>
  (error: ZhipuError): AiError.AiError => {
    const { message: description } = error
    switch (error._tag) {
      case "InvalidRequestError":
      case "ModelNotFoundError":
      case "ContextLengthError":
      case "RequestEncodeError":
        return malformedInput(method, description)
      case "CorruptStreamError":
      case "StreamTruncatedError":
        return malformedOutput(method, description)
      case "AuthenticationError":
        return make(method, new AiError.AuthenticationError({ kind: "InvalidKey", description }))
      case "PermissionError":
      case "AccountError":
        return make(method, new AiError.AuthenticationError({ kind: "InsufficientPermissions", description }))
      case "ContentFilteredError":
        return make(method, new AiError.ContentPolicyError({ description }))
      case "RateLimitError":
        return make(method, new AiError.RateLimitError({ retryAfter: error.retryAfter }))
      case "QuotaExceededError":
        return make(method, new AiError.QuotaExhaustedError({ resetAt: error.resetAt }))
      case "InsufficientBalanceError":
        return make(method, new AiError.QuotaExhaustedError({}))
      case "OverloadedError":
      case "ServerError":
        return make(method, new AiError.InternalProviderError({ description }))
      default:
        return make(method, new AiError.UnknownError({ description }))
    }
  }
