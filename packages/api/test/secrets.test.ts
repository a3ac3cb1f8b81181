/** What the operations tell of a service that repeats the key wherever it can: nothing of the key. */
import {
  AsyncChat,
  Batches,
  Embeddings,
  Files,
  Images,
  Models,
  Moderations,
  Rerank,
  Tasks,
  Videos
} from "@effect-zhipu/api"
import { Message, RetryPolicy, Zhipu, ZhipuError } from "@effect-zhipu/client"
import { MockHttpClient } from "@effect-zhipu/testing"
import { describe, expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Layer, Logger, LogLevel, Redacted, Schedule, Stream } from "effect"
import { inspect } from "node:util"

const key = "SENTINELidhalf01.SENTINELsecret02"
const by = `a ${key} b 0a1b2c3d4e5f60718293a4b5c6d7e8f9.SENTINELforeign3 c`

const wait = { schedule: Schedule.recurs(2) }

const image = { model: "cogview-4", prompt: "a" }

const batch = { id: "b1", status: "failed", request_id: by, model: by }

const failed = { id: "t1", request_id: by, model: by, task_status: "FAIL" }

/** Operations, and documents that fail them. */
const failures: Readonly<Record<string, readonly [operation: Effect.Effect<unknown, unknown, Zhipu.Zhipu>, unknown]>> =
  {
    "a task without a reason": [Tasks.await("t1", wait), { ...failed, task_status: "FAIL" }],
    "a task of a state by the key": [Tasks.await("t1", wait), { ...failed, task_status: by, error: by }],
    "a task with words": [Tasks.await("t1", wait), { ...failed, message: by }],
    "a task with a text as its error": [Tasks.await("t1", wait), { ...failed, error: by }],
    "a task with an error": [Tasks.await("t1", wait), { ...failed, error: { message: by } }],
    "a task with a code": [Tasks.await("t1", wait), { ...failed, error: { code: "1301", message: by } }],
    "a task with the key as a code": [Tasks.await("t1", wait), { ...failed, error: { code: by, message: by } }],
    "a created task that holds nothing": [
      Videos.generate({ model: "cogvideox-3", prompt: "a" }, wait),
      { request_id: by }
    ],
    "an answer as a task": [
      AsyncChat.complete({ model: "glm-4.6", messages: [Message.user("a")] }, wait),
      { ...failed, error: { code: "1234", message: by } }
    ],
    "a batch": [Batches.await("b1", wait), { ...batch, errors: { data: [{ code: by, message: by, line: 1 }] } }],
    "an image that was taken away": [
      Images.generate(image),
      { created: 1, data: [{}], content_filter: [{ role: by, level: 1 }] }
    ],
    "an image without a link": [Images.generate(image), { created: 1, data: [], request_id: by, id: by }],
    "vectors that are none": [Embeddings.embed("a", { model: "embedding-3" }), { data: by, model: by }],
    "a verdict that is none": [Moderations.checkText("a"), { result_list: [{ risk_level: 1 }], request_id: by }],
    "scores that are none": [
      Rerank.rank({ model: "rerank", query: "a", documents: ["b"] }),
      { results: [{ index: by }], request_id: by }
    ],
    "a list that is none": [Models.list, { data: by, object: by }],
    "a file that is an error": [Files.text("f1"), { error: { code: by, message: by } }],
    "a page of files that is none": [Stream.runDrain(Files.all({ purpose: "batch" })), { data: [{ id: { a: by } }] }]
  }

describe("an operation that fails tells no key", () => {
  for (const [what, [operation, document]] of Object.entries(failures)) {
    it.live(`after ${what}`, () =>
      Effect.gen(function* () {
        const texts: Array<string> = []
        const logger = Logger.make((entry) => void texts.push(Logger.logfmtLogger.log(entry)))
        const reply = {
          headers: { "content-type": "application/json", "x-request-id": by },
          body: JSON.stringify(document)
        }
        const exit = yield* operation.pipe(
          Effect.tapErrorCause((cause) => Effect.logError("It failed", cause)),
          Effect.provide(
            Zhipu.layer({ apiKey: Redacted.make(key), retry: RetryPolicy.none }).pipe(
              Layer.provide(MockHttpClient.layer(() => reply))
            )
          ),
          Effect.exit,
          Logger.withMinimumLogLevel(LogLevel.All),
          Effect.provide(Logger.replace(Logger.defaultLogger, logger))
        )
        if (Exit.isSuccess(exit)) return expect(exit._tag).toBe("Failure")
        const error = yield* Effect.flip(Effect.failCause(exit.cause))
        expect(ZhipuError.isZhipuError(error), inspect(error)).toBe(true)
        expect(texts.join("\n")).toContain("It failed")
        texts.push(Cause.pretty(exit.cause), inspect(error, { depth: 20, showHidden: true }), JSON.stringify(error))
        for (const text of texts) expect(text).not.toMatch(/SENTINEL|0a1b2c3d/i)
      })
    )
  }
})
