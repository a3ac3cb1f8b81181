// Generated from packages/bulk/src/internal/stopMessage.ts by scripts/effect4: change that file.
/** What to tell of a job that stopped. */
import type { Report } from "../BulkReport.js"
import type { Stop } from "./job/gate.js"

const because = ({ error, reason }: Stop): string => {
  switch (reason) {
    case "Balance":
      return "the balance of the account is used up. Recharge it, and run the job again"
    case "Quota":
      return `a quota is used up, and the service did not say until when${said(error)}. Run the job again when it has filled`
    case "Budget":
      return "the budget is spent. Run the job again with a larger one"
    case "Price":
      return "it has a budget, and Price has no price in its currency for a model of the job. Give one with Price.layer, or leave the budget out"
    case "Account":
      return `the service refuses whatever is asked${said(error)}`
    case "Deadline":
      return "its deadline has passed. Run the job again with a later one"
    case "Cancelled":
      return "it was cancelled. Run again, it goes on"
  }
}

const said = (error: Stop["error"]): string =>
  error === undefined ? "" : ` (${error._tag}: ${error.message.replace(/\.$/, "")})`

/** @internal */
export const messageOf = (stop: Stop, { done, failed, job, total }: Report): string =>
  `The job ${JSON.stringify(job)} stopped after ${done + failed}${total === undefined ? "" : ` of ${total}`} items, as ${because(stop)}.`
