import { describe, expect, it } from "@effect/vitest"
import { ChatCompletion, RetryPolicy, ZhipuChat } from "@effect-zhipu/client"
import { Effect } from "effect"
import { payloads } from "../../testing/test/support/payloads.js"
import { client, completion, jsonReply, jsonType, mock, request } from "./support/http.js"

/** What `complete` makes of a body under HTTP 200. */
const complete = (body: unknown) => ZhipuChat.complete(request).pipe(Effect.provide(client(mock(jsonReply(body)))))

const failure = (status: number, body: string, headers: Readonly<Record<string, string>> = jsonType) =>
  ZhipuChat.complete(request).pipe(
    Effect.flip,
    Effect.provide(client(mock({ status, headers, body }), { retry: RetryPolicy.none }))
  )

/** What the documents of each source hold. */
const held = {
  sample: {
    effort: { text: "The fifth prime is 11.", reasoning: 88 },
    image: "\nIt is a lighthouse, striped in red and white.",
    video: {
      completion_tokens: 288,
      prompt_tokens: 60_413,
      prompt_tokens_details: { cached_tokens: 6 },
      total_tokens: 60_701
    },
    calls: {
      text: "Both at once: the sum and the product.",
      ids: ["call_-4611686018427000042", "call_-4611686018427000041"],
      arguments: '{"a":7,"b":9}'
    },
    filter: { list: [{ level: 1, role: "assistant" }], message: "内容可能包含敏感信息，请修改后重试。" }
  },
  recording: {
    effort: { text: "2 + 2 = 4", reasoning: 116 },
    image: "\nThe fruit in the image is a kiwi.",
    video: {
      completion_tokens: 409,
      prompt_tokens: 72255,
      prompt_tokens_details: { cached_tokens: 4 },
      total_tokens: 72664
    },
    calls: {
      text: "I'll add and multiply 2 and 3 at the same time as requested.",
      ids: ["call_-7807255211226955507", "call_-7807255211226955506"],
      arguments: '{"a":2,"b":3}'
    },
    filter: { list: [{ level: 2, role: "user" }], message: "系统检测到输入或生成内容可能包含不安全或敏感内容" }
  }
}

describe.each(payloads)("documents of the service, $name", (source) => {
  const expected = held[source.name]

  for (const number of ["07", "08", "10", "12", "14", "15", "17"]) {
    it.effect(`${source.name} ${number} decodes to itself, so that nothing of it is lost`, () =>
      Effect.gen(function* () {
        const document = source.json(number)
        expect(yield* complete(document)).toEqual(document)
      })
    )
  }

  it.effect(`${source.name} 07, 12, 15, 17: text, reasoning and usage are where they belong`, () =>
    Effect.gen(function* () {
      const simple = yield* complete(source.json("07"))
      expect(ChatCompletion.text(simple)).not.toBe("")
      expect(ChatCompletion.reasoning(simple)).not.toBe("")
      expect(simple.choices[0]?.finish_reason).toBe("stop")
      const effort = yield* complete(source.json("12"))
      expect(ChatCompletion.text(effort)).toBe(expected.effort.text)
      expect(effort.usage?.completion_tokens_details?.reasoning_tokens).toBe(expected.effort.reasoning)
      expect(ChatCompletion.text(yield* complete(source.json("15")))).toBe(expected.image)
      const video = yield* complete(source.json("17"))
      expect(video.usage).toEqual(expected.video)
    })
  )

  it.effect(`${source.name} 08: parallel tool calls beside content, with negative ids`, () =>
    Effect.gen(function* () {
      const answer = yield* complete(source.json("08"))
      expect(ChatCompletion.text(answer)).toBe(expected.calls.text)
      expect(ChatCompletion.toolCalls(answer)).toEqual([
        {
          id: expected.calls.ids[0],
          index: 0,
          type: "function",
          function: { name: "add", arguments: expected.calls.arguments }
        },
        {
          id: expected.calls.ids[1],
          index: 1,
          type: "function",
          function: { name: "multiply", arguments: expected.calls.arguments }
        }
      ])
      expect(ChatCompletion.toMessage(answer).tool_calls?.map((call) => call.id)).toEqual(expected.calls.ids)
    })
  )

  it.effect(`${source.name} 22: the bodies of a batch output file`, () =>
    Effect.gen(function* () {
      const lines = source.text("22").trim().split("\n")
      expect(lines).toHaveLength(10)
      for (const line of lines) {
        const { body } = JSON.parse(line).response
        const answer = yield* complete(body)
        expect(answer).toEqual(body)
        expect(ChatCompletion.text(answer)).toContain("分类标签")
        expect(answer.request_id).toMatch(/^\d+-request-\d+$/)
      }
    })
  )

  it.effect(`${source.name} 16: a content filter`, () =>
    Effect.gen(function* () {
      const error = yield* failure(400, source.text("16"))
      expect(error).toMatchObject({
        _tag: "ContentFilteredError",
        code: "1301",
        status: 400,
        contentFilter: expected.filter.list,
        isRetryable: false
      })
      expect(error.message).toContain(expected.filter.message)
    })
  )

  it.effect(`${source.name} 26, 28: a rate limit and an empty wallet, both HTTP 429`, () =>
    Effect.gen(function* () {
      expect(yield* failure(429, source.text("26"))).toMatchObject({
        _tag: "RateLimitError",
        code: "1302",
        status: 429,
        isRetryable: true
      })
      expect(yield* failure(429, source.text("28"))).toMatchObject({
        _tag: "InsufficientBalanceError",
        code: "1113",
        status: 429,
        isRetryable: false
      })
    })
  )

  it.effect(`${source.name} 29: the wrong path`, () =>
    Effect.gen(function* () {
      const error = yield* failure(404, source.text("29"))
      expect(error).toMatchObject({ _tag: "InvalidRequestError", status: 404, isRetryable: false })
      expect(error.message).toContain("base URL")
    })
  )

  it.effect("a request id comes from the header where the body has none", () =>
    Effect.gen(function* () {
      const error = yield* failure(429, source.text("26"), { ...jsonType, "x-request-id": "req-7" })
      expect(error.requestId).toBe("req-7")
    })
  )
})

describe("documents", () => {
  it.effect("unknown fields and unknown strings survive at every level", () =>
    Effect.gen(function* () {
      const document = {
        ...completion(),
        novel: { deep: [1, null, "x"] },
        choices: [
          {
            index: 0,
            finish_reason: "some_new_reason",
            logits: [0.5],
            message: {
              role: "assistant",
              content: "x",
              mood: "good",
              tool_calls: [
                { id: "c", index: 0, type: "mcp", mcp: { id: "m", type: "mcp_call", output: "o" }, extra: true }
              ]
            }
          }
        ],
        usage: { total_tokens: 1, prompt_tokens_details: { cached_tokens: 1, image_tokens: 7 }, price: "0.1" },
        web_search: [{ title: "", link: "l", rank: 1 }],
        content_filter: [{ role: "history", level: 3, reason: "r" }],
        video_result: [{ url: "u" }]
      }
      expect(yield* complete(document)).toEqual(document)
    })
  )

  it.effect("what is null is absent", () =>
    Effect.gen(function* () {
      const answer = yield* complete({
        id: null,
        request_id: null,
        created: null,
        model: null,
        object: null,
        choices: [
          {
            index: 0,
            finish_reason: null,
            message: { role: null, content: null, reasoning_content: null, tool_calls: null }
          }
        ],
        usage: { prompt_tokens: 1, completion_tokens: null, completion_tokens_details: null },
        web_search: null,
        content_filter: null
      })
      expect(answer).toEqual({ choices: [{ index: 0, message: {} }], usage: { prompt_tokens: 1 } })
      expect(ChatCompletion.text(answer)).toBe("")
      expect(ChatCompletion.reasoning(answer)).toBe("")
      expect(ChatCompletion.toolCalls(answer)).toEqual([])
      expect(yield* complete({ ...completion(), usage: null })).not.toHaveProperty("usage")
    })
  )

  it.effect("a choice without a message has an empty one", () =>
    Effect.gen(function* () {
      const answer = yield* complete({ choices: [{ index: 0, finish_reason: "length", message: null }] })
      expect(answer).toEqual({ choices: [{ index: 0, finish_reason: "length", message: {} }] })
    })
  )

  it.effect("numeric ids are given as strings", () =>
    Effect.gen(function* () {
      const answer = yield* complete({
        ...completion(),
        id: 8668357533850,
        request_id: 12,
        choices: [{ index: 0, message: { tool_calls: [{ id: 7, function: { name: "f", arguments: "{}" } }] } }]
      })
      expect(answer.id).toBe("8668357533850")
      expect(answer.request_id).toBe("12")
      expect(ChatCompletion.toolCalls(answer)[0]?.id).toBe("7")
    })
  )

  it.effect("arguments as an object are given as a JSON string", () =>
    Effect.gen(function* () {
      const call = (args: unknown) => ({ id: "c", function: { name: "f", arguments: args } })
      const answer = yield* complete({
        choices: [{ index: 0, message: { tool_calls: [call({ a: { b: [1] } }), call('{"a":1}'), call("")] } }]
      })
      expect(ChatCompletion.toolCalls(answer).map((call) => call.function?.arguments)).toEqual([
        '{"a":{"b":[1]}}',
        '{"a":1}',
        ""
      ])
    })
  )

  it.effect("arguments that are null are not the text `null`", () =>
    Effect.gen(function* () {
      const answer = yield* complete({
        choices: [{ index: 0, message: { tool_calls: [{ id: "c", function: { name: "f", arguments: null } }] } }]
      })
      expect(ChatCompletion.toolCalls(answer)[0]?.function).toEqual({ name: "f" })
    })
  )

  it.effect("content as parts is given as one text", () =>
    Effect.gen(function* () {
      const answer = yield* complete({
        choices: [
          {
            index: 0,
            message: { content: [{ type: "text", text: "Hel" }, { type: "text", text: "lo" }, { type: "x" }] }
          }
        ]
      })
      expect(ChatCompletion.text(answer)).toBe("Hello")
    })
  )

  it.effect("JSON that is no completion is corrupt, and so is one without a choice", () =>
    Effect.gen(function* () {
      const corrupt = (body: unknown) => Effect.flip(complete(body))
      expect((yield* corrupt({ choices: "none" }))._tag).toBe("CorruptStreamError")
      expect((yield* corrupt([]))._tag).toBe("CorruptStreamError")
      expect((yield* corrupt(null))._tag).toBe("CorruptStreamError")
      const empty = yield* failure(200, JSON.stringify({ ...completion(), choices: [] }))
      expect(empty).toMatchObject({ _tag: "CorruptStreamError", reason: "EmptyResponse" })
    })
  )

  it.effect("a stream in answer to a plain call is put together, whatever it is said to be", () =>
    Effect.gen(function* () {
      const delta = (fields: object, reason?: string) =>
        `data: ${JSON.stringify({ id: "c", model: "glm-4.6", choices: [{ index: 0, delta: fields, finish_reason: reason ?? null }] })}\n\n`
      const call = { index: 0, id: "x", function: { name: "f", arguments: "{}" } }
      const stream = `${delta({ reasoning: "so" })}${delta({ content: "private " })}${delta({ content: "answer" })}`
      for (const type of ["text/event-stream", "application/json", "text/plain"]) {
        const reply = { status: 200, headers: { "content-type": type } }
        const body = `${stream}${delta({ tool_calls: [call] }, "tool_calls")}data: [DONE]\n\n`
        const answer = yield* ZhipuChat.complete(request).pipe(Effect.provide(client(mock({ ...reply, body }))))
        expect(ChatCompletion.text(answer)).toBe("private answer")
        expect(ChatCompletion.reasoning(answer)).toBe("so")
        expect(ChatCompletion.toolCalls(answer)).toMatchObject([{ id: "x", function: { name: "f", arguments: "{}" } }])
        const error = yield* failure(200, stream, { "content-type": type })
        expect(error._tag).toBe("StreamTruncatedError")
        expect(`${error.message} ${JSON.stringify(error)}`).not.toContain("private")
        const told = yield* failure(200, `${stream}event: error\ndata: slow down\n\n`, { "content-type": type })
        expect(told).toMatchObject({ _tag: "ServerError" })
        expect(told.message).toContain("slow down")
      }
    })
  )

  it.effect("that is cut anywhere is truncated, sent again, and not quoted", () => {
    const text = JSON.stringify(completion('a private {[\\" answer'))
    return Effect.forEach(
      Array.from({ length: text.length - 1 }, (_, index) => index + 1),
      (length) =>
        Effect.gen(function* () {
          const error = yield* failure(200, text.slice(0, length), { "content-type": "application/json" })
          expect(error).toMatchObject({ _tag: "StreamTruncatedError", receivedFrames: 0, isRetryable: true })
          expect(`${error.message} ${JSON.stringify(error)}`).not.toContain("private")
        })
    )
  })

  it.effect("that is packed unasked is called so, and nothing foreign steers a terminal", () =>
    Effect.gen(function* () {
      const json = { "content-type": "application/json" }
      const packed = yield* failure(200, "\u0001\ufffd\u001b[2J", { ...json, "content-encoding": "br" })
      expect(packed).toMatchObject({ _tag: "CorruptStreamError", detail: "packed as br", isRetryable: false })
      const page = `<p>Log\u001b[2J in \u202e${"x".repeat(192)}😀</p>`
      for (const error of [
        yield* failure(200, page, { "content-type": "text/html" }),
        yield* failure(502, page, { "content-type": "text/html" })
      ]) {
        expect(error.message).toContain(`Log [2J in ${"x".repeat(188)}`)
        expect(error.message).not.toMatch(/[\p{Cc}\u202e]/u)
        expect(() => encodeURIComponent(error.message)).not.toThrow()
      }
    })
  )

  it.effect("that is whole and no JSON is corrupt, and not quoted", () =>
    Effect.gen(function* () {
      const error = yield* failure(200, `{"choices": private}`, { "content-type": "application/json" })
      expect(error).toMatchObject({ _tag: "CorruptStreamError", reason: "MalformedFrame", isRetryable: true })
      expect(`${error.message} ${JSON.stringify(error)}`).not.toContain("private")
    })
  )

  it.effect("an HTML page or an empty body under 200 says so, and what may stand in between", () =>
    Effect.gen(function* () {
      const page = yield* failure(200, "<html><title>Login</title><body>Please log in</body></html>", {
        "content-type": "text/html"
      })
      expect(page).toMatchObject({ _tag: "CorruptStreamError", reason: "UnexpectedContentType", isRetryable: false })
      expect(page.message).toContain("Please log in")
      expect(page.message).toContain("proxy")
      expect(yield* failure(200, "")).toMatchObject({ _tag: "CorruptStreamError", reason: "EmptyResponse" })
    })
  )
})
