/** What is bundled with a consumer: a program that asks once, reads the answer, and tells what its first event cost. */
import type { Connect } from "../consumers/consumer.js"
import type { Report } from "./run.js"

export const run = async (connect: Connect): Promise<void> => {
  let cpuMicros = Number.NaN
  let firstMillis = Number.NaN
  const client = await connect(process.env.ZHIPU_BASE_URL ?? "")
  const answer = await client.stream(() => {
    // Both count from the start of the process: that of Node itself is a part of what such a program costs.
    const { system, user } = process.cpuUsage()
    cpuMicros = user + system
    firstMillis = performance.now()
  })
  const report: Report = { cpuMicros, firstMillis, answer }
  process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit())
}
