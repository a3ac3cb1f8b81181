/** Every example, in a process of its own; what it prints is looked at, and what it asked. */
import { Simulator } from "@effect-zhipu/testing"
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe } from "vitest"
import { bundled } from "../../../scripts/built.mjs"
import { environmentOf, node, root } from "./support/child.js"

const folder = join(root, "packages", "examples")

const names = readdirSync(join(folder, "src"))
  .filter((file) => file.endsWith(".ts") && file !== "sentiment.ts")
  .map((file) => file.replace(".ts", ""))

/** Where the examples are in one bundle: they start several times as fast as run.mjs, which runs one below, lets them. */
const bundle = await bundled(
  "examples",
  names.filter((name) => name !== "telemetry" && name !== "web")
)

/** Runs an example against a simulator of its own; gives what it printed and what the simulator saw. */
const run = (
  name: string,
  options: Simulator.Options = {},
  env: Readonly<Record<string, string>> = {},
  args: ReadonlyArray<string> = []
) =>
  Effect.gen(function* () {
    const simulator = yield* Simulator.make(options)
    const { code, stderr, stdout } = yield* node([join(bundle, `${name}.js`), ...args], {
      env: { ...environmentOf(simulator), ...env }
    })
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
    const requests = yield* simulator.requests
    return {
      stdout,
      auth: requests.map((request) => request.auth),
      bodies: requests.map((request) => Object(request.body)),
      stats: yield* simulator.stats
    }
  })

const temporary = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "examples-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

describe("examples", { concurrent: true }, () => {
  it.scopedLive("chat", () =>
    Effect.gen(function* () {
      const { bodies, stdout } = yield* run("chat")
      expect(stdout).toMatch(
        /^You asked: "What is artificial intelligence, in one sentence\?".*\n\d+ tokens, finished by stop\n$/
      )
      expect(bodies).toMatchObject([{ model: "glm-4.6", messages: [{ role: "system" }, { role: "user" }] }])
    })
  )

  it.scopedLive("search", () =>
    Effect.gen(function* () {
      const { bodies, stdout } = yield* run("search", {}, {}, [join(root, "docs"), "How do I retry a call?"])
      expect(stdout).toMatch(/^\d{2,} paragraphs\n(0\.\d\d [\w.-]+\.md: .+\n){3}$/)
      expect(Math.max(...bodies.map(({ input }) => (Array.isArray(input) ? input.length : 0)))).toBe(64)
    })
  )

  it.scopedLive("bulk", () =>
    Effect.gen(function* () {
      const folder = yield* temporary
      const env = { BULK_FILE: join(folder, "jobs.db") }
      const first = yield* run("bulk", {}, env)
      expect(first.stdout).toMatch(
        /^5 done, 0 failed, 5 calls\n((Florence|Bergen|Quito|Perth|Hanoi) (sun|clouds|rain)\n){5}$/
      )
      // The second process finds all answers in the file.
      const second = yield* run("bulk", {}, env)
      expect(second.stdout).toBe(first.stdout)
      expect(second.bodies).toEqual([])
    })
  )

  it.scopedLive("bulk by batches", () =>
    Effect.gen(function* () {
      const folder = yield* temporary
      const env = { BULK_FILE: join(folder, "jobs.db"), BULK_ENGINE: "batch" }
      const { stdout } = yield* run("bulk", { taskPolls: 0 }, env)
      expect(stdout).toMatch(
        /^5 done, 0 failed, 5 calls\n((Florence|Bergen|Quito|Perth|Hanoi) (sun|clouds|rain)\n){5}$/
      )
    })
  )

  it.scopedLive("classify", () =>
    Effect.gen(function* () {
      const folder = yield* temporary
      const { stdout } = yield* run("classify", { taskPolls: 0 }, { BATCH_DIRECTORY: join(folder, "batch") })
      expect(stdout).toMatch(/^uploaded: .+\nstarted: .+\n1000 answered, 0 failed\n$/)
    })
  )

  it.scopedLive("image and video", () =>
    Effect.gen(function* () {
      const folder = yield* temporary
      const image = join(folder, "a.png")
      expect((yield* run("image", {}, {}, [image])).stdout).toBe(`${image}\n`)
      expect(readFileSync(image).subarray(1, 4).toString()).toBe("PNG")
      const video = join(folder, "a.mp4")
      expect((yield* run("video", { taskPolls: 1 }, {}, [video])).stdout).toMatch(
        /^begun: \w+\nPROCESSING \(1\)\nSUCCESS \(2\)\n.*a\.mp4\n$/
      )
      expect(readFileSync(video).subarray(4, 8).toString()).toBe("ftyp")
    })
  )

  it.scopedLive("streaming", () =>
    Effect.gen(function* () {
      const { bodies, stdout } = yield* run("streaming")
      // The reasoning is not printed.
      expect(stdout).toMatch(/^You asked: "Write a short poem about spring.".*\n$/)
      expect(bodies).toMatchObject([{ stream: true }])
    })
  )

  it.scopedLive("conversation", () =>
    Effect.gen(function* () {
      const { bodies, stdout } = yield* run("conversation")
      expect(stdout).toContain("Nice to meet you, Ada!")
      expect(stdout).toContain("6 * 7 = 42")
      expect(stdout).toMatch(/> What is my name\?\nYour name is Ada\.\n7 messages\n$/)
      expect(bodies.map((body) => body.messages.length)).toEqual([2, 4, 6])
    })
  )

  it.scopedLive("jwt", () =>
    Effect.gen(function* () {
      const { auth, stdout } = yield* run("jwt")
      expect(stdout).toBe("the token is good\n<redacted>, 3 parts\n")
      expect(auth).toEqual(["jwt"])
    })
  )

  it.scopedLive("sampling", () =>
    Effect.gen(function* () {
      const { bodies, stdout } = yield* run("sampling")
      expect(stdout).toMatch(/^defaults of glm-4.6: { temperature: 1, topP: 0.95, maxTokens: 65536 }\n/)
      expect(stdout).toMatch(/\ntemperature 1\.0: .+\ntop_p 0\.8: .+\ngreedy: .+\n$/)
      expect(bodies.map(({ do_sample, temperature, top_p }) => ({ do_sample, temperature, top_p }))).toEqual([
        { temperature: 1 },
        { top_p: 0.8 },
        { do_sample: false }
      ])
    })
  )

  it.scopedLive("thinking", () =>
    Effect.gen(function* () {
      const { bodies, stdout } = yield* run("thinking")
      expect(stdout).toMatch(
        /^Thinking: The user says: .+\nAnswer: You asked: .+\n\d+ of \d+ tokens went into thinking\n$/
      )
      expect(bodies).toMatchObject([{ thinking: { type: "enabled" } }])
    })
  )

  it.scopedLive("tools", () =>
    Effect.gen(function* () {
      const { bodies, stdout } = yield* run("tools")
      expect(stdout).toContain(`\n[get_weather] {"city":"London"}\n[get_weather] {"city":"Florence"}\n`)
      expect(stdout).toMatch(/Here is what I found\..*"sky":"rain","celsius":18.*"sky":"sun","celsius":24.*\n$/)
      expect(bodies).toHaveLength(2)
      expect(bodies[0]).toMatchObject({ stream: true, tool_stream: true })
      expect(bodies[1].messages).toMatchObject([
        { role: "user" },
        { role: "assistant", reasoning_content: expect.any(String), tool_calls: [{}, {}] },
        { role: "tool" },
        { role: "tool" }
      ])
    })
  )

  it.scopedLive("tools: a call that was cut is not run", () =>
    Effect.gen(function* () {
      const { bodies, stdout } = yield* run("tools", { faults: "cut-args" })
      expect(stdout).toContain("[get_weather]")
      expect(stdout).not.toContain("celsius")
      expect(bodies).toHaveLength(1)
    })
  )

  it.scopedLive.each([
    ["", /^You asked: "Tell me about the sea\.".*\n$/],
    ["code:1113", /^The account has no balance/],
    ["code:1302", /^Too many requests/],
    ["code:1308", /^The plan is used up until \d{4}-\d\d-\d\dT/],
    ["code:1301", /^The service does not answer this/],
    ["truncate@chunk:40", /^Broken off after "You asked: .+"\n$/],
    ["code:1000", /^AuthenticationError, code 1000: .+\n$/],
    ["code:1305", /^OverloadedError, code 1305: .+\n$/]
  ] as const)("errors: %s", ([faults, expected]) =>
    Effect.gen(function* () {
      const { stats, stdout } = yield* run("errors", { faults })
      expect(stdout).toMatch(expected)
      expect(stats.requests).toBe(1)
    })
  )

  it.scopedLive("errors: a deadline", () =>
    Effect.gen(function* () {
      const { stdout } = yield* run("errors", { faults: "idle@chunk:5" }, { ZHIPU_TIMEOUT: "1" })
      expect(stdout).toBe("The answer took longer than 1s (total).\n")
    })
  )

  it.scopedLive("retries: an overload that passes", () =>
    Effect.gen(function* () {
      const { bodies, stdout } = yield* run("retries", { faults: "code:1305*2" })
      expect(stdout).toBe(`${"again after OverloadedError (code 1305)\n".repeat(2)}glm-4.6: here I am\n`)
      expect(bodies.map((body) => body.model)).toEqual(["glm-4.6", "glm-4.6", "glm-4.6"])
    })
  )

  it.scopedLive("retries: an overload that stays", () =>
    Effect.gen(function* () {
      const { bodies, stdout } = yield* run("retries", { faults: "code:1305*4" })
      expect(stdout).toContain("glm-4.6 is overloaded, asked 4 times\nglm-4.5-air: here I am\n")
      expect(bodies.map((body) => body.model)).toEqual([...Array.from({ length: 4 }, () => "glm-4.6"), "glm-4.5-air"])
    })
  )

  it.scopedLive("layers", () =>
    Effect.gen(function* () {
      const { stats, stdout } = yield* run("layers", { maxInFlight: 2, firstTokenDelay: "100 millis" })
      expect(stdout).toBe(`${"POST /api/paas/v4/chat/completions\n".repeat(4)}one two three four\n`)
      expect(stats).toMatchObject({ requests: 4, refused: 0, peakInFlight: 2 })
    })
  )

  it.scopedLive("effect-ai", () =>
    Effect.gen(function* () {
      const { bodies, stdout } = yield* run("effect-ai")
      expect(stdout).toMatch(
        /^\[get_weather\] London -> rain\nHere is what I found\. get_weather says: \{"sky":"rain","celsius":12\}\.\nstop, \d+ tokens\nLondon: with(out)? an umbrella\n$/
      )
      expect(bodies).toMatchObject([
        { stream: true, tool_stream: true, thinking: { clear_thinking: false } },
        { stream: true, messages: [{}, {}, { reasoning_content: expect.any(String) }, { role: "tool" }] },
        { response_format: { type: "json_object" }, thinking: { type: "disabled" } }
      ])
    })
  )

  it.scopedLive("agent", () =>
    Effect.gen(function* () {
      const { bodies, stdout } = yield* run("agent")
      expect(stdout.match(/^\[1\] get_weather: /gm)).toHaveLength(2)
      expect(stdout).toContain("[1] send_postcard: sent from London\n")
      expect(stdout).toContain(`[1] send_postcard: {"error":"The call was denied: no stamps left"}\n`)
      expect(stdout).toMatch(/\[1\] saved 6 messages, \d+ characters\n[^]*\n\d+ tokens in 2 rounds\n$/)
      expect(bodies).toHaveLength(2)
      expect(bodies[1].messages[1]).toMatchObject({ role: "assistant", reasoning_content: expect.any(String) })
    })
  )

  it.scopedLive("keys", () =>
    Effect.gen(function* () {
      const { stats, stdout } = yield* run("keys")
      expect(stdout).toMatch(/^glm-4\.6: answered\nhere I am\nkey [0-9a-f]{4} is in use\n$/)
      expect(stats.requests).toBe(1)
    })
  )

  it.scopedLive("object", () =>
    Effect.gen(function* () {
      const { bodies, stdout } = yield* run("object")
      expect(stdout).toMatch(/^31 degrees and sun in Florence, at attempt 1\n(so far .+\n)*in all Florence\n$/)
      expect(bodies).toMatchObject([{ response_format: { type: "json_object" } }, { stream: true }])
    })
  )

  it.scopedLive("vision", () =>
    Effect.gen(function* () {
      const { bodies, stdout } = yield* run("vision")
      expect(stdout).toMatch(/^You asked: .+\nUnsupported: The model glm-4\.6 takes no images.*\n$/)
      expect(bodies).toHaveLength(1)
    })
  )

  it.scopedLive("mock", () =>
    Effect.gen(function* () {
      const { stats, stdout } = yield* run("mock")
      expect(stdout).toBe("mixed\nafter 2 requests\n")
      expect(stats.requests).toBe(0)
    })
  )

  it.scopedLive("none is left out, and each says first what it shows", () =>
    Effect.gen(function* () {
      const expected =
        "agent bulk chat classify conversation effect-ai errors image jwt keys layers mock object retries sampling search streaming telemetry thinking tools video vision web"
      expect(names).toEqual(expected.split(" "))
      const { code, stderr, stdout } = yield* node([join(folder, "run.mjs"), "chat"])
      expect({ code, stderr }).toEqual({ code: 0, stderr: "There is no ZHIPU_API_KEY: a simulator answers.\n\n" })
      expect(stdout).toContain("What is artificial intelligence")
      expect(yield* node([join(folder, "run.mjs"), "nothing"])).toMatchObject({
        code: 2,
        stderr: `Which example? There are ${names.join(", ")}.\n`
      })
    })
  )
})
