/** `zhipu record` and `zhipu replay`, as processes. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { helpText } from "../src/help.js"
import * as options from "../src/options.js"
import { simulated } from "./support/simulator.js"
import { run, type Running, start } from "./support/zhipu.js"

const folder = Effect.acquireRelease(
  Effect.sync(() => Fs.mkdtempSync(Path.join(Os.tmpdir(), "zhipu-record-"))),
  (path) => Effect.sync(() => Fs.rmSync(path, { recursive: true, force: true }))
)

const replay = (...args: ReadonlyArray<string>) => Effect.promise(() => run(["replay", ...args]))

const read = (file: string) => Fs.readFileSync(file, "utf8")

const hasStarted = ({ stderr }: Running): boolean => stderr().includes("until Ctrl-C")

const stopped = (running: Running) =>
  Effect.promise(() => {
    running.child.kill("SIGINT")
    return running.done
  })

describe("zhipu record", () => {
  it.scopedLive("shows the answer as zhipu does, and zhipu replay shows it again without the service", () =>
    Effect.gen(function* () {
      const file = Path.join(yield* folder, "new", "a.json")
      const { env, requests, zhipu } = yield* simulated()
      const plain = yield* zhipu(["Why is the sky blue?"])
      const recorded = yield* zhipu(["record", file, "Why is the sky blue?"])
      expect([recorded.code, recorded.stdout]).toEqual([0, plain.stdout])
      expect(recorded.stderr).toBe(`${plain.stderr}zhipu: Recorded one exchange in ${file}.\n`)
      expect(read(file)).toContain("Why is the sky blue?")
      expect(read(file)).not.toContain(env.ZHIPU_API_KEY.split(".")[1])
      expect(yield* replay(file)).toMatchObject({ code: 0, stdout: plain.stdout, stderr: plain.stderr })
      expect(yield* requests).toHaveLength(2)
    })
  )

  it.scopedLive("takes the options of zhipu, before and after, and replay prints JSON of either kind", () =>
    Effect.gen(function* () {
      const dir = yield* folder
      const { zhipu } = yield* simulated()
      for (const stream of [[], ["--no-stream"]]) {
        const file = Path.join(dir, `${stream.length}.json`)
        const recorded = yield* zhipu(["record", "--json", file, "-m", "glm-4.5", ...stream, "Hello", "there"])
        expect(JSON.parse(recorded.stdout)).toMatchObject({ model: "glm-4.5" })
        expect((yield* replay(file, "--json")).stdout).toBe(recorded.stdout)
        const events = (yield* replay("--jsonl", file)).stdout.trim().split("\n")
        expect(JSON.parse(events[0] ?? "")).toMatchObject({ _tag: "Started", model: "glm-4.5" })
      }
    })
  )

  it.scopedLive("says that it is the simulator, where there is no key", () =>
    Effect.gen(function* () {
      const file = Path.join(yield* folder, "a.json")
      const { code, stderr } = yield* Effect.promise(() => run(["record", file, "--fault", "truncate@chunk:3", "Hi"]))
      expect(code).toBe(7)
      expect(stderr).toContain("No API key is set")
      expect(stderr).toContain("zhipu: What is recorded is the simulator.")
      const again = yield* replay(file)
      expect(again.code).toBe(7)
      expect(again.stderr).toContain("StreamTruncatedError")
    })
  )

  it.scopedLive("replaces no file without --force, and none where nothing is sent", () =>
    Effect.gen(function* () {
      const file = Path.join(yield* folder, "a.json")
      Fs.writeFileSync(file, "precious")
      const { requests, zhipu } = yield* simulated()
      const refused = yield* zhipu(["record", file, "Hi"])
      expect([refused.code, refused.stdout]).toEqual([2, ""])
      expect(refused.stderr).toContain("--force")
      expect((yield* zhipu(["record", file, "--force", "--temperature", "x", "Hi"])).code).toBe(2)
      expect((yield* zhipu(["record", file, "--force", "--dry-run", "Hi"])).code).toBe(2)
      expect((yield* zhipu(["record", file, "--force", "--tools", "nope.json", "Hi"])).code).toBe(2)
      expect([read(file), yield* requests]).toEqual(["precious", []])
      expect((yield* zhipu(["record", file, "--force", "Hi"])).code).toBe(0)
      expect(read(file)).toContain('"version": 1')
    })
  )

  it.scopedLive("wants a file of JSON, so that no prompt names one, and one that can be written", () =>
    Effect.gen(function* () {
      const dir = yield* folder
      const { requests, zhipu } = yield* simulated()
      for (const args of [[], ["a", "song"], [Path.join(dir, "a.txt"), "Hi"]]) {
        const { code, stderr } = yield* zhipu(["record", ...args], { cwd: dir })
        expect(code).toBe(2)
        expect(stderr).toContain('zhipu -- "record')
      }
      Fs.writeFileSync(Path.join(dir, "file"), "")
      const unwritable = yield* zhipu(["record", Path.join(dir, "file", "a.json"), "Hi"])
      expect([unwritable.code, unwritable.stdout]).toEqual([2, ""])
      expect(yield* requests).toEqual([])
      expect(Fs.readdirSync(dir)).toEqual(["file"])
      expect((yield* zhipu(["--", "record", "a", "song"])).stdout).toContain('You asked: "record a song"')
    })
  )

  it.scopedLive("fails where the recording is lost in the end, such as on a full disk", () =>
    Effect.gen(function* () {
      const dir = Path.join(yield* folder, "gone")
      const { start } = yield* simulated({ tokensPerSecond: 40 })
      const running = start(["record", Path.join(dir, "a.json"), "Count to 10"])
      yield* Effect.promise(() => running.until(({ stdout }) => stdout() !== ""))
      Fs.rmSync(dir, { recursive: true })
      const { code, stderr } = yield* Effect.promise(() => running.done)
      expect([code, stderr]).toEqual([1, expect.stringContaining("a.json could not be written (NotFound)")])
    })
  )

  it.scopedLive("takes a key from standard input, and writes it down in no form", () =>
    Effect.gen(function* () {
      const file = Path.join(yield* folder, "a.json")
      const key = "SENTINELidhalf01.SENTINELsecret02"
      const { baseUrl, zhipu } = yield* simulated({ apiKeys: [key] })
      const env = { ZHIPU_API_KEY: "", ZHIPU_BASE_URL: baseUrl }
      for (const auth of ["api-key", "jwt"]) {
        const recorded = yield* zhipu(
          ["record", "--force", file, "--key-stdin", "--auth", auth, `Say: ${key} and SENTINELsecret02`],
          { env, stdin: `${key}\n` }
        )
        expect(recorded.code).toBe(0)
        expect(read(file)).toContain("<redacted> and <redacted>")
        expect(read(file)).not.toMatch(/SENTINEL|eyJ/)
        const again = yield* replay(file)
        expect(again.stdout).toContain("<redacted>")
        expect(again.stdout).not.toContain("SENTINEL")
      }
    })
  )

  it.scopedLive("keeps what came when Ctrl-C ends it, and replay says so", () =>
    Effect.gen(function* () {
      const file = Path.join(yield* folder, "a.json")
      const simulator = yield* simulated({ faults: "idle@chunk:5" })
      const running = simulator.start(["record", file, "Hi"])
      yield* Effect.promise(() => running.until(({ stderr }) => stderr().length > 0))
      const { code, stderr } = yield* stopped(running)
      expect(code).toBe(130)
      expect(stderr).toContain("Recorded one exchange")
      const again = yield* replay(file)
      expect(again.code).toBe(130)
      expect(again.stderr).toContain("given up here")
    })
  )
})

describe("zhipu replay", () => {
  it.scopedLive("goes through calls that failed, and exits for the last", () =>
    Effect.gen(function* () {
      const dir = yield* folder
      const retried = Path.join(dir, "a.json")
      const { zhipu } = yield* simulated({ faults: "code:1305*1" })
      expect((yield* zhipu(["record", retried, "Hello"])).code).toBe(0)
      const again = yield* replay(retried)
      expect(again.code).toBe(0)
      expect(again.stderr).toMatch(/^zhipu: OverloadedError: /)
      expect(again.stdout).toContain('You asked: "Hello"')
      const refused = Path.join(dir, "b.json")
      const empty = yield* simulated({ faults: "code:1113" })
      expect((yield* empty.zhipu(["record", refused, "Hello"])).code).toBe(4)
      expect(yield* replay(refused)).toMatchObject({ code: 4, stdout: "" })
      const broken = Path.join(dir, "c.json")
      const resetting = yield* simulated({ faults: "reset@chunk:4" })
      const live = yield* resetting.zhipu(["record", broken, "Hello"])
      expect(yield* replay(broken)).toMatchObject({ code: live.code, stdout: live.stdout })
    })
  )

  it.scopedLive("takes its time where it is told to", () =>
    Effect.gen(function* () {
      const file = Path.join(yield* folder, "a.json")
      const { zhipu } = yield* simulated({ firstTokenDelay: "3 seconds" })
      yield* zhipu(["record", file, "Hi"])
      const before = Date.now()
      yield* replay(file, "--timing", "recorded")
      expect(Date.now() - before).toBeGreaterThan(2900)
    })
  )

  it.scopedLive("answers over HTTP, to any program", () =>
    Effect.gen(function* () {
      const file = Path.join(yield* folder, "a.json")
      const { zhipu } = yield* simulated()
      const recorded = yield* zhipu(["record", file, "Hello"])
      const running = start(["replay", file, "--port", "0"])
      yield* Effect.promise(() => running.until(hasStarted))
      const [, baseUrl = "", key = ""] =
        /^export ZHIPU_BASE_URL=(\S+)\nexport ZHIPU_API_KEY=(\S+)\n$/.exec(running.stdout()) ?? []
      const env = { ZHIPU_BASE_URL: baseUrl, ZHIPU_API_KEY: key }
      for (let times = 0; times < 2; times++) {
        const again = yield* Effect.promise(() => run(["Hello"], { env }))
        expect(again).toMatchObject({ code: 0, stdout: recorded.stdout })
      }
      const other = yield* Effect.promise(() => run(["Good", "bye"], { env }))
      expect(other.code).toBe(1)
      expect(other.stderr).toContain("differs at messages[0].content")
      // A client that knows nothing of [DONE] reads to the end.
      const body = JSON.stringify({ messages: [{ content: "Hello", role: "user" }], stream: true, model: "glm-4.6" })
      const response = yield* Effect.promise(() => fetch(`${baseUrl}/chat/completions`, { method: "POST", body }))
      expect(yield* Effect.promise(() => response.text())).toMatch(/^data: .*\n\ndata: \[DONE\]\n\n$/s)
      expect((yield* stopped(running)).code).toBe(130)
      const json = start(["replay", file, "--port", "0", "--json"])
      yield* Effect.promise(() => json.until(hasStarted))
      expect(JSON.parse(json.stdout())).toMatchObject({ baseUrl: expect.stringMatching(/^http:\/\/127.*\/v4$/) })
      yield* stopped(json)
    })
  )

  it.scopedLive("says what is wrong with a file", () =>
    Effect.gen(function* () {
      const dir = yield* folder
      const file = Path.join(dir, "a.json")
      const missing = yield* replay(file)
      expect([missing.code, missing.stdout]).toEqual([2, ""])
      expect(missing.stderr).toContain("There is no cassette")
      Fs.writeFileSync(file, `{"version":1,"exchanges":[{"request":{"method":"POST"}}]}`)
      const nonsense = yield* replay(file)
      expect(nonsense.code).toBe(2)
      expect(nonsense.stderr).toContain("lacks exchanges[0]")
      expect((yield* replay(file, "--port", "0")).code).toBe(2)
      Fs.writeFileSync(file, `{"version":1,"exchanges":[]}`)
      expect((yield* replay(file)).stderr).toContain("holds no question")
      expect((yield* replay()).code).toBe(2)
      expect((yield* replay(file, "more")).code).toBe(2)
      expect((yield* replay(file, "--json", "--jsonl")).code).toBe(2)
    })
  )
})

describe("the pages", () => {
  it("have examples, and the README tells every option", () => {
    const readme = read(new URL("../README.md", import.meta.url).pathname)
    const ofChat = new Set(options.documented(options.chat).map(({ name }) => name))
    for (const [command, declared] of [
      ["record", options.record],
      ["replay", options.replay]
    ] as const) {
      const documented = options.documented(declared)
      const help = helpText(command, documented)
      expect(help).toContain("\n\nExamples:\n")
      for (const line of help.split("\n")) expect(line.length).toBeLessThanOrEqual(100)
      for (const { description, name } of documented) {
        expect(description).toMatch(/\.$/)
        // Those of zhipu itself are told of where that is.
        if (!ofChat.has(name)) expect(readme, `${command} ${name}`).toContain(name)
      }
    }
  })
})
