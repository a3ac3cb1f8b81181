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
 * Each carries operation, provider, model, host and port. A call that someone stopped reading is recorded with
 * `error.type` `interrupted`.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"
import * as MetricLabel from "effect/MetricLabel"
import * as CallObserver from "./CallObserver.js"
import { attributes, metricNames, names, provider } from "./internal/telemetry/names.js"

/** Of the conventions, and three more, as a model may think for minutes. */
const seconds = MetricBoundaries.fromIterable([
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 163.84, 327.68, 655.36
])

/** Of the conventions; tokens come faster than whole answers. */
const chunkSeconds = MetricBoundaries.fromIterable([
  0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5
])

const firstChunkSeconds = MetricBoundaries.fromIterable([
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 320
])

const tokens = MetricBoundaries.fromIterable(Array.from({ length: 14 }, (_, i) => 4 ** i))

const duration = Metric.histogram(metricNames.duration, seconds, "Time of a call to its end.")

const tokenUsage = Metric.histogram(metricNames.tokens, tokens, "Tokens of a call.")

const timeToFirstChunk = Metric.histogram(
  metricNames.timeToFirstChunk,
  firstChunkSeconds,
  "Time from a call to the first events of its stream."
)

const timePerOutputChunk = Metric.histogram(
  metricNames.timePerOutputChunk,
  chunkSeconds,
  "Time between reads that brought events of a stream."
)

const counter = (name: string, description: string) => Metric.counter(name, { description, incremental: true })

const cachedTokens = counter(metricNames.cachedTokens, "Prompt tokens that came from the cache.")

const reasoningTokens = counter(metricNames.reasoningTokens, "Tokens of answers that were thinking.")

const failedAttempts = counter(metricNames.failedAttempts, "Attempts that failed, sent again or not.")

const cost = counter(metricNames.cost, "What calls cost by the price table.")

type Labels = ReadonlyArray<MetricLabel.MetricLabel>

const maxLabels = 1000

const allLabels = new Map<string, Labels>()

/**
 * The exporter of OTLP takes the unit from a label of the name `unit`.
 *
 * A metric finds its state by the identity of its labels, else by hashing them: calls of a kind share an array, or each
 * would cost 45 µs instead of 10. Kinds are few, unless somebody makes up models.
 */
const inUnit = (unit: string, known: Readonly<Record<string, unknown>>): Labels => {
  const key = JSON.stringify([unit, known])
  const cached = allLabels.get(key)
  if (cached !== undefined) return cached
  if (allLabels.size >= maxLabels) allLabels.clear()
  const labels = Object.entries(attributes({ unit, ...known })).map(([name, value]) =>
    MetricLabel.make(name, String(value))
  )
  allLabels.set(key, labels)
  return labels
}

const listen = (call: CallObserver.CallStart): CallObserver.CallListener => {
  const known = {
    [names.operation]: call.operation,
    [names.provider]: provider,
    [names.requestModel]: call.model,
    [names.serverAddress]: call.serverAddress,
    [names.serverPort]: call.serverPort
  }
  const perChunk = inUnit("s", known)
  let last: number | undefined
  return {
    events: (_, elapsedMillis) => {
      if (last === undefined) timeToFirstChunk.unsafeUpdate(elapsedMillis / 1000, perChunk)
      else timePerOutputChunk.unsafeUpdate((elapsedMillis - last) / 1000, perChunk)
      last = elapsedMillis
    },
    attemptFailed: ({ error }) =>
      failedAttempts.unsafeUpdate(1, inUnit("{attempt}", { ...known, [names.errorType]: error._tag })),
    ended: (end) =>
      Effect.sync(() => {
        const ended = { ...known, [names.responseModel]: end.responseModel }
        duration.unsafeUpdate(
          end.durationMillis / 1000,
          inUnit("s", {
            ...ended,
            [names.errorType]: end.outcome === "interrupted" ? end.outcome : end.errorType
          })
        )
        recordTokens(end, ended)
        if (end.cost !== undefined) {
          cost.unsafeUpdate(
            end.cost.amount,
            inUnit(`{${end.cost.currency}}`, { ...ended, [names.currency]: end.cost.currency })
          )
        }
      })
  }
}

/** What the service did not tell is not recorded, rather than as none. */
const recordTokens = ({ usage }: CallObserver.CallEnd, known: Readonly<Record<string, unknown>>): void => {
  if (usage === undefined) return
  const record = (
    metric: Pick<Metric.Metric.Counter<number>, "unsafeUpdate">,
    amount: number | undefined,
    type?: "input" | "output"
  ): void => {
    if (amount === undefined) return
    metric.unsafeUpdate(amount, inUnit("{token}", { ...known, [names.tokenType]: type }))
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
 * import { CallMetrics, Zhipu } from "@effect-zhipu/client"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Layer } from "effect"
 *
 * export const live = Zhipu.layerConfig().pipe(Layer.provide([FetchHttpClient.layer, CallMetrics.layer]))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<never> = CallObserver.add({ start: listen })
