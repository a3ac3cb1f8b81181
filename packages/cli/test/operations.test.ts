/** The commands for the operations beside chat, as processes of their own against the simulator. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as ChildProcess from "node:child_process"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { simulated } from "./support/simulator.js"
import { bin, type Result } from "./support/zhipu.js"

const temporary = Effect.acquireRelease(
  Effect.sync(() => Fs.mkdtempSync(Path.join(Os.tmpdir(), "zhipu-operations-"))),
  (folder) => Effect.sync(() => Fs.rmSync(folder, { recursive: true, force: true }))
)

/** A simulator, and a folder in which the command keeps what it has begun. */
const place = (options: Parameters<typeof simulated>[0] = {}) =>
  Effect.gen(function* () {
    const folder = yield* temporary
    const simulator = yield* simulated(options)
    const env = { XDG_STATE_HOME: Path.join(folder, "state") }
    return {
      ...simulator,
      folder,
      file: (name: string) => Path.join(folder, name),
      zhipu: (args: ReadonlyArray<string>, stdin?: string) =>
        simulator.zhipu(args, { env, ...(stdin === undefined ? {} : { stdin }) }),
      start: (args: ReadonlyArray<string>, stdin?: null) =>
        simulator.start(args, { env, ...(stdin === undefined ? {} : { stdin }) }),
      /** What was asked for, `POST /files` and so on, since the last look. */
      asked: Effect.map(simulator.requests, (requests) =>
        requests.map(
          ({ method, path }) => `${method} ${path.replace("/api/paas/v4", "").replace(/\/(batch_|file-)\w+/, "/ID")}`
        )
      )
    }
  })

const lines = "cat on a mat\ntax return\nthe cat sat on the mat\n"

const well = ({ code, stderr, stdout }: Result): string => {
  expect({ code, stderr }).toMatchObject({ code: 0 })
  return stdout
}

describe("what is paid for", () => {
  it.scopedLive("has a place to go to, and is not lost where that fails on the way", () =>
    Effect.gen(function* () {
      const { asked, env, file, zhipu } = yield* place()
      for (const [output, why] of [
        ["none/cat.png", "There is no folder"],
        ["", "is a folder"]
      ] as const) {
        const refused = yield* zhipu(["image", "--force", "--output", file(output), "a cat"])
        expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(why) })
      }
      expect(yield* asked).toEqual([])
      const saved = yield* zhipu(["image", "--json", "--output", file("cat.png"), "a cat"])
      expect(JSON.parse(well(saved)).data).toHaveLength(1)
      expect(Fs.readFileSync(file("cat.png")).subarray(1, 4).toString()).toBe("PNG")
      expect(
        well(yield* zhipu(["image", "--json", "--count", "2", "a cat"]))
          .trim()
          .split("\n")
      ).toHaveLength(2)
      // A second call goes on with the task, as nothing has come of it.
      const state = { ...env, XDG_STATE_HOME: file("state") }
      const command = `'${process.execPath}' '${bin}' video --poll 50ms waves > /dev/full`
      const lost = Effect.async<{ readonly code: number | null; readonly stderr: string }>((resume) => {
        const child = ChildProcess.spawn("sh", ["-c", command], { env: state, stdio: ["ignore", "ignore", "pipe"] })
        let stderr = ""
        child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
        child.on("close", (code) => resume(Effect.succeed({ code, stderr })))
      })
      if (Fs.existsSync("/dev/full")) {
        const [first, second] = [yield* lost, yield* lost]
        expect([first.code, second.code]).toEqual([1, 1])
        expect(first.stderr).toContain("could not be fetched. Its link")
        expect(second.stderr).toContain("Going on with the task")
      }
    })
  )

  it.scopedLive("says what is wrong with a file or a deadline by words and the exit code", () =>
    Effect.gen(function* () {
      const { file, zhipu } = yield* place()
      const missing = yield* zhipu(["files", "upload", file("none.jsonl")])
      expect(missing).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("none.jsonl cannot be read: there is no such file.")
      })
      expect(yield* zhipu(["embed", "--timeout", "1ms", "sky"])).toMatchObject({ code: 5 })
      for (const words of ["files list", "batch list", "quota", "bulk status a"]) {
        const more = yield* zhipu([...words.split(" "), "b"])
        expect([words, more.code, more.stderr]).toEqual([words, 2, expect.stringContaining("takes no argument")])
      }
      const idAlone = yield* zhipu(["video", "--no-wait", "--output", file("v.mp4"), "waves"])
      expect(idAlone).toMatchObject({ code: 2, stderr: expect.stringContaining("--no-wait prints the id alone") })
      Fs.writeFileSync(file("state"), "no folder")
      const noPlace = yield* zhipu(["video", "--url", "waves"])
      expect(noPlace).toMatchObject({ code: 2, stderr: expect.stringContaining("XDG_STATE_HOME names another place") })
      Fs.rmSync(file("state"))
      const both = yield* zhipu(["tokens", "--input", file("none.txt"), "sky"])
      expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining("and not by both") })
      // What is no text is not sent as if it were: of a file it is refused, of a pipe it is told.
      Fs.writeFileSync(file("latin1.txt"), Buffer.from("café", "latin1"))
      const text = yield* zhipu(["tokens", "--input", file("latin1.txt")])
      expect(text).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("it is neither UTF-8 nor UTF-16 with a byte order mark")
      })
      Fs.writeFileSync(file("a.exe"), "a")
      const unfit = yield* zhipu(["files", "upload", "--purpose", "agent", file("a.exe")])
      expect(unfit.stderr).toMatch(/by its name\.\n$/)
    })
  )
})

describe("standard input", () => {
  it.scopedLive("is left to others by what takes nothing of it", () =>
    Effect.gen(function* () {
      const { env, file, start } = yield* place()
      Fs.writeFileSync(file("list.txt"), "one\ntwo\n")
      const zhipu = `'${process.execPath}' '${bin}'`
      const loop = `while read word; do ${zhipu} tokens "$word"; ${zhipu} files list; done < '${file("list.txt")}'`
      const printed = yield* Effect.async<string>((resume) => {
        ChildProcess.execFile("sh", ["-c", loop], { env: { ...env, XDG_STATE_HOME: file("state") } }, (_, stdout) =>
          resume(Effect.succeed(stdout))
        )
      })
      expect(printed).toMatch(/^\d+\n\d+\n$/)
      // Nor is a pipe waited for that has no end.
      const { code } = yield* Effect.promise(() => start(["quota"], null).done)
      expect(code).toBe(0)
    })
  )
})

describe("texts and the web", () => {
  it.scopedLive("print what the service says", () =>
    Effect.gen(function* () {
      const { file, zhipu } = yield* place()
      Fs.writeFileSync(file("lines.txt"), lines)
      expect(JSON.parse(well(yield* zhipu(["embed", "--dimensions", "256", "sky"])))).toHaveLength(256)
      const many = well(yield* zhipu(["embed", "--lines", "--dimensions", "256"], lines))
        .trim()
        .split("\n")
      expect(many.map((line) => JSON.parse(line).id)).toEqual([0, 1, 2])
      const named = well(
        yield* zhipu(["embed", "--jsonl-in", "--dimensions", "256", "--format", "jsonl"], '{"id":"a","text":"x"}\n')
      )
      expect(JSON.parse(named).id).toBe("a")
      const bytes = Buffer.from(
        well(yield* zhipu(["embed", "--dimensions", "256", "--format", "base64", "sky"])),
        "base64"
      )
      expect(bytes.length).toBe(1024)
      expect(well(yield* zhipu(["similar", "--in", file("lines.txt"), "--top", "1", "cat on a mat"]))).toMatch(
        /^1\.0+\tcat on a mat\n$/
      )
      expect(well(yield* zhipu(["rerank", "--top", "1", "cat on a mat"], lines))).toBe("cat on a mat\n")
      expect(well(yield* zhipu(["tokens"], "hello there"))).toMatch(/^\d+\n$/)
      expect(well(yield* zhipu(["search", "--count", "2", "--engine", "search_pro_quark", "--links", "effect"]))).toBe(
        "https://example.com/search/1\nhttps://example.com/search/2\n"
      )
      expect(well(yield* zhipu(["read", "https://example.com/a"]))).toContain("# The page /a")
      expect(well(yield* zhipu(["quota"]))).toContain("TOKENS_LIMIT")
      expect(well(yield* zhipu(["models", "--remote"]))).toContain("glm-4.6\n")
    })
  )

  it.scopedLive("judge, and say it by the exit code where that is asked for", () =>
    Effect.gen(function* () {
      const { zhipu } = yield* place()
      expect(well(yield* zhipu(["moderate", "[reject] this"]))).toBe("REJECT\tviolence\n")
      expect((yield* zhipu(["moderate", "--fail-on", "reject", "[review] this"])).code).toBe(0)
      expect((yield* zhipu(["moderate", "--fail-on", "review", "[review] this"])).code).toBe(6)
    })
  )

  it.scopedLive("show the request, and send nothing", () =>
    Effect.gen(function* () {
      const { asked, file, zhipu } = yield* place()
      Fs.writeFileSync(file("a.jsonl"), "{}\n")
      expect(JSON.parse(well(yield* zhipu(["rerank", "--dry-run", "cat"], "a\nb\n")))).toEqual({
        method: "POST",
        path: "/rerank",
        body: { model: "rerank", query: "cat", documents: ["a", "b"] }
      })
      expect(JSON.parse(well(yield* zhipu(["files", "upload", "--dry-run", file("a.jsonl")])))).toMatchObject({
        path: "/files",
        body: { purpose: "batch", file: { filename: "a.jsonl", bytes: 3 } }
      })
      expect(yield* asked).toEqual([])
    })
  )

  it.scopedLive("take what few need as well", () =>
    Effect.gen(function* () {
      const { asked, file, zhipu } = yield* place()
      const vidu = ["--style", "anime", "--aspect", "9:16", "--movement", "small", "waves"]
      expect(JSON.parse(well(yield* zhipu(["video", "--dry-run", "--model", "viduq1-text", ...vidu])))).toMatchObject({
        body: { model: "viduq1-text", style: "anime", aspect_ratio: "9:16", movement_amplitude: "small" }
      })
      const links = well(yield* zhipu(["read", "--links", "--images", "https://example.com/a"]))
      expect(links).toBe("https://example.com/\tHome\nhttps://example.com/picture.png\tA picture\n")
      const idle = yield* zhipu(["search", "--intent", "hello"])
      expect([idle.code, idle.stdout, idle.stderr]).toEqual([0, "", "zhipu: There are no pages for it.\n"])
      const made = yield* zhipu(["image", "--async", "--output", file("task.png"), "dusk"])
      expect(made.code).toBe(0)
      expect(made.stderr).toMatch(/^zhipu: The task \w+ is begun: zhipu task wait \w+ goes on/)
      expect(Fs.readFileSync(file("task.png")).subarray(1, 4).toString()).toBe("PNG")
      expect(yield* asked).toContain("POST /async/images/generations")
    })
  )

  it.scopedLive("say what is missing", () =>
    Effect.gen(function* () {
      const { zhipu } = yield* place()
      for (const args of [
        ["embed"],
        ["similar", "x"],
        ["rerank"],
        ["files"],
        ["batch", "run"],
        ["task", "wait"],
        ["video"]
      ]) {
        const { code, stderr, stdout } = yield* zhipu(args)
        expect([args[0], code, stdout]).toEqual([args[0], 2, ""])
        expect(stderr).not.toBe("")
      }
    })
  )
})

describe("files", () => {
  it.scopedLive("are sent, listed, fetched and removed", () =>
    Effect.gen(function* () {
      const { file, zhipu } = yield* place()
      Fs.writeFileSync(file("a.jsonl"), "{}\n")
      const id = well(yield* zhipu(["files", "upload", file("a.jsonl")])).trim()
      expect(well(yield* zhipu(["files", "list"]))).toContain(id)
      expect(well(yield* zhipu(["files", "get", id]))).toBe("{}\n")
      well(yield* zhipu(["files", "get", id, "--output", file("b.jsonl")]))
      expect(Fs.readFileSync(file("b.jsonl"), "utf8")).toBe("{}\n")
      expect((yield* zhipu(["files", "get", id, "--output", file("b.jsonl")])).code).toBe(2)
      well(yield* zhipu(["files", "remove", id]))
      expect((yield* zhipu(["files", "remove", id])).code).toBe(1)
      well(yield* zhipu(["files", "remove", id, "--missing-ok"]))
    })
  )
})

describe("zhipu image", () => {
  it.scopedLive("writes images, and never a second time over them", () =>
    Effect.gen(function* () {
      const { asked, file, zhipu } = yield* place()
      expect(well(yield* zhipu(["image", "--count", "2", "--output", file("a.png"), "dusk"]))).toBe(
        `${file("a-1.png")}\n${file("a-2.png")}\n`
      )
      expect(Fs.readFileSync(file("a-2.png")).subarray(1, 4).toString()).toBe("PNG")
      const before = (yield* asked).length
      expect((yield* zhipu(["image", "--count", "2", "--output", file("a.png"), "dusk"])).code).toBe(2)
      expect((yield* asked).length).toBe(before)
      expect(well(yield* zhipu(["image", "--url", "dusk"]))).toMatch(/^http:.*\/_media\//)
    })
  )
})

/** Starts a command, and kills it as soon as the simulator has been asked so often. */
const killed = (here: Effect.Effect.Success<ReturnType<typeof place>>, args: ReadonlyArray<string>, after: number) =>
  Effect.gen(function* () {
    const running = here.start(args)
    while ((yield* here.asked).length < after && running.child.exitCode === null) yield* Effect.sleep("2 millis")
    running.child.kill("SIGKILL")
    return yield* Effect.promise(() => running.done)
  })

describe("zhipu video", () => {
  it.scopedLive("tells the task first, and task wait fetches it", () =>
    Effect.gen(function* () {
      const { file, zhipu } = yield* place()
      const cover = ["--cover", file("cover.png")]
      const { code, stderr } = yield* zhipu(["video", "--poll", "20ms", "--output", file("a.mp4"), ...cover, "waves"])
      expect(code).toBe(0)
      expect(Fs.readFileSync(file("cover.png")).subarray(1, 4).toString()).toBe("PNG")
      expect(stderr).toMatch(/^zhipu: The task \w+ is begun: zhipu task wait \w+ goes on/)
      const id = well(yield* zhipu(["video", "--no-wait", "tides"])).trim()
      expect(well(yield* zhipu(["task", "wait", id, "--poll", "20ms", "--output", file("b.mp4")]))).toBe(
        `${file("b.mp4")}\n`
      )
      expect(Fs.readFileSync(file("b.mp4")).subarray(4, 8).toString()).toBe("ftyp")
    })
  )

  it.scopedLive(
    "killed at any moment and called again makes no second video, and the result comes",
    () =>
      Effect.gen(function* () {
        for (const after of [2, 3, 4, 5]) {
          const here = yield* place({ taskPolls: 4 })
          const args = ["video", "--poll", "20ms", "--output", here.file("a.mp4"), "waves"]
          yield* killed(here, args, after)
          well(yield* here.zhipu(args))
          expect(Fs.readFileSync(here.file("a.mp4")).subarray(4, 8).toString()).toBe("ftyp")
          expect((yield* here.asked).filter((one) => one === "POST /videos/generations")).toHaveLength(1)
        }
      }),
    60_000
  )

  it.scopedLive(
    "killed while the request is on its way never makes a second one either",
    () =>
      Effect.gen(function* () {
        for (const later of [0, 5, 40]) {
          const here = yield* place({ taskPolls: 1 })
          const args = ["video", "--poll", "20ms", "--output", here.file("a.mp4"), "waves"]
          const running = here.start(args)
          while ((yield* here.asked).length < 1 && running.child.exitCode === null) yield* Effect.sleep("1 millis")
          yield* Effect.sleep(later)
          running.child.kill("SIGKILL")
          yield* Effect.promise(() => running.done)
          const { code, stderr } = yield* here.zhipu(args)
          // Either the id was written down, or the service says that it has the request.
          if (code !== 0)
            expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("--again") })
          const { tasks } = yield* here.stats
          expect(Object.values(tasks).reduce((sum, count) => sum + count, 0)).toBe(1)
        }
      }),
    120_000
  )

  it.scopedLive("killed before it was told the id says so, and makes another only where it is told to", () =>
    Effect.gen(function* () {
      const here = yield* place({ taskPolls: 0 })
      const args = ["video", "--poll", "20ms", "--output", here.file("a.mp4"), "waves"]
      // The answer to the creation is lost; the request itself is brought to the service here.
      yield* here.setFaults("reset-before-headers*1")
      expect((yield* here.zhipu(args)).code).toBe(5)
      const [request] = yield* here.requests
      yield* Effect.promise(() =>
        fetch(`${here.baseUrl}/videos/generations`, {
          method: "POST",
          headers: { authorization: `Bearer ${here.env.ZHIPU_API_KEY}` },
          body: JSON.stringify(request?.body)
        })
      )
      const again = yield* here.zhipu(args)
      expect(again.code).toBe(1)
      expect(again.stderr).toContain("--again")
      const ids = (yield* here.requests).map(({ body }) => (body as { request_id?: string } | undefined)?.request_id)
      expect(new Set(ids).size).toBe(1)
      well(yield* here.zhipu([...args, "--again"]))
    })
  )
})

describe("zhipu batch", () => {
  it.scopedLive("makes a file of calls, runs it, and gives answers and failures", () =>
    Effect.gen(function* () {
      const { file, zhipu } = yield* place()
      well(
        yield* zhipu(["batch", "make", "--system", "Be brief.", "--output", file("calls.jsonl")], "Say: a\nSay: b\n")
      )
      const bad = {
        custom_id: "bad",
        method: "POST",
        url: "/v4/chat/completions",
        body: { model: "glm-4.6", messages: [] }
      }
      Fs.appendFileSync(file("calls.jsonl"), `${JSON.stringify(bad)}\n`)
      const output = ["--output", file("answers.jsonl"), "--errors", file("errors.jsonl")]
      const { code, stderr } = yield* zhipu(["batch", "run", file("calls.jsonl"), "--poll", "20ms", ...output])
      expect(code).toBe(1)
      expect(stderr).toContain("2 calls were answered, 1 failed.")
      const answers = Fs.readFileSync(file("answers.jsonl"), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line))
      expect(answers.map(({ custom_id }) => custom_id).toSorted()).toEqual(["line-1", "line-2"])
      expect(JSON.parse(Fs.readFileSync(file("errors.jsonl"), "utf8"))).toMatchObject({ custom_id: "bad", status: 400 })
    })
  )

  it.scopedLive("is created, looked at, cancelled and read by its id", () =>
    Effect.gen(function* () {
      const { file, zhipu } = yield* place()
      well(yield* zhipu(["batch", "make", "--output", file("calls.jsonl")], "Say: a\n"))
      const kept = ["--metadata", "team=support", "--metadata", "run=a=b"]
      expect((yield* zhipu(["batch", "create", file("calls.jsonl"), "--metadata", "team"])).code).toBe(2)
      const id = well(yield* zhipu(["batch", "create", file("calls.jsonl"), ...kept])).trim()
      expect(well(yield* zhipu(["batch", "status", id]))).toContain("in_progress")
      expect((yield* zhipu(["batch", "results", id])).code).toBe(1)
      for (let i = 0; i < 2; i++) yield* zhipu(["batch", "status", id])
      const { metadata } = JSON.parse(well(yield* zhipu(["batch", "status", "--json", id])))
      expect(metadata).toEqual({ team: "support", run: "a=b" })
      expect(well(yield* zhipu(["batch", "results", id]))).toContain("line-1")
      expect(well(yield* zhipu(["batch", "list"]))).toContain(id)
      expect((yield* zhipu(["batch", "cancel", id])).code).toBe(1)
    })
  )

  it.scopedLive(
    "killed at any moment and called again starts no second batch, and the answers come",
    () =>
      Effect.gen(function* () {
        for (const after of [1, 2, 3, 4, 6]) {
          const here = yield* place({ taskPolls: 3 })
          well(yield* here.zhipu(["batch", "make", "--output", here.file("calls.jsonl")], "Say: a\nSay: b\nSay: c\n"))
          const args = [
            "batch",
            "run",
            here.file("calls.jsonl"),
            "--poll",
            "20ms",
            "--output",
            here.file("answers.jsonl")
          ]
          yield* killed(here, args, after)
          well(yield* here.zhipu([...args, "--force"]))
          expect(Fs.readFileSync(here.file("answers.jsonl"), "utf8").trim().split("\n")).toHaveLength(3)
          const asked = yield* here.asked
          expect(asked.filter((one) => one === "POST /batches")).toHaveLength(1)
          expect(asked.filter((one) => one === "POST /files")).toHaveLength(1)
        }
      }),
    120_000
  )
})
