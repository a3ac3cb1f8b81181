import { Embeddings, Files, Moderations, Upload, Videos } from "@effect-zhipu/api"
import { ZhipuError } from "@effect-zhipu/client"
import { MockApi } from "@effect-zhipu/testing"
import { describe, expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Schedule } from "effect"

const embedding = (...vectors: ReadonlyArray<ReadonlyArray<number>>) => ({
  data: vectors.map((embedding, index) => ({ index, embedding }))
})

describe("MockApi", () => {
  it.effect("answers by operation, and remembers", () =>
    Effect.gen(function* () {
      expect(yield* Embeddings.embed("sky", { model: "embedding-3" })).toEqual([0.6, 0.8])
      const file = yield* Files.upload(Upload.fromBytes(new TextEncoder().encode("{}\n"), { filename: "a.jsonl" }), {
        purpose: "batch"
      })
      expect(yield* Files.text(file.id)).toBe("{}\n")
      yield* Files.remove(file.id)
      const { calls } = yield* MockApi.MockApi
      const made = yield* calls
      expect(made.map(({ method, operation, path }) => [operation, method, path])).toEqual([
        ["embeddings", "POST", "/embeddings"],
        ["files.upload", "POST", "/files"],
        ["files.content", "GET", "/files/7/content"],
        ["files.remove", "DELETE", "/files/7"]
      ])
      expect(made[0]?.body).toEqual({ model: "embedding-3", input: ["sky"] })
      expect(made[1]?.body).toEqual({ purpose: "batch" })
      expect(made[1]?.files.map(({ bytes, filename }) => [filename, bytes.length])).toEqual([["a.jsonl", 3]])
    }).pipe(
      Effect.provide(
        MockApi.layer({
          embeddings: embedding([0.6, 0.8]),
          "files.upload": { id: "7" },
          "files.content": "{}\n",
          "files.remove": {}
        })
      )
    )
  )

  it.effect("plays lists and functions, and fails with errors and with documents that are some", () =>
    Effect.gen(function* () {
      const wait = { schedule: Schedule.recurs(5) }
      expect((yield* Videos.generate({ model: "cogvideox-3", prompt: "a" }, wait)).videos[0].url).toBe(
        "https://a/b.mp4"
      )
      expect((yield* Effect.flip(Moderations.checkText("a")))._tag).toBe("OverloadedError")
      expect((yield* Effect.flip(Moderations.checkText("a")))._tag).toBe("RateLimitError")
      const exit = yield* Effect.exit(Moderations.checkText("a"))
      expect(Exit.isFailure(exit) && Cause.pretty(exit.cause)).toContain("call 3 of moderations has no reply")
    }).pipe(
      Effect.provide(
        MockApi.layer({
          "videos.create": { id: "1", task_status: "PROCESSING" },
          "tasks.get": (_, index) =>
            index < 2
              ? { id: "1", task_status: "PROCESSING" }
              : { id: "1", task_status: "SUCCESS", video_result: [{ url: "https://a/b.mp4" }] },
          moderations: [
            new ZhipuError.OverloadedError({ message: "busy" }),
            { error: { code: "1302", message: "slow" } }
          ]
        })
      )
    )
  )
})
