/** A stored job as a report. */
import { isBusy, type Report } from "../BulkReport.js"
import * as terms from "./cluster/terms.js"
import * as owners from "./job/owner.js"
import type { JobRow } from "./store/rows.js"

/** The processes of a cluster may be on machines whose clocks differ, and say how long each of them may be silent. */
const isGone = (row: JobRow, owner: string): boolean => {
  const silentMillis = row.now - (row.seenAt ?? 0)
  return terms.isLed(row)
    ? silentMillis > (terms.read(row).leaseMillis ?? owners.silenceMillis)
    : owners.isGone(owner, silentMillis)
}

/** @internal */
export const make = (row: JobRow, failures: Readonly<Record<string, number>>, now: number): Report => {
  const isAlive = row.owner !== undefined && !isGone(row, row.owner)
  const ended = row.done + row.failed
  const elapsed = row.runStartedAt === undefined || !isAlive ? 0 : (terms.isLed(row) ? row.now : now) - row.runStartedAt
  const perMinute = elapsed <= 0 ? 0 : ((ended - row.runEnded) / elapsed) * 60_000
  const left = row.total === undefined || perMinute <= 0 ? undefined : ((row.total - ended) / perMinute) * 60_000
  return {
    job: row.name,
    // A process that was killed could not say so.
    state: isBusy(row.state) && !isAlive ? "interrupted" : row.state,
    ...(row.reason === undefined ? {} : { reason: row.reason }),
    items: row.items,
    ...(row.total === undefined ? {} : { total: row.total }),
    done: row.done,
    truncated: row.truncated,
    failed: row.failed,
    failures,
    inFlight: isAlive ? row.inFlight : 0,
    calls: row.calls,
    repeated: row.repeated,
    promptTokens: row.promptTokens,
    cachedTokens: row.cachedTokens,
    completionTokens: row.completionTokens,
    cost: row.cost,
    ...(row.currency === undefined ? {} : { currency: row.currency }),
    unpriced: row.unpriced,
    perMinute,
    ...(left === undefined ? {} : { leftMillis: Math.max(0, left) }),
    createdAt: row.createdAt,
    ...(row.endedAt === undefined ? {} : { endedAt: row.endedAt }),
    ...(row.resetAt === undefined || row.state !== "sleeping" ? {} : { resetAt: row.resetAt })
  }
}
