/** Errors of the client as errors of `@effect/ai`. */
import * as AiError from "@effect/ai/AiError"
import type { ZhipuError } from "@effect-zhipu/client/ZhipuError"

/** The method of the language model, or of the embedding model, that an error is told of. @internal */
export type Method = "generateText" | "streamText" | "embedMany"

const moduleOf = (method: Method): string => (method === "embedMany" ? "ZhipuEmbeddingModel" : "ZhipuLanguageModel")

/** @internal */
export const malformedInput = (method: Method, description: string, cause?: unknown): AiError.MalformedInput =>
  new AiError.MalformedInput({
    module: moduleOf(method),
    method,
    description,
    ...(cause === undefined ? {} : { cause })
  })

/** @internal */
export const malformedOutput = (method: Method, description: string, cause?: unknown): AiError.MalformedOutput =>
  new AiError.MalformedOutput({
    module: moduleOf(method),
    method,
    description,
    ...(cause === undefined ? {} : { cause })
  })

/**
 * Not `HttpRequestError` and `HttpResponseError`: these hold the request with its headers, which our errors never do,
 * and the latter has no cause.
 *
 * @internal
 */
export const fromZhipu =
  (method: Method) =>
  (error: ZhipuError): AiError.AiError => {
    switch (error._tag) {
      case "InvalidRequestError":
      case "ModelNotFoundError":
      case "ContextLengthError":
      case "RequestEncodeError":
        return malformedInput(method, error.message, error)
      case "CorruptStreamError":
      case "StreamTruncatedError":
        return malformedOutput(method, error.message, error)
      default:
        return new AiError.UnknownError({ module: moduleOf(method), method, description: error.message, cause: error })
    }
  }
