/** Other endpoints: one document, of a Schema of the caller's. */
import { describe, expect, it } from "@effect/vitest"
import { ZhipuHttpClient } from "@effect-zhipu/client"
import { Effect, Schema } from "effect"
import { client, errorReply, jsonReply, mock } from "./support/http.js"
import { drive, driveToError } from "./support/time.js"

const Embeddings = Schema.Struct({
  data: Schema.Array(Schema.Struct({ index: Schema.Number, embedding: Schema.Array(Schema.Number) }))
})

const embed = ZhipuHttpClient.schemaJson(
  { path: "/embeddings", operation: "embeddings", model: "embedding-3", body: { model: "embedding-3", input: ["a"] } },
  Embeddings
)

describe("schemaJson", () => {
  it.effect("sends the document as it is, and decodes the answer", () => {
    const over = mock(jsonReply({ object: "list", data: [{ index: 0, embedding: [0.5, 1] }] }))
    return Effect.gen(function* () {
      expect(yield* embed).toEqual({ data: [{ index: 0, embedding: [0.5, 1] }] })
      expect(over.sent).toMatchObject([{ url: expect.stringMatching(/\/api\/paas\/v4\/embeddings$/) }])
      expect(JSON.parse(over.sent[0]?.body ?? "")).toEqual({ model: "embedding-3", input: ["a"] })
    }).pipe(Effect.provide(client(over)))
  })

  it.effect("says where an answer does not fit, and nothing of what it holds", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(embed)
      expect(error).toMatchObject({
        _tag: "CorruptStreamError",
        reason: "UnexpectedContentType",
        detail: "not as expected at data.0.embedding.1",
        isRetryable: false
      })
      expect(`${error.message} ${JSON.stringify(error)}`).not.toContain("private")
    }).pipe(Effect.provide(client(mock(jsonReply({ data: [{ index: 0, embedding: [0.5, "private"] }] })))))
  )

  it.effect("retries and fails as every call does", () => {
    const over = mock([errorReply(429, "1302"), errorReply(429, "1113")])
    return Effect.gen(function* () {
      const { error } = yield* driveToError(embed, "1 minute")
      expect(error).toMatchObject({ _tag: "InsufficientBalanceError", code: "1113", attempts: 2 })
    }).pipe(Effect.provide(client(over)))
  })

  it.effect("may need services for its Schema", () =>
    Effect.gen(function* () {
      const shouted = Schema.transformOrFail(Schema.Struct({ word: Schema.String }), Schema.String, {
        decode: ({ word }) => Effect.map(Loudness, (loudness) => word + loudness),
        encode: (word) => Effect.succeed({ word })
      })
      const { exit } = yield* drive(
        ZhipuHttpClient.schemaJson({ path: "/w", operation: "w", body: {} }, shouted).pipe(
          Effect.provideService(Loudness, "!")
        ),
        "1 second"
      )
      expect(exit).toMatchObject({ _tag: "Success", value: "hi!" })
    }).pipe(Effect.provide(client(mock(jsonReply({ word: "hi" })))))
  )
})

class Loudness extends Effect.Tag("test/Loudness")<Loudness, string>() {}
