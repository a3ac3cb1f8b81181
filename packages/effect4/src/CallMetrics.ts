// Generated from packages/client/src/CallMetrics.ts by scripts/effect4: change that file.
/**
 * The metrics of the GenAI semantic conventions, and a few of ours, in Effect's metric registry: what exports that,
 * `Otlp` of `@effect/opentelemetry` for example, exports them.
 *
 * | metric | unit | what is recorded |
 * | --- | --- | --- |
 * | `gen_ai.client.operation.duration` | s | each call, retries and the whole stream included |
 * | `gen_ai.client.token.usage` | {token} | tokens of each call, by `gen_ai.token.type`: `input`, `output` |
 * | `gen_ai.client.operation.time_to_first_chunk` | s | each stream, from the call to its first events |
 * | `gen_ai.client.operation.time_per_output_chunk` | s | the time between reads that brought events, once a read |
 * | `gen_ai.client.inference.usage.cache_read.input_tokens` | {token} | those of the input that came from the cache |
 * | `gen_ai.client.inference.usage.reasoning.output_tokens` | {token} | those of the output that were thinking |
 * | `zhipu.client.failed_attempts` | {attempt} | attempts that failed, those that were sent again included |
 * | `zhipu.client.cost` | {currency} | what calls cost by the table of `Price`, by `zhipu.cost.currency` |
 *
 * The names of the conventions are in development; these are of 1.41, and the two counters of tokens of what comes next.
 * Each carries operation, provider, model, host and port. The model of an answer is told where it is the one asked for, a
 * dated name of it or a known one, and reads `other` elsewhere, so that answers cannot add time series without end. A call that someone stopped reading is recorded with
 * `error.type` `interrupted`.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as CallObserver from "./CallObserver.js"
import * as names from "./internal/telemetry/attributeNames.js"
import * as metrics from "./internal/telemetry/metrics.js"
import { metricNames, provider } from "./internal/telemetry/names.js"
import * as Model from "./Model.js"

/** Of the conventions, and three more, as a model may think for minutes. */
const seconds = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 163.84, 327.68, 655.36
]

/** Of the conventions; tokens come faster than whole answers. */
const chunkSeconds = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5]

const firstChunkSeconds = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 320
]

const tokens = Array.from({ length: 14 }, (_, i) => 4 ** i)

const duration = metrics.histogram(metricNames.duration, seconds, "Time of a call to its end.")

const tokenUsage = metrics.histogram(metricNames.tokens, tokens, "Tokens of a call.")

const timeToFirstChunk = metrics.histogram(
  metricNames.timeToFirstChunk,
  firstChunkSeconds,
  "Time from a call to the first events of its stream."
)

const timePerOutputChunk = metrics.histogram(
  metricNames.timePerOutputChunk,
  chunkSeconds,
  "Time between reads that brought events of a stream."
)

const cachedTokens = metrics.counter(metricNames.cachedTokens, "Prompt tokens that came from the cache.")

const reasoningTokens = metrics.counter(metricNames.reasoningTokens, "Tokens of answers that were thinking.")

const failedAttempts = metrics.counter(metricNames.failedAttempts, "Attempts that failed, sent again or not.")

const cost = metrics.counter(metricNames.cost, "What calls cost by the price table.")

const listen = (call: CallObserver.CallStart): CallObserver.CallListener => {
  const known = {
    [names.operation]: call.operation,
    [names.provider]: provider,
    [names.requestModel]: requestedOf(call.model),
    [names.serverAddress]: call.serverAddress,
    [names.serverPort]: call.serverPort
  }
  const perChunk = metrics.inUnit("s", known)
  let last: number | undefined
  return {
    events: (_, elapsedMillis) => {
      if (last === undefined) timeToFirstChunk.record(elapsedMillis / 1000, perChunk)
      else timePerOutputChunk.record((elapsedMillis - last) / 1000, perChunk)
      last = elapsedMillis
    },
    attemptFailed: ({ error }) =>
      failedAttempts.record(1, metrics.inUnit("{attempt}", { ...known, [names.errorType]: error._tag })),
    ended: (end) =>
      Effect.sync(() => {
        const ended = { ...known, [names.responseModel]: labelOf(call.model, end.responseModel) }
        duration.record(
          end.durationMillis / 1000,
          metrics.inUnit("s", {
            ...ended,
            [names.errorType]: end.outcome === "interrupted" ? end.outcome : end.errorType
          })
        )
        recordTokens(end, ended)
        if (end.cost !== undefined) {
          cost.record(
            end.cost.amount,
            metrics.inUnit(`{${end.cost.currency}}`, { ...ended, [names.currency]: end.cost.currency })
          )
        }
      })
  }
}

/** So many models that are not known have time series of their own. */
const maxUnknown = 100

const unknown = new Set<string>()

/** Where a program hands on the model that a visitor names, there is no end to their names. */
const requestedOf = (model: string | undefined): string | undefined => {
  if (model === undefined || unknown.has(model)) return model
  if (Option.isSome(Model.find(model))) return model
  if (unknown.size >= maxUnknown) return "other"
  unknown.add(model)
  return model
}

/**
 * A time series lives as long as the process: there is one for what was asked for and its dated names, such as
 * `glm-4-flash-250414`, and for every model that is known, and one for all else that an answer may say.
 */
const labelOf = (requested: string | undefined, answered: string | undefined): string | undefined => {
  if (answered === undefined) return undefined
  const name = answered.toLowerCase()
  const asked = requested?.toLowerCase()
  const isDated = asked !== undefined && name.startsWith(`${asked}-`) && /^\d{4,8}$/.test(name.slice(asked.length + 1))
  if (name === asked || isDated) return answered === requested ? answered : name
  return Option.match(Model.find(name), { onNone: () => "other", onSome: ({ id }) => id })
}

/** What the service did not tell is not recorded, rather than as none. */
const recordTokens = ({ usage }: CallObserver.CallEnd, known: Readonly<Record<string, unknown>>): void => {
  if (usage === undefined) return
  const record = (metric: metrics.Recorder, amount: number | undefined, type?: "input" | "output"): void => {
    if (amount === undefined) return
    metric.record(amount, metrics.inUnit("{token}", { ...known, [names.tokenType]: type }))
  }
  record(tokenUsage, usage.prompt_tokens, "input")
  record(tokenUsage, usage.completion_tokens, "output")
  record(cachedTokens, usage.prompt_tokens_details?.cached_tokens)
  record(reasoningTokens, usage.completion_tokens_details?.reasoning_tokens)
}

/**
 * Records the calls of the clients that this layer is provided to.
 *
 * @example
 * ```ts
 * import { CallMetrics, Zhipu } from "@effect-zhipu/effect4"
 * import { FetchHttpClient } from "effect/http"
 * import { Layer } from "effect"
 *
 * export const live = Zhipu.layerConfig().pipe(Layer.provide([FetchHttpClient.layer, CallMetrics.layer]))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<never> = CallObserver.add({ start: listen })
