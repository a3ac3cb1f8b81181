// Generated from packages/bulk/src/internal/store/jobRow.ts by scripts/effect4: change that file.
/** A job as its row, and the columns that a change of it is written to. */
import type { State } from "../../BulkReport.js"
import { maybeNumber, maybeText, number, type Row, text } from "./columns.js"
import type { JobPatch, JobRow } from "./rows.js"

/** Where the database has told no time, that of this machine is the one to go by. @internal */
export const jobOf = (row: Row, now = 0): JobRow => ({
  id: number(row["id"]),
  name: text(row["name"]),
  state: text(row["state"]) as State,
  wanted: text(row["wanted"]) as JobRow["wanted"],
  reason: maybeText(row["reason"]),
  spec: maybeText(row["spec"]),
  terms: maybeText(row["terms"]),
  owner: maybeText(row["owner"]),
  seenAt: maybeNumber(row["seen_at"]),
  now: maybeNumber(row["now"]) ?? now,
  createdAt: number(row["created_at"]),
  endedAt: maybeNumber(row["ended_at"]),
  deadlineAt: maybeNumber(row["deadline_at"]),
  resetAt: maybeNumber(row["reset_at"]),
  runStartedAt: maybeNumber(row["run_started_at"]),
  runEnded: number(row["run_ended"]),
  total: maybeNumber(row["total"]),
  items: number(row["items"]),
  done: number(row["done"]),
  truncated: number(row["truncated"]),
  failed: number(row["failed"]),
  inFlight: number(row["in_flight"]),
  repeated: number(row["repeated"]),
  calls: number(row["calls"]),
  promptTokens: number(row["prompt_tokens"]),
  cachedTokens: number(row["cached_tokens"]),
  completionTokens: number(row["completion_tokens"]),
  cost: number(row["cost"]),
  currency: maybeText(row["currency"]),
  unpriced: number(row["unpriced"])
})

/** @internal */
export const columnOf: Readonly<Record<keyof JobPatch, string>> = {
  state: "state",
  wanted: "wanted",
  reason: "reason",
  spec: "spec",
  terms: "terms",
  owner: "owner",
  seenAt: "seen_at",
  endedAt: "ended_at",
  deadlineAt: "deadline_at",
  resetAt: "reset_at",
  runStartedAt: "run_started_at",
  runEnded: "run_ended",
  total: "total"
}
