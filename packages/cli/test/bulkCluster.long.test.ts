/** `zhipu bulk` in many processes over a real PostgreSQL. */
import { Bulk, BulkJob, BulkStore } from "@effect-zhipu/bulk"
import { Message } from "@effect-zhipu/client"
import { MockChat } from "@effect-zhipu/testing"
import { PgClient } from "@effect/sql-pg"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { findPostgres, startPostgres } from "../../../scripts/services.mjs"
import { simulated } from "./support/simulator.js"

const found = await findPostgres()

const temporary = Effect.acquireRelease(
  Effect.sync(() => Fs.mkdtempSync(Path.join(Os.tmpdir(), "zhipu-cluster-"))),
  (folder) => Effect.sync(() => Fs.rmSync(folder, { recursive: true, force: true }))
)

const database = Effect.acquireRelease(
  Effect.promise(() => startPostgres(found.path ?? "")),
  ({ stop }) => Effect.promise(stop)
)

const program = BulkJob.make({
  name: "program",
  items: Stream.map(Stream.range(1, 20), (n) => ({
    id: `${n}`,
    request: { model: "glm-4.6", messages: [Message.user(`Say: answer ${n}`)] }
  })),
  concurrency: 4
})

const live = (url: string) =>
  Layer.merge(
    Layer.provide(BulkStore.layerSql, Layer.orDie(PgClient.layer({ url: Redacted.make(url) }))),
    MockChat.layer(() =>
      Stream.unwrap(Effect.as(Effect.sleep("300 millis"), Stream.fromIterable(MockChat.text("a program's"))))
    )
  )

describe.skipIf(found.path === undefined)("zhipu bulk --engine cluster", () => {
  it.scopedLive(
    "asks together with workers, and is looked at and gone on with from elsewhere",
    () =>
      Effect.gen(function* () {
        const folder = yield* temporary
        const { url } = yield* database
        const simulator = yield* simulated({ firstTokenDelay: "300 millis" })
        const env = { DATABASE_URL: url, XDG_STATE_HOME: Path.join(folder, "state") }
        const zhipu = (...args: ReadonlyArray<string>) => simulator.zhipu(["bulk", ...args], { env })
        const prompts = Path.join(folder, "p.jsonl")
        const out = Path.join(folder, "a.jsonl")
        Fs.writeFileSync(
          prompts,
          Array.from(
            { length: 150 },
            (_, n) => `${JSON.stringify({ id: `p${n}`, prompt: `Say: answer ${n}` })}\n`
          ).join("")
        )
        const worker = simulator.start(["bulk", "worker"], { env })
        const args = ["run", prompts, "--out", out, "--name", "j", "--engine", "cluster", "--concurrency"]
        const running = simulator.start(["bulk", ...args, "4"], { env })
        const status = Effect.map(zhipu("status", "j", "--engine", "cluster", "--json"), ({ code, stdout }) =>
          code === 0 ? JSON.parse(stdout) : undefined
        )
        yield* Effect.repeat(Effect.delay(simulator.stats, "50 millis"), { until: ({ requests }) => requests > 10 })
        expect(yield* status).toMatchObject({ job: "j", state: "running", failed: 0 })
        running.child.kill("SIGINT")
        const stopped = yield* Effect.promise(() => running.done)
        expect(stopped.code).toBe(130)
        expect(stopped.stderr).toContain("The job is j.")
        expect(stopped.stderr).toContain("goes on")
        const { code, stderr } = yield* zhipu(...args, "30")
        expect(stderr).toContain("Going on with the job j.")
        expect(code).toBe(0)
        const lines = Fs.readFileSync(out, "utf8").trim().split("\n")
        expect(lines.map((line) => JSON.parse(line)).map(({ answer, id }) => [id, answer])).toEqual(
          Array.from({ length: 150 }, (_, n) => [`p${n}`, `answer ${n}`])
        )
        expect((yield* simulator.stats).peakInFlight).toBeLessThanOrEqual(30)
        // A job that a program began is asked for as well: its texts need no options of a command.
        const { requests } = yield* simulator.stats
        const report = yield* Effect.provide(
          Bulk.run(program),
          Bulk.layerCluster({ concurrency: 2 }).pipe(Layer.provide(live(url)))
        )
        expect(report).toMatchObject({ state: "ended", done: 20, failed: 0 })
        expect((yield* simulator.stats).requests).toBeGreaterThan(requests)
        expect((yield* zhipu("remove", "program", "--engine", "cluster")).code).toBe(0)
        worker.child.kill("SIGINT")
        const ended = yield* Effect.promise(() => worker.done)
        expect(ended).toMatchObject({ code: 130, stdout: "" })
        expect(ended.stderr).toContain("Takes part in the jobs of the cluster, until Ctrl-C.")
        expect((yield* zhipu("status", "--engine", "cluster")).stdout).toMatch(/\nj +ended +150 of 150 +0 +-\n$/)
        expect((yield* zhipu("remove", "j", "--engine", "cluster")).code).toBe(0)
        expect((yield* zhipu("status", "j", "--engine", "cluster")).code).toBe(2)
      }),
    180_000
  )

  it.scopedLive("says what is missing, and shows no password", () =>
    Effect.gen(function* () {
      const folder = yield* temporary
      const simulator = yield* simulated()
      const prompts = Path.join(folder, "p.txt")
      Fs.writeFileSync(prompts, "one\n")
      const run = ["bulk", "run", prompts, "--engine", "cluster"]
      const none = yield* simulator.zhipu(run, { env: { DATABASE_URL: "" } })
      expect(none).toMatchObject({ code: 2, stdout: "" })
      expect(none.stderr).toContain("set DATABASE_URL to postgres://")
      const wrong = yield* simulator.zhipu(["bulk", "worker", "--store", "postgres://me:secret-word@127.0.0.1:99999/x"])
      expect(wrong.code).toBe(2)
      const gone = yield* simulator.zhipu(["bulk", "worker"], {
        env: { DATABASE_URL: "postgres://me:secret-word@127.0.0.1:9/x" }
      })
      expect(gone.code).toBe(1)
      expect(gone.stderr).toContain("PostgreSQL cannot be reached")
      expect(none.stderr + wrong.stderr + gone.stderr).not.toContain("secret-word")
    })
  )
})
