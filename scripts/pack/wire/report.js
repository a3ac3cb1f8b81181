// What a program without Effect does with the protocol: it reads a stream, in pieces that cut through characters and events,
// folds it, and is told why another one is no answer.
import { Decoder, Failure, Fold } from "@effect-zhipu/protocol"

const chunk = (delta, more = {}) => ({
  id: "20260101120000abc",
  created: 1767268800,
  model: "glm-4.6",
  choices: [{ index: 0, delta: { role: "assistant", ...delta }, ...more }]
})

const frame = (document) => `data: ${JSON.stringify(document)}\n\n`

const call = (fragment, more = {}) =>
  chunk({ tool_calls: [{ index: 0, ...more, function: { ...more.function, arguments: fragment } }] })

const answer = [
  ...["用户", "问天空", "为什么是蓝色的。"].map((text) => chunk({ reasoning_content: text })),
  ...["因为", "大气", " scatters", " blue", " light", " 🌤."].map((text) => chunk({ content: text })),
  call('{"city":', { id: "call_1", type: "function", function: { name: "get_weather" } }),
  call('"上海"}'),
  { ...chunk({ content: "" }, { finish_reason: "tool_calls" }), usage: { prompt_tokens: 9, completion_tokens: 40 } }
]

const whole = `${answer.map(frame).join("")}data: [DONE]\n\n`

async function* pieces(text) {
  const bytes = new TextEncoder().encode(text)
  for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7)
}

const streamOf = (text) => {
  const source = pieces(text)
  return new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await source.next()
      if (done) controller.close()
      else controller.enqueue(value)
    }
  })
}

const responseOf = (text, init = {}) =>
  new Response(streamOf(text), { headers: { "content-type": "text/event-stream" }, ...init })

const failureOf = async (response) => {
  try {
    await Fold.completion(Decoder.events(response))
    return "none"
  } catch (error) {
    if (!(error instanceof Failure.FailureError)) throw error
    const partial = error.partial?.choices[0]?.message.content
    return [error.name, error.isRetryable, Failure.judge(error.failure).fault, partial].filter(Boolean).join(" ")
  }
}

export const report = async () => {
  const sources = [pieces(whole), streamOf(whole), responseOf(whole)]
  const completions = []
  for (const source of sources) completions.push(await Fold.completion(Decoder.events(source)))
  const [{ choices, usage }] = completions
  const busy = JSON.stringify({ error: { code: "1302", message: "并发数过高" } })
  return {
    text: choices[0].message.content,
    reasoning: choices[0].message.reasoning_content,
    calls: choices[0].message.tool_calls.map(({ function: called }) => called),
    reason: choices[0].finish_reason,
    tokens: usage.completion_tokens,
    same: completions.every((completion) => JSON.stringify(completion) === JSON.stringify(completions[0])),
    cut: await failureOf(responseOf(answer.slice(0, 5).map(frame).join(""))),
    busy: await failureOf(new Response(busy, { status: 429, headers: { "content-type": "application/json" } }))
  }
}
