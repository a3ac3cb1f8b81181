// Generated from packages/ai/src/ZhipuTelemetry.ts by scripts/effect4: change that file.
/**
 * Attributes of spans after the GenAI semantic conventions, with those that GLM adds.
 *
 * The provider is told under both names that collectors look for: `gen_ai.provider.name`, which `effect/ai` writes, and
 * `gen_ai.system`, whose place it took. Prompts and answers are never written.
 *
 * @since 0.1.0
 */
import * as Telemetry from "effect/ai/Telemetry"
import { dual } from "effect/Function"
import type { Span } from "effect/Tracer"
import type { Simplify } from "effect/Types"

/**
 * The value of `gen_ai.system` and `gen_ai.provider.name`, for both hosts of the vendor.
 *
 * @since 0.1.0
 * @category constants
 */
export const provider = "zhipuai"

/**
 * What is known of a request beside what all providers tell.
 *
 * @since 0.1.0
 * @category models
 */
export interface RequestAttributes {
  /** `gen_ai.request.stream` */
  readonly stream?: boolean | undefined
  /** `reasoning_effort` of the request, as `gen_ai.request.reasoning.level`. */
  readonly reasoningLevel?: string | undefined
  /** `gen_ai.output.type` */
  readonly outputType?: "text" | "json" | undefined
}

/**
 * What is known of a response beside what all providers tell.
 *
 * @since 0.1.0
 * @category models
 */
export interface ResponseAttributes {
  /** The id to name when asking the vendor's support, as `zhipu.request_id`. */
  readonly requestId?: string | undefined
}

/**
 * Tokens, beside the input and the output as a whole.
 *
 * @since 0.1.0
 * @category models
 */
export interface UsageAttributes {
  /** Input tokens that came from the cache, as `gen_ai.usage.cache_read.input_tokens`. */
  readonly cachedInputTokens?: number | undefined
  /** Output tokens that went into thinking, as `gen_ai.usage.reasoning.output_tokens`. */
  readonly reasoningTokens?: number | undefined
}

/**
 * All that can be written to a span. What is `undefined` or `null` is not written.
 *
 * @since 0.1.0
 * @category models
 */
export type ZhipuTelemetryAttributeOptions = Simplify<
  Omit<Telemetry.GenAITelemetryAttributeOptions, "system"> & {
    readonly zhipu?:
      | {
          readonly request?: RequestAttributes | undefined
          readonly response?: ResponseAttributes | undefined
          readonly usage?: UsageAttributes | undefined
        }
      | undefined
  }
>

/**
 * Writes attributes to a span, which is changed in place.
 *
 * @example
 * ```ts
 * import { ZhipuTelemetry } from "@effect-zhipu/effect4/ai"
 * import { Effect } from "effect"
 *
 * export const annotated = Effect.map(
 *   Effect.currentSpan,
 *   ZhipuTelemetry.addGenAIAnnotations({
 *     operation: { name: "chat" },
 *     request: { model: "glm-4.6" },
 *     zhipu: { usage: { reasoningTokens: 64 } }
 *   })
 * )
 * ```
 *
 * @since 0.1.0
 * @category utilities
 */
export const addGenAIAnnotations: {
  (options: ZhipuTelemetryAttributeOptions): (span: Span) => void
  (span: Span, options: ZhipuTelemetryAttributeOptions): void
} = dual(2, (span: Span, { zhipu, ...options }: ZhipuTelemetryAttributeOptions): void => {
  Telemetry.addGenAIAnnotations(span, { ...options, provider: { name: provider } })
  const attributes = {
    "gen_ai.system": provider,
    "gen_ai.request.stream": zhipu?.request?.stream,
    "gen_ai.request.reasoning.level": zhipu?.request?.reasoningLevel,
    "gen_ai.output.type": zhipu?.request?.outputType,
    "gen_ai.usage.cache_read.input_tokens": zhipu?.usage?.cachedInputTokens,
    "gen_ai.usage.reasoning.output_tokens": zhipu?.usage?.reasoningTokens,
    "zhipu.request_id": zhipu?.response?.requestId
  }
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) span.attribute(name, value)
  }
})
