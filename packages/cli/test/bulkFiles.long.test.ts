/** The files of `zhipu bulk`: what is read, what is written over, and what a table holds. Processes of their own. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { simulated } from "./support/simulator.js"

const temporary = Effect.acquireRelease(
  Effect.sync(() => Fs.mkdtempSync(Path.join(Os.tmpdir(), "zhipu-bulk-"))),
  (folder) => Effect.sync(() => Fs.rmSync(folder, { recursive: true, force: true }))
)

describe("zhipu bulk", () => {
  it.scopedLive("replaces no file of others, and says how to go on in the same store", () =>
    Effect.gen(function* () {
      const file = (name: string) => Path.join(folder, name)
      const folder = yield* temporary
      const { zhipu } = yield* simulated()
      const bulk = (...args: ReadonlyArray<string>) => zhipu(["bulk", ...args, "--store", file("jobs.db")])
      Fs.writeFileSync(file("a.txt"), "Say: one\n")
      Fs.writeFileSync(file("b.txt"), "Say: two\n")
      Fs.writeFileSync(file("precious.jsonl"), "mine\n")
      expect((yield* bulk("run", file("a.txt"), "--out", file("a.jsonl"))).code).toBe(0)
      const other = yield* bulk("run", file("b.txt"), "--out", file("precious.jsonl"))
      expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining("--force") })
      // Its own file is written anew, and another one only where nothing is.
      expect((yield* bulk("run", file("a.txt"), "--out", file("a.jsonl"))).code).toBe(0)
      expect((yield* bulk("run", file("a.txt"), "--out", file("precious.jsonl"))).code).toBe(2)
      expect(Fs.readFileSync(file("precious.jsonl"), "utf8")).toBe("mine\n")
      const stopped = yield* bulk("run", file("b.txt"), "--name", "b", "--budget", "0.0000001cny")
      // No price is known of the simulator's address.
      expect(stopped.code).toBe(3)
      expect(stopped.stderr).toContain(`zhipu bulk resume b --store ${file("jobs.db")} goes on.`)
    })
  )

  it.scopedLive(
    "writes every field of every row to a table, and asks nothing of a file or a Schema that it cannot read",
    () =>
      Effect.gen(function* () {
        const file = (name: string) => Path.join(folder, name)
        const folder = yield* temporary
        const { requests, zhipu } = yield* simulated()
        const env = { XDG_STATE_HOME: Path.join(folder, "state") }
        const bulk = (...args: ReadonlyArray<string>) => zhipu(["bulk", ...args], { env })
        // As Windows saves it: GBK.
        Fs.writeFileSync(file("gbk.txt"), Buffer.from([0xd0, 0xb4, 0xd2, 0xbb, 0xca, 0xd7, 0xca, 0xab, 0x0a]))
        const gbk = yield* bulk("run", file("gbk.txt"))
        expect(gbk).toMatchObject({ code: 2, stderr: expect.stringContaining("UTF-8") })
        Fs.writeFileSync(
          file("p.jsonl"),
          '{"id":"a","prompt":"Say: 1"}\n{"id":"b","prompt":"Say: 2","answer":"expected","note":"x"}\n'
        )
        Fs.writeFileSync(file("schema.json"), JSON.stringify({ properties: { name: { pattern: "(" } } }))
        const schema = yield* bulk("run", file("p.jsonl"), "--schema", file("schema.json"))
        expect(schema).toMatchObject({ code: 2, stderr: expect.stringContaining("regular expression") })
        expect((yield* requests).length).toBe(0)
        expect((yield* bulk("run", file("p.jsonl"), "--out", file("t.tsv"))).code).toBe(0)
        expect(Fs.readFileSync(file("t.tsv"), "utf8").split("\r\n")).toEqual([
          "id\tprompt\tanswer\tnote\tanswer_answer\tfinish_reason",
          "a\tSay: 1\t\t\t1\tstop",
          "b\tSay: 2\texpected\tx\t2\tstop",
          ""
        ])
      })
  )
})
