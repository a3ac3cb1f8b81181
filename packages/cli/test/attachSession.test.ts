/** `/file` in a session, and `--file` before one, on a terminal, which `script` of util-linux provides. */
import * as Simulator from "@effect-zhipu/testing/Simulator"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { help, read } from "../src/sessionInput.js"
import { answered, hasScript, terminal } from "./support/terminal.js"

describe("/file", () => {
  it("takes the rest of the line, lists and forgets", () => {
    const right = (text: string) => Either.getOrThrow(read(text))
    expect(right("/file a  b.png ")).toEqual({ _tag: "File", path: "a  b.png" })
    expect(right("/file clear")).toEqual({ _tag: "ForgetFiles" })
    expect(right("/file ./clear")).toEqual({ _tag: "File", path: "./clear" })
    expect(right(" /file ")).toEqual({ _tag: "Files" })
    expect(Either.isLeft(read("/files"))).toBe(true)
    expect(help.join("\n")).toContain("/file PATH_OR_URL")
  })
})

if (!hasScript) console.warn("script (util-linux) is not installed: /file was NOT tested on a terminal.")

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64"
)

const directory = Effect.acquireRelease(
  Effect.sync(() => {
    const path = Fs.mkdtempSync(Path.join(Os.tmpdir(), "zhipu-attach-session-"))
    Fs.writeFileSync(Path.join(path, "my cat.png"), png)
    Fs.writeFileSync(Path.join(path, "large.png"), Buffer.concat([png, Buffer.alloc(3000)]))
    Fs.writeFileSync(Path.join(path, "a.ts"), "const a = 1\n")
    return path
  }),
  (path) => Effect.sync(() => Fs.rmSync(path, { recursive: true }))
)

const inFolder = (args: string, cwd: string, env: Readonly<Record<string, string>> = {}) =>
  terminal(args, { cwd, env: { HOME: cwd, ...env }, setup: "stty cols 200;" })

const image = { type: "image_url", image_url: { url: png.toString("base64") } }

describe.runIf(hasScript)("a session on a terminal", () => {
  it.scopedLive(
    "attaches files to the next prompt, lists them, forgets them, and reads them for the model of then",
    () =>
      Effect.gen(function* () {
        const { apiKey, baseUrl, requests } = yield* Simulator.make()
        const { exit, type } = yield* inFolder("--thinking disabled -m glm-4.6v", yield* directory, {
          ZHIPU_API_KEY: Redacted.value(apiKey),
          ZHIPU_BASE_URL: baseUrl,
          ZHIPU_MAX_RETRIES: "0"
        })
        yield* Effect.promise(async () => {
          await type("", /> $/)
          await type("/file\r", /Nothing is attached\.[^]*> $/)
          await type("/file nothing.png\r", /\/file: nothing\.png cannot be read: there is no such file\.[^]*> $/)
          await type("/file 'my cat.png'\r", /attached my cat\.png, image\/png, 70 B\r\n> $/)
          await type("/file ~/a.ts\r", /attached a\.ts, text, 12 B\r\n> $/)
          await type("/file\r", /attached my cat\.png, image\/png, 70 B\r\nattached a\.ts, text, 12 B\r\n> $/)
          // Another model, that cannot see: nothing is asked, and nothing is lost.
          await type("/model glm-4.6\r", /from now on[^]*> $/)
          expect(await type("Why?\r", /Not asked\.[^]*> $/)).toContain("glm-4.6 takes no images")
          await type("/model glm-4.6v\r", /from now on[^]*> $/)
          await type("Why?\r", answered)
          await type("/file\r", /Nothing is attached\.[^]*> $/)
          await type("And now?\r", answered)
          await type("/file a.ts\r", /attached[^]*> $/)
          await type("/file clear\r", /any more\.[^]*> $/)
          await type("/file a.ts\r", /attached[^]*> $/)
          await type("/clear\r", /A new conversation\.[^]*> $/)
          await type("Without\r", answered)
          await type("/quit\r", /\n/)
          expect(await exit).toBe(0)
        })
        const bodies = (yield* requests).map(({ body }) => body)
        const first = [image, { type: "text", text: "File a.ts:\n\n```ts\nconst a = 1\n```\n\nWhy?" }]
        expect(bodies.length).toBe(3)
        expect(bodies[0]).toMatchObject({ model: "glm-4.6v", messages: [{ role: "user", content: first }] })
        // It stays in the conversation, and is not attached again.
        expect(bodies[1]).toMatchObject({
          messages: [{ content: first }, { role: "assistant" }, { role: "user", content: "And now?" }]
        })
        expect(bodies[2]).toMatchObject({ messages: [{ role: "user", content: "Without" }] })
      })
  )

  it.scopedLive("begins with --file, and keeps the files where no answer came", () =>
    Effect.gen(function* () {
      const { apiKey, baseUrl, requests } = yield* Simulator.make({ faults: "code:1113*1" })
      const { exit, type } = yield* inFolder("-f a.ts", yield* directory, {
        ZHIPU_API_KEY: Redacted.value(apiKey),
        ZHIPU_BASE_URL: baseUrl
      })
      yield* Effect.promise(async () => {
        await type("", /attached a\.ts, text, 12 B\r\n[^]*> $/)
        await type("Why?\r", /InsufficientBalanceError[^]*> $/)
        await type("/file\r", /attached a\.ts[^]*> $/)
        await type("Why?\r", answered)
        await type("\u0004", /\n/)
        expect(await exit).toBe(0)
      })
      const content = "File a.ts:\n\n```ts\nconst a = 1\n```\n\nWhy?"
      expect((yield* requests).map(({ body }) => body)).toMatchObject([
        { messages: [{ content }] },
        { messages: [{ content }] }
      ])
    })
  )

  it.scopedLive("does not begin with a file that cannot be sent", () =>
    Effect.gen(function* () {
      const { exit, type } = yield* inFolder("-f 'my cat.png'", yield* directory)
      yield* Effect.promise(async () => {
        await type("", /my cat\.png is an image, and glm-4\.6 takes no images/)
        expect(await exit).toBe(2)
      })
    })
  )

  it.scopedLive("--dry-run shortens the content of an image there, and there alone", () =>
    Effect.gen(function* () {
      const { exit, type } = yield* inFolder("-m glm-4.6v -f large.png --dry-run Why", yield* directory)
      const shown = yield* Effect.promise(async () => {
        const shown = await type("", /"stream": true\r\n\}/)
        expect(await exit).toBe(0)
        return shown
      })
      const length = Math.ceil((png.length + 3000) / 3) * 4
      expect(shown).toContain("attached large.png, image/png, 3 KB")
      expect(shown).toContain(
        `"url": "${png.toString("base64").slice(0, 60)}… (${length} characters, all of them where standard output is no terminal)"`
      )
      expect(shown).toContain(`"text": "Why"`)
    })
  )
})
