/** A chat session on a terminal, which `script` of util-linux provides. */
import * as Simulator from "@effect-zhipu/testing/Simulator"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { read, whole } from "../src/sessionInput.js"
import * as Lines from "../src/store/lines.js"
import { answered, hasScript, terminal } from "./support/terminal.js"

describe("what is typed", () => {
  it("is a prompt, or a command", () => {
    const right = (text: string) => Either.getOrThrow(read(text))
    expect(right("  Hello \n there ")).toEqual({ _tag: "Prompt", text: "Hello \n there" })
    expect(right("//etc/hosts?")).toEqual({ _tag: "Prompt", text: "/etc/hosts?" })
    expect(right(" ")).toEqual({ _tag: "Nothing" })
    expect(right("/model")).toEqual({ _tag: "Model", name: undefined })
    expect(right("/model  glm-5 ")).toEqual({ _tag: "Model", name: "glm-5" })
    expect(right("/thinking auto")).toEqual({ _tag: "Thinking", type: undefined })
    expect(right("/save  a  b.json")).toEqual({ _tag: "Save", path: "a  b.json" })
    expect(right("/save a b.json")).toEqual({ _tag: "Save", path: "a b.json" })
    for (const word of ["exit", "quit", "/quit", "/exit", ":q", "exit()"]) expect(right(word)).toEqual({ _tag: "Quit" })
    for (const word of ["clear", "help", "model", "cls"]) {
      expect(Either.getOrElse(Either.flip(read(word)), () => "")).toContain(`To ask the model this: ${word}?`)
      expect(right(`${word}?`)).toEqual({ _tag: "Prompt", text: `${word}?` })
    }
    expect(right("exit codes of grep")).toEqual({ _tag: "Prompt", text: "exit codes of grep" })
    expect(Either.isLeft(read("/thinking"))).toBe(true)
    expect(Either.isLeft(read("/save"))).toBe(true)
    expect(Either.getOrElse(Either.flip(read("/frobnicate")), () => "")).toContain("There is no command /frobnicate.")
  })

  it("goes on over lines until it is whole", () => {
    expect(whole(["a"])).toBe("a")
    expect(whole(["a\\"])).toBeUndefined()
    expect(whole(["a\\", "b"])).toBe("a\nb")
    expect(whole(['"""', "a"])).toBeUndefined()
    expect(whole(['"""', "a", "", "b", '"""'])).toBe("a\n\nb")
    expect(whole(['"""a"""'])).toBe("a")
  })
})

if (!hasScript) console.warn("script (util-linux) is not installed: the chat session was NOT tested on a terminal.")

const directory = Effect.acquireRelease(
  Effect.sync(() => Fs.mkdtempSync(Path.join(Os.tmpdir(), "zhipu-session-"))),
  (path) => Effect.sync(() => Fs.rmSync(path, { recursive: true }))
)

describe.runIf(hasScript)("zhipu alone on a terminal", () => {
  it.scopedLive("holds a conversation: commands, several lines, what it cost, the file", () =>
    Effect.gen(function* () {
      const { apiKey, baseUrl, requests } = yield* Simulator.make()
      const path = Path.join(yield* directory, "turns.json")
      const { exit, type } = yield* terminal("--system Briefly. --thinking disabled", {
        env: {
          ZHIPU_API_KEY: Redacted.value(apiKey),
          ZHIPU_BASE_URL: baseUrl
        }
      })
      yield* Effect.promise(async () => {
        await type("", /glm-4\.6\. \/help tells[^]*> $/)
        expect(await type("Hello\r", answered)).toContain("You asked")
        await type("/model glm-5\r", /The model is glm-5 from now on\.[^]*> $/)
        await type("/frob\r", /There is no command \/frob[^]*> $/)
        await type("one\\\r", /\. $/)
        await type("two\r", answered)
        expect(await type(`/save ${path}\r`, /\n[^]*> $/)).toContain("Saved.")
        expect(await type(`/save ${path}\r`, /\n[^]*> $/)).toContain("is there already")
        await type("/clear\r", /A new conversation\.[^]*> $/)
        expect(await type("/tokens\r", /\n[^]*> $/)).toContain("goes after some 0 tokens")
        await type("again\r", answered)
        expect(await type("clear\r", /\n[^]*> $/)).toContain("did you mean /clear?")
        await type("exit\r", /\n/)
        expect(await exit).toBe(0)
      })
      const bodies = (yield* requests).map(({ body }) => body)
      expect(bodies.length).toBe(3)
      const saved = JSON.parse(Fs.readFileSync(path, "utf8"))
      const roles = ["system", "user", "assistant", "user", "assistant"]
      expect(saved.map(({ role }: { role: string }) => role)).toEqual(roles)
      expect(saved[3].content).toBe("one\ntwo")
      // The second request holds all of the conversation but its own answer.
      expect(bodies[1]).toMatchObject({ model: "glm-5", thinking: { type: "disabled" }, messages: saved.slice(0, 4) })
      expect(bodies[2]).toMatchObject({ messages: [saved[0], { role: "user", content: "again" }] })
    })
  )

  it.scopedLive("stops an answer at Ctrl-C and goes on, and survives a refusal", () =>
    Effect.gen(function* () {
      const { apiKey, baseUrl, requests, setFaults, stats } = yield* Simulator.make({ faults: "idle@chunk:6" })
      const { exit, type } = yield* terminal("--thinking disabled", {
        env: {
          ZHIPU_API_KEY: Redacted.value(apiKey),
          ZHIPU_BASE_URL: baseUrl,
          ZHIPU_MAX_RETRIES: "0"
        }
      })
      yield* Effect.promise(async () => {
        await type("", /> $/)
        await type("Hello\r", /You asked/)
        await type("\u0003", /Stopped\.[^]*> $/)
      })
      const { disconnects } = yield* stats.pipe(
        Effect.delay("50 millis"),
        Effect.repeat({ until: ({ disconnects }) => disconnects.length > 0 }),
        Effect.timeout("30 seconds")
      )
      expect(disconnects.length).toBe(1)
      yield* setFaults("code:1113")
      yield* Effect.promise(() => type("second\r", /InsufficientBalanceError[^]*> $/))
      yield* setFaults("")
      yield* Effect.promise(async () => {
        await type("half a line", /half a line/)
        await type("\u0003", /\^C[^]*> $/)
        await type("third\r", answered)
      })
      // What was said before the stop is kept; a turn that got no answer is not.
      const hello = [
        { role: "user", content: "Hello" },
        { role: "assistant", content: expect.stringMatching(/^You asked/) }
      ]
      const third = { role: "user", content: "third" }
      expect((yield* requests).at(-1)?.body).toMatchObject({ messages: [...hello, third] })
      yield* setFaults("code:1113")
      yield* Effect.promise(() => type("fourth\r", /InsufficientBalanceError[^]*> $/))
      yield* setFaults("")
      yield* Effect.promise(async () => {
        // What failed, and not what was answered before it.
        await type("/retry\r", answered)
        await type("\u0004", /\n/)
        expect(await exit).toBe(0)
      })
      expect((yield* requests).at(-1)?.body).toMatchObject({
        messages: [...hello, third, { role: "assistant" }, { role: "user", content: "fourth" }]
      })
    })
  )

  it.scopedLive("keeps no turn of a file that is taken back, and opens what failed in the editor", () =>
    Effect.gen(function* () {
      const { apiKey, baseUrl, requests, setFaults } = yield* Simulator.make({
        script: [{ content: "THREE" }],
        faults: "code:1113"
      })
      const folder = yield* directory
      const turns = ["one", "two"].flatMap((content) => [
        { role: "user", content },
        { role: "assistant", content: content.toUpperCase() }
      ])
      Fs.writeFileSync(Path.join(folder, "turns.json"), JSON.stringify(turns))
      const { exit, type } = yield* terminal(`--messages ${folder}/turns.json`, {
        setup: "exec",
        env: {
          ZHIPU_API_KEY: Redacted.value(apiKey),
          ZHIPU_BASE_URL: baseUrl,
          ZHIPU_MAX_RETRIES: "0",
          XDG_STATE_HOME: folder,
          // Ctrl-C, which reaches every program of the terminal, is for the editor alone.
          EDITOR: "trap : INT; kill -INT 0; sed -i s/for/three/"
        }
      })
      yield* Effect.promise(async () => {
        await type("", /> $/)
        expect(await type("/tokens\r", /\n[^]*> $/)).toContain("the next answer tells")
        await type("/undo\r", /Taken back: two[^]*> $/)
        await type("for\r", /InsufficientBalanceError[^]*> $/)
      })
      yield* setFaults("")
      yield* Effect.promise(async () => {
        await type("/edit\r", answered)
        await type("\u0004", /Kept as/)
        expect(await exit).toBe(0)
      })
      const asked = [...turns.slice(0, 2), { role: "user", content: "three" }]
      expect((yield* requests).at(-1)?.body).toMatchObject({ messages: asked })
      const [file = ""] = Fs.readdirSync(Path.join(folder, "zhipu", "conversations"))
      const kept = Lines.read(Fs.readFileSync(Path.join(folder, "zhipu", "conversations", file), "utf8"))
      expect(kept?.messages).toEqual([...asked, { role: "assistant", content: "THREE" }])
    })
  )

  it.scopedLive("takes what is pasted as one prompt, and drops a text of several lines at Ctrl-C", () =>
    Effect.gen(function* () {
      const { apiKey, baseUrl, requests } = yield* Simulator.make({ script: [{ content: "A." }, { content: "B." }] })
      const { exit, type } = yield* terminal("", {
        env: {
          ZHIPU_API_KEY: Redacted.value(apiKey),
          ZHIPU_BASE_URL: baseUrl
        }
      })
      yield* Effect.promise(async () => {
        await type("", /> $/)
        // Without a line break at its end, which waits for what is typed after it.
        await type("one\rtwo\rthree", /three$/)
        await new Promise((resolve) => setTimeout(resolve, 300))
        await type(" and more\r", answered)
        await type('"""\r', /\. $/)
        await type("dropped\r", /\. $/)
        await type("\u0003", /ends the session\.\)[^]*> $/)
        await type("kept\r", answered)
        await type("\u0004", /\n/)
        expect(await exit).toBe(0)
      })
      expect((yield* requests).map(({ body }) => body)).toMatchObject([
        { messages: [{ content: "one\ntwo\nthree and more" }] },
        { messages: [{ content: "one\ntwo\nthree and more" }, { content: "A." }, { content: "kept" }] }
      ])
    })
  )

  it.scopedLive("does not go on with what moderation has blocked", () =>
    Effect.gen(function* () {
      const { apiKey, baseUrl, requests } = yield* Simulator.make({
        script: [{ content: "Bad", finish: "sensitive" }, { content: "Good." }]
      })
      const { exit, type } = yield* terminal("", {
        env: {
          ZHIPU_API_KEY: Redacted.value(apiKey),
          ZHIPU_BASE_URL: baseUrl
        }
      })
      yield* Effect.promise(async () => {
        await type("", /> $/)
        await type("one\r", /Neither the prompt nor the answer is kept[^]*> $/)
        await type("two\r", answered)
        await type("\u0004", /\n/)
        expect(await exit).toBe(0)
      })
      expect((yield* requests).at(-1)?.body).toMatchObject({ messages: [{ role: "user", content: "two" }] })
    })
  )

  it.scopedLive("does not show what is typed within an answer, and keeps it for the next prompt", () =>
    Effect.gen(function* () {
      const { apiKey, baseUrl } = yield* Simulator.make({ tokensPerSecond: 20 })
      const { exit, type } = yield* terminal("--thinking disabled", {
        env: {
          ZHIPU_API_KEY: Redacted.value(apiKey),
          ZHIPU_BASE_URL: baseUrl
        }
      })
      yield* Effect.promise(async () => {
        await type("", /> $/)
        await type("Count to 20\r", /1, 2/)
        const rest = await type("Say: early", /tokens out[^\n]*\n[^]*> Say: early$/)
        expect(rest.split("early")).toHaveLength(2)
        expect(await type("\r", answered)).toMatch(/^\s*early/)
        await type("\u0004", /\n/)
        expect(await exit).toBe(0)
      })
    })
  )
})
