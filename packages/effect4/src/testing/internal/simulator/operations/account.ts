// Generated from packages/testing/src/internal/simulator/operations/account.ts by scripts/effect4: change that file.
/**
 * What an account has: the windows of a Coding Plan, as the vendor's own plugin for it asks for them.
 */
import { json, type Operation } from "./operation.js"

const quota: Operation = {
  name: "quota",
  method: "GET",
  path: "/monitor/usage/quota/limit",
  run: () =>
    json({
      code: 200,
      msg: "操作成功",
      success: true,
      data: {
        limits: [
          { type: "TOKENS_LIMIT", percentage: 12 },
          {
            type: "TIME_LIMIT",
            percentage: 3,
            currentValue: 30,
            usage: 1000,
            usageDetails: [{ modelCode: "search-prime", usage: 30 }]
          }
        ]
      }
    })
}

/** @internal */
export const operations: ReadonlyArray<Operation> = [quota]
