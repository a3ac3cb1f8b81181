/** Conversations that are kept: at a terminal, which `script` of util-linux provides, and by `zhipu logs`. */
import * as Simulator from "@effect-zhipu/testing/Simulator"
import { afterEach, beforeEach, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { codeBlocks } from "../src/codeBlocks.js"
import * as History from "../src/store/history.js"
import * as Lines from "../src/store/lines.js"
import { simulated } from "./support/simulator.js"
import { answered, hasScript, terminal } from "./support/terminal.js"
import { run } from "./support/zhipu.js"

const at = "2026-01-02T03:04:05.000Z"

const turn = (prompt: string, answer: string): Lines.Line => ({
  type: "turn",
  at,
  model: "glm-4.6",
  messages: [
    { role: "user", content: prompt },
    { role: "assistant", content: answer }
  ]
})

const begin: Lines.Line = { type: "begin", at, model: "glm-4.6", system: "Briefly." }

const contents = (kept: Lines.Kept | undefined) => kept?.messages.map(Lines.textOf)

describe("the lines of a conversation", () => {
  it("come to what was said and not taken back", () => {
    const lines = [begin, turn("a", "1"), turn("b", "2"), { type: "undo" } as const, turn("c", "3")]
    const kept = Lines.read(lines.map(Lines.encode).join(""))
    expect(kept).toMatchObject({ model: "glm-4.6", system: "Briefly.", turns: 2, unreadable: [] })
    expect(contents(kept)).toEqual(["a", "1", "c", "3"])
    const changed = [...lines, { type: "system", system: "At length." } as const]
    expect(Lines.read(changed.map(Lines.encode).join(""))?.system).toBe("At length.")
  })

  it("are read but for torn ones, wherever the process died", () => {
    const text = [begin, turn("a", "1"), turn("b", "二")].map(Lines.encode).join("")
    const whole = Buffer.from(text)
    const first = [begin, turn("a", "1")].map(Lines.encode).join("").length
    for (let end = first; end < whole.length; end++) {
      const kept = Lines.read(whole.subarray(0, end).toString("utf8"))
      // Without its line break the last line is whole already.
      const isWhole = end === whole.length - 1
      expect([end, contents(kept)]).toEqual([end, isWhole ? ["a", "1", "b", "二"] : ["a", "1"]])
      expect(kept?.unreadable).toEqual(end === first || isWhole ? [] : [3])
    }
    expect(Lines.read("{")).toBeUndefined()
  })
})

describe("the lines that were typed", () => {
  it("are cut to the latest thousand, and none twice in a row or without an end", () => {
    const env = process.env["XDG_STATE_HOME"]
    process.env["XDG_STATE_HOME"] = home
    try {
      expect(History.open([]).lines).toEqual([])
      Fs.mkdirSync(Path.dirname(History.file()))
      Fs.writeFileSync(History.file(), Array.from({ length: 2500 }, (_, i) => `line ${i}\n`).join(""))
      const { add, lines } = History.open(["a-secret"])
      expect([lines.length, lines[0], lines.at(-1)]).toEqual([1000, "line 2499", "line 1500"])
      for (const line of ["line 2499", "new", "new", "", "  ", "x".repeat(3000), "with a-secret "]) add(line)
      expect(History.open([]).lines.slice(0, 3)).toEqual(["with <redacted>", "new", "line 2499"])
      expect(Fs.readFileSync(History.file(), "utf8").split("\n")).toHaveLength(1003)
    } finally {
      if (env === undefined) delete process.env["XDG_STATE_HOME"]
      else process.env["XDG_STATE_HOME"] = env
    }
  })
})

describe("the blocks of code of an answer", () => {
  it("are what stands between their fences", () => {
    const text =
      "Text.\n```ts\nconst a = 1\n```\nand\n~~~~\n```\nb\n~~~~\n````md\n```js\nx\n```\n````\nlast:\n```\nopen"
    expect(codeBlocks(text)).toEqual(["const a = 1\n", "```\nb\n", "```js\nx\n```\n", "open\n"])
    expect(codeBlocks("none `here`")).toEqual([])
    expect(codeBlocks("```\n```")).toEqual([""])
  })
})

let home = ""

beforeEach(() => {
  home = Fs.mkdtempSync(Path.join(Os.tmpdir(), "zhipu-conversations-"))
})

afterEach(() => Fs.rmSync(home, { recursive: true, force: true }))

const folder = () => Path.join(home, "zhipu", "conversations")

const files = (): ReadonlyArray<string> => (Fs.existsSync(folder()) ? Fs.readdirSync(folder()) : [])

const contentOf = (name: string): string => Fs.readFileSync(Path.join(folder(), name), "utf8")

const logs = (...args: ReadonlyArray<string>) =>
  Effect.promise(() => run(["logs", ...args], { env: { XDG_STATE_HOME: home } }))

const bodiesOf = (simulator: Simulator.Service) =>
  Effect.map(simulator.requests, (all) =>
    all.map(({ body }) => {
      const messages: unknown = Reflect.get(Object(body), "messages")
      return Array.isArray(messages) ? messages.map((message) => Reflect.get(Object(message), "content")) : []
    })
  )

const environment = (simulator: Simulator.Service) => ({
  ZHIPU_API_KEY: Redacted.value(simulator.apiKey),
  ZHIPU_BASE_URL: simulator.baseUrl,
  XDG_STATE_HOME: home
})

const script = (...texts: ReadonlyArray<string>) => ({ script: texts.map((content) => ({ content })) })

if (!hasScript) console.warn("script (util-linux) is not installed: kept conversations were NOT tested on a terminal.")

describe.runIf(hasScript)("a conversation at a terminal", () => {
  it.scopedLive("is kept, privately and without the key, and gone on with by zhipu -c", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make(script("one", "two", "three", "four", "five"))
      const env = environment(simulator)
      const key = env.ZHIPU_API_KEY
      const first = yield* terminal("--thinking disabled --system Briefly.", { env })
      yield* Effect.promise(async () => {
        await first.type("", /> $/)
        await first.type("Hello\r", answered)
        await first.type(`My key is ${key}\r`, answered)
        await first.type("Third\r", answered)
        expect(await first.type("/quit\r", /zhipu -c/)).toMatch(/Kept as \d{8}-\d{6}-\w{4}\. To go on: zhipu -c/)
        expect(await first.exit).toBe(0)
      })
      expect(files()).toHaveLength(1)
      const [name = ""] = files()
      expect(Fs.statSync(Path.join(folder(), name)).mode & 0o777).toBe(0o600)
      expect(Fs.statSync(folder()).mode & 0o777).toBe(0o700)
      expect(contentOf(name)).not.toContain(key.split(".")[1])

      const second = yield* terminal("-c --thinking disabled", { env })
      yield* Effect.promise(async () => {
        expect(await second.type("", /> $/)).toContain("3 turns, the last: Third")
        await second.type("Fourth\r", answered)
        await second.type("/quit\r", /Kept as/)
        expect(await second.exit).toBe(0)
      })
      expect(files()).toEqual([name])
      const bodies = yield* bodiesOf(simulator)
      expect(bodies[3]).toEqual(["Briefly.", "Hello", "one", "My key is <redacted>", "two", "Third", "three", "Fourth"])

      const list = yield* logs()
      expect(list.stdout).toMatch(/^\d{8}-\d{6}-\w{4} {2}\d{4}-\d\d-\d\d \d\d:\d\d {4}4 {2}glm-4\.6 {2}Hello\n$/)
      expect(JSON.parse((yield* logs("show", "--json")).stdout)).toHaveLength(9)
      expect((yield* logs("show", "last")).stdout).toContain("> Fourth\n\nfour\n")
      expect((yield* logs("search", "THIRD")).stdout).toBe(`${name.replace(".jsonl", "")}  Third\n`)
      expect((yield* logs("search", "elephant")).stdout).toBe("")
      expect((yield* logs("search", "-n", "1", "r")).stdout.split("\n")).toHaveLength(2)
      expect((yield* logs("delete")).code).toBe(2)
      expect((yield* logs("delete", "nothing")).code).toBe(2)
      expect((yield* logs("delete", name.slice(0, 15))).code).toBe(0)
      expect(files()).toEqual([])
      expect((yield* logs("show")).code).toBe(2)
    })
  )

  it.scopedLive("has the lines of earlier ones at the arrow keys, privately, until all is deleted", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make(script("one", "two", "three", "four"))
      const env = environment(simulator)
      const secret = env.ZHIPU_API_KEY.split(".")[1] ?? ""
      const history = Path.join(home, "zhipu/history")
      const first = yield* terminal("--thinking disabled", { env })
      yield* Effect.promise(async () => {
        await first.type("", /> $/)
        await first.type("Hello 世界\r", answered)
        await first.type(`My key is ${env.ZHIPU_API_KEY}\r`, answered)
        await first.type(" Not this\r", answered)
        await first.type("/quit\r", /Kept as/)
        expect(await first.exit).toBe(0)
      })
      expect(Fs.readFileSync(history, "utf8")).toBe("Hello 世界\nMy key is <redacted>\n/quit\n")
      expect(Fs.statSync(history).mode & 0o777).toBe(0o600)
      expect(Fs.readFileSync(history, "utf8")).not.toContain(secret)

      const [up, down] = ["\u001b[A", "\u001b[B"]
      const second = yield* terminal("--thinking disabled", { env })
      yield* Effect.promise(async () => {
        await second.type("", /> $/)
        await second.type(up, /\/quit/)
        await second.type(up, /My key/)
        await second.type(up, /Hello 世界/)
        await second.type(down + up, /Hello 世界/)
        await second.type("!\r", answered)
        await second.type("/quit\r", /Kept as/)
      })
      expect((yield* bodiesOf(simulator)).at(-1)).toEqual(["Hello 世界!"])
      expect(Fs.readFileSync(history, "utf8").split("\n").slice(-3)).toEqual(["Hello 世界!", "/quit", ""])

      const before = Fs.readFileSync(history, "utf8")
      const silent = yield* terminal("--thinking disabled --no-log", { env })
      yield* Effect.promise(async () => {
        await silent.type("", /> $/)
        await silent.type(up, /^(?![^]*quit)/)
        await silent.type("/help\r", /prints this[^]*> $/)
        await silent.type("/quit\r", /quit/)
        await silent.exit
      })
      expect(Fs.readFileSync(history, "utf8")).toBe(before)
      expect((yield* logs("delete", "--all")).code).toBe(0)
      expect(Fs.existsSync(history)).toBe(false)
    })
  )

  it.scopedLive("is whole up to the answer in which the process is killed", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make({ faults: "" })
      const env = environment(simulator)
      const before = yield* terminal("--thinking disabled", { env, setup: "echo PID $$; exec" })
      let pid = 0
      yield* Effect.promise(async () => {
        pid = Number(/PID (\d+)/.exec(await before.type("", /PID \d+[^]*> $/))?.[1])
        await before.type("First\r", answered)
        await before.type("Second\r", answered)
      })
      yield* Effect.orDie(simulator.setFaults("idle@chunk:4"))
      yield* Effect.promise(() => before.type("Third\r", /You asked/))
      process.kill(pid, "SIGKILL")
      yield* Effect.promise(() => before.exit)
      yield* Effect.orDie(simulator.setFaults(""))
      const [name = ""] = files()
      // As a process leaves it that is killed while it writes.
      Fs.appendFileSync(Path.join(folder(), name), '{"type":"turn","at":"20')
      const after = yield* terminal("chat --thinking disabled --continue last", { env })
      yield* Effect.promise(async () => {
        const seen = await after.type("", /> $/)
        expect(seen).toContain("2 turns, the last: Second")
        expect(seen.replace(/\s+/g, " ")).toContain("cannot be read, and are left out: 4")
        await after.type("Fourth\r", answered)
        await after.type("/quit\r", /Kept as/)
      })
      const shown = JSON.parse((yield* logs("show", "last", "--json")).stdout)
      const asked = shown.filter(({ role }: { role: string }) => role === "user")
      expect(asked.map(({ content }: { content: string }) => content)).toEqual(["First", "Second", "Fourth"])
    })
  )

  it.scopedLive("has commands to take back, ask again, edit, copy, instruct and load", () =>
    Effect.gen(function* () {
      const code = "Here:\n\n```sh\nls -l\n```\n\nDone."
      const simulator = yield* Simulator.make(script("one", code, "again", "edited", "instructed", "from file"))
      const turns = Path.join(home, "turns.json")
      Fs.writeFileSync(
        turns,
        JSON.stringify([
          { role: "user", content: "Old?" },
          { role: "assistant", content: "Yes." }
        ])
      )
      const editor = Path.join(home, "editor.sh")
      Fs.writeFileSync(editor, '#!/bin/sh\nprintf "%s, please" "$(cat "$1")" > "$1"\n', { mode: 0o700 })
      const env = { ...environment(simulator), EDITOR: editor }
      const { exit, type } = yield* terminal("chat --thinking disabled First", { env })
      yield* Effect.promise(async () => {
        await type("", answered)
        await type("Code\r", answered)
        expect(await type("/copy 1\r", /Copied[^]*> $/)).toContain(
          `\u001b]52;c;${Buffer.from("ls -l\n").toString("base64")}\u0007`
        )
        expect(await type("/copy 2\r", /\n[^]*> $/)).toContain("The answer has 1 blocks of code.")
        expect(await type("/copy\r", /Copied[^]*> $/)).toContain(Buffer.from(code).toString("base64"))
        expect(await type("/tokens\r", /takes[^]*> $/)).toMatch(/\d+ tokens in and \d+ out in this session/)
        await type("/retry\r", answered)
        await type("/edit\r", answered)
        expect(await type("/undo\r", /Taken back[^]*> $/)).toContain("Taken back: Code, please")
        await type("/system Rhyme.\r", /changed from now on[^]*> $/)
        expect(await type("/system\r", /\n[^]*> $/)).toContain("The instructions are: Rhyme.")
        await type("Poem\r", answered)
        expect(await type("/load nowhere.json\r", /\n[^]*> $/)).toContain("/load: nowhere.json cannot be read")
        expect(await type(`/load ${turns}\r`, /\n[^]*> $/)).toContain("Loaded: 1 turns.")
        await type("New?\r", answered)
        expect(await type("/model glm-99\r", /\n[^]*> $/)).toContain("glm-99 is not among zhipu models")
        await type("/quit\r", /Kept as/)
        expect(await exit).toBe(0)
      })
      expect(yield* bodiesOf(simulator)).toEqual([
        ["First"],
        ["First", "one", "Code"],
        ["First", "one", "Code"],
        ["First", "one", "Code, please"],
        ["Rhyme.", "First", "one", "Poem"],
        ["Rhyme.", "Old?", "Yes.", "New?"]
      ])
      // What is kept is what the conversation came to; that of the file is another.
      const [loaded, begun] = JSON.parse((yield* logs("--json")).stdout).map(({ id }: { id: string }) => id)
      const shown = JSON.parse((yield* logs("show", begun, "--json")).stdout)
      expect(shown.map(({ content }: { content: string }) => content)).toEqual([
        "Rhyme.",
        "First",
        "one",
        "Poem",
        "instructed"
      ])
      expect((yield* logs("show", loaded)).stdout).toBe("[Rhyme.]\n\n> Old?\n\nYes.\n\n> New?\n\nfrom file\n")
    })
  )

  it.scopedLive("goes on with --messages, and keeps nothing with --no-log or ZHIPU_LOG=0", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make(script("one", "two", "three"))
      const turns = Path.join(home, "turns.json")
      const messages = [
        { role: "system", content: "Briefly." },
        { role: "user", content: "Old?" }
      ]
      Fs.writeFileSync(turns, JSON.stringify(messages))
      const env = environment(simulator)
      const { exit, type } = yield* terminal(`--no-log --messages ${turns}`, { env })
      yield* Effect.promise(async () => {
        // What nobody has answered is asked at once.
        await type("", answered)
        await type("New?\r", answered)
        await type("/quit\r", /\n/)
        expect(await exit).toBe(0)
      })
      const off = yield* terminal("Hello", { env: { ...env, ZHIPU_LOG: "0" } })
      expect(yield* Effect.promise(() => off.exit)).toBe(0)
      expect(yield* bodiesOf(simulator)).toEqual([["Briefly.", "Old?"], ["Briefly.", "Old?", "one", "New?"], ["Hello"]])
      expect(files()).toEqual([])
    })
  )
})

describe("what a script asks", () => {
  it.scopedLive("is kept only where that is asked for, and can be gone on with", () =>
    Effect.gen(function* () {
      const { requests, zhipu } = yield* simulated({
        ...script("one", "two", "three", "four", "five"),
        acceptAnyKey: true
      })
      const env = { XDG_STATE_HOME: home }
      expect((yield* zhipu(["Hello"], { env })).code).toBe(0)
      expect(files()).toEqual([])
      const none = yield* zhipu(["-c", "And?"], { env })
      expect([none.code, none.stderr]).toEqual([2, expect.stringContaining("No conversation is kept yet.")])
      expect((yield* zhipu(["--log", "Hello"], { env })).code).toBe(0)
      expect((yield* zhipu(["-c", "And?"], { env })).stdout).toBe("three\n")
      expect((yield* zhipu(["-c", "--no-log", "Not kept"], { env })).stdout).toBe("four\n")
      expect(files()).toHaveLength(1)
      const last = (yield* requests).at(-1)
      expect(last?.body).toMatchObject({
        messages: [
          { content: "Hello" },
          { content: "two" },
          { content: "And?" },
          { content: "three" },
          { content: "Not kept" }
        ]
      })
      // A key that comes on standard input, and one that is stored and not in use, are not kept either.
      const keys = ["of-the.standard-input", "of-the.stored-secret"]
      const config = Path.join(home, "config", "zhipu")
      Fs.mkdirSync(config, { recursive: true })
      Fs.writeFileSync(Path.join(config, "keys.json"), JSON.stringify([{ name: "a", region: "cn", key: keys[1] }]))
      const given = { XDG_CONFIG_HOME: Path.dirname(config), ...env }
      yield* zhipu(["-c", "--key-stdin", `Is it ${keys.join(" or ")}?`], { env: given, stdin: `${keys[0]}\n` })
      const [kept = ""] = files()
      expect(contentOf(kept)).toContain('"Is it <redacted> or <redacted>?"')
      // A link into nowhere hides no conversation.
      Fs.symlinkSync("nowhere", Path.join(home, "zhipu", "conversations", "x.jsonl"))
      expect((yield* zhipu(["logs"], { env })).stdout).toContain("Hello")
      expect((yield* zhipu(["chat", "Hi"], { env })).code).toBe(2)
      expect((yield* zhipu(["--continue", "../../etc/passwd", "Hi"], { env })).code).toBe(2)
    })
  )

  it.scopedLive("is answered also where it cannot be kept", () =>
    Effect.gen(function* () {
      const { zhipu } = yield* simulated(script("one"))
      Fs.writeFileSync(Path.join(home, "zhipu"), "no folder")
      const { code, stderr, stdout } = yield* zhipu(["--log", "Hello"], { env: { XDG_STATE_HOME: home } })
      expect([code, stdout]).toEqual([0, "one\n"])
      expect(stderr).toMatch(/^zhipu: The conversation is not kept any more: E\w+\.$/m)
    })
  )
})
