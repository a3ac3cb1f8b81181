import { describe, expect, it } from "@effect/vitest"
import { Files, Upload } from "@effect-zhipu/api"
import { FileSystem } from "@effect/platform"
import { MockHttpClient } from "@effect-zhipu/testing"
import { RetryPolicy, Zhipu } from "@effect-zhipu/client"
import { Chunk, Effect, Fiber, Layer, Option, Redacted, Ref, Stream, TestClock } from "effect"
import { createHash } from "node:crypto"
import { asked, over, serviceLayer, withFaults } from "./support/service.js"

const utf8 = new TextEncoder()
const jsonl = (text: string, filename = "calls.jsonl") => Upload.fromBytes(utf8.encode(text), { filename })

describe("Files", () => {
  over(serviceLayer())((test) => {
    test(
      "sends, lists, gives back and removes",
      Effect.gen(function* () {
        const file = yield* Files.upload(jsonl('{"a":1}\n'), { purpose: "batch" })
        expect(file).toMatchObject({ filename: "calls.jsonl", bytes: 8, purpose: "batch" })
        // Of files the time is in seconds.
        expect(file.created_at).toBeLessThan(1e11)
        expect((yield* Files.list({ purpose: "batch" })).data.map(({ id }) => id)).toEqual([file.id])
        expect(yield* Files.text(file.id)).toBe('{"a":1}\n')
        yield* Files.remove(file.id)
        expect(yield* Effect.flip(Files.remove(file.id))).toMatchObject({ _tag: "InvalidRequestError", status: 404 })
        yield* Files.remove(file.id, { missing: "ignore" })
      })
    )

    test(
      "follows the pages of a list, and finds by name",
      Effect.gen(function* () {
        for (let i = 0; i < 205; i++) yield* Files.upload(jsonl("{}\n", `${i}.jsonl`), { purpose: "batch" })
        yield* asked
        for (let i = 0; i < 205; i++) yield* Files.upload(jsonl("{}\n", `${i}.jsonl`), { purpose: "batch" })
        const all = yield* Stream.runCollect(Files.all({ purpose: "batch" }))
        expect(new Set(Chunk.map(all, ({ id }) => id)).size).toBe(205)
        const found = yield* Files.find({ purpose: "batch", filename: "7.jsonl" })
        expect(Option.map(found, ({ filename }) => filename)).toEqual(Option.some("7.jsonl"))
        expect(yield* Files.find({ purpose: "batch", filename: "none.jsonl" })).toEqual(Option.none())
      })
    )

    test(
      "checks ending and size before anything is sent, unless told not to",
      Effect.gen(function* () {
        yield* asked
        const big = Upload.fromStream(Stream.empty, { filename: "calls.jsonl", size: 100_000_001 })
        for (const [file, purpose] of [
          [jsonl("", "calls.json"), "batch"],
          [big, "batch"],
          [jsonl("", "noending"), "agent"],
          [Upload.fromBytes(new Uint8Array(5_000_001), { filename: "a.png" }), "code-interpreter"]
        ] as const) {
          expect(yield* Effect.flip(Files.upload(file, { purpose }))).toMatchObject({
            _tag: "InvalidRequestError",
            path: "file"
          })
        }
        expect(yield* asked).toEqual([])
        const report = Upload.fromBytes(new Uint8Array(1), { filename: "report.txt" })
        expect(yield* Files.upload(report, { purpose: "user_data" })).toMatchObject({ purpose: "user_data" })
        const refused = yield* Effect.flip(Files.upload(jsonl("{}", "a.json"), { purpose: "batch", checks: false }))
        expect(refused).toMatchObject({ code: "1214" })
        yield* Files.upload(jsonl("a", "a.whatever"), { purpose: "batch-of-tomorrow" }).pipe(Effect.flip)
      })
    )

    test(
      "sends names as they are",
      Effect.gen(function* () {
        yield* asked
        for (const filename of ["数据.jsonl", 'a"b.jsonl', "folder/../x.jsonl"]) {
          yield* Files.upload(jsonl("{}\n", filename), { purpose: "batch" })
        }
        const names = (yield* asked).map(({ body }) => (body as { file: { filename: string } }).file.filename)
        expect(names).toEqual(["数据.jsonl", 'a"b.jsonl', "x.jsonl"])
      })
    )

    test(
      "refuses ids that would ask for something else",
      Effect.gen(function* () {
        yield* asked
        for (const id of ["", ".", ".."]) {
          expect((yield* Effect.flip(Files.text(id)))._tag).toBe("InvalidRequestError")
        }
        yield* Effect.flip(Files.text("a/../b?c"))
        expect((yield* asked).map(({ path }) => path)).toEqual(["/api/paas/v4/files/a%2F..%2Fb%3Fc/content"])
      })
    )

    test(
      "fails where bytes were to come and an error did",
      Effect.gen(function* () {
        const agent = yield* Files.upload(jsonl("a", "a.csv"), { purpose: "agent" })
        expect(yield* Effect.flip(Files.text(agent.id))).toMatchObject({ _tag: "InvalidRequestError", code: "1214" })
        const error = yield* Effect.flip(withFaults("error-200:1302")(Files.text(agent.id)))
        expect(error._tag).toBe("RateLimitError")
      })
    )

    test(
      "writes a file when all of it has come, and nothing otherwise",
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const folder = yield* fs.makeTempDirectoryScoped()
        const file = yield* Files.upload(jsonl("x".repeat(100_000)), { purpose: "batch" })
        yield* Files.save(file.id, `${folder}/whole`)
        expect((yield* fs.readFileString(`${folder}/whole`)).length).toBe(100_000)
        yield* Effect.flip(withFaults("reset@5000")(Files.save(file.id, `${folder}/cut`)))
        expect(yield* fs.readDirectory(folder)).toEqual(["whole"])
      })
    )

    test(
      "two that are written to one path at once are both whole",
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const folder = yield* fs.makeTempDirectoryScoped()
        const texts = ["x".repeat(2_000_000), "y".repeat(3_000_000)]
        const files = yield* Effect.forEach(texts, (text) => Files.upload(jsonl(text), { purpose: "batch" }))
        yield* Effect.forEach(files, ({ id }) => Files.save(id, `${folder}/one`), { concurrency: 2 })
        expect(texts).toContain(yield* fs.readFileString(`${folder}/one`))
        expect(yield* fs.readDirectory(folder)).toEqual(["one"])
      })
    )

    test(
      "removes a file when its scope closes",
      Effect.gen(function* () {
        const id = yield* Effect.scoped(Effect.map(Files.scoped(jsonl("{}\n"), { purpose: "batch" }), ({ id }) => id))
        expect((yield* Effect.flip(Files.text(id)))._tag).toBe("InvalidRequestError")
      })
    )
  })

  it.effect("reads fileName, as an upload was seen to answer", () =>
    Effect.gen(function* () {
      const file = yield* Files.upload(jsonl("{}"), { purpose: "batch" })
      expect(file).toMatchObject({ id: "1", filename: "a.jsonl" })
    }).pipe(
      Effect.provide(
        Zhipu.layer({ apiKey: Redacted.make("a.b") }).pipe(
          Layer.provide(MockHttpClient.layer([{ body: '{"id":1,"fileName":"a.jsonl","object":"file"}' }]))
        )
      )
    )
  )
})

describe("the removal of a file", () => {
  it.live("is done where the answer was lost, and the file is not there when it is asked again", () =>
    Effect.gen(function* () {
      yield* Files.remove("1")
      expect(yield* Effect.flip(Files.remove("1"))).toMatchObject({ status: 404 })
    }).pipe(
      Effect.provide(
        Zhipu.layer({
          apiKey: Redacted.make("a.b"),
          retry: RetryPolicy.backoff({ base: 1, cap: 1, retries: 1, elapsed: "1 minute" })
        }).pipe(
          Layer.provide(
            MockHttpClient.layer((request, index) =>
              index === 0
                ? MockHttpClient.unreachable(request)
                : index === 2
                  ? { status: 429, body: '{"error":{"code":"1302"}}' }
                  : { status: 404, body: '{"error":{"code":"1214"}}' }
            )
          )
        )
      )
    )
  )
})

describe("the content of a file", () => {
  it.effect("is read by whatever name a store has for its lines", () =>
    Effect.gen(function* () {
      for (let i = 0; i < 2; i++) expect(yield* Files.text("1")).toBe('{"a":1}\n')
      for (let i = 0; i < 2; i++) expect(yield* Effect.flip(Files.text("1"))).toMatchObject({ code: "1214" })
    }).pipe(
      Effect.provide(
        Zhipu.layer({ apiKey: Redacted.make("a.b") }).pipe(
          Layer.provide(
            MockHttpClient.layer([
              { headers: { "content-type": "application/jsonl" }, body: '{"a":1}\n' },
              { headers: { "content-type": "application/x-ndjson" }, body: '{"a":1}\n' },
              { headers: { "content-type": "application/json" }, body: '{"error":{"code":"1214"}}' },
              {
                headers: { "content-type": "Application/Problem+JSON; charset=utf-8" },
                body: '{"error":{"code":"1214"}}'
              }
            ])
          )
        )
      )
    )
  )
})

describe("a list of files", () => {
  it.effect("ends where the service gives the same page again, and gives nothing twice", () =>
    Effect.gen(function* () {
      const all = yield* Stream.runCollect(Files.all({ purpose: "batch" }))
      expect(Chunk.toReadonlyArray(all).map(({ id }) => id)).toEqual(["1", "2"])
    }).pipe(
      Effect.provide(
        Zhipu.layer({ apiKey: Redacted.make("a.b") }).pipe(
          Layer.provide(MockHttpClient.layer(() => ({ body: '{"data":[{"id":"1"},{"id":"2"}],"has_more":true}' })))
        )
      )
    )
  )
})

describe("a file for a scope", () => {
  it.effect("can be interrupted while it is sent", () =>
    Effect.gen(function* () {
      const sending = yield* Effect.fork(Effect.scoped(Files.scoped(jsonl("{}"), { purpose: "batch" })))
      yield* TestClock.adjust("1 second")
      const stopped = yield* Effect.fork(Fiber.interrupt(sending))
      yield* Effect.yieldNow()
      yield* TestClock.adjust("1 second")
      expect(yield* Fiber.poll(stopped)).toMatchObject({ _tag: "Some", value: { _tag: "Success" } })
    }).pipe(
      Effect.provide(
        Zhipu.layer({ apiKey: Redacted.make("a.b") }).pipe(Layer.provide(MockHttpClient.layer(() => Effect.never)))
      )
    )
  )
})

describe("Upload", () => {
  over(serviceLayer({}, { retry: RetryPolicy.default }))((test) => {
    test(
      "sends bytes, streams and paths alike",
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const folder = yield* fs.makeTempDirectoryScoped()
        const bytes = utf8.encode("0123456789\n".repeat(20_000))
        yield* fs.writeFile(`${folder}/a.jsonl`, bytes)
        const stream = Stream.fromIterable([bytes.subarray(0, 70_000), bytes.subarray(70_000)])
        yield* asked
        for (const file of [
          Upload.fromBytes(bytes, { filename: "a.jsonl" }),
          Upload.fromStream(stream, { filename: "a.jsonl" }),
          Upload.fromStream(stream, { filename: "a.jsonl", size: bytes.length }),
          yield* Upload.fromPath(`${folder}/a.jsonl`)
        ]) {
          expect(yield* Files.upload(file, { purpose: "batch" })).toMatchObject({ bytes: bytes.length })
        }
        const sha256 = createHash("sha256").update(bytes).digest("hex")
        const sent = (yield* asked).map(({ body, headers }) => [
          (body as { file: { sha256: string } }).file.sha256,
          headers["content-length"] !== undefined
        ])
        expect(sent).toEqual([
          [sha256, true],
          [sha256, false],
          [sha256, true],
          [sha256, true]
        ])
      })
    )

    test(
      "takes a stream of another length for no file",
      Effect.gen(function* () {
        for (const size of [5, 50]) {
          const file = Upload.fromStream(Stream.make(utf8.encode("0123456789")), { filename: "a.jsonl", size })
          const error = yield* Effect.flip(Files.upload(file, { purpose: "batch" }))
          expect(error).toMatchObject({ _tag: "InvalidRequestError", path: "file" })
        }
        const broken = Upload.fromStream(Stream.concat(Stream.make(utf8.encode("{}")), Stream.fail("disk")), {
          filename: "a.jsonl"
        })
        expect((yield* Effect.flip(Files.upload(broken, { purpose: "batch" })))._tag).toBe("InvalidRequestError")
      })
    )

    test(
      "is not sent twice where the first may have arrived",
      Effect.gen(function* () {
        yield* asked
        const lost = yield* Effect.flip(
          withFaults("upload:cut@100000*1")(Files.upload(jsonl("x".repeat(300_000)), { purpose: "batch" }))
        )
        expect(lost._tag).toBe("ConnectionError")
        expect(yield* asked).toHaveLength(1)
      })
    )

    test(
      "tells how far it is",
      Effect.gen(function* () {
        const seen = yield* Ref.make<ReadonlyArray<Upload.Progress>>([])
        const file = jsonl("x".repeat(200_000)).pipe(
          Upload.withProgress((progress) => Ref.update(seen, (all) => [...all, progress]))
        )
        yield* Files.upload(file, { purpose: "batch" })
        const told = yield* Ref.get(seen)
        expect(told.map(({ sent }) => sent)).toEqual([65_536, 131_072, 196_608, 200_000])
        expect(told.every(({ total }) => Option.getOrNull(total) === 200_000)).toBe(true)
      })
    )
  })
})
