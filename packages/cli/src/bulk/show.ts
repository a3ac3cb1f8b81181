/** How a job stands, in words. */
import type { Report } from "@effect-zhipu/bulk/BulkReport"
import type { StopReason } from "@effect-zhipu/bulk/BulkError"
import { say } from "../language.js"
import type { Key } from "../sentences.js"
import { columns } from "../text.js"

const span = (millis: number): string => {
  const minutes = Math.round(millis / 60_000)
  if (millis < 90_000) return say("seconds", { count: Math.ceil(millis / 1000) })
  return minutes < 120 ? say("minutes", { count: minutes }) : say("hours", { count: (minutes / 60).toFixed(1) })
}

const money = ({ cost, currency }: Report): string =>
  currency === undefined ? "" : `${cost < 1 ? cost.toFixed(4) : cost.toFixed(2)} ${currency}`

const of = (report: Report): string => {
  const count = report.done + report.failed
  return report.total === undefined ? `${count}` : say("ofTotal", { count, total: report.total })
}

const states = {
  running: "jobRunning",
  sleeping: "jobSleeping",
  paused: "jobPaused",
  stopped: "jobStopped",
  interrupted: "jobInterrupted",
  cancelled: "jobCancelled",
  ended: "jobEnded"
} as const satisfies Readonly<Record<Report["state"], Key>>

const reasons = {
  Balance: "stoppedByBalance",
  Quota: "stoppedByQuota",
  Budget: "stoppedByBudget",
  Price: "stoppedByPrice",
  Account: "stoppedByAccount",
  Deadline: "stoppedByDeadline",
  Cancelled: "stoppedByCancel"
} as const satisfies Readonly<Record<(typeof StopReason)["Type"], Key>>

const isReason = (reason: string): reason is keyof typeof reasons => Object.hasOwn(reasons, reason)

const stateOf = ({ reason, state }: Report): string => {
  const shown = say(states[state])
  if (reason === undefined) return shown
  return say("stateBecause", { state: shown, reason: isReason(reason) ? say(reasons[reason]) : reason })
}

/** On one line, while it runs. @internal */
export const line = (report: Report): string =>
  [
    say("itemsEnded", { items: of(report) }),
    ...(report.failed === 0 ? [] : [say("itemsFailed", { count: report.failed })]),
    say("itemsInFlight", { count: report.inFlight }),
    ...(report.perMinute > 0 ? [say("aMinute", { count: Math.round(report.perMinute) })] : []),
    ...(report.currency === undefined ? [] : [money(report)]),
    ...(report.state === "paused" ? [say("jobPaused")] : []),
    ...(report.resetAt === undefined ? [] : [say("quotaFillsAt", { time: new Date(report.resetAt).toISOString() })]),
    ...(report.leftMillis === undefined ? [] : [say("timeLeft", { time: span(report.leftMillis) })])
  ].join(say("comma"))

/** What one looks at when it has ended. @internal */
export const page = (report: Report): string =>
  columns([
    [say("rowJob"), report.job],
    [say("rowState"), stateOf(report)],
    [say("rowItems"), of(report)],
    [
      say("rowDone"),
      report.truncated === 0 ? `${report.done}` : say("doneCut", { done: report.done, cut: report.truncated })
    ],
    [
      say("rowFailed"),
      report.failed === 0
        ? "0"
        : say("failedBy", {
            count: report.failed,
            tags: Object.entries(report.failures)
              .map(([tag, count]) => `${count} ${tag}`)
              .join(say("comma"))
          })
    ],
    [say("rowInFlight"), `${report.inFlight}`],
    [
      say("rowCalls"),
      report.repeated === 0 ? `${report.calls}` : say("callsRepeated", { calls: report.calls, again: report.repeated })
    ],
    ["tokens", say("tokensInOut", { prompt: report.promptTokens, completion: report.completionTokens })],
    ...(report.currency === undefined ? [] : [[say("rowCost"), money(report)]]),
    ...(report.unpriced === 0 ? [] : [[say("rowUnpriced"), say("callsUnpriced", { count: report.unpriced })]]),
    ...(report.perMinute > 0 ? [[say("rowRate"), say("aMinute", { count: Math.round(report.perMinute) })]] : []),
    ...(report.leftMillis === undefined ? [] : [[say("rowLeft"), span(report.leftMillis)]]),
    ...(report.resetAt === undefined ? [] : [[say("rowGoesOn"), new Date(report.resetAt).toISOString()]])
  ])

/** A row of all jobs. @internal */
export const row = (report: Report): ReadonlyArray<string> => [
  report.job,
  say(states[report.state]),
  of(report),
  `${report.failed}`,
  money(report) || "-"
]
