import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import * as Redacted from "effect/Redacted"
import * as Simulator from "../src/Simulator.js"
import { ask, codeOf, type Json, json, jwt, post, postJson, user, withSimulator } from "./utils.js"

const key = Simulator.defaultApiKey
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

describe("keys and tokens", () => {
  const cases: Record<string, readonly [authorization: () => string | null, code: string | undefined]> = {
    "no header": [() => null, "1001"],
    "a blank header": [() => " ", "1001"],
    "the key": [() => `Bearer ${key}`, undefined],
    "the key without Bearer": [() => key, undefined],
    "an unknown key": [() => "Bearer other.secret", "401"],
    "a known id with another secret": [() => "Bearer simulator.other", "401"],
    "a key without a dot": [() => "Bearer nodot", "1002"],
    "a key with a blank part": [() => "Bearer id.", "1002"],
    "no token": [() => "Bearer", "1002"],
    "a token": [() => `Bearer ${jwt(key, { exp: Date.now() + 60_000, timestamp: Date.now() })}`, undefined],
    "a token without Bearer": [() => jwt(key, { exp: Date.now() + 60_000, timestamp: Date.now() }), undefined],
    "a token with exp in seconds": [
      () => `Bearer ${jwt(key, { exp: Math.floor(Date.now() / 1000) + 60, timestamp: Date.now() })}`,
      "1003"
    ],
    "a token with both times in seconds": [
      () => `Bearer ${jwt(key, { exp: Math.floor(Date.now() / 1000) + 60, timestamp: Math.floor(Date.now() / 1000) })}`,
      "1003"
    ],
    "a token in microseconds": [
      () => `Bearer ${jwt(key, { exp: (Date.now() + 60_000) * 1000, timestamp: Date.now() * 1000 })}`,
      undefined
    ],
    "an expired token": [() => `Bearer ${jwt(key, { exp: Date.now() - 1, timestamp: Date.now() - 1000 })}`, "1003"],
    "a token from the future": [
      () => `Bearer ${jwt(key, { exp: Date.now() + 7_200_000, timestamp: Date.now() + 3_600_000 })}`,
      "1003"
    ],
    "a bad signature": [
      () => `Bearer ${jwt(key, { exp: Date.now() + 60_000, timestamp: Date.now() }, undefined, "other")}`,
      "401"
    ],
    "an unknown id": [
      () => `Bearer ${jwt("other.secret", { exp: Date.now() + 60_000, timestamp: Date.now() })}`,
      "401"
    ],
    "another algorithm": [
      () =>
        `Bearer ${jwt(key, { exp: Date.now() + 60_000, timestamp: Date.now() }, { alg: "none", sign_type: "SIGN" })}`,
      "1002"
    ],
    "no sign_type": [
      () => `Bearer ${jwt(key, { exp: Date.now() + 60_000, timestamp: Date.now() }, { alg: "HS256" })}`,
      "1002"
    ],
    "no exp": [() => `Bearer ${jwt(key, { timestamp: Date.now() })}`, "1002"],
    "three parts that are no token": [() => "Bearer a.b.c", "1002"]
  }
  for (const [name, [authorization, code]] of Object.entries(cases)) {
    it.live(`${name}: ${code ?? "let in"}`, () =>
      Effect.gen(function* () {
        const found = yield* codeOf(ask("Hi"), { authorization: authorization() })
        expect(found).toEqual(code === undefined ? [200, undefined] : [401, code])
      }).pipe(withSimulator())
    )
  }

  it.live("takes the keys it is given, or any", () =>
    Effect.gen(function* () {
      const mine = Effect.gen(function* () {
        const { apiKey } = yield* Simulator.Simulator
        expect(Redacted.value(apiKey)).toBe("mine.secret")
        expect(yield* codeOf(ask("Hi"), bearer("mine.secret"))).toEqual([200, undefined])
        expect(yield* codeOf(ask("Hi"), bearer("also.mine"))).toEqual([200, undefined])
        expect(yield* codeOf(ask("Hi"), bearer(key))).toEqual([401, "401"])
      })
      yield* mine.pipe(withSimulator({ apiKeys: ["mine.secret", "also.mine"] }))
      const any = Effect.gen(function* () {
        expect(yield* codeOf(ask("Hi"), bearer("sk-anything"))).toEqual([200, undefined])
        expect(yield* codeOf(ask("Hi"), bearer(jwt("x.y", { exp: Date.now() + 1000, timestamp: Date.now() })))).toEqual(
          [200, undefined]
        )
        expect(yield* codeOf(ask("Hi"), bearer(jwt("x.y", { exp: 1, timestamp: Date.now() })))).toEqual([401, "1003"])
        expect(yield* codeOf(ask("Hi"), { authorization: null })).toEqual([401, "1001"])
      })
      yield* any.pipe(withSimulator({ acceptAnyKey: true }))
    })
  )

  it.live("speaks Chinese, or English when asked to", () =>
    Effect.gen(function* () {
      const chinese = yield* postJson(ask("Hi"), { authorization: null })
      expect(chinese["error"].message).toMatch(/\p{Script=Han}/u)
      const english = yield* postJson(ask("Hi"), { authorization: null, headers: { "accept-language": "en-US,en" } })
      expect(english["error"].message).not.toMatch(/\p{Script=Han}/u)
    }).pipe(withSimulator())
  )

  it.live("never records a key", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.Simulator
      yield* postJson(ask("Hi"))
      yield* postJson(ask("Hi"), bearer(jwt(key, { exp: Date.now() + 60_000, timestamp: Date.now() })))
      const requests = yield* simulator.requests
      expect(requests.map((request) => request.auth)).toEqual(["api-key", "jwt"])
      expect(JSON.stringify([requests, yield* simulator.stats, simulator])).not.toContain("simulator-secret")
    }).pipe(withSimulator())
  )
})

describe("requests", () => {
  const call = (id: string) => ({ id, type: "function", function: { name: "f", arguments: "{}" } })
  const assistant = (...ids: ReadonlyArray<string>) => ({ role: "assistant", content: "", tool_calls: ids.map(call) })
  const result = (id: string) => ({ role: "tool", tool_call_id: id, content: "ok" })
  const chat = (...messages: ReadonlyArray<unknown>): Json => ({ model: "glm-4.6", messages })
  const tool = (name: string) => ({ type: "function", function: { name, description: "", parameters: {} } })
  const parts = (...texts: ReadonlyArray<string>) => texts.map((text) => ({ type: "text", text }))
  const many = Array.from({ length: 129 }, (_, index) => tool(`f${index}`))

  const cases: Record<string, readonly [body: unknown, code: string | undefined]> = {
    "broken JSON": ["{", "1210"],
    "an empty body": ["", "1210"],
    "an array": [[], "1210"],
    "messages of the wrong type": [{ model: "glm-4.6", messages: "hi" }, "1210"],
    "a temperature of the wrong type": [ask("Hi", { temperature: "1" }), "1210"],
    "a message of the wrong type": [chat("hi"), "1210"],
    "no model": [{ messages: [user("Hi")] }, "1213"],
    "no messages": [{ model: "glm-4.6" }, "1213"],
    "an unknown model": [{ ...ask("Hi"), model: "gpt-4" }, "1211"],
    "empty messages": [chat(), "1214"],
    "no user turn": [chat({ role: "system", content: "x" }, { role: "assistant", content: "y" }), "1214"],
    "empty content": [chat(user("")), "1214"],
    "no parts": [chat({ role: "user", content: [] }), "1214"],
    "a bad role": [chat({ role: "developer", content: "x" }), "1214"],
    "an assistant without anything": [chat(user("Hi"), { role: "assistant" }, user("Hi")), "1214"],
    "temperature 0": [ask("Hi", { temperature: 0 }), undefined],
    "temperature 1": [ask("Hi", { temperature: 1 }), undefined],
    "temperature 1.1": [ask("Hi", { temperature: 1.1 }), "1214"],
    "top_p 0": [ask("Hi", { top_p: 0 }), "1214"],
    "max_tokens 0": [ask("Hi", { max_tokens: 0 }), "1214"],
    "max_tokens 131073": [ask("Hi", { max_tokens: 131073 }), "1214"],
    "a short request_id": [ask("Hi", { request_id: "abc" }), "1214"],
    "tool_stream without stream": [ask("Hi", { tool_stream: true }), "1214"],
    "128 functions": [ask("Hi", { tools: many.slice(1) }), undefined],
    "129 functions": [ask("Hi", { tools: many }), "1214"],
    "a bad function name": [ask("Hi", { tools: [tool("no spaces")] }), "1214"],
    "a bad tool type": [ask("Hi", { tools: [{ type: "magic", magic: {} }] }), "1214"],
    "a choice of a tool that is not offered": [
      ask("Hi", { tools: [tool("f")], tool_choice: { type: "function", function: { name: "g" } } }),
      "1214"
    ],
    "a whole tool round": [chat(user("Hi"), assistant("a", "b"), result("b"), result("a"), user("So?")), undefined],
    "an unanswered call": [chat(user("Hi"), assistant("a", "b"), result("a"), user("So?")), "1214"],
    "an unanswered call at the end": [chat(user("Hi"), assistant("a")), "1214"],
    "a result for no call": [chat(user("Hi"), assistant("a"), result("x")), "1214"],
    "a call answered twice": [chat(user("Hi"), assistant("a"), result("a"), result("a")), "1214"],
    "a bad thinking type": [ask("Hi", { thinking: { type: "maybe" } }), "1214"],
    "clear_thinking alone": [ask("Hi", { thinking: { clear_thinking: false } }), undefined],
    "thinking disabled where it cannot be": [
      { ...ask("Hi", { thinking: { type: "disabled" } }), model: "glm-5.3" },
      "1210"
    ],
    "an image for a text model": [
      chat({ role: "user", content: [{ type: "image_url", image_url: { url: "https://example.com/a.png" } }] }),
      "1210"
    ],
    "an image for a vision model": [
      {
        ...chat({
          role: "user",
          content: [
            { type: "image_url", image_url: { url: "x" } },
            { type: "text", text: "?" }
          ]
        }),
        model: "glm-4.6v"
      },
      undefined
    ],
    "a bad response_format": [ask("Hi", { response_format: { type: "xml" } }), "1214"],
    "a schema as response_format": [
      ask("Hi", { response_format: { type: "json_schema", json_schema: { name: "a", schema: { type: "object" } } } }),
      undefined
    ],
    "parts of text in every role": [
      chat(
        { role: "system", content: parts("Be brief.") },
        { role: "user", content: parts("Hi") },
        { ...assistant("a"), content: parts("Let me see.") },
        { ...result("a"), content: parts("1", "2") },
        { role: "assistant", content: parts("It is 12.") },
        user("So?")
      ),
      undefined
    ],
    "parts that are not text for the system": [
      {
        ...chat({ role: "system", content: [{ type: "image_url", image_url: { url: "x" } }] }, user("Hi")),
        model: "glm-4.6v"
      },
      "1214"
    ],
    "no parts for the system": [chat({ role: "system", content: [] }, user("Hi")), "1214"],
    "a model in capitals": [{ ...ask("Hi"), model: "GLM-4.6" }, undefined],
    "a prompt as long as the context": [ask("word ".repeat(204_700)), undefined],
    "a prompt longer than the context": [ask("word ".repeat(250_000)), "1261"],
    "a long prompt for a model with more context": [{ ...ask("word ".repeat(250_000)), model: "glm-5.2" }, undefined],
    "five stop words": [ask("Hi", { stop: ["a", "b", "c", "d", "e"] }), "1214"],
    "a large seed": [ask("Hi", { seed: 2 ** 31 }), "1210"],
    "null for unset": [ask("Hi", { temperature: null, tools: null, stop: null }), undefined],
    "unknown fields": [ask("Hi", { future: { field: 1 } }), undefined]
  }
  for (const [name, [body, code]] of Object.entries(cases)) {
    it.live(`${name}: ${code ?? "taken"}`, () =>
      Effect.gen(function* () {
        expect(yield* codeOf(body)).toEqual(code === undefined ? [200, undefined] : [400, code])
      }).pipe(withSimulator())
    )
  }

  it.live("reads parts of text as the text they are", () =>
    Effect.gen(function* () {
      const calls = [user("What is it?"), assistant("a")]
      const whole = yield* postJson(chat(...calls, { ...result("a"), content: "twelve" }))
      const inParts = yield* postJson(chat(...calls, { ...result("a"), content: parts("twelve") }))
      expect(inParts["choices"][0].message.content).toContain("f says: twelve.")
      expect(inParts["choices"][0].message.content).toBe(whole["choices"][0].message.content)
    }).pipe(withSimulator())
  )

  it.live("takes added models, and refuses a request_id twice if told to", () =>
    Effect.gen(function* () {
      expect(yield* codeOf({ ...ask("Hi"), model: "glm-9" })).toEqual([200, undefined])
      expect(yield* codeOf(ask("Hi", { request_id: "same-id" }))).toEqual([200, undefined])
      expect(yield* codeOf(ask("Hi", { request_id: "same-id" }))).toEqual([400, "1231"])
    }).pipe(withSimulator({ models: ["glm-9"], uniqueRequestIds: true }))
  )

  it.live("are answered or refused whatever they hold", () =>
    Effect.gen(function* () {
      const whole = chat(user("Hi"), assistant("a"), result("a"), user("weather in Paris?"))
      const base: Json = {
        ...whole,
        tools: [tool("get_weather")],
        stream: true,
        stop: ["x"],
        response_format: { type: "text" }
      }
      const fields = [...Object.keys(base), "thinking", "tool_choice", "max_tokens", "seed", "request_id"]
      const value = FastCheck.oneof(
        FastCheck.jsonValue({ maxDepth: 3 }),
        FastCheck.constantFrom<unknown>([{}], [null], [[]], [{ type: "function" }], [{ role: "user" }], {
          type: "function"
        }),
        FastCheck.jsonValue({ maxDepth: 2 }).map((content) => [{ role: "user", content }]),
        FastCheck.jsonValue({ maxDepth: 2 }).map((parameters) => [
          {
            type: "function",
            function: { name: "get_weather", description: "", parameters: { properties: parameters, required: ["a"] } }
          }
        ])
      )
      const change = FastCheck.tuple(FastCheck.constantFrom(...fields), value)
      const found = new Set<string>()
      for (const [field, value] of FastCheck.sample(change, { numRuns: 500, seed: 1 })) {
        const response = yield* post({ ...base, [field]: value })
        expect([200, 400], JSON.stringify([field, value])).toContain(response.status)
        found.add(response.status === 400 ? (yield* json(response))["error"].code : "200")
        yield* Effect.promise(() => (response.bodyUsed ? Promise.resolve("") : response.text()))
      }
      expect(Array.from(found).toSorted()).toEqual(expect.arrayContaining(["1210", "1213", "1214", "200"]))
    }).pipe(withSimulator())
  )

  it.live("are kept as many as there is room for, and not at all if told to", () =>
    Effect.gen(function* () {
      const kept = Effect.gen(function* () {
        const simulator = yield* Simulator.Simulator
        for (let i = 0; i < 12; i++) yield* codeOf(ask(`${i} ${"x".repeat(10_000)}`))
        return (yield* simulator.requests).map(({ body }) => JSON.stringify(body).slice(0, 90))
      })
      const some = yield* kept.pipe(withSimulator({ maxRecordedText: 50_000 }))
      expect(some).toHaveLength(4)
      expect(some.at(-1)).toContain('"11 x')
      expect(yield* kept.pipe(withSimulator({ maxRecordedText: 1 }))).toHaveLength(1)
      expect(yield* kept.pipe(withSimulator({ maxRecordedRequests: 3 }))).toHaveLength(3)
      expect(yield* kept.pipe(withSimulator({ maxRecordedRequests: 0 }))).toHaveLength(0)
      expect(yield* kept.pipe(withSimulator())).toHaveLength(12)
    })
  )

  it.live("names what is probably misspelt where it refuses a request, and answers where that is all", () =>
    Effect.gen(function* () {
      const said = (body: Json, language = "en") =>
        Effect.map(postJson(body, { headers: { "accept-language": language } }), (answer) => answer["error"]?.message)
      expect(yield* said({ modle: "glm-4.6", messages: [user("Hi")] })).toBe(
        "The parameter model was not received. There is no field modle: was it meant to be model?"
      )
      expect(yield* said(ask("Hi", { tool_stream: true, steam: true }))).toMatch(
        /1214|illegal without stream\. .* stream\?$/
      )
      expect(yield* said(ask("Hi", { tool_stream: true, steam: true }), "zh")).toMatch(
        /没有参数steam，是否应为stream？$/
      )
      expect(yield* said(ask("Hi", { temperature: "1", max_token: 1, top_k: 1 }))).toMatch(
        /must be of type number\. There is no field max_token: was it meant to be max_tokens\?$/
      )
      expect(yield* codeOf(ask("Hi", { temprature: 7 }))).toEqual([200, undefined])
    }).pipe(withSimulator())
  )

  it.live("answers wrong paths and methods, and lists models", () =>
    Effect.gen(function* () {
      const wrong = yield* post(ask("Hi"), { path: "/v1/chat/completions" })
      expect(wrong.status).toBe(404)
      expect(yield* json(wrong)).toEqual({
        timestamp: expect.stringMatching(/^\d{4}-.*\+00:00$/),
        status: 404,
        error: "Not Found",
        path: "/v4/v1/chat/completions"
      })
      expect((yield* post(undefined, { method: "GET" })).status).toBe(405)
      const models = yield* postJson(undefined, { method: "GET", path: "/models" })
      expect(models["object"]).toBe("list")
      expect(models["data"]).toContainEqual({ id: "glm-4.6", object: "model", owned_by: "z-ai" })
    }).pipe(withSimulator())
  )
})
