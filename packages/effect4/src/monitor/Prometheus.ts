// Generated from packages/monitor/src/Prometheus.ts by scripts/effect4: change that file.
/**
 * The figures of a monitor as text for Prometheus, in its exposition format 0.0.4.
 *
 * Counters and the sums of summaries are of all time since the start, as Prometheus makes its own rates from them; the
 * quantiles are of the window of the monitor. What is told by model and by key stands in metrics of its own, so that the
 * sums of the others stay sums.
 *
 * @since 0.1.0
 */
import type { Percentiles, Share, Snapshot } from "./Snapshot.js"

/**
 * The value of `Content-Type` for the text.
 *
 * @since 0.1.0
 * @category data
 */
export const contentType = "text/plain; version=0.0.4; charset=utf-8"

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number | null, suffix?: "_sum" | "_count"]

const escape = (text: string): string => text.replace(/[\\"\n]/g, (char) => (char === "\n" ? "\\n" : `\\${char}`))

const metric = (
  name: string,
  type: "counter" | "gauge" | "summary",
  help: string,
  samples: ReadonlyArray<Sample>
): string => {
  const lines = samples.flatMap(([labels, value, suffix = ""]) => {
    if (value === null) return []
    const shown = Object.entries(labels).map(([key, text]) => `${key}="${escape(text)}"`)
    return [`${name}${suffix}${shown.length === 0 ? "" : `{${shown.join(",")}}`} ${value}`]
  })
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines].join("\n")
}

const by = (label: string, counts: Readonly<Record<string, number>>): ReadonlyArray<Sample> =>
  Object.entries(counts).map(([key, count]) => [{ [label]: key }, count])

/** The calls, tokens and costs of a split. */
const shares = (label: "model" | "key", of: Readonly<Record<string, Share>>): ReadonlyArray<string> => {
  const counter = (name: string, help: string, samplesOf: (share: Share) => ReadonlyArray<Sample>) =>
    metric(
      `zhipu_${label}_${name}_total`,
      "counter",
      `${help}, by ${label}.`,
      Object.entries(of).flatMap(([name, share]) =>
        samplesOf(share).map(([labels, value]): Sample => [{ [label]: name, ...labels }, value])
      )
    )
  return [
    counter("calls", "Calls that have ended", ({ calls }) => [[{}, calls]]),
    counter("failed_calls", "Calls that failed", ({ failed }) => [[{}, failed]]),
    counter("tokens", "Tokens", ({ tokens }) => by("type", tokens)),
    counter("cost", "What calls cost by the price table", ({ cost }) => by("currency", cost))
  ]
}

const summary = (name: string, help: string, window: Percentiles, total: Percentiles): string => {
  const seconds = (millis: number | null) => (millis === null ? null : millis / 1000)
  return metric(name, "summary", help, [
    [{ quantile: "0.5" }, seconds(window.p50)],
    [{ quantile: "0.95" }, seconds(window.p95)],
    [{ quantile: "0.99" }, seconds(window.p99)],
    [{}, total.sum / 1000, "_sum"],
    [{}, total.count, "_count"]
  ])
}

/**
 * @since 0.1.0
 * @category conversions
 */
export const render = (snapshot: Snapshot): string => {
  const { alerts, total, window } = snapshot
  return [
    metric("zhipu_calls_total", "counter", "Calls that have ended.", [
      [{ outcome: "success" }, total.succeeded],
      [{ outcome: "failure" }, total.failed],
      [{ outcome: "interrupted" }, total.interrupted]
    ]),
    metric("zhipu_call_errors_total", "counter", "Calls that failed, by kind.", by("error", total.errors)),
    metric("zhipu_attempts_total", "counter", "Requests that were sent by calls that have ended.", [
      [{}, total.attempts]
    ]),
    metric(
      "zhipu_attempt_errors_total",
      "counter",
      "Attempts that failed, sent again or not, by kind.",
      by("error", total.attemptErrors)
    ),
    metric(
      "zhipu_tokens_total",
      "counter",
      "Tokens; cached ones are input, reasoning ones output.",
      by("type", total.tokens)
    ),
    metric("zhipu_cost_total", "counter", "What calls cost by the price table.", by("currency", total.cost)),
    ...shares("model", total.models),
    ...shares("key", total.keys),
    summary("zhipu_call_duration_seconds", "Time of a call to its end.", window.latency, total.latency),
    summary(
      "zhipu_first_chunk_seconds",
      "Time from a call to the first events of its stream.",
      window.firstChunk,
      total.firstChunk
    ),
    metric("zhipu_calls_in_flight", "gauge", "Calls that have not ended.", [[{}, snapshot.inFlight]]),
    metric("zhipu_window_calls_per_second", "gauge", "Calls that ended, over the window.", [
      [{}, snapshot.callsPerSecond]
    ]),
    metric("zhipu_window_success_ratio", "gauge", "Calls that succeeded of those that succeeded or failed.", [
      [{}, snapshot.successRate]
    ]),
    metric(
      "zhipu_window_tokens_per_second",
      "gauge",
      "Tokens of calls that ended, over the window.",
      by("type", snapshot.tokensPerSecond)
    ),
    metric(
      "zhipu_alert_active",
      "gauge",
      "1 for each rule that is raised.",
      alerts.active.map(({ name }): Sample => [{ rule: name }, 1])
    ),
    ""
  ].join("\n")
}
