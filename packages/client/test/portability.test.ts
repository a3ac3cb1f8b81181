import { Zhipu, ZhipuConfig } from "@effect-zhipu/client"
import { describe, expect, it } from "@effect/vitest"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import { Config, ConfigError, ConfigProvider, Effect, Layer } from "effect"
import { build } from "esbuild"
import { execFile } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { builtinModules } from "node:module"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { createContext, Script } from "node:vm"

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

/** The client and the bridge to browsers as users install them, with all they import, as one script. */
const bundled = (contents: string, platform: "browser" | "node") =>
  build({
    stdin: { contents, resolveDir: folder },
    bundle: true,
    format: "iife",
    platform,
    target: "es2022",
    write: false,
    metafile: true,
    logLevel: "silent"
  })

/** What an edge runtime has: the globals of the web, and none of Node's. */
const webGlobals = [
  // A realm has its own of these two, and what the web's functions give is of ours.
  "ArrayBuffer",
  "Uint8Array",
  "AbortController",
  "AbortSignal",
  "Blob",
  "DOMException",
  "DecompressionStream",
  "Event",
  "EventTarget",
  "FormData",
  "Headers",
  "MessageChannel",
  "ReadableStream",
  "Request",
  "Response",
  "TextDecoder",
  "TextDecoderStream",
  "TextEncoder",
  "TextEncoderStream",
  "TransformStream",
  "URL",
  "URLSearchParams",
  "WritableStream",
  "atob",
  "btoa",
  "clearInterval",
  "clearTimeout",
  "console",
  "crypto",
  "performance",
  "queueMicrotask",
  "setInterval",
  "setTimeout",
  "structuredClone"
]

const edge = `
  import { ChunkEvent, Message, Zhipu, ZhipuChat } from "@effect-zhipu/client"
  import { ServerSentEvents } from "@effect-zhipu/http"
  import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
  import { Effect, Layer, Redacted, Stream } from "effect"
const live = Zhipu.layer({ apiKey: Redacted.make("id.secret"), auth: "jwt" }).pipe(Layer.provide(FetchHttpClient.layer))
const answer = ZhipuChat.stream({ model: "glm-4.6", messages: [Message.user("Hi")] })
globalThis.answered = Effect.gen(function* () {
  const response = ServerSentEvents.toWebResponseRuntime(answer, yield* Effect.runtime())
  return yield* Stream.mkString(ChunkEvent.text(ServerSentEvents.fromWebResponse(response)))
}).pipe(Effect.provide(live), Effect.runPromise)
`

const answerOf = (text: string): string =>
  [
    { id: "1", choices: [{ index: 0, delta: { content: text } }] },
    { id: "1", choices: [{ index: 0, finish_reason: "stop", delta: {} }] }
  ]
    .map((frame) => `data: ${JSON.stringify(frame)}\n\n`)
    .join("") + "data: [DONE]\n\n"

describe("portability", () => {
  it("nothing that the packages for every runtime import is a module of Node", async () => {
    const everything = ["client", "http"].map((name) => `export * as ${name} from "@effect-zhipu/${name}"`).join("\n")
    const { metafile } = await bundled(everything, "node")
    const inputs = Object.entries(metafile.inputs)
    expect(inputs.length).toBeGreaterThan(100)
    const builtin = new Set([...builtinModules, ...builtinModules.map((name) => `node:${name}`)])
    const offending = inputs.flatMap(([file, { imports }]) =>
      imports.filter(({ path }) => builtin.has(path)).map(({ path }) => `${file} imports ${path}`)
    )
    expect(offending).toEqual([])
  })

  it("in a realm with the globals of the web alone the packages load, sign, ask and pass an answer on", async () => {
    const { outputFiles } = await bundled(edge, "browser")
    const globals: Record<string, unknown> = Object.fromEntries(
      webGlobals.map((name) => [name, Reflect.get(globalThis, name)])
    )
    const asked: Array<unknown> = []
    globals["fetch"] = (_: unknown, init: RequestInit) => {
      asked.push(new Headers(init.headers).get("authorization"))
      return Promise.resolve(new Response(answerOf("你好"), { headers: { "content-type": "text/event-stream" } }))
    }
    const realm = createContext(globals)
    expect(new Script("typeof process + typeof Buffer + typeof require + typeof global").runInContext(realm)).toBe(
      "undefined".repeat(4)
    )
    new Script(outputFiles[0]?.text ?? "").runInContext(realm)
    expect(await globals["answered"]).toBe("你好")
    expect(asked).toEqual([expect.stringMatching(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/)])
  })

  it.effect("an environment that may not be read is a typed error, as in Deno without a permission", () => {
    const denied = Object.assign(new Error('Requires env access to "A_NAME"'), { name: "NotCapable" })
    const provider = ConfigProvider.fromFlat(
      ConfigProvider.makeFlat({
        load: () => {
          throw denied
        },
        enumerateChildren: () => Effect.die(denied),
        patch: { _tag: "Empty" }
      })
    )
    const layers = [Zhipu.layerConfig(), Zhipu.layerConfig({ apiKey: Config.redacted("A_NAME") })]
    return Effect.gen(function* () {
      for (const layer of layers) {
        const error = yield* Effect.flip(Layer.build(layer))
        expect(ConfigError.isConfigError(error) && ConfigError.isSourceUnavailable(error)).toBe(true)
        expect(String(error)).toContain("A_NAME")
      }
      const error = yield* Effect.flip(ZhipuConfig.fromEnvironment())
      expect(ConfigError.isSourceUnavailable(error)).toBe(true)
    }).pipe(Effect.scoped, Effect.withConfigProvider(provider), Effect.provide(FetchHttpClient.layer))
  })

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
