/**
 * What users of other clients have reported of relays, gateways and self-hosted servers, each with bytes of our own of that kind
 * and what comes of them through the whole client. Where the collection of reports itself is at hand, its bytes come to the same.
 */
import { describe, expect, it } from "@effect/vitest"
import {
  ChatCompletion,
  type ChatRequest,
  ChunkEvent,
  Message,
  RetryPolicy,
  Tool,
  Toolkit,
  ToolLoop,
  ZhipuChat,
  type ZhipuConfig,
  type ZhipuError
} from "@effect-zhipu/client"
import { Duration, Effect, Exit, Layer, Schema } from "effect"
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { done, frame } from "./support/decoding.js"
import { client, eventStream, jsonReply, mock, type Reply, request, type Step } from "./support/http.js"
import { drive } from "./support/time.js"

const folder = fileURLToPath(new URL("../../../../shared/reports/", import.meta.url))

const chunk = (delta: object, choice: object = {}, beside: object = {}) =>
  frame({ id: "r1", model: "glm-4.6", choices: [{ index: 0, delta, ...choice }], ...beside })

const stop = chunk({}, { finish_reason: "stop" })

const sse = (...steps: ReadonlyArray<Step>): Reply => ({ headers: eventStream, body: steps })

const call = (id: string, name: string, args: string, index?: number) =>
  chunk({
    tool_calls: [
      { ...(index === undefined ? {} : { index }), id, type: "function", function: { name, arguments: args } }
    ]
  })

interface Outcome {
  readonly completion: ChatCompletion.ChatCompletion | undefined
  readonly error: ZhipuError.ZhipuError | undefined
  readonly requests: number
}

interface Given {
  readonly options?: Partial<ZhipuConfig.Options>
  readonly request?: ChatRequest.ChatRequest
}

const run = (
  how: "complete" | "stream",
  reply: Reply,
  { options, request: asked = request }: Given
): Effect.Effect<Outcome> =>
  Effect.gen(function* () {
    const over = mock(reply)
    const { exit } = yield* drive(
      (how === "complete" ? ZhipuChat.complete(asked) : ChunkEvent.fold(ZhipuChat.stream(asked))).pipe(
        Effect.match({
          onFailure: (error) => ({ completion: undefined, error }),
          onSuccess: (completion) => ({ completion, error: undefined })
        }),
        Effect.provide(
          client(over, {
            retry: RetryPolicy.backoff({ base: "1 second", cap: "1 second", retries: 2, elapsed: "1 minute" }),
            ...options
          })
        )
      ),
      "10 minutes"
    )
    if (Exit.isFailure(exit)) return yield* Effect.die(exit.cause)
    return { ...exit.value, requests: over.sent.length }
  })

/** How the file of a report was sent, and its name. */
interface Recorded {
  readonly file: string
  readonly status?: number
  readonly type?: string
}

interface Report {
  readonly title: string
  readonly how: "complete" | "stream"
  readonly reply: Reply
  readonly recorded: ReadonlyArray<Recorded>
  readonly given?: Given
  readonly right: (outcome: Outcome) => void
}

const text = (expected: string) => (outcome: Outcome) => {
  expect(outcome.error).toBeUndefined()
  expect(outcome.completion?.choices[0]?.message?.content).toBe(expected)
}

const failure =
  (expected: object, requests?: number) =>
  (outcome: Outcome): void => {
    expect(outcome.completion).toBeUndefined()
    expect(outcome.error).toMatchObject(expected)
    if (requests !== undefined) expect(outcome.requests).toBe(requests)
  }

const json = (document: unknown, status: number): Reply => jsonReply(document, status)

const offered: ChatRequest.ChatRequest = {
  ...request,
  tools: [Tool.fn({ name: "find", parameters: { type: "object", properties: { a: { type: "number" } } } })]
}

const page = "<html>\n<head><title>413 Request Entity Too Large</title></head><body><h1>413</h1><hr>nginx</body></html>"

const reports: Readonly<Record<string, ReadonlyArray<Report>>> = {
  "01-reasoning-field": [
    {
      title: "thinking under its other name is thinking",
      how: "stream",
      reply: sse(chunk({ reasoning: "I think." }), chunk({ reasoning: " Hm." }), chunk({ content: "Yes" }), stop, done),
      recorded: [{ file: "stream.sse" }],
      right: ({ completion, error }) => {
        expect(error).toBeUndefined()
        expect(completion?.choices[0]?.message?.reasoning_content).toMatch(/^(I think. Hm.|First think hard.)$/)
        expect(completion?.choices[0]?.message).not.toHaveProperty("reasoning")
      }
    },
    {
      title: "and whole",
      how: "complete",
      reply: json(
        { choices: [{ index: 0, finish_reason: "stop", message: { content: "Yes", reasoning: "I think. Hm." } }] },
        200
      ),
      recorded: [{ file: "whole.json" }],
      right: ({ completion }) =>
        expect(completion?.choices[0]?.message?.reasoning_content).toMatch(/^(I think. Hm.|First think hard.)$/)
    },
    {
      title: "and counts as a begun answer for the deadlines",
      how: "stream",
      reply: sse(
        chunk({ role: "assistant" }),
        ...["a", "b", "c"].flatMap((reasoning) => [{ wait: "400 millis" }, chunk({ reasoning })] as const),
        chunk({ content: "x" }),
        stop,
        done
      ),
      recorded: [{ file: "slow.parts" }],
      given: { options: { deadlines: { firstChunk: "700 millis", idle: "700 millis" } } },
      right: text("x")
    }
  ],
  "02-premature-finish-reason": [
    {
      title: "a finish reason on each chunk ends nothing",
      how: "stream",
      reply: sse(
        chunk({ content: "Hel" }, { finish_reason: "stop" }),
        { wait: "5 seconds" },
        chunk({ content: "lo" }, { finish_reason: "stop" }),
        done
      ),
      recorded: [{ file: "each.parts" }],
      right: text("Hello")
    },
    {
      title: "nor does one on the first",
      how: "stream",
      reply: sse(
        chunk({ content: "" }, { finish_reason: "stop" }),
        { wait: "20 seconds" },
        chunk({ reasoning_content: "hm" }),
        chunk({ content: "42" }),
        stop,
        done
      ),
      recorded: [{ file: "first.parts" }],
      right: text("42")
    }
  ],
  "03-404-inside-500": [
    {
      title: "a mistyped address is told as one, and not asked again",
      how: "complete",
      reply: json({ error: { code: "500", message: "404 page not found" } }, 500),
      recorded: [{ file: "body.json", status: 500 }],
      right: failure({ isRetryable: false, message: expect.stringMatching(/base URL/i) }, 1)
    }
  ],
  "04-no-channel-503": [
    {
      title: "a relay without the model is asked once",
      how: "complete",
      reply: json(
        { error: { code: "model_not_found", type: "new_api_error", message: "no channel for glm-9 in group vip" } },
        503
      ),
      recorded: [{ file: "body.json", status: 503 }],
      right: failure({ _tag: "ModelNotFoundError" }, 1)
    }
  ],
  "05-402-no-credits": [
    {
      title: "no credits are no balance",
      how: "complete",
      reply: json({ error: { code: 402, message: "Your credits are used up" } }, 402),
      recorded: [{ file: "body.json", status: 402 }],
      right: failure({ _tag: "InsufficientBalanceError" }, 1)
    }
  ],
  "07-error-frame-with-a-word-as-code": [
    {
      title: "a word that nobody knows is the service's failure, asked again before the first event",
      how: "stream",
      reply: sse(
        frame({ error: { code: "upstream_gone", type: "server_error", message: "the provider has gone" } }),
        done
      ),
      recorded: [{ file: "gateway.sse" }],
      right: failure({ _tag: "ServerError", isRetryable: true }, 3)
    },
    {
      title: "and not after it",
      how: "stream",
      reply: sse(
        chunk({ content: "Hel" }),
        chunk({ content: "" }, { finish_reason: "error" }, { error: { code: "server_error", message: "gone" } }),
        done
      ),
      recorded: [{ file: "mid.sse" }],
      right: failure({ _tag: "ServerError", partial: { choices: [{ message: { content: "Hel" } }] } }, 1)
    }
  ],
  "08-finish-reason-error": [
    {
      title: "a finish reason that is a failure fails, in the words of its choice",
      how: "stream",
      reply: sse(
        chunk({ content: "Hel" }),
        chunk({}, { finish_reason: "error", error: { code: 503, message: "Upstream error of ours" } }),
        done
      ),
      recorded: [{ file: "stream.sse" }],
      right: failure({ message: expect.stringContaining("Upstream error"), partial: expect.anything() }, 1)
    },
    {
      title: "and whole",
      how: "complete",
      reply: json(
        {
          choices: [
            {
              index: 0,
              message: { content: "" },
              finish_reason: "error",
              error: { code: 502, message: "Upstream error of ours" }
            }
          ]
        },
        200
      ),
      recorded: [{ file: "whole.json" }],
      right: failure({ _tag: "ServerError", message: expect.stringContaining("Upstream error") }, 3)
    }
  ],
  "09-sse-under-another-content-type": ["application/json", "text/plain; charset=utf-8"].map((type) => ({
    title: `a stream under ${type} is one`,
    how: "stream",
    reply: { headers: { "content-type": type }, body: chunk({ content: "Sensitive answer" }) + stop + done },
    recorded: [{ file: "stream.sse", type }],
    right: text("Sensitive answer")
  })),
  "10-sse-answer-to-a-plain-call": [
    {
      title: "a stream in answer to a plain call is put together",
      how: "complete",
      reply: sse(chunk({ content: "Sensitive " }), chunk({ content: "answer" }), stop, done),
      recorded: [{ file: "stream.sse" }],
      right: text("Sensitive answer")
    }
  ],
  "11-event-error-with-text": (["fail", "skip"] as const).flatMap((onMalformed) => [
    {
      title: `words of an error event are the error, with onMalformed ${onMalformed}`,
      how: "stream",
      reply: sse("event: error\ndata: Too many requests at once\n\n"),
      recorded: [{ file: "only.sse" }],
      given: { options: { onMalformed } },
      right: failure({ message: expect.stringContaining("Too many requests") })
    },
    {
      title: `in the middle as well, with onMalformed ${onMalformed}`,
      how: "stream",
      reply: sse(
        chunk({ content: "Hello, the answer is" }),
        "event: error\ndata: upstream timed out after 60 s\n\n",
        done
      ),
      recorded: [{ file: "mid.sse" }],
      given: { options: { onMalformed } },
      right: failure({
        message: expect.stringContaining("upstream timed out"),
        partial: { choices: [{ message: { content: "Hello, the answer is" } }] }
      })
    }
  ]),
  "13-other-id-in-each-chunk": [
    {
      title: "an id for each chunk is read",
      how: "stream",
      reply: sse(
        ...["Hel", "lo"].map((content, i) => frame({ id: `x${i}`, choices: [{ index: 0, delta: { content } }] })),
        stop,
        done
      ),
      recorded: [{ file: "ids.sse" }],
      right: text("Hello")
    },
    {
      title: "a choice that counts chunks is one",
      how: "stream",
      reply: sse(...[200, 201, 202].map((index) => chunk({ content: "x" }, { index })), done),
      recorded: [{ file: "index.sse" }],
      right: text("xxx")
    }
  ],
  "14-one-id-for-two-calls": (["stream", "complete"] as const).map((how): Report => ({
    title: `two calls under one id are two, ${how}`,
    how,
    reply:
      how === "stream"
        ? sse(
            call("c", "think", '{"a":1}', 0),
            call("c", "find", '{"b":2}', 1),
            chunk({}, { finish_reason: "tool_calls" }),
            done
          )
        : json(
            {
              choices: [
                {
                  index: 0,
                  finish_reason: "tool_calls",
                  message: {
                    content: "",
                    tool_calls: ["think", "find"].map((name, i) => ({
                      id: "c",
                      type: "function",
                      function: { name, arguments: i === 0 ? '{"a":1}' : '{"b":2}' }
                    }))
                  }
                }
              ]
            },
            200
          ),
    recorded: [{ file: how === "stream" ? "stream.sse" : "whole.json" }],
    right: ({ completion, error }) => {
      expect(error).toBeUndefined()
      const calls = completion?.choices[0]?.message?.tool_calls ?? []
      expect(calls.map((one) => [one.function?.name, one.function?.arguments])).toEqual([
        ["think", '{"a":1}'],
        ["find", '{"b":2}']
      ])
      expect(new Set(calls.map(({ id }) => id)).size).toBe(2)
      const message = completion === undefined ? undefined : ChatCompletion.toMessage(completion)
      expect(JSON.stringify(message)).toContain(String(calls[1]?.id))
    }
  })),
  "15-logprobs-in-the-fold": [
    {
      title: "lists go on in the next chunk, and stay in their choice",
      how: "stream",
      reply: sse(
        ...["alpha", " beta", " gamma"].map((token) =>
          chunk({ content: token }, { logprobs: { content: [{ token }] } })
        ),
        stop,
        done
      ),
      recorded: [{ file: "stream.sse" }],
      right: ({ completion }) => {
        expect(completion?.choices[0]).toMatchObject({
          logprobs: { content: [{ token: "alpha" }, { token: " beta" }, { token: " gamma" }] }
        })
        expect(completion).not.toHaveProperty("logprobs")
      }
    }
  ],
  "17-reason-in-metadata-raw": [
    {
      title: "the vendor's own code counts",
      how: "complete",
      reply: json(
        {
          error: {
            code: 403,
            message: "Provider returned error",
            metadata: { raw: '{"error":{"code":"1311","message":"not in your plan"}}' }
          }
        },
        403
      ),
      recorded: [{ file: "plan.json", status: 403 }],
      right: failure({ _tag: "PermissionError", code: "1311" }, 1)
    },
    {
      title: "and its words",
      how: "complete",
      reply: json(
        {
          error: {
            code: 429,
            message: "Provider returned error",
            metadata: { raw: "glm is temporarily rate-limited upstream" }
          }
        },
        429
      ),
      recorded: [{ file: "rate.json", status: 429 }],
      right: failure({ _tag: "RateLimitError", message: expect.stringContaining("temporarily rate-limited upstream") })
    }
  ],
  "18-context-overflow-self-hosted": [
    {
      title: "by a word",
      how: "complete",
      reply: json({ error: { code: "context_length_exceeded", message: "shorten it" } }, 400),
      recorded: [{ file: "code.json", status: 400 }],
      right: failure({ _tag: "ContextLengthError" }, 1)
    },
    {
      title: "and by a sentence",
      how: "complete",
      reply: json(
        {
          error: {
            code: 400,
            type: "BadRequestError",
            message: "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens."
          }
        },
        400
      ),
      recorded: [{ file: "vllm.json", status: 400 }],
      right: failure({ _tag: "ContextLengthError" }, 1)
    }
  ],
  "19-413": [
    {
      title: "a body that is too large for something in between, and how large it was",
      how: "complete",
      reply: { status: 413, headers: { "content-type": "text/html" }, body: page },
      recorded: [{ file: "body.html", status: 413, type: "text/html" }],
      right: failure({ isRetryable: false, message: expect.stringMatching(/\d+ (bytes|B|KB|MB)/) }, 1)
    }
  ],
  "22-schema-that-glm-refuses": [
    {
      title: "a network error of a request with tools hints at their schema, and is asked a few times",
      how: "complete",
      reply: json({ error: { code: "1234", message: "网络错误" } }, 500),
      recorded: [{ file: "500.json", status: 500 }],
      given: { request: offered },
      right: failure({ _tag: "ServerError", message: expect.stringMatching(/schema/i) }, 3)
    },
    {
      title: "an empty answer is no success",
      how: "stream",
      reply: sse(stop, done),
      recorded: [{ file: "empty.sse" }],
      given: { request: offered },
      right: failure(
        { _tag: "CorruptStreamError", reason: "EmptyResponse", message: expect.stringMatching(/schema/i) },
        3
      )
    }
  ],
  "23-choices-empty": [
    {
      title: "no choice is no answer",
      how: "complete",
      reply: json({ id: "1", choices: [] }, 200),
      recorded: [{ file: "whole.json" }],
      right: failure({ _tag: "CorruptStreamError", reason: "EmptyResponse" })
    },
    {
      title: "an answer that was withheld is told so",
      how: "complete",
      reply: json({ choices: [{ index: 0, message: null, finish_reason: "content_filter" }] }, 200),
      recorded: [{ file: "filtered.json" }],
      right: failure({ _tag: "ContentFilteredError" }, 1)
    }
  ]
}

/** A file of a report, with its pauses. */
const read = (name: string, { file, status = 200, type }: Recorded): Reply => {
  const path = `${folder}${name}/${file}`
  const usual = file.endsWith(".json") ? "application/json" : "text/event-stream"
  const parts = readFileSync(path, "utf8").split(/^#wait (\d+)\n/m)
  const body = parts.map((part, i): Step => (i % 2 === 0 ? part : { wait: Duration.millis(Number(part)) }))
  return { status, headers: { "content-type": type ?? usual }, body }
}

for (const [name, all] of Object.entries(reports)) {
  describe(name, () => {
    for (const { given = {}, how, recorded, reply, right, title } of all) {
      it.effect(title, () => Effect.map(run(how, reply, given), right))
      for (const one of recorded) {
        // The collection is not part of this repository.
        it.effect.skipIf(!existsSync(folder))(`${title}: ${one.file} as it was reported`, () =>
          Effect.map(
            Effect.suspend(() => run(how, read(name, one), given)),
            right
          )
        )
      }
    }
  })
}

describe("21-arguments-as-strings", () => {
  const toolkit = Toolkit.make(
    Tool.make("set", {
      description: "Sets",
      parameters: { config: Schema.Struct({ mode: Schema.String }), limit: Schema.Number, on: Schema.Boolean }
    })
  )
  const args = JSON.stringify({ config: '{"mode":"eco"}', limit: "10", on: "true" })
  const own = [
    sse(call("c1", "set", args, 0), chunk({}, { finish_reason: "tool_calls" }), done),
    sse(chunk({ content: "gave up" }), stop, done)
  ]
  const theirs = () => ["1.sse", "2.sse"].map((file) => read("21-arguments-as-strings", { file }))

  const play = (replies: ReadonlyArray<Reply>, coerceArguments: boolean) =>
    Effect.gen(function* () {
      const got: Array<unknown> = []
      const over = mock(replies)
      yield* ToolLoop.run({
        request: { model: "glm-4.6", messages: [Message.user("Set it.")] },
        toolkit,
        coerceArguments
      }).pipe(
        Effect.provide(
          Layer.merge(toolkit.toLayer({ set: (given) => Effect.sync(() => void got.push(given)) }), client(over))
        )
      )
      return { got, told: over.sent[1]?.body ?? "" }
    })

  for (const [what, replies] of [
    ["", () => own],
    ["as they were reported", theirs]
  ] as const) {
    it.effect.skipIf(what !== "" && !existsSync(folder))(`all problems are told at once ${what}`, () =>
      Effect.gen(function* () {
        const { got, told } = yield* play(replies(), false)
        expect(got).toEqual([])
        expect(told).toContain("at config, limit, on.")
      })
    )
    it.effect.skipIf(what !== "" && !existsSync(folder))(`a coercion can be asked for ${what}`, () =>
      Effect.gen(function* () {
        const { got } = yield* play(replies(), true)
        expect(got).toEqual([{ config: { mode: "eco" }, limit: 10, on: true }])
      })
    )
  }
})
