import { describe, expect, it } from "@effect/vitest"
import { ConnectionError } from "@effect-zhipu/client/ZhipuError"
import { Message, PromptLog, ZhipuChat } from "@effect-zhipu/client"
import { MockChat } from "@effect-zhipu/testing"
import { Effect, Layer, Logger, Stream } from "effect"

const key = "0123456789abcdef0123456789abcdef.fedcba9876543210"

const request = { model: "glm-4.6", messages: [Message.user("Hello")] }

const logged = (script: MockChat.Script, options: PromptLog.Options = {}) => {
  const entries: Array<PromptLog.Entry> = []
  const log = (entry: PromptLog.Entry) => Effect.sync(() => void entries.push(entry))
  return { entries, layer: PromptLog.layer({ log, ...options }).pipe(Layer.provide(MockChat.layer(script))) }
}

describe("the log of prompts", () => {
  it.effect("has an entry for each call, whole or streamed", () =>
    Effect.gen(function* () {
      const { entries, layer } = logged(() => MockChat.text("Hi", { reasoning: "A greeting." }))
      yield* Effect.provide(
        Effect.zipRight(ZhipuChat.complete(request), Stream.runDrain(ZhipuChat.stream(request))),
        layer
      )
      for (const [index, stream] of [false, true].entries()) {
        const { answer, ...entry } = entries[index] ?? {}
        expect(entry).toEqual({
          model: "glm-4.6",
          stream,
          request: JSON.stringify(request),
          finishReason: "stop",
          outcome: "success",
          durationMillis: 0
        })
        expect(JSON.parse(answer ?? "")).toMatchObject({ content: "Hi", reasoning_content: "A greeting." })
      }
    })
  )

  it.effect("tells how calls failed or were left", () =>
    Effect.gen(function* () {
      const { entries, layer } = logged(() => new ConnectionError({ message: "gone", phase: "connect" }))
      yield* Effect.provide(Effect.exit(ZhipuChat.complete(request)), layer)
      yield* Effect.provide(Effect.exit(Stream.runDrain(ZhipuChat.stream(request))), layer)
      expect(entries.map(({ outcome }) => outcome)).toEqual(["ConnectionError", "ConnectionError"])
      const left = logged(() => MockChat.hangAfter(MockChat.text("Hi").slice(0, 2)))
      yield* Effect.provide(Stream.runDrain(Stream.take(ZhipuChat.stream(request), 2)), left.layer)
      expect(left.entries.map(({ outcome }) => outcome)).toEqual(["interrupted"])
    })
  )

  it.effect("ends no call, whatever is to be written, and whatever becomes of it", () =>
    Effect.gen(function* () {
      const answers = (layer: Layer.Layer<ZhipuChat.ZhipuChat>, asked: object = {}) =>
        Effect.provide(ZhipuChat.complete({ ...request, ...asked }), layer)
      const circle: Record<string, unknown> = {}
      circle["circle"] = circle
      let deep: unknown = 1
      for (let i = 0; i < 20_000; i++) deep = [deep]
      const { entries, layer } = logged(() => MockChat.text("Hi"))
      for (const field of [10n, circle, deep]) yield* answers(layer, { field })
      expect(entries.map(({ outcome, request }) => [outcome, request])).toEqual(
        Array.from(entries, () => ["success", "[cannot be written as JSON]"])
      )
      expect(entries).toHaveLength(3)
      const thrown = (): never => {
        throw new Error("no disk")
      }
      for (const log of [thrown, () => Effect.die("no disk"), () => Effect.interrupt]) {
        yield* answers(logged(() => MockChat.text("Hi"), { log }).layer)
      }
    })
  )

  it.effect("holds no key, and bytes by their length alone", () =>
    Effect.gen(function* () {
      const { entries, layer } = logged(() => MockChat.text(`The key is ${key}.`))
      yield* ZhipuChat.complete({
        ...request,
        messages: [Message.user([Message.text(key), Message.imageUrl(`data:image/png;base64,${"QUJD".repeat(500)}`)])],
        tools: [{ type: "mcp", mcp: { server_label: "s", headers: { Authorization: "Bearer private-token" } } }]
      }).pipe(Effect.provide(layer))
      const all = JSON.stringify(entries)
      for (const secret of [key, ...key.split("."), "private-token", "QUJDQUJD"]) expect(all).not.toContain(secret)
      expect(all).toContain("[base64, 2022 characters]")
    })
  )

  it.effect("holds no value of a field whose name says that it is secret, wherever it stands", () =>
    Effect.gen(function* () {
      const told = {
        user: "ada",
        password: 'hidden-1 "quoted"',
        "X-Api-Key": "hidden-2",
        nested: { client_secret: "hidden-3" }
      }
      const { entries, layer } = logged(() => MockChat.toolCall({ name: "log_in", arguments: told }))
      const parameters = { type: "object", properties: { password: { type: "string", description: "shown" } } }
      yield* ZhipuChat.complete({
        ...request,
        messages: [Message.user(`Log in with ${JSON.stringify(told, undefined, 2)}`)],
        tools: [{ type: "function", function: { name: "log_in", description: "Logs in", parameters } }],
        extra_body: { headers: { Authorization: ["Bearer hidden-4"] }, password: 123_456_789 }
      }).pipe(Effect.provide(layer))
      const all = JSON.stringify(entries)
      expect(all).not.toMatch(/hidden|quoted|123456789/)
      for (const kept of ["Log in with", "ada", "client_secret", "shown"]) expect(all).toContain(kept)
    })
  )

  it.effect("is cut where a text is long", () =>
    Effect.gen(function* () {
      const { entries, layer } = logged(() => MockChat.text("long ".repeat(1000)), { maxLength: 100 })
      yield* Effect.provide(ZhipuChat.complete(request), layer)
      expect(entries[0]?.answer).toMatch(/^.{100}… \[\d{4} characters\]$/)
    })
  )

  it.effect("goes to the logger where nothing else is said", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const logger = Logger.replace(
        Logger.defaultLogger,
        Logger.map(Logger.logfmtLogger, (line) => void lines.push(line))
      )
      const layer = PromptLog.layer().pipe(Layer.provide(MockChat.layer(() => MockChat.text("Hi"))))
      yield* ZhipuChat.complete(request).pipe(Effect.provide([layer, logger]))
      expect(lines.join()).toContain("Hello")
      expect(lines.join()).toContain("zhipu.outcome=success")
    })
  )
})
