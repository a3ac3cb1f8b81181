/** Fields of a request that are probably misspelt: found, told once, and sent all the same. */
import { describe, expect, it } from "@effect/vitest"
import { ChatRequest, ZhipuChat } from "@effect-zhipu/client"
import { Effect, FastCheck, Logger, Option, Stream } from "effect"
import { requestFields } from "@effect-zhipu/protocol/internal/requests/misspelt"
import { answer } from "./support/decoding.js"
import { client, completion, jsonReply, mock, request, streamed } from "./support/http.js"

const meant = (field: string) => Option.getOrUndefined(ChatRequest.meant(field))

describe("a field of a request", () => {
  it("is one of those of the document", () => {
    expect([...requestFields].sort()).toEqual(Object.keys(ChatRequest.ChatRequest.fields).sort())
  })

  for (const [field, known] of [
    ["temprature", "temperature"],
    ["tempurature", "temperature"],
    ["temperatrue", "temperature"],
    ["max_token", "max_tokens"],
    ["max_tokenss", "max_tokens"],
    ["maxTokens", "max_tokens"],
    ["maxToken", "max_tokens"],
    ["MAX_TOKENS", "max_tokens"],
    ["max-tokens", "max_tokens"],
    ["reponse_format", "response_format"],
    ["responseFormat", "response_format"],
    ["modle", "model"],
    ["message", "messages"],
    ["topP", "top_p"],
    ["tool", "tools"],
    ["steam", "stream"],
    ["requestId", "request_id"]
  ] as const) {
    it(`${field} was meant to be ${known}`, () => {
      expect(meant(field)).toBe(known)
    })
  }

  // Of other servers that speak the same protocol, of the vendor's to come, or of nobody.
  const others =
    "n user top_k topK min_tokens min_p models store functions logit_bias metadata max_completion_tokens echo " +
    "presence_penalty parallel_tool_calls enable_thinking verbosity service_tier some_new_field __proto__ constructor"
  for (const field of [...others.split(" "), "", "x".repeat(1_000_000)]) {
    it(`${field.slice(0, 30)} is like no other`, () => {
      expect(meant(field)).toBeUndefined()
    })
  }

  it("with one letter missing, too many, or two in each other's place is found, whichever it is", () => {
    const edit = FastCheck.record({
      field: FastCheck.constantFrom(...requestFields.filter((field) => field.length > 5)),
      at: FastCheck.nat({ max: 30 }),
      kind: FastCheck.constantFrom("missing", "doubled", "swapped")
    })
    FastCheck.assert(
      FastCheck.property(edit, ({ at, field, kind }) => {
        const i = at % (field.length - 1)
        const swapped = `${field.slice(0, i)}${field[i + 1]}${field[i]}${field.slice(i + 2)}`
        const changed =
          kind === "missing"
            ? field.slice(0, i) + field.slice(i + 1)
            : kind === "doubled"
              ? field.slice(0, i) + field[i] + field.slice(i)
              : swapped
        FastCheck.pre(!requestFields.some((known) => known === changed))
        expect(meant(changed)).toBeDefined()
      })
    )
  })
})

describe("a client", () => {
  it.effect("warns of a misspelt field once, without its value, and sends it as it is", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const logger = Logger.make<unknown, void>(({ logLevel, message }) => {
        lines.push(`${logLevel.label} ${String(message)}`)
      })
      const odd = { ...request, temprature: "SENTINEL", some_new_field: 1, top_k: 4 }
      const odder = { ...odd, max_token: 3 }
      const over = mock([jsonReply(completion()), jsonReply(completion()), streamed(answer("Hi"))])
      yield* Effect.all([
        ZhipuChat.complete(odd),
        ZhipuChat.complete(odd),
        Stream.runDrain(ZhipuChat.stream(odder))
      ]).pipe(Effect.provide([client(over), Logger.replace(Logger.defaultLogger, logger)]))
      expect(lines).toEqual([
        "WARN The request has a field temprature, which this version does not know. Was it meant to be temperature? " +
          "It is sent as it is.",
        "WARN The request has a field max_token, which this version does not know. Was it meant to be max_tokens? " +
          "It is sent as it is."
      ])
      expect(over.sent.map(({ body }) => Object.keys(JSON.parse(body)).filter((key) => !(key in request)))).toEqual([
        ["temprature", "some_new_field", "top_k"],
        ["temprature", "some_new_field", "top_k"],
        ["temprature", "some_new_field", "top_k", "max_token", "stream"]
      ])
    })
  )
})
