/** Four real processes over one Redis, against one simulator that counts what is in flight. */
import { Simulator } from "@effect-zhipu/testing"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { beforeAll } from "vitest"
import { compiled } from "../../../scripts/built.mjs"
import { untilTrue } from "./support/limits.js"
import * as Redis from "./support/redis.js"

const missing = Redis.found.path === undefined
if (missing) console.warn(`SKIPPED, four processes over one Redis: ${Redis.found.reason}`)

const root = fileURLToPath(new URL("../../..", import.meta.url))
const script = fileURLToPath(new URL("./support/worker.mjs", import.meta.url))

interface Options {
  readonly streams: number
  readonly atOnce: number
  readonly leaseDuration?: string
}

/** Killed with the scope. */
const worker = (simulator: Simulator.Service, server: Redis.Server, options: Options) =>
  Effect.gen(function* () {
    const args = [simulator.baseUrl, Redacted.value(simulator.apiKey), server.url, options.streams, options.atOnce]
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(process.execPath, [script, ...args.map(String), options.leaseDuration ?? "2 seconds"], {
          cwd: root,
          stdio: ["ignore", "pipe", "pipe"]
        })
      ),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    )
    let stdout = ""
    let stderr = ""
    let code: number | string | undefined
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text))
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
    child.on("close", (status, signal) => (code = status ?? signal ?? "?"))
    const count = (word: string): number => stdout.split("\n").filter((line) => line === word).length
    return {
      begun: () => count("begun"),
      ended: () => count("ended"),
      kill: Effect.sync(() => child.kill("SIGKILL")),
      outcome: Effect.map(
        untilTrue(() => code !== undefined),
        () => ({ code, ended: count("ended"), stderr })
      )
    }
  })

describe.skipIf(missing)("four processes", () => {
  // What the workers run.
  beforeAll(() => compiled("redis"), 120_000)

  it.scopedLive("with 3 in flight never send a fourth, and all streams end well", () =>
    Effect.gen(function* () {
      const server = yield* Redis.make
      const simulator = yield* Simulator.make({ tokensPerSecond: 400, maxInFlight: 3 })
      const workers = yield* Effect.all(
        Array.from({ length: 4 }, () => worker(simulator, server, { streams: 12, atOnce: 6 }))
      )
      const outcomes = yield* Effect.forEach(workers, ({ outcome }) => outcome)
      expect(outcomes).toEqual(outcomes.map(() => ({ code: 0, ended: 12, stderr: "" })))
      const stats = yield* simulator.stats
      expect({ peak: stats.peakInFlight, refused: stats.refused, requests: stats.requests }).toEqual({
        peak: 3,
        refused: 0,
        requests: 48
      })
    })
  )

  it.scopedLive("get the leases of one that was killed, in bounded time and not before", () =>
    Effect.gen(function* () {
      const server = yield* Redis.make
      // Slow enough that no stream ends by itself.
      const simulator = yield* Simulator.make({ tokensPerSecond: 2, maxInFlight: 3 })
      const victim = yield* worker(simulator, server, { streams: 3, atOnce: 3 })
      yield* untilTrue(() => victim.begun() === 3)
      const others = yield* Effect.all(
        Array.from({ length: 3 }, () => worker(simulator, server, { streams: 1, atOnce: 1 }))
      )
      const begun = () => others.reduce((sum, other) => sum + other.begun(), 0)
      // They wait, for longer than a lease lasts that is not renewed.
      yield* Effect.sleep("3 seconds")
      expect(begun()).toBe(0)
      yield* victim.kill
      const killedAt = performance.now()
      yield* untilTrue(() => begun() === 3)
      // A lease lasts 2 seconds, and others look once a second; the rest is room for a slow machine.
      expect(performance.now() - killedAt).toBeLessThan(10_000)
      const stats = yield* simulator.stats
      expect({ peak: stats.peakInFlight, refused: stats.refused }).toEqual({ peak: 3, refused: 0 })
    })
  )

  it.scopedLive("of which one is killed while others work keep the limit, and the others do all their work", () =>
    Effect.gen(function* () {
      const server = yield* Redis.make
      const simulator = yield* Simulator.make({ tokensPerSecond: 400, maxInFlight: 3 })
      const workers = yield* Effect.all(
        Array.from({ length: 4 }, () =>
          worker(simulator, server, { streams: 10, atOnce: 4, leaseDuration: "1 second" })
        )
      )
      const [victim, ...others] = workers
      yield* untilTrue(() => (victim?.ended() ?? 0) >= 1)
      yield* victim?.kill ?? Effect.void
      const outcomes = yield* Effect.forEach(others, ({ outcome }) => outcome)
      expect(outcomes).toEqual(outcomes.map(() => ({ code: 0, ended: 10, stderr: "" })))
      const stats = yield* simulator.stats
      expect({ peak: stats.peakInFlight, refused: stats.refused }).toEqual({ peak: 3, refused: 0 })
    })
  )
})
