/**
 * One answer in three hundred dialects: servers, relays and proxies write it with other fields, spaces, names, line ends, ids and
 * content types, whole where it was to be streamed and the other way round. It is the same answer.
 */
import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import { makeBodyDecoder } from "../src/internal/decoding/bodyDecoder.js"
import { beginsAsEvents } from "../src/internal/text/beginnings.js"
import type { DecoderOptions } from "../src/internal/decoding/decoder.js"
import { makeFold } from "../src/internal/decoding/fold.js"
import { isFailed, readWhole, wholeOfEvents } from "../src/internal/decoding/whole.js"
import type { ChatCompletion } from "../src/internal/documents/completion.js"
import { isRecord } from "../src/internal/text/records.js"

const dialects = 300

const options: DecoderOptions = {
  maxEventSize: 1024 * 1024,
  onMalformed: "fail",
  toolNames: new Set(["find", "look_up"]),
  choices: 1,
  status: 200,
  requestId: undefined,
  resetZone: "+08:00",
  redact: (text) => text
}

interface Answer {
  readonly reasoning: ReadonlyArray<string>
  readonly content: ReadonlyArray<string>
  readonly calls: ReadonlyArray<{ readonly name: string; readonly arguments: { readonly [name: string]: unknown } }>
  readonly tokens: number
}

const piece = fc.oneof(
  fc.constantFrom("天空", "Hello", " ", '"', "\\", "\n", "data: x", "🙂", "[DONE]", "é", "</think>", "a\tb", "{}", "…"),
  fc.string({ minLength: 1, maxLength: 12 })
)

const answer: fc.Arbitrary<Answer> = fc.record({
  reasoning: fc.array(piece, { maxLength: 5 }),
  content: fc.array(piece, { minLength: 1, maxLength: 8 }),
  calls: fc.array(
    fc.record({
      name: fc.constantFrom("find", "look_up"),
      arguments: fc.dictionary(fc.constantFrom("city", "n", "深"), fc.oneof(fc.string({ maxLength: 8 }), fc.integer()))
    }),
    { maxLength: 2 }
  ),
  tokens: fc.nat(1000)
})

const flag = fc.boolean()

const dialect = fc.record({
  // JSON
  reversed: flag,
  spaced: flag,
  escaped: flag,
  extra: flag,
  nulls: flag,
  // Chunks
  role: fc.constantFrom("first", "each", "never"),
  alias: fc.constantFrom("reasoning_content", "reasoning", "both"),
  parts: flag,
  ids: fc.constantFrom("one", "none", "number", "each", "late"),
  index: fc.constantFrom("told", "absent", "counted"),
  finish: fc.constantFrom("own chunk", "last chunk", "each chunk"),
  usage: fc.constantFrom("with the finish", "own chunk", "each chunk", "no choices"),
  calls: fc.constantFrom("whole", "fragments", "objects", "without index", "twice"),
  unfinished: fc.constantFrom(null, "", undefined),
  // The stream
  lineEnd: fc.constantFrom("\n", "\r\n", "\r"),
  colon: fc.constantFrom("data: ", "data:"),
  mark: flag,
  comments: flag,
  foreign: flag,
  fields: flag,
  blank: flag,
  done: flag,
  type: fc.constantFrom(
    "text/event-stream",
    "text/event-stream; charset=utf-8",
    "application/json",
    "text/plain",
    undefined
  ),
  // How it comes
  way: fc.constantFrom("stream", "stream", "stream", "document for a stream", "document", "stream for a document"),
  cuts: fc.array(fc.nat(), { maxLength: 40 })
})

type Dialect = typeof dialect extends fc.Arbitrary<infer D> ? D : never

/** JSON as this dialect writes it. */
const written = (value: unknown, how: Dialect): string => {
  const order = (json: unknown): unknown => {
    if (Array.isArray(json)) return json.map(order)
    if (!isRecord(json)) return json
    const fields = Object.entries(json).map(([name, field]) => [name, order(field)] as const)
    return Object.fromEntries(how.reversed ? fields.toReversed() : fields)
  }
  const text = how.spaced ? spaced(order(value)) : JSON.stringify(order(value))
  return how.escaped
    ? text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    : text
}

/** As Python writes it. */
const spaced = (json: unknown): string => {
  if (Array.isArray(json)) return `[${json.map(spaced).join(", ")}]`
  if (!isRecord(json)) return JSON.stringify(json)
  const fields = Object.entries(json).filter(([, field]) => field !== undefined)
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}: ${spaced(field)}`).join(", ")}}`
}

const reasonOf = ({ calls }: Answer): string => (calls.length > 0 ? "tool_calls" : "stop")

const usageOf = ({ tokens }: Answer) => ({ prompt_tokens: 3, completion_tokens: tokens, total_tokens: tokens + 3 })

const named = (text: string, { alias }: Dialect): Record<string, string> => ({
  ...(alias === "reasoning" ? {} : { reasoning_content: text }),
  ...(alias === "reasoning_content" ? {} : { reasoning: text })
})

const contentOf = (text: string, { parts }: Dialect): unknown => (parts ? [{ type: "text", text }] : text)

const callsOf = ({ calls }: Answer, how: Dialect): ReadonlyArray<Record<string, unknown>> =>
  calls.flatMap((call, i): ReadonlyArray<Record<string, unknown>> => {
    const args = JSON.stringify(call.arguments)
    const whole = (given: unknown) => ({
      ...(how.calls === "without index" ? {} : { index: i }),
      id: `call_${i}`,
      type: "function",
      function: { name: call.name, arguments: given }
    })
    switch (how.calls) {
      case "objects":
        return [whole(call.arguments)]
      case "fragments":
        return [
          whole(args.slice(0, 1)),
          ...Array.from({ length: args.length - 1 }, (_, at) => ({ index: i, function: { arguments: args[at + 1] } }))
        ]
      case "twice":
        return [whole(args), { index: i, function: { arguments: args } }]
      default:
        return [whole(args)]
    }
  })

const chunksOf = (given: Answer, how: Dialect): ReadonlyArray<Record<string, unknown>> => {
  const deltas: ReadonlyArray<Record<string, unknown>> = [
    ...given.reasoning.map((text) => named(text, how)),
    ...given.content.map((text) => ({ content: contentOf(text, how) })),
    ...callsOf(given, how).map((call) => ({ tool_calls: [call] })),
    ...(how.finish === "own chunk" ? [{}] : [])
  ]
  const reason = reasonOf(given)
  const id = (i: number): unknown =>
    ({ one: "a1", none: undefined, number: 7, each: `a${i}`, late: i === 0 ? undefined : "a1" })[how.ids]
  const chunks = deltas.map((delta, i) => {
    const isLast = i === deltas.length - 1
    const hasRole = how.role === "each" || (how.role === "first" && i === 0)
    const hasUsage = (isLast && how.usage === "with the finish") || how.usage === "each chunk"
    const index = { told: 0, absent: undefined, counted: i }[how.index]
    return {
      ...(id(i) === undefined ? {} : { id: id(i) }),
      object: "chat.completion.chunk",
      created: 1767225600,
      model: "glm-4.6",
      choices: [
        {
          ...(index === undefined ? {} : { index }),
          delta: {
            ...(hasRole ? { role: "assistant" } : {}),
            ...(how.nulls ? { content: null, reasoning_content: null, tool_calls: null, refusal: null } : {}),
            ...delta,
            ...(how.extra ? { annotations: null } : {})
          },
          finish_reason: isLast || how.finish === "each chunk" ? reason : how.unfinished,
          ...(how.extra ? { logprobs: null } : {})
        }
      ],
      ...(how.extra ? { system_fingerprint: "fp", x: { y: [i] } } : {}),
      ...(hasUsage ? { usage: usageOf(given) } : how.nulls ? { usage: null } : {})
    }
  })
  const usage = { model: "glm-4.6", usage: usageOf(given), ...(how.ids === "none" ? {} : { id: id(chunks.length) }) }
  if (how.usage === "own chunk") return [...chunks, { ...usage, choices: [] }]
  return how.usage === "no choices" ? [...chunks, usage] : chunks
}

const streamOf = (given: Answer, how: Dialect): string => {
  const lines: Array<string> = []
  chunksOf(given, how).forEach((chunk, i) => {
    if (how.comments) lines.push(": keep-alive", "")
    if (how.foreign && i % 2 === 0) lines.push("event: ping", "data: alive", "")
    if (how.blank) lines.push("data: ", "")
    if (how.fields) lines.push("event: message", `id: ${i}`, "retry: 3000")
    lines.push(how.colon + written(chunk, how), "")
  })
  if (how.done) lines.push(`${how.colon}[DONE]`, "")
  return (how.mark ? "\uFEFF" : "") + lines.map((line) => line + how.lineEnd).join("")
}

const documentOf = (given: Answer, how: Dialect): Record<string, unknown> => ({
  ...(how.ids === "none" ? {} : { id: how.ids === "number" ? 7 : "a1" }),
  object: "chat.completion",
  created: 1767225600,
  model: "glm-4.6",
  choices: [
    {
      ...(how.index === "absent" ? {} : { index: 0 }),
      message: {
        ...(how.role === "never" ? {} : { role: "assistant" }),
        content: contentOf(given.content.join(""), how),
        ...(given.reasoning.length === 0 ? {} : named(given.reasoning.join(""), how)),
        ...(given.calls.length === 0
          ? how.nulls
            ? { tool_calls: null }
            : {}
          : { tool_calls: callsOf(given, { ...how, calls: how.calls === "objects" ? "objects" : "whole" }) }),
        ...(how.extra ? { annotations: [], refusal: null } : {})
      },
      finish_reason: reasonOf(given)
    }
  ],
  ...(how.extra ? { service_tier: "default" } : {}),
  usage: usageOf(given)
})

const pieces = (bytes: Uint8Array, cuts: ReadonlyArray<number>): ReadonlyArray<Uint8Array> => {
  const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((a, b) => a - b)
  return [...at, bytes.length].map((end, i) => bytes.slice(at[i - 1] ?? 0, end))
}

/** As the client reads a body that it asked a stream for, and one that it asked a document for. */
const read = (body: string, how: Dialect): unknown => {
  if (how.way === "document" || how.way === "stream for a document") {
    const document = beginsAsEvents(body.replace(/^\uFEFF/, ""))
      ? wholeOfEvents(body, options)
      : (JSON.parse(body) as Record<string, unknown>)
    if (isFailed(document)) throw new Error(document.failure.message)
    const whole = readWhole({ ...document }, options)
    if (whole._tag === "Failure") throw new Error(whole.failure.message)
    return whole.document
  }
  const isDocument = how.way === "document for a stream"
  const type = isDocument ? "application/json; charset=utf-8" : how.type
  const decoder = makeBodyDecoder(options, type === undefined ? {} : { "content-type": type })
  const fold = makeFold()
  for (const bytes of pieces(new TextEncoder().encode(body), how.cuts)) {
    decoder.feed(bytes)
    for (const event of decoder.take()) fold.add(event)
  }
  decoder.end()
  for (const event of decoder.take()) fold.add(event)
  const failure = decoder.error()
  if (failure !== undefined) throw new Error(`${failure._tag}: ${failure.message}`)
  expect(decoder.state()).toBe("done")
  return fold.result()
}

/** What an answer says, however it was written. */
const meaning = (completion: unknown) => {
  const { choices, usage } = completion as ChatCompletion
  const { finish_reason: reason, message } = choices[0] ?? {}
  const calls = message?.tool_calls ?? []
  expect(choices).toHaveLength(1)
  expect(new Set(calls.map(({ id }) => id)).size).toBe(calls.length)
  return {
    content: message?.content ?? "",
    reasoning: message?.reasoning_content ?? "",
    calls: calls.map(({ function: fn }) => [
      fn?.name,
      typeof fn?.arguments === "string" ? JSON.parse(fn.arguments) : fn?.arguments
    ]),
    reason,
    usage: [usage?.prompt_tokens, usage?.completion_tokens, usage?.total_tokens]
  }
}

describe("dialects", () => {
  it(`${dialects} of ${dialects} come to the same answer`, () => {
    let ran = 0
    fc.assert(
      fc.property(answer, dialect, (given, how) => {
        ran++
        const isDocument = how.way === "document" || how.way === "document for a stream"
        const body = isDocument ? written(documentOf(given, how), how) : streamOf(given, how)
        expect(meaning(read(body, how))).toEqual({
          content: given.content.join(""),
          reasoning: given.reasoning.join(""),
          calls: given.calls.map((call) => [call.name, call.arguments]),
          reason: reasonOf(given),
          usage: [3, given.tokens, given.tokens + 3]
        })
      }),
      { numRuns: dialects, seed: 20261129 }
    )
    expect(ran).toBe(dialects)
  })
})
