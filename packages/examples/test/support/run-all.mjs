// Runs programs one after the other in one process, which saves loading Effect for each: node run-all.mjs RESULTS < JOBS.
// JOBS is [{ script, cwd, env }], RESULTS becomes [{ stdout, stderr, failed }] of those that came to an end.
import { writeFileSync } from "node:fs"
import { text } from "node:stream/consumers"
import { pathToFileURL } from "node:url"

const [results] = process.argv.slice(2)
const jobs = JSON.parse(await text(process.stdin))
const outcomes = []
const real = { stdout: process.stdout.write, stderr: process.stderr.write }

for (const { cwd, env, script } of jobs) {
  const outcome = { stdout: "", stderr: "", failed: false }
  for (const name of ["stdout", "stderr"]) {
    process[name].write = (chunk, encoding, done) => {
      outcome[name] += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString()
      const callback = typeof encoding === "function" ? encoding : done
      callback?.()
      return true
    }
  }
  Object.assign(process.env, env)
  process.chdir(cwd)
  try {
    await import(pathToFileURL(script).href)
  } catch {
    outcome.failed = true
  }
  outcomes.push(outcome)
  writeFileSync(results, JSON.stringify(outcomes))
}
for (const name of ["stdout", "stderr"]) process[name].write = real[name]
