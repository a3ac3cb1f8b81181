/**
 * The check that the decoder makes by hand, held against the Schema of a chunk: both take the same documents, and what
 * the decoder makes of a chunk is what the decoded document says.
 */
import { describe, expect, it } from "@effect/vitest"
import { ChunkEvent } from "@effect-zhipu/client"
import {
  ChatCompletionChunk,
  type Choice,
  type FunctionCall,
  type ServiceCall,
  type ToolCall
} from "@effect-zhipu/client/ChatCompletionChunk"
import { Either, FastCheck as fc, Predicate, Schema } from "effect"
import { isFailedReason } from "@effect-zhipu/protocol/internal/decoding/chunkReader"
import { fromJson } from "@effect-zhipu/protocol/internal/failures/errorBody"
import { anything, everySpoilt, type Json, plainThenSpoilt, spoilt, wellFormed } from "./support/chunks.js"
import { type Payloads, payloads } from "../../testing/test/support/payloads.js"
import { type Decoded, decodeText, done, frame } from "./support/decoding.js"
import type { Seen } from "./support/oracle.js"
import { streams } from "./support/streams.js"

const encodeChunk = Schema.encodeSync(ChatCompletionChunk)

const isEvent = Schema.is(ChunkEvent.ChunkEvent)

const decodeChunk = Schema.decodeUnknownEither(ChatCompletionChunk)

/** One chunk in a stream of its own. */
const stream = (document: Json): Decoded => decodeText(frame(document) + done)

const isMalformed = ({ error }: Decoded): boolean =>
  error?._tag === "CorruptStreamError" && error.reason === "MalformedFrame"

/** What lies at this path, in lists in every entry of them. */
const at = (json: unknown, ...path: ReadonlyArray<string>): ReadonlyArray<unknown> => {
  const [key, ...rest] = path
  if (key === undefined) return [json]
  if (!Predicate.isRecord(json) || !Object.hasOwn(json, key)) return []
  const child = json[key]
  return (Array.isArray(child) ? child : [child]).flatMap((entry) => at(entry, ...rest))
}

/** What the Schema does not say, by name, and how a document is known to be of that kind. */
const exclusions = {
  // Another document, with a Schema-less reader of its own (`errorBody.ts`), that comes in the place of a chunk.
  errorDocument: (document: Json) => fromJson(document) !== undefined,
  // A well-formed chunk that says that the answer has failed: nothing behind it is read.
  networkError: (document: Json) =>
    at(document, "choices", "finish_reason").some((reason) => typeof reason === "string" && isFailedReason(reason)),
  // Other names of relays for what the Schema names as the vendor does, and parts of a content that are no text.
  relays: (document: Json) =>
    at(document, "choices", "delta").some((delta) => Predicate.isRecord(delta) && "reasoning" in delta) ||
    at(document, "choices", "delta", "content").some(
      (part) => Predicate.isRecord(part) && typeof part["text"] !== "string"
    ),
  // A count over the whole stream; an index out of reach stands for as many calls.
  tooManyToolCalls: (document: Json) =>
    at(document, "choices", "delta", "tool_calls", "index").some(
      (index) => Number.isInteger(index) && Number(index) >= 1280
    ),
  // The decoder keeps a field of this name; the Schema, as every Schema of Effect, loses it.
  proto: (document: Json) => JSON.stringify(document).includes("__proto__")
}

const excluded = (document: Json): boolean => Object.values(exclusions).some((is) => is(document))

type Extra = { readonly choice?: number; readonly of?: "choice"; readonly fields: unknown }

/** What a chunk says, by kind: decoding does not keep the order of fields, so only order within a kind is compared. */
interface Said {
  readonly answer: ReadonlyArray<Seen>
  readonly usage: ReadonlyArray<unknown>
  readonly pages: ReadonlyArray<unknown>
  readonly extras: ReadonlyArray<unknown>
}

/** The text of a document whatever the order of its fields. */
const canonical = (json: unknown): string =>
  JSON.stringify(json, (_, value: unknown) =>
    Predicate.isRecord(value)
      ? Object.fromEntries(
          Object.keys(value)
            .toSorted()
            .map((key) => [key, value[key]])
        )
      : value
  )

const sorted = (extras: ReadonlyArray<Extra>): ReadonlyArray<string> => extras.map(canonical).toSorted()

const isOfNoCall = ({ _tag }: Seen): boolean => _tag !== "ToolCallStarted" && _tag !== "ToolCallDelta"

/** Completed calls and warnings are left out: they judge the whole stream, see `toolCalls.test.ts`. */
const saidByDecoder = ({ events }: Decoded, withToolCalls: boolean): Said => ({
  answer: events.filter(
    (event) =>
      !["Usage", "WebSearch", "Extra", "Warning", "ToolCallCompleted"].includes(event._tag) &&
      (withToolCalls || isOfNoCall(event))
  ),
  usage: events.flatMap((event) => (event._tag === "Usage" ? [event.usage] : [])),
  pages: events.flatMap((event) => (event._tag === "WebSearch" ? [event.results] : [])),
  extras: sorted(
    events.flatMap((event) =>
      event._tag === "Extra"
        ? [
            {
              ...(event.choice === undefined ? {} : { choice: event.choice }),
              ...(event.of === undefined ? {} : { of: event.of }),
              fields: event.fields
            }
          ]
        : []
    )
  )
})

/** As deep as the details of usage. */
const withoutNulls = (json: unknown, levels = 1): unknown =>
  levels >= 0 && Predicate.isRecord(json)
    ? Object.fromEntries(
        Object.entries(json)
          .filter(([, value]) => value !== null)
          .map(([key, value]) => [key, withoutNulls(value, levels - 1)])
      )
    : json

interface Call {
  readonly index: number
  readonly wireIndex: number | undefined
  id: string | undefined
  name: string | undefined
  started: boolean
  text: string
}

/** The calls of one choice: a piece belongs to the call of its id, else of its index, else to the latest. */
const makeCalls = (choice: number) => {
  const calls: Array<Call> = []
  const byId = new Map<string, Call>()
  const byIndex = new Map<number, Call>()
  let ambiguous = false

  const add = (piece: FunctionCall): ReadonlyArray<Seen> => {
    const id = piece.id === "" ? undefined : piece.id
    const index = piece.index !== undefined && piece.index >= 0 ? piece.index : undefined
    const name = piece.function?.name === "" ? undefined : piece.function?.name
    const text = piece.function?.arguments ?? ""
    const sameId = id === undefined ? undefined : byId.get(id)
    let call = sameId ?? (index === undefined ? calls.at(-1) : byIndex.get(index))
    const isTheSame = sameId !== undefined && index !== undefined && sameId.wireIndex === index
    if (!isTheSame && call?.name !== undefined && name !== undefined) ambiguous = true
    if (call === undefined) {
      call = { index: calls.length, wireIndex: index, id: undefined, name: undefined, started: false, text: "" }
      calls.push(call)
      if (index !== undefined) byIndex.set(index, call)
    }
    if (id !== undefined && call.id === undefined) {
      if (!call.started) call.id = id
      byId.set(id, call)
    }
    call.name ??= name
    call.text += text
    const piecemeal = { _tag: "ToolCallDelta", choice, index: call.index }
    if (call.started) return text === "" ? [] : [{ ...piecemeal, arguments: text }]
    if (call.name === undefined) return []
    call.started = true
    return [
      { _tag: "ToolCallStarted", choice, index: call.index, id: call.id ?? expect.any(String), name: call.name },
      ...(call.text === "" ? [] : [{ ...piecemeal, arguments: call.text }])
    ]
  }
  return { add, isAmbiguous: () => ambiguous }
}

const isOfService = (call: ToolCall): call is ServiceCall =>
  (call.function === undefined || call.function === null) && call.type !== undefined && call.type !== "function"

/** What the decoded document says. */
const saidByDocument = (chunk: ChatCompletionChunk): { readonly said: Said; readonly ambiguous: boolean } => {
  const { choices, created, id, model, object: _object, usage, web_search: pages, ...rest } = chunk
  const answer: Array<Seen> = [
    {
      _tag: "Started",
      ...(id === undefined || id === "" ? {} : { id }),
      ...(model === undefined ? {} : { model }),
      ...(created === undefined ? {} : { created })
    }
  ]
  const extras: Array<Extra> = []
  const told = new Map<string, unknown>()
  const tell = (fields: { readonly [field: string]: unknown }, choice?: number, of?: "choice"): void => {
    for (const [key, value] of Object.entries(fields)) {
      if (value === null || value === undefined) continue
      // A value that is told again and again is told once.
      if (typeof value !== "object") {
        const name = JSON.stringify([choice, of, key])
        if (told.get(name) === value) continue
        told.set(name, value)
      }
      extras.push({
        ...(choice === undefined ? {} : { choice }),
        ...(of === undefined ? {} : { of }),
        fields: { [key]: value }
      })
    }
  }
  const calls = new Map<number, ReturnType<typeof makeCalls>>()
  const reasons = new Map<number, string | undefined>()
  choices.forEach((entry: Choice, place) => {
    const { delta, finish_reason: reason, index: choice = place, ...beside } = entry
    const { content, reasoning_content: reasoning, role: _role, tool_calls: pieces = [], ...added } = delta
    if (reasoning) answer.push({ _tag: "ReasoningDelta", choice, text: reasoning })
    if (content) answer.push({ _tag: "ContentDelta", choice, text: content })
    const ofChoice = calls.get(choice) ?? makeCalls(choice)
    calls.set(choice, ofChoice)
    for (const piece of pieces) {
      if (isOfService(piece)) extras.push({ choice, fields: { tool_calls: [piece] } })
      else answer.push(...ofChoice.add(piece))
    }
    tell(added, choice)
    tell(beside, choice, "choice")
    reasons.set(choice, reason || reasons.get(choice))
  })
  const { error: _error, ...unknown } = rest
  tell(unknown)
  if (reasons.size === 0) reasons.set(0, undefined)
  for (const [choice, reason] of [...reasons].toSorted(([a], [b]) => a - b)) {
    answer.push({ _tag: "Finished", choice, reason: reason ?? "unknown" })
  }
  return {
    said: {
      answer,
      usage: usage === undefined ? [] : [withoutNulls(usage)],
      pages: pages === undefined ? [] : [pages.map((page) => withoutNulls(page))],
      extras: sorted(extras)
    },
    ambiguous: [...calls.values()].some((ofChoice) => ofChoice.isAmbiguous())
  }
}

type Verdict = "excluded" | "refused" | "taken" | "taken, calls ambiguous"

/** Compares the two readings of a document, and gives what both say. */
const compare = (generated: Json): Verdict => {
  // -0 has no text of its own.
  const document: Json = JSON.parse(JSON.stringify(generated))
  const decoded = stream(document)
  if (exclusions.errorDocument(document)) {
    expect(decoded.state).toBe("failed")
    expect(decoded.error?._tag).not.toBe("CorruptStreamError")
  }
  if (excluded(document)) return "excluded"
  const chunk = decodeChunk(document)
  if (Either.isLeft(chunk)) {
    if (!isMalformed(decoded)) expect.fail("the Schema refuses what the decoder takes")
    return "refused"
  }
  const { ambiguous, said } = saidByDocument(chunk.right)
  // Which call a second name belongs to is a judgement over several pieces, see `toolCalls.test.ts`.
  const answer = ambiguous ? said.answer.filter(isOfNoCall) : said.answer
  expect(decoded.events.filter((event) => !isEvent(event))).toEqual([])
  const read = { error: reasonOf(decoded), ...saidByDecoder(decoded, !ambiguous) }
  // A stream of one chunk that holds nothing, and gives no reason, is no answer.
  const isNothing =
    said.answer.slice(1).every((event) => event["_tag"] === "Finished" && event["reason"] === "unknown") &&
    !at(document, "choices", "delta", "tool_calls").some((call) => Predicate.isRecord(call))
  expect(read).toEqual({
    ...said,
    error: isNothing ? "EmptyResponse" : undefined,
    answer: isNothing ? answer.slice(0, 1) : answer
  })
  return ambiguous ? "taken, calls ambiguous" : "taken"
}

const reasonOf = ({ error }: Decoded): string | undefined =>
  error?._tag === "CorruptStreamError" ? error.reason : error?._tag

/** Events without what a stream begins and ends with; an id that is made up holds that of the stream. */
const ofOneChunk = (events: Decoded["events"]): unknown =>
  JSON.parse(
    JSON.stringify(events.filter(({ _tag }) => _tag !== "Started" && _tag !== "Finished")).replaceAll(
      /"call_(unknown|20260101000000aaaa)_/g,
      '"call_'
    )
  )

/** Compares many documents, and tells how often each verdict came, so that a generator gone stale is seen. */
const compareMany = (documents: fc.Arbitrary<Json>, numRuns: number): Readonly<Record<Verdict, number>> => {
  const verdicts = { excluded: 0, refused: 0, taken: 0, "taken, calls ambiguous": 0 }
  fc.assert(
    fc.property(documents, (document) => {
      verdicts[compare(document)]++
    }),
    { numRuns, interruptAfterTimeLimit: 5000 }
  )
  return verdicts
}

/** The documents of the streams that the service sends. */
const chunksOf = (source: Payloads): ReadonlyArray<Json> =>
  streams.flatMap((number) =>
    source
      .text(number)
      .split("\n")
      .filter((line) => line.startsWith("data: {"))
      .map((line): Json => JSON.parse(line.slice("data: ".length)))
  )

describe("the decoder and the Schema of a chunk", () => {
  it("read every well-formed chunk, and the same in it", () => {
    const verdicts = compareMany(wellFormed, 500)
    expect(verdicts.refused).toBe(0)
    expect(verdicts.taken).toBeGreaterThan(50)
  })

  it("agree on a chunk with any one of its values replaced or missing", () => {
    const verdicts = new Set(
      everySpoilt.map((document) => {
        try {
          return compare(document)
        } catch (cause) {
          throw new Error(`For ${JSON.stringify(document)}`, { cause })
        }
      })
    )
    expect(verdicts).toEqual(new Set(["taken", "refused", "excluded"]))
  })

  it("agree on chunks with anything changed in them", () => {
    const verdicts = compareMany(spoilt, 2000)
    expect(Math.min(verdicts.refused, verdicts.taken)).toBeGreaterThan(50)
  })

  it("agree on any JSON", () => {
    const verdicts = compareMany(anything, 1500)
    expect(Math.min(verdicts.refused, verdicts.taken)).toBeGreaterThan(20)
  })

  it("agree on a chunk after chunks like it, where the decoder has a shorter way", () => {
    fc.assert(
      fc.property(plainThenSpoilt, ([first, second, data]) => {
        const alone = decodeText(`data: ${data}\n\n${done}`)
        const before = decodeText(`data: ${first}\n\ndata: ${second}\n\n`).events
        const behind = decodeText(`data: ${first}\n\ndata: ${second}\n\ndata: ${data}\n\n${done}`)
        // That the id stays the same is a rule over several chunks.
        // So is that an answer is not empty.
        if (reasonOf(behind) === "IdChanged" || reasonOf(alone) === "EmptyResponse") return
        expect(reasonOf(behind)).toBe(reasonOf(alone))
        expect(behind.events.slice(0, before.length)).toEqual(before)
        expect(ofOneChunk(behind.events.slice(before.length))).toEqual(ofOneChunk(alone.events))
      }),
      { numRuns: 1000, interruptAfterTimeLimit: 5000 }
    )
  })

  it("read the same in a chunk that was decoded and encoded", () => {
    fc.assert(
      fc.property(wellFormed, (document) => {
        const chunk = Either.getOrThrow(decodeChunk(document))
        expect(Either.getOrThrow(decodeChunk(JSON.parse(JSON.stringify(encodeChunk(chunk)))))).toEqual(chunk)
      }),
      { numRuns: 200 }
    )
  })

  it.each(payloads)("read every chunk of a $name, and the same in it", (source) => {
    for (const document of chunksOf(source)) expect(compare(document)).toBe("taken")
    expect(chunksOf(source).length).toBeGreaterThan(20)
  })

  it("do not fall over documents that are nested deeply, or whose objects have no text", () => {
    const deep = `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`
    const verdict = (json: string) => reasonOf(decodeText(`data: ${json}\n\n${done}`))
    for (const field of [`"usage":${deep}`, `"web_search":[${deep}]`, `"x":${deep}`]) {
      expect(verdict(`{"choices":[{"delta":{"content":"x"}}],${field}}`)).toBeUndefined()
    }
    const call = `{"index":0,"function":{"name":"f","arguments":${deep}}}`
    expect(verdict(`{"choices":[{"delta":{"tool_calls":[${call}]}}]}`)).toBe("MalformedFrame")
    expect(reasonOf(decodeText(`event: error\ndata: ${deep}\n\n`))).toBe("ServerError")
    expect(verdict('{"error":{"type":{"toString":1}}}')).toBe("ServerError")
    expect(verdict('{"id":"a"}\n\ndata: {"id":{"toString":1}}')).toBe("MalformedFrame")
  })

  it("agree on how many choices there may be", () => {
    const choices = Array.from({ length: 128 }, () => ({ delta: { content: "x" } }))
    expect(compare({ choices })).toBe("taken")
    expect(compare({ choices: [...choices, { delta: {} }] })).toBe("refused")
    expect(compare({ choices: [...choices, { index: 0, delta: {} }] })).toBe("taken")
  })
})
