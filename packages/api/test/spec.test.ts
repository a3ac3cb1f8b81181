/** That every operation is there: in the vendor's document, in the simulator, and as a function that asks as the document says. */
import { describe, expect, it } from "@effect/vitest"
import {
  AsyncChat,
  Batches,
  Embeddings,
  Files,
  Images,
  Models,
  Moderations,
  Quota,
  Reader,
  Rerank,
  Tasks,
  Tokenizer,
  Upload,
  Videos,
  WebSearch
} from "@effect-zhipu/api"
import { Message, ZhipuHttpClient } from "@effect-zhipu/client"
import { Simulator } from "@effect-zhipu/testing"
import { Effect, Stream } from "effect"
import * as openapi from "./support/openapi.js"
import { asked, over, serviceLayer } from "./support/service.js"

/** What has no functions yet; a path that is in neither list fails the test. */
const later: ReadonlyArray<RegExp> = [
  /\/paas\/v4\/audio\//,
  /\/paas\/v4\/voice\//,
  /\/paas\/v4\/files\/(parser|ocr)/,
  /\/paas\/v4\/layout_parsing/,
  /\/paas\/v4\/assistant/,
  / \/v1\/agents/,
  / \/llm-application\//,
  / \/zrag\//
]

/** What the document does not have. */
const undocumented = ["GET /paas/v4/models", "GET /monitor/usage/quota/limit"]

const chat = "POST /paas/v4/chat/completions"

const text = (content: string) => new TextEncoder().encode(content)
const messages = [Message.user("Hello")]
const line = { custom_id: "a", method: "POST", url: "/v4/chat/completions", body: { model: "glm-4.6", messages } }

/** Each function that asks, with all that it may ask with. */
const everything = Effect.gen(function* () {
  const ids = { request_id: "request-1", user_id: "user-1" }
  yield* Embeddings.create({ model: "embedding-3", input: ["a"], dimensions: 256 })
  yield* Embeddings.embed("a", { model: "embedding-2" })
  yield* Rerank.rank({ model: "rerank", query: "a", documents: ["b"], top_n: 1, return_documents: true, ...ids })
  yield* Rerank.order(["a"], "b", { text: String, top: 1 })
  yield* Tokenizer.count({ model: "glm-4.6", messages, ...ids })
  yield* Moderations.checkText("a")
  yield* Moderations.check({ model: "moderation", input: { type: "text", text: "a" } })
  yield* WebSearch.results("a", { count: 2, domain: "example.com", recency: "day", contentSize: "high" })
  yield* Reader.read({ url: "https://example.com", timeout: 5, return_format: "text", with_links_summary: true })
  const bytes = text(`${JSON.stringify(line)}\n`)
  const file = yield* Files.upload(Upload.fromBytes(bytes, { filename: "a.jsonl" }), { purpose: "batch" })
  yield* Files.list({ purpose: "batch", limit: 5, after: "x", order: "created_at" })
  yield* Files.text(file.id)
  const batch = yield* Batches.create({
    input_file_id: file.id,
    endpoint: "/v4/chat/completions",
    auto_delete_input_file: false,
    metadata: { a: "b" }
  })
  yield* Batches.get(batch.id)
  yield* Batches.list({ limit: 5, after: "x" })
  yield* Batches.cancel(batch.id)
  yield* Files.remove(file.id)
  const task = yield* AsyncChat.create({ model: "glm-4.6", messages })
  yield* Tasks.get(task.id ?? "")
  const image = {
    model: "glm-image",
    prompt: "a",
    quality: "hd",
    size: "1280×1280",
    watermark_enabled: true,
    user_id: "user-1"
  }
  yield* Images.generate(image)
  yield* Images.create(image)
  const video = { prompt: "a", user_id: "user-1" }
  yield* Videos.create({
    ...video,
    model: "cogvideox-3",
    size: "1280x720",
    fps: 30,
    duration: 5,
    with_audio: true,
    quality: "speed"
  })
  yield* Videos.create({
    ...video,
    model: "viduq1-text",
    style: "anime",
    aspect_ratio: "16:9",
    movement_amplitude: "auto",
    duration: 5,
    size: "1920x1080"
  })
  yield* Videos.create({ ...video, model: "vidu2-image", image_url: "https://example.com/a.png", duration: 4 })
  yield* Models.list
  yield* Quota.limits
  yield* Stream.runDrain(Files.all({ purpose: "batch" }))
})

/** Where practice differs from the document, and why. */
const exceptions: Readonly<Record<string, string>> = {}

const withoutBase = (path: string) => path.replace(/^\/api/, "")

describe("operations", () => {
  it.skipIf(!openapi.present)("of the document are in the simulator, or named as to come", () => {
    const simulated = Simulator.operations.map(({ method, path }) => `${method} ${path}`)
    const wanted = openapi.operations.filter((operation) => !later.some((pattern) => pattern.test(operation)))
    expect(simulated.filter((operation) => !undocumented.includes(operation)).toSorted()).toEqual(wanted.toSorted())
    expect(openapi.operations).toHaveLength(59)
    // So that the list of what is to come gets shorter.
    for (const pattern of later)
      expect(
        openapi.operations.some((one) => pattern.test(one)),
        String(pattern)
      ).toBe(true)
  })

  over(serviceLayer())((test) => {
    test(
      "of the simulator have a function each, and no function asks for another",
      Effect.gen(function* () {
        const names = new Set<string>()
        const noting =
          <A extends ReadonlyArray<unknown>, B>(run: (call: ZhipuHttpClient.Call, ...rest: A) => B) =>
          (call: ZhipuHttpClient.Call, ...rest: A): B => {
            names.add(call.operation)
            return run(call, ...rest)
          }
        yield* Effect.updateService(everything, ZhipuHttpClient.ZhipuHttpClient, (service) => ({
          ...service,
          json: (call, decode) => service.json((names.add(call.operation), call), decode),
          bytes: noting(service.bytes),
          empty: noting(service.empty)
        }))
        // By these names they are known to spans and mocks.
        expect(Array.from(names).toSorted()).toEqual(
          Simulator.operations.flatMap(({ name }) => (name === "chat" ? [] : [name])).toSorted()
        )
        const patterns = Simulator.operations.map(({ method, path }) => ({
          operation: `${method} ${path}`,
          pattern: new RegExp(`^${method} ${path.replace(/\{\w+\}/g, "[^/]+")}$`)
        }))
        const found = (yield* asked).map(({ method, path }) => `${method} ${withoutBase(path)}`)
        const reached = new Set(
          found.map(
            (one) => patterns.find(({ operation, pattern }) => operation === one || pattern.test(one))?.operation
          )
        )
        const all = Simulator.operations.map(({ method, path }) => `${method} ${path}`).filter((one) => one !== chat)
        expect(Array.from(reached).toSorted()).toEqual(all.toSorted())
      })
    )
  })
})

describe.skipIf(!openapi.present)("requests", () => {
  over(serviceLayer())((test) => {
    test(
      "are as the document has them",
      Effect.gen(function* () {
        yield* everything
        const wrong = (yield* asked).flatMap(({ body, method, path, query }) => {
          const operation = openapi.operationOf(method, withoutBase(path))
          if (operation === undefined) return []
          return openapi.check(operation, { body, query }).map((problem) => `${operation} ${problem}`)
        })
        expect(wrong.filter((problem) => exceptions[problem] === undefined)).toEqual([])
        for (const problem of Object.keys(exceptions)) expect(wrong).toContain(problem)
      })
    )
  })

  it("are refused by the check where they are wrong", () => {
    const check = (body: unknown) => openapi.check("POST /paas/v4/embeddings", { body, query: {} })
    expect(check({ model: "embedding-3", input: "a" })).toEqual([])
    expect(check({ model: "embedding-9", input: "a" })).toHaveLength(1)
    expect(check({ input: "a" })).toEqual(["body.model: missing"])
    expect(check({ model: "embedding-3", input: 5 })).not.toEqual([])
    expect(check({ model: "embedding-3", input: "a", dimensions: "512" })).not.toEqual([])
    expect(check({ model: "embedding-3", input: "a", other: 1 })).toEqual(["body.other: unknown"])
    expect(openapi.check("GET /paas/v4/files", { body: undefined, query: { x: "1" } })).toHaveLength(2)
  })
})
