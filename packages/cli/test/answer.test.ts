/** The command as a process of its own, asking a simulator. */
import * as ChatCompletion from "@effect-zhipu/client/ChatCompletion"
import * as ChunkEvent from "@effect-zhipu/client/ChunkEvent"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { simulated } from "./support/simulator.js"
import { run } from "./support/zhipu.js"

const decodeCompletion = Schema.decodeUnknownSync(ChatCompletion.ChatCompletion, { onExcessProperty: "preserve" })
const decodeEvent = Schema.decodeUnknownSync(ChunkEvent.ChunkEvent)

const linesOf = (text: string): ReadonlyArray<unknown> => {
  expect(text.endsWith("\n")).toBe(true)
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line))
}

const file = (name: string, content: unknown) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const folder = Fs.mkdtempSync(Path.join(Os.tmpdir(), "zhipu-cli-"))
      const path = Path.join(folder, name)
      Fs.writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content))
      return path
    }),
    (path) => Effect.sync(() => Fs.rmSync(Path.dirname(path), { recursive: true, force: true }))
  )

const weather = [
  {
    type: "function",
    function: {
      name: "get_weather",
      description: "The weather in a city",
      parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] }
    }
  }
]

describe("an answer", () => {
  it.scopedLive("streams to standard output, and its reasoning to standard error", () =>
    Effect.gen(function* () {
      const { requests, zhipu } = yield* simulated()
      const { code, stderr, stdout } = yield* zhipu(["Why is the sky blue?"])
      expect(code).toBe(0)
      expect(stdout).toMatch(/^You asked: "Why is the sky blue\?".*\n$/s)
      expect(stderr).toMatch(/Let me think.*\n$/s)
      expect(stderr).not.toContain("zhipu:")
      const [request] = yield* requests
      expect(request?.body).toEqual({
        model: "glm-4.6",
        messages: [{ role: "user", content: "Why is the sky blue?" }],
        stream: true
      })
      expect(request?.auth).toBe("api-key")
    })
  )

  it.scopedLive("takes options after the prompt, and sends what they say", () =>
    Effect.gen(function* () {
      const { requests, zhipu } = yield* simulated()
      const { code, stderr } = yield* zhipu(
        ["Hello", "there", "-m", "glm-4.5", "--thinking=disabled", "-s", "Be brief.", "--temperature", "0.2"].concat([
          "--top-p",
          "0.5",
          "--max-tokens",
          "4096"
        ])
      )
      expect([code, stderr]).toEqual([0, ""])
      expect((yield* requests)[0]?.body).toEqual({
        model: "glm-4.5",
        messages: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "Hello there" }
        ],
        stream: true,
        thinking: { type: "disabled" },
        temperature: 0.2,
        top_p: 0.5,
        max_tokens: 4096
      })
    })
  )

  it.scopedLive("takes the model from the environment, and the option before it", () =>
    Effect.gen(function* () {
      const { requests, zhipu } = yield* simulated()
      const env = { ZHIPU_MODEL: "glm-4.5-air" }
      yield* zhipu(["Hi"], { env })
      yield* zhipu(["Hi", "--model", "glm-4.7"], { env })
      yield* zhipu(["Hi"], { env: { ZHIPU_MODEL: "" } })
      expect((yield* requests).map(({ body }) => Reflect.get(Object(body), "model"))).toEqual([
        "glm-4.5-air",
        "glm-4.7",
        "glm-4.6"
      ])
    })
  )

  it.scopedLive("reads standard input before the prompt, or as the prompt", () =>
    Effect.gen(function* () {
      const { requests, zhipu } = yield* simulated()
      yield* zhipu(["Sum it up."], { stdin: "one\ntwo\n" })
      yield* zhipu([], { stdin: "你好\n" })
      yield* zhipu(["-"], { stdin: "a\n" })
      yield* zhipu(["Alone."], { stdin: "" })
      expect((yield* requests).map(({ body }) => Reflect.get(Object(body), "messages"))).toEqual(
        ["one\ntwo\n\nSum it up.", "你好", "a", "Alone."].map((content) => [{ role: "user", content }])
      )
    })
  )

  it.scopedLive("does not wait for a standard input that a program left open", () =>
    Effect.gen(function* () {
      const { requests, zhipu } = yield* simulated()
      expect((yield* zhipu(["Alone."], { stdin: null })).code).toBe(0)
      const [request] = yield* requests
      expect(Reflect.get(Object(request?.body), "messages")).toEqual([{ role: "user", content: "Alone." }])
    })
  )

  it.scopedLive("is one ChatCompletion with --json, streamed or not", () =>
    Effect.gen(function* () {
      const { requests, zhipu } = yield* simulated()
      const streamed = yield* zhipu(["--json", "Hello"])
      const whole = yield* zhipu(["Hello", "--json", "--no-stream"])
      expect([streamed.code, streamed.stderr, whole.code, whole.stderr]).toEqual([0, "", 0, ""])
      const [a] = linesOf(streamed.stdout).map((line) => decodeCompletion(line))
      const [b] = linesOf(whole.stdout).map((line) => decodeCompletion(line))
      expect(a?.choices[0]?.finish_reason).toBe("stop")
      expect(ChatCompletion.text(a!)).toContain("Hello")
      expect(ChatCompletion.reasoning(a!)).not.toBe("")
      expect(b?.choices).toEqual(a?.choices)
      expect(b?.usage).toEqual(a?.usage)
      expect((yield* requests).map(({ body }) => Reflect.get(Object(body), "stream"))).toEqual([true, undefined])
    })
  )

  it.scopedLive("comes whole with --no-stream, and looks the same", () =>
    Effect.gen(function* () {
      const { zhipu } = yield* simulated()
      const streamed = yield* zhipu(["Hello"])
      expect(yield* zhipu(["Hello", "--no-stream"])).toEqual(streamed)
    })
  )

  it.scopedLive("is a line of JSON for each event with --jsonl, while it is generated", () =>
    Effect.gen(function* () {
      const { start, stats } = yield* simulated({ tokensPerSecond: 20 })
      const running = start(["--jsonl", "Hello"])
      yield* Effect.promise(() => running.until(({ stdout }) => stdout().includes('"_tag":"ReasoningDelta"')))
      expect((yield* stats).inFlight).toBe(1)
      yield* Effect.promise(() => running.until(({ stdout }) => stdout().includes('"_tag":"ContentDelta"')))
      expect((yield* stats).inFlight).toBe(1)
      const { code, stderr, stdout } = yield* Effect.promise(() => running.done)
      expect([code, stderr]).toEqual([0, ""])
      const events = linesOf(stdout).map((line) => decodeEvent(line))
      expect(events[0]?._tag).toBe("Started")
      expect(events.at(-1)).toEqual({ _tag: "Finished", choice: 0, reason: "stop" })
      expect(ChatCompletion.text(ChunkEvent.toCompletion(events))).toContain("Hello")
    })
  )

  it.scopedLive("shows each token at once", () =>
    Effect.gen(function* () {
      const { start, stats } = yield* simulated({ tokensPerSecond: 20 })
      const running = start(["Hello", "--thinking", "disabled"])
      yield* Effect.promise(() => running.until(({ stdout }) => stdout().startsWith("You")))
      expect((yield* stats).inFlight).toBe(1)
      expect((yield* Effect.promise(() => running.done)).code).toBe(0)
    })
  )

  it.scopedLive("continues a conversation of --messages", () =>
    Effect.gen(function* () {
      const { requests, zhipu } = yield* simulated()
      const turns = [
        { role: "user", content: "My name is Ada." },
        { role: "assistant", content: "Hello Ada." }
      ]
      const path = yield* file("turns.json", turns)
      const last = { role: "user", content: "Who am I?" }
      expect((yield* zhipu(["--messages", path, "Who am I?"])).code).toBe(0)
      expect((yield* zhipu(["--messages", "-", "Who am I?"], { stdin: JSON.stringify(turns) })).code).toBe(0)
      expect((yield* zhipu(["--messages", "-"], { stdin: JSON.stringify([...turns, last]) })).code).toBe(0)
      for (const { body } of yield* requests) expect(body).toMatchObject({ messages: [...turns, last] })
    })
  )

  it.scopedLive("may be a call of a tool, whose arguments come at once or piece by piece", () =>
    Effect.gen(function* () {
      const { requests, zhipu } = yield* simulated()
      const tools = yield* file("tools.json", weather)
      const question = "What is the weather in Paris?"
      const plain = yield* zhipu(["--tools", tools, question])
      const streamed = yield* zhipu(["--tools", tools, "--tool-stream", question])
      expect([plain.code, streamed.code]).toEqual([0, 0])
      expect(plain.stdout).toMatch(/^get_weather\(\{.*\}\)$/m)
      expect(streamed.stdout).toBe(plain.stdout)
      const jsonl = yield* zhipu(["--tools", tools, "--tool-stream", "--jsonl", question])
      const events = linesOf(jsonl.stdout).map((line) => decodeEvent(line))
      expect(events.filter(ChunkEvent.is("ToolCallDelta")).length).toBeGreaterThan(1)
      const [call] = events.filter(ChunkEvent.isToolCallCompleted)
      expect(plain.stdout).toContain(`${call?.name}(${call?.arguments})`)
      expect((yield* requests)[1]?.body).toMatchObject({ tools: weather, tool_stream: true })
    })
  )

  it.scopedLive("can be asked for with a token in place of the key", () =>
    Effect.gen(function* () {
      const { requests, zhipu } = yield* simulated()
      expect((yield* zhipu(["--auth", "jwt", "Hello"])).code).toBe(0)
      expect((yield* zhipu(["Hello"], { env: { ZHIPU_AUTH: "jwt" } })).code).toBe(0)
      expect((yield* requests).map(({ auth }) => auth)).toEqual(["jwt", "jwt"])
    })
  )

  it.scopedLive("can be asked for with a key from standard input", () =>
    Effect.gen(function* () {
      const { apiKey, requests, zhipu } = yield* simulated()
      const { code } = yield* zhipu(["--key-stdin", "What is it?"], {
        env: { ZHIPU_API_KEY: "" },
        stdin: `${Redacted.value(apiKey)}\na text\n`
      })
      expect(code).toBe(0)
      expect((yield* requests)[0]?.body).toMatchObject({ messages: [{ content: "a text\n\nWhat is it?" }] })
    })
  )

  it.scopedLive("says what it cost with --verbose", () =>
    Effect.gen(function* () {
      const { zhipu } = yield* simulated()
      const { stderr } = yield* zhipu(["--verbose", "Hello"])
      expect(stderr).toMatch(/\nglm-4\.6, \d+ tokens in, \d+ tokens out.*, \d+\.\d s\n$/)
    })
  )

  it.live("is never made up where no key is set and nobody reads along", () =>
    Effect.promise(async () => {
      const commands = [["Hello"], ["Hello", "--json"], ["Hello", "--jsonl"], ["embed", "Hello"]]
      for (const args of [...commands, ["image", "--output", "never-written.png", "Hello"]]) {
        const { code, stderr, stdout } = await run(args)
        expect([args, code, stdout]).toEqual([args, 3, ""])
        expect(stderr).toContain("There is no API key, so nobody was asked. Set ZHIPU_API_KEY")
        expect(stderr).toContain("--simulate, or ZHIPU_SIMULATE=1")
      }
      expect(Fs.existsSync("never-written.png")).toBe(false)
      expect((await run(["Hello"], { env: { ZHIPU_SIMULATE: "0" } })).code).toBe(3)
      const unclear = await run(["Hello"], { env: { ZHIPU_SIMULATE: "perhaps" } })
      expect([unclear.code, unclear.stderr]).toEqual([3, expect.stringContaining("ZHIPU_SIMULATE is 1 or 0.")])
    })
  )

  it.live("comes from the built-in simulator where that is asked for", () =>
    Effect.promise(async () => {
      const args = ["Hello", "--thinking", "disabled"]
      const asked = [
        await run([...args, "--simulate"]),
        await run(args, { env: { ZHIPU_SIMULATE: "1" } }),
        await run([...args, "--fault", "id-change@chunk:900"])
      ]
      for (const { code, stderr, stdout } of asked) {
        expect([code, stdout]).toEqual([0, expect.stringContaining('You asked: "Hello"')])
        expect(stderr).toBe(
          "No API key is set: answering from the built-in simulator. Set ZHIPU_API_KEY to talk to the real service.\n"
        )
      }
      expect((await run(["embed", "--simulate", "--dimensions", "256", "Hello"])).code).toBe(0)
    })
  )

  it.scopedLive("comes from the built-in simulator where that is asked for, also with a key", () =>
    Effect.gen(function* () {
      const { requests, zhipu } = yield* simulated()
      const { code, stderr } = yield* zhipu(["Hello", "--thinking", "disabled", "--simulate"])
      expect([code, stderr]).toEqual([0, expect.stringContaining("what it says is made up")])
      expect((yield* zhipu(["Hello", "--fault", "code:1302*1", "--simulate"])).stderr).toContain("asking again")
      expect((yield* zhipu(["Hello", "--simulate", "--base-url", "http://127.0.0.1:9"])).code).toBe(2)
      expect(yield* requests).toEqual([])
    })
  )

  it.scopedLive("goes through a proxy that the environment names", () =>
    Effect.gen(function* () {
      const { requests, zhipu } = yield* simulated()
      // The simulator takes only paths, so a request that comes by the proxy protocol is one it does not know.
      const refused = yield* zhipu(["Hello"], { env: { HTTP_PROXY: "http://127.0.0.1:9", ZHIPU_MAX_RETRIES: "0" } })
      expect(refused.code).toBe(5)
      const direct = yield* zhipu(["Hello"], { env: { HTTP_PROXY: "http://127.0.0.1:9", NO_PROXY: "127.0.0.1" } })
      expect(direct.code).toBe(0)
      expect((yield* requests).length).toBe(1)
    })
  )
})
