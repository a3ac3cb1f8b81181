/** The operations other than chat, asked with plain `fetch`. What the client makes of them is tested in packages/api. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Redacted from "effect/Redacted"
import { inflateSync } from "node:zlib"
import * as Simulator from "../src/Simulator.js"
import { codeOf, type Json, json, post, postJson, text, withSimulator } from "./utils.js"

const path = (path: string, rest: Json = {}) => ({ path, ...rest })

const get = (at: string, fault?: string) =>
  post(undefined, { path: at, method: "GET", ...(fault === undefined ? {} : { fault }) })

const getJson = (at: string, fault?: string) => Effect.flatMap(get(at, fault), json)

const upload = (content: string, filename = "calls.jsonl", purpose = "batch", headers: Record<string, string> = {}) =>
  Effect.flatMap(Simulator.Simulator, ({ apiKey, baseUrl }) =>
    Effect.promise(async (): Promise<Json> => {
      const form = new FormData()
      form.set("purpose", purpose)
      form.set("file", new Blob([content]), filename)
      const response = await fetch(`${baseUrl}/files`, {
        method: "POST",
        headers: { authorization: `Bearer ${Redacted.value(apiKey)}`, ...headers },
        body: form
      })
      return JSON.parse(await response.text())
    })
  )

describe("operations", () => {
  it.live("are found below both bases, take their own method, and nothing else", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* Simulator.Simulator
      expect((yield* get("/models")).status).toBe(200)
      expect((yield* get("/embeddings")).status).toBe(405)
      expect((yield* get("/nothing")).status).toBe(404)
      expect((yield* get("/files/x/content/y")).status).toBe(404)
      const coding = yield* Effect.promise(() => fetch(`${baseUrl.replace("/paas", "/coding/paas")}/models`))
      expect(coding.status).toBe(401)
    }).pipe(withSimulator())
  )

  it.live("take a form with fields of any name", () =>
    Effect.gen(function* () {
      const { apiKey, baseUrl, requests } = yield* Simulator.Simulator
      const form = new FormData()
      for (const name of ["constructor", "__proto__", "purpose"]) form.set(name, "batch")
      form.set("file", new Blob(['{"custom_id":"1"}\n']), "calls.jsonl")
      const headers = { authorization: `Bearer ${Redacted.value(apiKey)}` }
      const { status } = yield* Effect.promise(() => fetch(`${baseUrl}/files`, { method: "POST", headers, body: form }))
      expect(status).toBe(200)
      expect((yield* requests).at(-1)?.body).toMatchObject({ constructor: "batch", purpose: "batch" })
    }).pipe(withSimulator())
  )

  it.live("refuse what the service refuses", () =>
    Effect.gen(function* () {
      const texts = Array.from({ length: 65 }, () => "a")
      const embed = { model: "embedding-3", input: "a" }
      const cases: ReadonlyArray<readonly [string, Json, string]> = [
        ["/embeddings", { ...embed, input: texts }, "1214"],
        ["/embeddings", { ...embed, input: [] }, "1214"],
        ["/embeddings", { ...embed, input: "" }, "1214"],
        ["/embeddings", { ...embed, dimensions: 100 }, "1214"],
        ["/embeddings", { ...embed, model: "glm-4.6" }, "1211"],
        ["/embeddings", { model: "embedding-3" }, "1213"],
        ["/embeddings", { model: "embedding-2", input: "a", dimensions: 512 }, "1214"],
        ["/rerank", { model: "rerank", query: "a", documents: Array.from({ length: 129 }, () => "b") }, "1214"],
        ["/rerank", { model: "rerank", query: "a".repeat(4097), documents: ["b"] }, "1214"],
        ["/moderations", { model: "moderation", input: "a".repeat(2001) }, "1214"],
        ["/web_search", { search_query: "a", search_engine: "google" }, "1214"],
        ["/web_search", { search_query: "a", search_engine: "search_pro_sogou", count: 15 }, "1214"],
        ["/reader", { url: "ftp://example.com" }, "1214"],
        ["/reader", { url: "https://invalid" }, "1234"],
        ["/images/generations", { model: "glm-image", prompt: "a", size: "1280×1280" }, "1214"],
        ["/images/generations", { model: "glm-image", prompt: "a", size: "1000x1000" }, "1214"],
        ["/videos/generations", { model: "cogvideox-3" }, "1213"],
        ["/videos/generations", { model: "cogvideox-3", prompt: "a".repeat(513) }, "1214"],
        ["/videos/generations", { model: "cogvideox-3", image_url: "iVBORw0KGgo=" }, "1214"],
        ["/batches", { input_file_id: "file-1", endpoint: "/v1/chat/completions" }, "1214"]
      ]
      for (const [at, body, code] of cases) {
        expect((yield* codeOf(body, path(at)))[1], `${at} ${JSON.stringify(body).slice(0, 60)}`).toBe(code)
      }
    }).pipe(withSimulator())
  )

  it.live("embed so that texts which share words are near, and the same text is the same everywhere", () =>
    Effect.gen(function* () {
      const input = ["the cat sat on the mat", "a cat on a mat", "quarterly tax return"]
      const answer = yield* postJson({ model: "embedding-3", input, dimensions: 256 }, path("/embeddings"))
      const [a, b, c]: ReadonlyArray<ReadonlyArray<number>> = answer["data"].map((one: Json) => one["embedding"])
      const dot = (x: ReadonlyArray<number> = [], y: ReadonlyArray<number> = []) =>
        x.reduce((sum, value, index) => sum + value * (y[index] ?? 0), 0)
      expect(a).toHaveLength(256)
      expect(dot(a, a)).toBeCloseTo(1, 3)
      expect(dot(a, b)).toBeGreaterThan(dot(a, c) + 0.2)
      expect(yield* postJson({ model: "embedding-3", input, dimensions: 256 }, path("/embeddings"))).toEqual(answer)
    }).pipe(withSimulator())
  )

  it.live("keep files by purpose, and give out those of batches alone", () =>
    Effect.gen(function* () {
      const file = yield* upload('{"a":1}\n')
      expect(file).toMatchObject({ object: "file", filename: "calls.jsonl", bytes: 8, purpose: "batch" })
      const other = yield* upload("a,b\n", "prices.csv", "agent")
      expect(yield* getJson("/files")).toMatchObject({ data: [], has_more: false })
      expect(yield* getJson("/files?purpose=batch")).toMatchObject({ data: [{ id: file["id"] }] })
      const content = yield* get(`/files/${file["id"]}/content`)
      expect(yield* Effect.promise(() => content.text())).toBe('{"a":1}\n')
      expect((yield* getJson(`/files/${other["id"]}/content`))["error"].code).toBe("1214")
      expect(yield* upload("a", "calls.csv")).toMatchObject({ error: { code: "1214" } })
      const [recorded] = yield* Effect.flatMap(Simulator.Simulator, ({ requests }) => requests)
      expect(recorded?.body).toEqual({
        purpose: "batch",
        file: {
          filename: "calls.jsonl",
          mediaType: "application/octet-stream",
          size: 8,
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/)
        }
      })
    }).pipe(withSimulator())
  )

  it.live("break an upload where they are told to", () =>
    Effect.gen(function* () {
      const headers = { "x-zhipu-fault": "upload:cut@5000" }
      const exit = yield* Effect.exit(upload("x".repeat(100_000), "calls.jsonl", "batch", headers))
      expect(Exit.isFailure(exit)).toBe(true)
      const { broken } = yield* Effect.flatMap(Simulator.Simulator, ({ stats }) => stats)
      expect(broken).toBe(1)
    }).pipe(withSimulator())
  )

  it.live(
    "run a batch: times in milliseconds, ids that are empty, counts that are null, answers in another order",
    () =>
      Effect.gen(function* () {
        const line = (id: string, body: Json) =>
          JSON.stringify({
            custom_id: id,
            method: "POST",
            url: "/v4/chat/completions",
            body: { model: "glm-4.6", ...body }
          })
        const turn = (content: string) => ({ messages: [{ role: "user", content }] })
        const lines = ["a", "b", "c", "d"].map((id) => line(id, turn(`Say: ${id}`)))
        const file = yield* upload([...lines, line("bad", { messages: [] })].join("\n"))
        const batch = yield* postJson({ input_file_id: file["id"], endpoint: "/v4/chat/completions" }, path("/batches"))
        expect(batch).toMatchObject({
          status: "validating",
          output_file_id: "",
          error_file_id: "",
          request_counts: { total: null }
        })
        expect(batch["created_at"]).toBeGreaterThan(1e12)
        yield* get(`/batches/${batch["id"]}`)
        yield* get(`/batches/${batch["id"]}`)
        const done = yield* getJson(`/batches/${batch["id"]}`)
        expect(done).toMatchObject({ status: "completed", request_counts: { total: 5, completed: 4, failed: 1 } })
        const output = yield* get(`/files/${done["output_file_id"]}/content`)
        const answers: ReadonlyArray<Json> = (yield* Effect.promise(() => output.text()))
          .trim()
          .split("\n")
          .map((text): Json => JSON.parse(text))
        const ids = answers.map((one) => one["custom_id"])
        expect(ids.toSorted()).toEqual(["a", "b", "c", "d"])
        expect(ids).not.toEqual(["a", "b", "c", "d"])
        const a = answers.find((one) => one["custom_id"] === "a")
        expect(a?.["response"].body.choices[0].message.content).toContain("a")
        // The input is removed once the batch has run.
        expect((yield* get(`/files/${file["id"]}/content`)).status).toBe(404)
      }).pipe(withSimulator())
  )

  it.live("refuse a batch file whose lines repeat an id, mix models or are no JSON", () =>
    Effect.gen(function* () {
      const line = (id: string, model: string) =>
        JSON.stringify({ custom_id: id, method: "POST", url: "/v4/chat/completions", body: { model, messages: [] } })
      const content = [line("1", "glm-4.6"), line("1", "glm-4.6"), line("2", "glm-4.5"), "{"].join("\n")
      const file = yield* upload(content)
      const batch = yield* postJson({ input_file_id: file["id"], endpoint: "/v4/chat/completions" }, path("/batches"))
      const failed = yield* getJson(`/batches/${batch["id"]}`)
      expect(failed["status"]).toBe("failed")
      expect(failed["errors"].data.map((one: Json) => [one["line"], one["code"]])).toEqual([
        [2, "duplicate_custom_id"],
        [3, "mismatched_model"],
        [4, "invalid_json_line"]
      ])
    }).pipe(withSimulator({ taskPolls: 0 }))
  )

  it.live("answer a task until it is done, and fail it in the ways that are told", () =>
    Effect.gen(function* () {
      const video = (fault?: string) =>
        postJson(
          { model: "cogvideox-3", prompt: "waves" },
          { path: "/videos/generations", ...(fault === undefined ? {} : { fault }) }
        )
      const states = (id: string, times: number) =>
        Effect.forEach(Array.from({ length: times }), () =>
          Effect.map(getJson(`/async-result/${id}`), (task) => task["task_status"])
        )
      const plain = yield* video()
      expect(plain["task_status"]).toBe("PROCESSING")
      expect(yield* states(plain["id"], 3)).toEqual(["PROCESSING", "PROCESSING", "SUCCESS"])
      expect(yield* states((yield* video("task:polls=1"))["id"], 2)).toEqual(["PROCESSING", "SUCCESS"])
      expect(yield* states((yield* video("task:unknown"))["id"], 2)).toEqual(["QUEUED_ELSEWHERE", "QUEUED_ELSEWHERE"])
      expect((yield* states((yield* video("task:forever"))["id"], 9)).every((state) => state === "PROCESSING")).toBe(
        true
      )
      const failed = yield* video("task:fail")
      yield* states(failed["id"], 2)
      expect(Object.keys(yield* getJson(`/async-result/${failed["id"]}`)).toSorted()).toEqual([
        "id",
        "model",
        "request_id",
        "task_status"
      ])
      const filtered = yield* video("task:fail:1301")
      yield* states(filtered["id"], 2)
      expect((yield* getJson(`/async-result/${filtered["id"]}`))["error"].code).toBe("1301")
      expect((yield* get(`/async-result/${plain["id"]}`, "task:gone")).status).toBe(404)
      const once = { model: "cogvideox-3", prompt: "waves", request_id: "only-once-1" }
      expect(yield* codeOf(once, path("/videos/generations"))).toEqual([200, undefined])
      expect((yield* codeOf(once, path("/videos/generations")))[1]).toBe("1231")
    }).pipe(withSimulator())
  )

  it.live("put images behind links that refuse a key", () =>
    Effect.gen(function* () {
      const answer = yield* postJson(
        { model: "cogview-4", prompt: "a lighthouse", size: "512x768" },
        path("/images/generations")
      )
      const { url } = answer["data"][0]
      const fetched = (headers: Record<string, string>) => Effect.promise(() => fetch(url, { headers }))
      expect((yield* fetched({ authorization: "Bearer x.y" })).status).toBe(403)
      expect((yield* fetched({ "x-zhipu-fault": "media:expired" })).status).toBe(403)
      const response = yield* fetched({})
      expect(response.headers.get("content-type")).toBe("image/png")
      const image = Buffer.from(yield* Effect.promise(() => response.arrayBuffer()))
      expect(image.subarray(1, 4).toString()).toBe("PNG")
      expect([image.readUInt32BE(16), image.readUInt32BE(20)]).toEqual([512, 768])
      expect(image.includes("a lighthouse")).toBe(true)
      const data = image.indexOf("IDAT")
      const size = image.readUInt32BE(data - 4)
      expect(inflateSync(image.subarray(data + 4, data + 4 + size))).toHaveLength(768 * 65)
    }).pipe(withSimulator())
  )

  it.live("are forgotten by a reset, and begin again with the same ids", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.Simulator
      const first = yield* upload("{}\n")
      yield* simulator.reset
      expect((yield* getJson("/files?purpose=batch"))["data"]).toEqual([])
      expect((yield* upload("{}\n"))["id"]).toBe(first["id"])
    }).pipe(withSimulator())
  )
})

describe("what happened to files and tasks", () => {
  it.live("is counted, and forgotten by reset", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.Simulator
      const content = '{"custom_id":"a","method":"POST","url":"/v4/chat/completions","body":{"model":"glm-4.6"}}\n'
      const file = yield* upload(content)
      const video = yield* postJson(
        { model: "cogvideox-3", prompt: "a" },
        path("/videos/generations", { fault: "task:polls=1" })
      )
      const failing = yield* postJson(
        { model: "cogvideox-3", prompt: "b" },
        path("/videos/generations", { fault: "task:fail" })
      )
      expect((yield* simulator.stats).tasks).toEqual({ processing: 2 })
      for (const { id } of [video, video, failing, failing, failing]) yield* getJson(`/async-result/${id}`)
      yield* get(`/files/${file["id"]}/content`)
      expect(yield* simulator.stats).toMatchObject({
        uploads: 1,
        uploadedBytes: content.length,
        polls: 5,
        downloads: 1,
        tasks: { success: 1, fail: 1 }
      })
      yield* simulator.reset
      expect(yield* simulator.stats).toMatchObject({ uploads: 0, uploadedBytes: 0, polls: 0, downloads: 0, tasks: {} })
    }).pipe(withSimulator())
  )

  it.live("is told as it was years ago where that is asked for", () =>
    Effect.gen(function* () {
      const file = yield* upload("{}\n", "old.jsonl")
      expect(file).toMatchObject({ fileName: "old.jsonl" })
      expect(file).not.toHaveProperty("filename")
    }).pipe(withSimulator({ legacy: true }))
  )

  it.live("begins with files, and finds pages, that are given", () => {
    const bytes = new TextEncoder().encode("{}\n")
    const pages = [
      { title: "One", content: "First.", link: "https://a.example/1", publish_date: "2026-02-01" },
      { title: "Two", content: "Second.", link: "https://b.example/2" }
    ]
    return Effect.gen(function* () {
      const simulator = yield* Simulator.Simulator
      for (let i = 0; i < 2; i++) {
        const { data } = yield* getJson("/files?purpose=batch")
        expect(data).toMatchObject([{ id: "file-0000000001", filename: "old.jsonl", bytes: 3 }])
        expect(yield* text(yield* get("/files/file-0000000001/content"))).toBe("{}\n")
        yield* upload("{}\n")
        yield* simulator.reset
      }
      const search = (more: Json) =>
        Effect.map(
          postJson({ search_query: "x", search_engine: "search_pro", ...more }, path("/web_search")),
          ({ search_result: found }) => found
        )
      expect(yield* search({})).toEqual([
        { ...pages[0], media: "", icon: "", refer: "ref_1" },
        { ...pages[1], media: "", icon: "", refer: "ref_2", publish_date: "" }
      ])
      expect(yield* search({ count: 1 })).toHaveLength(1)
      expect(yield* search({ search_domain_filter: "b.example" })).toMatchObject([{ title: "Two" }])
    }).pipe(withSimulator({ files: [{ name: "old.jsonl", purpose: "batch", bytes }], searchResults: pages }))
  })

  it.live("may be refused without a code", () =>
    Effect.gen(function* () {
      const body = yield* getJson("/models", "code:1302,envelope:bare")
      expect(body).toEqual({ message: expect.any(String), success: false })
    }).pipe(withSimulator())
  )
})
