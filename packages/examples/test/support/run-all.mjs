// Runs programs one after the other in one process, which saves loading Effect for each: node run-all.mjs RESULTS < JOBS.
// JOBS is [{ script, env }], RESULTS becomes [{ stdout, stderr }] as far as it came without a failure.
import { writeFileSync } from "node:fs"
import { text } from "node:stream/consumers"
import { pathToFileURL } from "node:url"

const [results] = process.argv.slice(2)
const jobs = JSON.parse(await text(process.stdin))
const outcomes = []
const real = { stdout: process.stdout.write, stderr: process.stderr.write }

for (const { env, script } of jobs) {
  const outcome = { stdout: "", stderr: "" }
  for (const name of ["stdout", "stderr"]) {
    process[name].write = (chunk, encoding, done) => {
      outcome[name] += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString()
      const callback = typeof encoding === "function" ? encoding : done
      callback?.()
      return true
    }
  }
  Object.assign(process.env, env)
  await import(pathToFileURL(script).href)
  outcomes.push(outcome)
  writeFileSync(results, JSON.stringify(outcomes))
}
for (const name of ["stdout", "stderr"]) process[name].write = real[name]
