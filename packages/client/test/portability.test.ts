import { describe, expect, it } from "@effect/vitest"
import { execFile } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

const folder = fileURLToPath(new URL("..", import.meta.url))

const run = promisify(execFile)

/** What a program does in a runtime that has no `process`: load the client, and stream an answer. */
const program = `
delete globalThis.process
const { ChunkEvent, Message, Zhipu, ZhipuChat } = await import("@effect-zhipu/client")
const FetchHttpClient = await import("@effect/platform/FetchHttpClient")
const { ConfigProvider, Effect, Layer, Redacted } = await import("effect")
const frames = [
  { id: "1", choices: [{ index: 0, delta: { content: "Hello" } }] },
  { id: "1", choices: [{ index: 0, finish_reason: "stop", delta: {} }] }
]
const body = frames.map((frame) => "data: " + JSON.stringify(frame) + "\\n\\n").join("") + "data: [DONE]\\n\\n"
globalThis.fetch = async () => new Response(body, { headers: { "content-type": "text/event-stream" } })
const answer = ChunkEvent.fold(ZhipuChat.stream({ model: "glm-4.6", messages: [Message.user("Hi")] }))
const text = (live) => Effect.map(Effect.provide(answer, live), (completion) => completion.choices[0].message.content)
const fromOptions = Zhipu.layer({ apiKey: Redacted.make("id.secret"), auth: "jwt" })
const fromEnvironment = Zhipu.layerConfig().pipe(
  Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map([["ZHIPU_API_KEY", "id.secret"]]))))
)
for (const layer of [fromOptions, fromEnvironment]) {
  console.log(await Effect.runPromise(text(Layer.provide(layer, FetchHttpClient.layer))))
}
`

describe("portability", () => {
  it("81. without process the client loads and streams", async () => {
    const { stderr, stdout } = await run(process.execPath, ["--input-type=module", "--eval", program], { cwd: folder })
    expect(stderr).toBe("")
    expect(stdout).toBe("Hello\nHello\n")
  })

  it("no source names a module or a global that only Node has", () => {
    const sources = readdirSync(join(folder, "src"), { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".ts")
    )
    expect(sources.length).toBeGreaterThan(20)
    const offending = sources.filter((file) => {
      const text = readFileSync(join(folder, "src", file), "utf8")
      return /from "node:|\bprocess\.|\bBuffer\b|\brequire\(/.test(text.replace(/^\s*(\*|\/\/|\/\*).*$/gm, ""))
    })
    expect(offending).toEqual([])
  })
})
