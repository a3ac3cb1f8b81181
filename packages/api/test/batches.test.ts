import { describe, expect, it } from "@effect/vitest"
import { Batch, Batches, Embeddings, Files, Jsonl, Upload } from "@effect-zhipu/api"
import { ChatCompletion, Message, Zhipu } from "@effect-zhipu/client"
import { MockHttpClient, Simulator } from "@effect-zhipu/testing"
import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { Chunk, Deferred, Effect, Fiber, Layer, Option, Redacted, Schedule, Stream } from "effect"
import { asked, over, serviceLayer, withFaults } from "./support/service.js"

/** No test waits for the pace of the service. */
const wait = { schedule: Schedule.spaced("5 millis") }

const calls = (count: number, model = "glm-4.6") =>
  Stream.map(Stream.range(1, count), (number) => ({
    id: `call-${number}`,
    body: { model, messages: [Message.user(`Say: ${number}`)] }
  }))

const collect = <A, E, R>(stream: Stream.Stream<A, E, R>) =>
  Effect.map(Stream.runCollect(stream), Chunk.toReadonlyArray)

const byId = (lines: ReadonlyArray<Batches.BatchLine>) => new Map(lines.map((line) => [line.customId, line]))

/** A batch of these calls that has been sent. */
const started = (count: number) =>
  Effect.gen(function* () {
    const lines = Stream.map(calls(count), ({ body, id }) => ({
      custom_id: id,
      method: "POST",
      url: "/v4/chat/completions",
      body
    }))
    const file = yield* Files.upload(Upload.fromStream(Jsonl.encode(lines), { filename: "a.jsonl" }), {
      purpose: "batch"
    })
    return yield* Batches.create({ input_file_id: file.id, endpoint: "/v4/chat/completions" })
  })

const paths = Effect.map(asked, (requests) =>
  requests.map(
    ({ method, path }) => `${method} ${path.replace("/api/paas/v4", "").replace(/\/(file-|batch_)\w+/, "/ID")}`
  )
)

describe("Batches", () => {
  over(serviceLayer())((test) => {
    test(
      "reads ids that are empty, counts that are null, and times in milliseconds",
      Effect.gen(function* () {
        const begun = yield* started(2)
        expect(Batch.outputFileId(begun)).toEqual(Option.none())
        expect(Batch.errorFileId(begun)).toEqual(Option.none())
        expect(Batch.counts(begun)).toEqual(Option.none())
        expect(Batch.millis(begun.created_at ?? 0)).toBe(begun.created_at)
        const done = yield* Batches.await(begun.id, wait)
        expect(Batch.counts(done)).toEqual(Option.some({ total: 2, completed: 2, failed: 0 }))
        expect(Option.isSome(Batch.outputFileId(done))).toBe(true)
        expect((yield* Batches.list({ limit: 1 })).data.map(({ id }) => id)).toEqual([begun.id])
      })
    )

    test(
      "gives the answers of a batch, matched by their ids",
      Effect.gen(function* () {
        const done = yield* Effect.flatMap(started(20), ({ id }) => Batches.await(id, wait))
        const lines = yield* collect(Batches.results(done))
        expect(lines).toHaveLength(20)
        expect(lines.map(({ customId }) => customId)).not.toEqual(Array.from({ length: 20 }, (_, i) => `call-${i + 1}`))
        for (const line of lines) {
          if (line._tag === "Failure") throw line.error
          expect(ChatCompletion.text(line.body)).toContain(line.customId.replace("call-", ""))
        }
      })
    )

    test(
      "takes a broken line for an error of that line alone",
      Effect.gen(function* () {
        const done = yield* Effect.flatMap(started(5), ({ id }) => Batches.await(id, wait))
        const lines = yield* withFaults("jsonl:broken@2")(collect(Batches.results(done)))
        expect(lines.map(({ _tag }) => _tag)).toEqual(["Success", "Failure", "Success", "Success", "Success"])
        expect(lines[1]).toMatchObject({ customId: undefined, error: { _tag: "CorruptStreamError", frame: 2 } })
      })
    )

    test(
      "is cancelled",
      Effect.gen(function* () {
        const { id } = yield* started(1)
        expect((yield* Batches.cancel(id)).status).toBe("cancelling")
        const error = yield* Effect.flip(Batches.await(id, wait))
        expect(error).toMatchObject({ _tag: "TaskFailedError", kind: "batch", state: "cancelled", taskId: id })
      })
    )

    test(
      "fails with the first reasons where the file was not taken",
      Effect.gen(function* () {
        const file = yield* Files.upload(
          Upload.fromBytes(new TextEncoder().encode('{"custom_id":"1"}\n{\n'), { filename: "a.jsonl" }),
          { purpose: "batch" }
        )
        const { id } = yield* Batches.create({ input_file_id: file.id, endpoint: "/v4/chat/completions" })
        const error = yield* Effect.flip(Batches.await(id, wait))
        expect(error._tag).toBe("TaskFailedError")
        expect(error.message).toContain("line 2")
      })
    )

    test(
      "gives one that expired, with what was done",
      Effect.gen(function* () {
        const { id } = yield* withFaults("batch:expired")(started(4))
        const done = yield* Batches.await(id, wait)
        expect(done.status).toBe("expired")
        expect(yield* collect(Batches.results(done))).toHaveLength(2)
      })
    )
  })

  it("reads counts in both shapes, and times in both units", () => {
    const batch = (fields: object): Batch.Batch => ({ id: "1", ...fields })
    expect(Batch.counts(batch({ request_counts: { total: 3, completed: 2, failed: 1 } }))).toEqual(
      Option.some({ total: 3, completed: 2, failed: 1 })
    )
    expect(Batch.counts(batch({ request_counts: 3, total: 3, completed: 2, failed: 1 }))).toEqual(
      Option.some({ total: 3, completed: 2, failed: 1 })
    )
    expect(Batch.counts(batch({ request_counts: { total: undefined } }))).toEqual(Option.none())
    expect(Batch.millis(1715674031)).toBe(1715674031000)
    expect(Batch.millis(1715674031399)).toBe(1715674031399)
  })
})

describe("a run of batches", () => {
  it.scopedLive("gives a call one line, though the service has it in both of its files", () =>
    Effect.gen(function* () {
      const lines = yield* collect(Batches.run(calls(2), { wait }))
      expect(lines.map(({ _tag, customId }) => [_tag, customId])).toEqual([
        ["Success", "call-1"],
        ["Failure", "call-2"]
      ])
    }).pipe(
      Effect.provide(
        Zhipu.layer({ apiKey: Redacted.make("a.b") }).pipe(
          Layer.provide(
            MockHttpClient.layer(({ method, url }) => {
              const line = (id: number, fields: object) => JSON.stringify({ custom_id: `call-${id}`, ...fields })
              const answer = { response: { status_code: 200, body: { choices: [] } } }
              const failure = { error: { code: "1302", message: "busy" } }
              const file = (lines: ReadonlyArray<string>) => ({
                headers: { "content-type": "application/octet-stream" },
                body: lines.join("\n")
              })
              if (url.endsWith("/files/o/content")) return file([line(1, answer), line(1, answer)])
              if (url.endsWith("/files/e/content")) return file([line(1, failure), line(2, failure)])
              return method === "POST"
                ? { body: '{"id":"1","status":"validating"}' }
                : { body: '{"id":"1","status":"completed","output_file_id":"o","error_file_id":"e"}' }
            })
          ),
          Layer.provideMerge(NodeContext.layer)
        )
      )
    )
  )

  over(serviceLayer())((test) => {
    test(
      "85. answers every call, failures too, and leaves no file behind",
      Effect.gen(function* () {
        const bad = Stream.make({ id: "bad", body: { model: "glm-4.6", messages: [] } })
        const lines = yield* collect(Batches.run(Stream.concat(calls(30), bad), { wait }))
        const found = byId(lines)
        expect(found.size).toBe(31)
        expect(found.get("call-7")?._tag).toBe("Success")
        expect(found.get("bad")).toMatchObject({
          _tag: "Failure",
          status: 400,
          error: { _tag: "InvalidRequestError", code: "1214" }
        })
        expect((yield* Files.list({ purpose: "batch" })).data).toEqual([])
      })
    )

    test(
      "writes a file for each model",
      Effect.gen(function* () {
        yield* asked
        const lines = yield* collect(
          Batches.run(
            Stream.concat(
              calls(3),
              Stream.map(calls(3, "glm-4.5"), (call) => ({ ...call, id: `b-${call.id}` }))
            ),
            { wait }
          )
        )
        expect(lines.filter(({ _tag }) => _tag === "Success")).toHaveLength(6)
        expect((yield* paths).filter((path) => path === "POST /batches")).toHaveLength(2)
      })
    )

    test(
      "85. finds what is wrong with the calls before anything is sent",
      Effect.gen(function* () {
        yield* asked
        const twice = Stream.concat(calls(2), calls(1))
        const wrong = [
          twice,
          Stream.make({ id: "", body: { model: "a" } }),
          Stream.make({ id: "a", body: {} }),
          Stream.make({ id: "a", body: { model: "a", big: 1n } })
        ]
        for (const requests of wrong) {
          expect((yield* Effect.flip(Stream.runDrain(Batches.run(requests, { wait }))))._tag).toBe(
            "InvalidRequestError"
          )
        }
        expect(yield* asked).toEqual([])
      })
    )

    test(
      "tells of calls that the service left without a result",
      Effect.gen(function* () {
        const expired = byId(yield* collect(Batches.run(calls(4), { wait })).pipe(withFaults("batch:expired")))
        expect(expired.size).toBe(4)
        expect(Array.from(expired.values()).filter(({ _tag }) => _tag === "Failure")).toHaveLength(2)
        const none = yield* collect(Batches.run(calls(3), { wait })).pipe(withFaults("batch:nofile"))
        expect(none.map((line) => (line._tag === "Failure" ? line.error._tag : line._tag))).toEqual([
          "TaskFailedError",
          "TaskFailedError",
          "TaskFailedError"
        ])
      })
    )

    test(
      "a batch that failed is a failure of each of its calls, and the results of the others are given",
      Effect.gen(function* () {
        const others = Stream.map(calls(2, "glm-4.5"), (call) => ({ ...call, id: `b-${call.id}` }))
        const lines = byId(
          yield* collect(Batches.run(Stream.concat(calls(2), others), { wait })).pipe(withFaults("batch:failed*1"))
        )
        expect(Array.from(lines, ([id, { _tag }]) => [id, _tag])).toEqual([
          ["call-1", "Failure"],
          ["call-2", "Failure"],
          ["b-call-2", "Success"],
          ["b-call-1", "Success"]
        ])
        expect(lines.get("call-2")).toMatchObject({
          error: { _tag: "TaskFailedError", kind: "batch", state: "failed" }
        })
      })
    )

    test(
      "begins no second run where it cannot tell what the first has started",
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const directory = yield* fs.makeTempDirectoryScoped()
        yield* collect(Batches.run(calls(2), { directory, wait }))
        const state = yield* fs.readFileString(`${directory}/run.json`)
        yield* asked
        for (const [text, endpoint] of [
          [state.slice(0, 30), undefined],
          [state.replace('"version":1', '"version":2'), undefined],
          [state, "/v4/embeddings"]
        ] as const) {
          yield* fs.writeFileString(`${directory}/run.json`, text)
          const error = yield* Effect.flip(Stream.runDrain(Batches.run(calls(2), { directory, endpoint, wait })))
          expect(error).toMatchObject({ _tag: "InvalidRequestError", path: "directory" })
          expect(yield* fs.readFileString(`${directory}/run.json`)).toBe(text)
        }
        expect(yield* asked).toEqual([])
      })
    )

    test(
      "sends nothing where another run was begun in the directory meanwhile",
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const directory = yield* fs.makeTempDirectoryScoped()
        yield* asked
        const writes = yield* Deferred.make<void>()
        const mayWrite = yield* Deferred.make<void>()
        const gate = Stream.execute(Effect.zipRight(Deferred.succeed(writes, undefined), Deferred.await(mayWrite)))
        const late = yield* Effect.fork(
          Effect.flip(Stream.runDrain(Batches.run(Stream.concat(gate, calls(2)), { directory, wait })))
        )
        yield* Deferred.await(writes)
        expect(yield* collect(Batches.run(calls(3), { directory, wait }))).toHaveLength(3)
        yield* Deferred.succeed(mayWrite, undefined)
        expect(yield* Fiber.join(late)).toMatchObject({ _tag: "InvalidRequestError", path: "directory" })
        expect((yield* paths).filter((path) => path === "POST /files")).toHaveLength(1)
        expect((yield* fs.readDirectory(directory)).filter((name) => name.endsWith(".jsonl"))).toHaveLength(1)
      })
    )

    test(
      "writes a chat as it is sent at once: extra_body beside the others, and no number that is none",
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const directory = yield* fs.makeTempDirectoryScoped()
        const body = { model: "glm-4.6", messages: [Message.user("a")], extra_body: { new_field: 1, stream: true } }
        yield* collect(Batches.run(Stream.make({ id: "a", body }), { directory, wait }))
        const file = (yield* fs.readDirectory(directory)).find((name) => name.endsWith(".jsonl"))
        const line = JSON.parse(yield* fs.readFileString(`${directory}/${file}`))
        expect(line.body).toEqual({ model: "glm-4.6", messages: [Message.user("a")], new_field: 1 })
        const wrong = Stream.make({ id: "a", body: { ...body, temperature: Number.NaN } })
        expect(yield* Effect.flip(Stream.runDrain(Batches.run(wrong, { wait })))).toMatchObject({
          _tag: "InvalidRequestError",
          path: "body"
        })
      })
    )

    test(
      "goes on in the same directory: nothing is sent or started twice, wherever it was stopped",
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        for (const stop of ["uploaded", "started"] as const) {
          const directory = yield* fs.makeTempDirectoryScoped()
          yield* asked
          // Stopped as by a kill: nothing that comes after the step is done.
          const died = yield* Effect.exit(
            Stream.runDrain(
              Batches.run(calls(3), {
                directory,
                wait,
                onStep: ({ step }) => (step === stop ? Effect.die("killed") : Effect.void)
              })
            )
          )
          expect(died._tag).toBe("Failure")
          const lines = yield* collect(
            Batches.run(Stream.die("the calls are not looked at again"), { directory, wait })
          )
          expect(lines).toHaveLength(3)
          const sent = yield* paths
          expect(sent.filter((path) => path === "POST /files")).toHaveLength(1)
          expect(sent.filter((path) => path === "POST /batches")).toHaveLength(1)
        }
      })
    )

    test(
      "finds a batch that was started by a process which died before it was told so",
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const directory = yield* fs.makeTempDirectoryScoped()
        yield* Effect.exit(
          Stream.runDrain(
            Batches.run(calls(3), {
              directory,
              onStep: ({ step }) => (step === "started" ? Effect.die("killed") : Effect.void)
            })
          )
        )
        // As it stands while the answer to the creation is on its way.
        const state = JSON.parse(yield* fs.readFileString(`${directory}/run.json`))
        delete state.parts[0].batchId
        yield* fs.writeFileString(`${directory}/run.json`, JSON.stringify(state))
        expect(yield* collect(Batches.run(Stream.empty, { directory, wait }))).toHaveLength(3)
        expect((yield* Stream.runCollect(Batches.all)).length).toBe(1)
      })
    )

    test(
      "finds a file that was sent by a process which died before it was told so",
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const directory = yield* fs.makeTempDirectoryScoped()
        const onStep = () => Effect.die("killed")
        yield* Effect.exit(Stream.runDrain(Batches.run(calls(3), { directory, onStep })))
        const state = JSON.parse(yield* fs.readFileString(`${directory}/run.json`))
        delete state.parts[0].fileId
        yield* fs.writeFileString(`${directory}/run.json`, JSON.stringify(state))
        expect(yield* collect(Batches.run(Stream.empty, { directory, wait }))).toHaveLength(3)
        const simulator = yield* Simulator.Simulator
        const sent = (yield* simulator.requests).filter(
          ({ method, path }) => method === "POST" && path.endsWith("/files")
        )
        expect(sent).toHaveLength(1)
      })
    )

    test(
      "runs other endpoints",
      Effect.gen(function* () {
        const texts = Stream.make({ id: "a", body: { model: "embedding-3", input: ["sky"], dimensions: 256 } })
        const lines = yield* collect(
          Batches.run(texts, { wait, endpoint: "/v4/embeddings", body: Embeddings.EmbeddingResponse })
        )
        const [line] = lines
        expect(line?._tag === "Success" && line.body.data[0]?.embedding.length).toBe(256)
      })
    )
  })
})
