/** `zhipu bulk`, as processes of their own against the simulator. */
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

const place = (options: Parameters<typeof simulated>[0] = {}) =>
  Effect.gen(function* () {
    const folder = yield* temporary
    const simulator = yield* simulated(options)
    const env = { XDG_STATE_HOME: Path.join(folder, "state") }
    const file = (name: string) => Path.join(folder, name)
    return {
      ...simulator,
      file,
      lines: (name: string) =>
        Fs.readFileSync(file(name), "utf8")
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line)),
      zhipu: (...args: ReadonlyArray<string>) => simulator.zhipu(["bulk", ...args], { env }),
      start: (...args: ReadonlyArray<string>) => simulator.start(["bulk", ...args], { env })
    }
  })

const prompts = (count: number): string =>
  Array.from({ length: count }, (_, n) => `${JSON.stringify({ id: `p${n}`, prompt: `Say: answer ${n}` })}\n`).join("")

describe("zhipu bulk", () => {
  it.scopedLive("asks the prompts of JSON Lines and of a table, and asks for nothing twice", () =>
    Effect.gen(function* () {
      const { file, lines, requests, zhipu } = yield* place()
      Fs.writeFileSync(file("p.jsonl"), prompts(5))
      const first = yield* zhipu("run", file("p.jsonl"), "--out", file("a.jsonl"), "--name", "five")
      expect(first).toMatchObject({ code: 0, stdout: "" })
      expect(first.stderr).toContain("The job is five.")
      expect(first.stderr).toMatch(/done +5\n/)
      expect(lines("a.jsonl").map(({ answer, id }) => [id, answer])).toEqual(
        Array.from({ length: 5 }, (_, n) => [`p${n}`, `answer ${n}`])
      )
      expect((yield* zhipu("run", file("p.jsonl"), "--out", file("a.jsonl"), "--name", "five")).code).toBe(0)
      expect((yield* requests).length).toBe(5)
      expect((yield* zhipu("status")).stdout).toMatch(/^JOB .*\nfive +ended +5 of 5 +0 +-\n$/)

      Fs.writeFileSync(file("t.csv"), 'id,text\na,"one, two"\nb,three\n')
      const table = yield* zhipu("run", file("t.csv"), "--prompt", "Say: <{text}>", "--out", file("t-out.csv"))
      expect(table.code).toBe(0)
      expect(Fs.readFileSync(file("t-out.csv"), "utf8")).toBe(
        'id,text,answer,finish_reason\r\na,"one, two","<one, two>",stop\r\nb,three,<three>,stop\r\n'
      )
      const wrong = yield* zhipu("run", file("t.csv"), "--name", "w", "--prompt", "Say: {txt}")
      expect(wrong).toMatchObject({ code: 2, stdout: "" })
      expect(wrong.stderr).toContain("--prompt names {txt}")
      const changed = yield* zhipu("run", file("t.csv"), "--prompt", "Tell: {text}", "--out", file("t-out.csv"))
      expect(changed.code).toBe(2)
      expect(changed.stderr).toContain("with another request")
      const none = yield* zhipu("run", file("p.jsonl"), "--name", "none", "--concurrency", "0")
      expect(none).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("--concurrency takes a whole number from 1")
      })
      const folder = yield* zhipu("run", file("."))
      expect(folder).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("is no file: a job reads its prompts again")
      })
    })
  )

  it.scopedLive("asks by batch files, and fetches by the same command what it had started", () =>
    Effect.gen(function* () {
      const { file, lines, requests, zhipu } = yield* place()
      Fs.writeFileSync(file("p.jsonl"), prompts(5))
      const run = ["run", file("p.jsonl"), "--out", file("a.jsonl"), "--name", "five", "--engine", "batch"]
      const first = yield* zhipu(...run, "--poll", "10ms")
      expect(first).toMatchObject({ code: 0, stdout: "" })
      expect(lines("a.jsonl").map(({ answer, id }) => [id, answer])).toEqual(
        Array.from({ length: 5 }, (_, n) => [`p${n}`, `answer ${n}`])
      )
      expect((yield* zhipu("resume", "five")).code).toBe(0)
      const posted = (yield* requests).filter(({ method }) => method === "POST").map(({ path }) => path)
      expect(posted.map((path) => path.replace(/^.*\/v4/, ""))).toEqual(["/files", "/batches"])
    })
  )

  it.scopedLive("asks for vectors of texts", () =>
    Effect.gen(function* () {
      const { file, lines, requests, zhipu } = yield* place()
      const texts = ["a cat", { id: "dog", text: "a dog" }, { custom_id: "cow", body: { input: "a cow" } }]
      Fs.writeFileSync(file("t.jsonl"), texts.map((text) => `${JSON.stringify(text)}\n`).join(""))
      const run = ["run", file("t.jsonl"), "--embed", "--dimensions", "256", "--out", file("v.jsonl")]
      expect((yield* zhipu(...run)).code).toBe(0)
      expect(lines("v.jsonl").map(({ answer, finish_reason, id }) => [id, answer.length, finish_reason])).toEqual([
        ["line-1", 256, undefined],
        ["dog", 256, undefined],
        ["cow", 256, undefined]
      ])
      expect(lines("v.jsonl")[0]).toMatchObject({ usage: { prompt_tokens: expect.any(Number) } })
      expect((yield* requests).map(({ path }) => path.replace(/^.*\/v4/, ""))).toEqual(
        Array.from(texts, () => "/embeddings")
      )
      expect((yield* zhipu("run", file("t.jsonl"), "--embed", "--system", "Be brief")).stderr).toContain("--embed")
    })
  )

  it.scopedLive("cancels a job with the batch that the service has of it", () =>
    Effect.gen(function* () {
      const { file, requests, start, zhipu } = yield* place()
      Fs.writeFileSync(file("p.jsonl"), prompts(5))
      const args = ["run", file("p.jsonl"), "--name", "five", "--engine", "batch", "--poll", "1h"]
      const posted = Effect.map(requests, (made) =>
        made.filter(({ method }) => method === "POST").map(({ path }) => path.replace(/^.*\/v4|batch_[^/]*/g, ""))
      )
      const first = start(...args)
      yield* Effect.repeat(Effect.sleep("50 millis"), { until: () => Effect.map(posted, ({ length }) => length === 2) })
      yield* Effect.sleep("200 millis")
      first.child.kill("SIGKILL")
      yield* Effect.promise(() => first.done)
      expect((yield* zhipu("cancel", "five")).code).toBe(0)
      expect((yield* posted).at(-1)).toMatch(/cancel$/)
      expect((yield* zhipu("status", "five")).stdout).toContain("cancelled")
    })
  )

  it.scopedLive("removes what ended long ago", () =>
    Effect.gen(function* () {
      const { file, zhipu } = yield* place()
      Fs.writeFileSync(file("p.txt"), "Say: a\n")
      expect((yield* zhipu("run", file("p.txt"), "--name", "one")).code).toBe(0)
      expect(yield* zhipu("remove", "--older-than", "1h")).toMatchObject({
        code: 0,
        stderr: "zhipu: 0 jobs are removed.\n"
      })
      // A file that is none of a job leaves the others.
      const broken = file("state/zhipu/bulk/broken.db")
      Fs.writeFileSync(broken, "no database, but a text that is long enough to be read as one".repeat(100))
      const listed = yield* zhipu("status")
      expect([listed.code, listed.stdout, listed.stderr]).toEqual([
        0,
        expect.stringContaining("one"),
        expect.stringContaining("broken.db cannot be opened")
      ])
      Fs.rmSync(broken)
      expect(yield* zhipu("remove", "--older-than", "1ms")).toMatchObject({
        code: 0,
        stderr: "zhipu: 1 job is removed.\n"
      })
      expect((yield* zhipu("status")).stderr).toContain("There are no jobs")
    })
  )

  it.scopedLive("holds answers to a JSON Schema", () =>
    Effect.gen(function* () {
      const { file, lines, requests, zhipu } = yield* place({
        script: [{ content: '{"n": 1}' }, ...Array.from({ length: 3 }, () => ({ content: '{"n": "two"}' }))]
      })
      Fs.writeFileSync(file("p.txt"), "first\nsecond\n")
      Fs.writeFileSync(
        file("schema.json"),
        JSON.stringify({ type: "object", properties: { n: { type: "number" } }, required: ["n"] })
      )
      const { code, stderr } = yield* zhipu(
        "run",
        file("p.txt"),
        "--schema",
        file("schema.json"),
        "--out",
        file("a.jsonl"),
        "--errors",
        file("e.jsonl")
      )
      expect(code).toBe(1)
      expect(stderr).toContain("1 StructuredOutputError")
      expect(lines("a.jsonl")).toMatchObject([{ id: "line-1", answer: { n: 1 } }])
      expect(lines("e.jsonl")).toMatchObject([{ id: "line-2", error: { _tag: "StructuredOutputError" } }])
      // What was wrong is told to the model, in the words of the validator.
      const [, , third] = yield* requests
      expect(JSON.stringify(third?.body)).toContain("Instance type")
    })
  )

  it.scopedLive("asks again for what failed in a way", () =>
    Effect.gen(function* () {
      const { file, lines, setFaults, zhipu } = yield* place({ faults: "code:1301*1" })
      Fs.writeFileSync(file("p.jsonl"), prompts(3))
      const first = yield* zhipu("run", file("p.jsonl"), "--out", file("a.jsonl"), "--name", "j", "--concurrency", "1")
      expect(first.code).toBe(1)
      expect(first.stderr).toContain("zhipu bulk retry j")
      expect(lines("a.jsonl").length).toBe(2)
      yield* setFaults("")
      expect((yield* zhipu("retry", "j", "--only", "RateLimitError")).stderr).toContain("0 items are asked again.")
      expect((yield* zhipu("retry", "j", "--only", "ContentFilteredError")).code).toBe(0)
      expect(lines("a.jsonl").map(({ id }) => id)).toEqual(["p0", "p1", "p2"])
      expect((yield* zhipu("remove", "j")).code).toBe(0)
      expect((yield* zhipu("status", "j")).code).toBe(2)
    })
  )

  it.scopedLive("says that the balance is used up, exits with 4, and goes on after that", () =>
    Effect.gen(function* () {
      const { file, lines, setFaults, zhipu } = yield* place({ faults: "code:1113" })
      Fs.writeFileSync(file("p.jsonl"), prompts(4))
      const empty = yield* zhipu("run", file("p.jsonl"), "--out", file("a.jsonl"), "--name", "j")
      expect(empty.code).toBe(4)
      expect(empty.stderr).toContain("the balance of the account is used up")
      expect(empty.stderr).toContain("zhipu bulk resume j goes on.")
      yield* setFaults("")
      expect((yield* zhipu("resume", "j")).code).toBe(0)
      expect(lines("a.jsonl").length).toBe(4)
    })
  )

  it.scopedLive.skipIf(process.platform === "win32")("stopped by Ctrl-C or killed, and called again, it goes on", () =>
    Effect.gen(function* () {
      const { file, lines, start, zhipu } = yield* place({ firstTokenDelay: "30 millis" })
      Fs.writeFileSync(file("p.jsonl"), prompts(200))
      const args = ["run", file("p.jsonl"), "--out", file("a.jsonl"), "--name", "j", "--concurrency", "5"]
      const some = Effect.repeat(Effect.sleep("50 millis"), {
        until: () =>
          Effect.map(zhipu("status", "j", "--json"), ({ code, stdout }) => code === 0 && JSON.parse(stdout).done > 0)
      })
      const stopped = start(...args)
      yield* some
      stopped.child.kill("SIGINT")
      const { code, stderr } = yield* Effect.promise(() => stopped.done)
      expect(code).toBe(130)
      expect(stderr).toMatch(/Stopped after \d+ items\. The same command, or zhipu bulk resume j, goes on/)
      expect(stderr).not.toContain("rror")
      const killed = start(...args)
      yield* Effect.sleep("900 millis")
      killed.child.kill("SIGKILL")
      yield* Effect.promise(() => killed.done)
      expect((yield* zhipu(...args)).code).toBe(0)
      expect(lines("a.jsonl").map(({ answer, id }) => [id, answer])).toEqual(
        Array.from({ length: 200 }, (_, n) => [`p${n}`, `answer ${n}`])
      )
    })
  )
})
