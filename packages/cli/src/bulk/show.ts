/** How a job stands, in words. */
import type { Report } from "@effect-zhipu/bulk/BulkReport"
import { columns } from "../text.js"

const span = (millis: number): string => {
  const minutes = Math.round(millis / 60_000)
  if (millis < 90_000) return `${Math.ceil(millis / 1000)} s`
  return minutes < 120 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`
}

const money = ({ cost, currency }: Report): string =>
  currency === undefined ? "" : `${cost < 1 ? cost.toFixed(4) : cost.toFixed(2)} ${currency}`

const of = (report: Report): string =>
  report.total === undefined ? `${report.done + report.failed}` : `${report.done + report.failed} of ${report.total}`

/** On one line, while it runs. @internal */
export const line = (report: Report): string =>
  [
    `${of(report)} ended`,
    ...(report.failed === 0 ? [] : [`${report.failed} failed`]),
    `${report.inFlight} in flight`,
    ...(report.perMinute > 0 ? [`${Math.round(report.perMinute)} a minute`] : []),
    ...(report.currency === undefined ? [] : [money(report)]),
    ...(report.state === "paused" ? ["paused"] : []),
    ...(report.resetAt === undefined ? [] : [`the quota fills again at ${new Date(report.resetAt).toISOString()}`]),
    ...(report.leftMillis === undefined ? [] : [`${span(report.leftMillis)} left`])
  ].join(", ")

/** What one looks at when it has ended. @internal */
export const page = (report: Report): string =>
  columns([
    ["job", report.job],
    ["state", report.reason === undefined ? report.state : `${report.state} (${report.reason})`],
    ["items", of(report)],
    ["done", report.truncated === 0 ? `${report.done}` : `${report.done}, ${report.truncated} of them cut at a limit`],
    [
      "failed",
      report.failed === 0
        ? "0"
        : `${report.failed}: ${Object.entries(report.failures)
            .map(([tag, count]) => `${count} ${tag}`)
            .join(", ")}`
    ],
    ["in flight", `${report.inFlight}`],
    [
      "calls",
      report.repeated === 0 ? `${report.calls}` : `${report.calls}, ${report.repeated} of them cut short and made again`
    ],
    ["tokens", `${report.promptTokens} in, ${report.completionTokens} out`],
    ...(report.currency === undefined ? [] : [["cost", money(report)]]),
    ...(report.unpriced === 0 ? [] : [["unpriced", `${report.unpriced} calls to models without a known price`]]),
    ...(report.perMinute > 0 ? [["rate", `${Math.round(report.perMinute)} a minute`]] : []),
    ...(report.leftMillis === undefined ? [] : [["left", span(report.leftMillis)]]),
    ...(report.resetAt === undefined ? [] : [["goes on at", new Date(report.resetAt).toISOString()]])
  ])

/** A row of all jobs. @internal */
export const row = (report: Report): ReadonlyArray<string> => [
  report.job,
  report.state,
  of(report),
  `${report.failed}`,
  money(report) || "-"
]
