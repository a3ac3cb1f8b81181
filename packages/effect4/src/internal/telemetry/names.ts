// Generated from packages/client/src/internal/telemetry/names.ts by scripts/effect4: change that file.
/** What is told of a call in its span and in metrics: attributes, metrics, and what of an answer goes there. */
import { defined } from "@effect-zhipu/protocol/internal/text/records"
import { isObject as isRecord } from "effect/Predicate"
import type { CallResponse } from "../../CallObserver.js"
import type { ChatCompletion, Usage } from "../../ChatCompletion.js"
import * as names from "./attributeNames.js"

/** An event of the span of a call, one for each attempt that failed. @internal */
export const attemptFailed = "zhipu.attempt.failed"

/** @internal */
export const metricNames = {
  duration: "gen_ai.client.operation.duration",
  tokens: "gen_ai.client.token.usage",
  timeToFirstChunk: "gen_ai.client.operation.time_to_first_chunk",
  timePerOutputChunk: "gen_ai.client.operation.time_per_output_chunk",
  // The conventions that come have these two, those that are have none.
  cachedTokens: "gen_ai.client.inference.usage.cache_read.input_tokens",
  reasoningTokens: "gen_ai.client.inference.usage.reasoning.output_tokens",
  failedAttempts: "zhipu.client.failed_attempts",
  cost: "zhipu.client.cost",
  cacheLookups: "zhipu.client.cache_lookups"
} as const

/** The value of `gen_ai.provider.name`; the registry has none for this vendor, others write this. @internal */
export const provider = "zhipuai"

/** Attributes without those that are not known. @internal */
export const attributes: (known: Record<string, unknown>) => Record<string, unknown> = defined

/** @internal */
export const endAttributes = (response: CallResponse): Record<string, unknown> =>
  attributes({
    [names.responseId]: response.responseId,
    [names.responseModel]: response.responseModel,
    [names.finishReasons]: response.finishReasons.length === 0 ? undefined : response.finishReasons,
    [names.inputTokens]: response.usage?.prompt_tokens,
    [names.outputTokens]: response.usage?.completion_tokens,
    [names.cachedTokens]: response.usage?.prompt_tokens_details?.cached_tokens,
    [names.reasoningTokens]: response.usage?.completion_tokens_details?.reasoning_tokens,
    [names.requestId]: response.requestId
  })

/** @internal */
export const responseOf = (completion: ChatCompletion, requestId: string | undefined): CallResponse => ({
  responseId: completion.id,
  responseModel: completion.model,
  finishReasons: reasonsOf(completion.choices),
  usage: completion.usage,
  requestId: completion.request_id ?? requestId
})

/** The same of any document of the service, of which nothing is sure. @internal */
export const responseOfDocument = (
  document: Readonly<Record<string, unknown>>,
  requestId: string | undefined
): CallResponse => {
  const { choices, usage } = document
  return {
    responseId: text(document["id"]),
    responseModel: text(document["model"]),
    finishReasons: Array.isArray(choices)
      ? reasonsOf(
          choices.map((choice) => ({ finish_reason: isRecord(choice) ? text(choice["finish_reason"]) : undefined }))
        )
      : [],
    usage: isRecord(usage) ? usageOf(usage) : undefined,
    requestId: text(document["request_id"]) ?? requestId
  }
}

/** One for each choice, as the conventions want it; none where nothing is known. */
const reasonsOf = (choices: ReadonlyArray<{ readonly finish_reason?: string | undefined }>): ReadonlyArray<string> =>
  choices.every((choice) => choice.finish_reason === undefined)
    ? []
    : choices.map((choice) => choice.finish_reason ?? "unknown")

const usageOf = (usage: Readonly<Record<string, unknown>>): Usage => {
  const { completion_tokens_details: output, prompt_tokens_details: input } = usage
  return {
    prompt_tokens: number(usage["prompt_tokens"]),
    completion_tokens: number(usage["completion_tokens"]),
    total_tokens: number(usage["total_tokens"]),
    prompt_tokens_details: isRecord(input) ? { cached_tokens: number(input["cached_tokens"]) } : undefined,
    completion_tokens_details: isRecord(output) ? { reasoning_tokens: number(output["reasoning_tokens"]) } : undefined
  }
}

const text = (value: unknown): string | undefined =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined

const number = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined)
