/**
 * Bytes of a stream body to events: UTF-8, SSE frames, checked chunks, `ChunkEvent`s. The hot path.
 *
 * One call of `feed` serves a whole network read, synchronously, without an Effect per element: an event costs a
 * `JSON.parse` and a handful of `typeof`s, or, where it is like the one before, the comparison of its ends. State is local to one stream. Everything that is not an ordinary chunk
 * leaves the path at once, to a function of its own below.
 */
import { createParser } from "eventsource-parser"
import { isUsage, isWebSearch } from "./documentParts.js"
import type { Usage, WebSearchResult } from "../documents/completion.js"
import type { ChunkEvent } from "../documents/chunkEvent.js"
import { classify } from "../failures/classify.js"
import { fromJson, fromText, redacted } from "../failures/errorBody.js"
import type { CorruptReason, Failure } from "../failures/failure.js"
import { parseJson } from "../text/jsonScan.js"
import { isRecord } from "../text/records.js"
import { hasReplacement, lastTwoBytes } from "./replacement.js"
import { makeTemplate, type Template } from "./template.js"
import { jsonOf, makeToolCalls, type ToolCalls } from "./toolCalls.js"

/** How a stream is read. */
export interface DecoderOptions {
  /** The bound on one event, in UTF-16 code units of its text. */
  readonly maxEventSize: number
  /** What to do with a frame that is no chunk. */
  readonly onMalformed: "fail" | "skip"
  /** The functions that the request offered. */
  readonly toolNames: ReadonlySet<string>
  /** The status of the response, for errors inside the body. */
  readonly status: number
  readonly requestId: string | undefined
  /** The zone of reset times in messages. */
  readonly resetZone: string
  /** Takes the key out of a text of the service. */
  readonly redact: (text: string) => string
}

/**
 * - `open`: more is expected
 * - `finished`: every choice has its finish reason; `[DONE]` or the end of the body may follow
 * - `done`: complete
 * - `failed`: `error` is set
 *
 * @since 0.1.0
 * @category models
 */
export type DecoderState = "open" | "finished" | "done" | "failed"

/**
 * Reads one stream: `feed` it the bytes as they come, `take` the events when it `hasEvents`, tell it the `end`, and look at
 * its `state` and `error`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Decoder {
  readonly feed: (bytes: Uint8Array) => void
  /** The body has ended, by itself (`undefined`) or by an error of the transport. */
  readonly end: (error?: Failure) => void
  /** Completes a `finished` stream whose `[DONE]` does not come. */
  readonly complete: () => void
  /** Takes one completion that came instead of a stream. */
  readonly completion: (document: Readonly<Record<string, unknown>>) => void
  /** The events since the last call. */
  readonly take: () => Array<ChunkEvent>
  /** Whether there is something to give out: with the first event of the answer itself, or any after it. */
  readonly hasEvents: () => boolean
  readonly state: () => DecoderState
  readonly error: () => Failure | undefined
}

interface ChoiceState {
  finishReason: string | undefined
  toolCalls: ToolCalls | undefined
}

/** A choice with a higher index is a fault of the stream. */
const maxChoices = 128

/** @internal */
export const makeDecoder = (options: DecoderOptions, template: Template = makeTemplate()): Decoder => {
  // The mark is taken off here: Deno's decoder would take one off at the start of every read.
  const utf8 = new TextDecoder("utf-8", { ignoreBOM: true })
  let isStart = true
  const choices = new Map<number, ChoiceState>()
  const seenExtra = new Map<string, unknown>()
  let events: Array<ChunkEvent> = []
  let state: DecoderState = "open"
  let error: Failure | undefined
  let started = false
  let begun = false
  let id: string | undefined
  let bytes = 0
  let frames = 0
  let flushing = false
  let invalidUtf8: "no" | "seen" | "told" = "no"
  let lastTwo: ReadonlyArray<number> = []

  const parser = createParser({
    maxBufferSize: options.maxEventSize,
    onEvent: (message) => {
      if (state === "done" || state === "failed") return
      frame(message.data, message.event)
    },
    onError: (problem) => {
      if (state === "done" || state === "failed") return
      if (problem.type === "max-buffer-size-exceeded") return tooLarge()
      // The Coding endpoint is known to write an error as a bare JSON line, without `data:`.
      if (problem.type === "unknown-field" && problem.line?.startsWith("{")) bareLine(problem.line)
    }
  })

  const feed = (chunk: Uint8Array): void => {
    if (state === "done" || state === "failed") return
    bytes += chunk.length
    let text = utf8.decode(chunk, { stream: true })
    if (isStart && text !== "") {
      isStart = false
      if (text.startsWith("\uFEFF")) text = text.slice(1)
    }
    if (invalidUtf8 === "no") {
      if (text.includes("\uFFFD") && hasReplacement(text, lastTwo, chunk)) invalidUtf8 = "seen"
      lastTwo = lastTwoBytes(lastTwo, chunk)
    }
    parser.feed(text)
  }

  const frame = (data: string, event: string | undefined): void => {
    const index = frames++
    if (data.length > options.maxEventSize) return tooLarge()
    if (data === "") return
    const isPlain = state === "open" && event === undefined && invalidUtf8 !== "seen"
    const like = isPlain ? template.match(data) : undefined
    if (like !== undefined) return void events.push(like)
    if (data.charCodeAt(0) === 91 /* [ */ && data.trimEnd() === "[DONE]") return sentinel()
    const chunk = parseJson(data)
    if (!isRecord(chunk)) {
      return malformed(index, chunk === undefined ? "the data is not JSON" : "the data is not a JSON object")
    }
    if (invalidUtf8 === "seen" && data.includes("\uFFFD")) {
      invalidUtf8 = "told"
      events.push({ _tag: "Warning", code: "InvalidUtf8", detail: "bytes that are not UTF-8 were replaced" })
    }
    if (event === "error") return failure(chunk)
    const before = events.length
    read(chunk, index)
    if (isPlain && state === "open" && events.length === before + 1) template.learn(data, events[before]!)
  }

  const read = (chunk: Readonly<Record<string, unknown>>, index: number): void => {
    const list = chunk["choices"]
    const told = chunk["error"]
    if ((told !== undefined && told !== null) || !Array.isArray(list)) {
      if (fromJson(chunk) !== undefined) return failure(chunk)
      if (told !== undefined && told !== null) return malformed(index, "error: expected an object or a text")
      if (list !== undefined && list !== null) return malformed(index, "choices: expected an array")
    }
    const chunkId = chunk["id"]
    if (chunkId !== undefined && chunkId !== null && chunkId !== "") {
      if (typeof chunkId !== "string" && typeof chunkId !== "number") return malformed(index, "id: expected a string")
      if (id === undefined) {
        id = String(chunkId)
      } else if (chunkId !== id && String(chunkId) !== id) {
        return corrupt("IdChanged", "a chunk of another completion came in the same body", index)
      }
    }
    if (!started) {
      started = true
      const { created, model } = chunk
      events.push({
        _tag: "Started",
        ...(id === undefined ? {} : { id }),
        ...(typeof model === "string" ? { model } : {}),
        ...(typeof created === "number" ? { created } : {})
      })
    }
    if (Array.isArray(list)) {
      for (let i = 0; i < list.length; i++) {
        const problem = readChoice(list[i], i)
        if (problem !== undefined) return malformed(index, `choices[${i}].${problem}`)
        if (state === "failed") return
      }
    }
    for (const key in chunk) readField(key, chunk[key], index)
    if (state === "open" && allFinished()) state = "finished"
  }

  /** Reads one entry of `choices`; gives what is wrong with it, as the rest of a path. */
  const readChoice = (entry: unknown, position: number): string | undefined => {
    if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return " expected an object"
    const source = entry as Record<string, unknown>
    const index = source["index"] ?? position
    if (typeof index !== "number" || !Number.isInteger(index) || index < 0 || index >= maxChoices) {
      return "index: expected a small integer"
    }
    let choice = choices.get(index)
    if (choice === undefined) {
      choice = { finishReason: undefined, toolCalls: undefined }
      choices.set(index, choice)
      if (state === "finished") state = "open"
    }
    const delta = source["delta"]
    if (delta !== undefined && delta !== null) {
      if (typeof delta !== "object" || Array.isArray(delta)) return "delta: expected an object"
      const problem = readDelta(delta as Record<string, unknown>, index, choice)
      if (problem !== undefined) return `delta.${problem}`
      if (state === "failed") return undefined
    }
    const reason = source["finish_reason"]
    if (reason !== undefined && reason !== null && reason !== "") {
      if (typeof reason !== "string") return "finish_reason: expected a string"
      if (reason === "network_error") {
        inferenceFailed()
        return undefined
      }
      choice.finishReason = reason
    }
    for (const key in source) {
      if (key !== "index" && key !== "delta" && key !== "finish_reason") extra(key, source[key], index)
    }
    return undefined
  }

  const readDelta = (delta: Record<string, unknown>, index: number, choice: ChoiceState): string | undefined => {
    const reasoning = delta["reasoning_content"]
    if (typeof reasoning === "string") {
      if (reasoning !== "") events.push({ _tag: "ReasoningDelta", choice: index, text: reasoning })
    } else if (reasoning !== undefined && reasoning !== null) return "reasoning_content: expected a string"
    const content = delta["content"]
    if (typeof content === "string") {
      if (content !== "") events.push({ _tag: "ContentDelta", choice: index, text: content })
    } else if (content !== undefined && content !== null) {
      const text = textOfParts(content)
      if (text === undefined) return "content: expected a string"
      if (text !== "") events.push({ _tag: "ContentDelta", choice: index, text })
    }
    for (const key in delta) {
      if (key === "role" || key === "content" || key === "reasoning_content") continue
      if (key === "tool_calls") {
        const problem = readToolCalls(delta[key], index, choice)
        if (problem !== undefined) return problem
      } else extra(key, delta[key], index)
    }
    return undefined
  }

  const readToolCalls = (list: unknown, index: number, choice: ChoiceState): string | undefined => {
    if (list === undefined || list === null) return undefined
    if (!Array.isArray(list)) return "tool_calls: expected an array"
    choice.toolCalls ??= makeToolCalls({
      choice: index,
      makeId: (call) => `call_${id ?? "unknown"}_${index}_${call}`,
      toolNames: options.toolNames,
      emit: (event) => events.push(event)
    })
    for (let i = 0; i < list.length; i++) {
      const entry: unknown = list[i]
      if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
        return `tool_calls[${i}]: expected an object`
      }
      const problem = choice.toolCalls.add(entry as Record<string, unknown>)
      if (problem === undefined) continue
      if (!problem.tooMany) return `tool_calls[${i}].${problem.detail}`
      corrupt("TooManyToolCalls", "more tool calls than one answer makes", frames - 1)
      return undefined
    }
    return undefined
  }

  /** Fields of a chunk beside its choices. Most chunks have only those that the first case passes over. */
  const readField = (key: string, value: unknown, index: number): void => {
    if (state === "failed") return
    switch (key) {
      case "id":
      case "object":
      case "created":
      case "model":
      case "choices":
      case "error":
        return
      case "usage": {
        if (value === null || value === undefined) return
        if (!isUsage(value)) return malformed(index, "usage: expected an object of numbers")
        const usage: Usage = withoutNulls(value)
        events.push({ _tag: "Usage", usage })
        return
      }
      case "web_search": {
        if (value === null || value === undefined) return
        if (!isWebSearch(value)) return malformed(index, "web_search: expected an array of pages")
        const results: ReadonlyArray<WebSearchResult> = value.map((page) => withoutNulls(page))
        events.push({ _tag: "WebSearch", results })
        return
      }
      default:
        extra(key, value, undefined)
    }
  }

  /** Keeps what has no event of its own; relays repeat some fields in every chunk, which is told once. */
  const extra = (key: string, value: unknown, choice: number | undefined): void => {
    if (value === null || value === undefined) return
    const name = `${choice ?? ""}/${key}`
    if (typeof value !== "object") {
      if (seenExtra.get(name) === value) return
      seenExtra.set(name, value)
    }
    const fields = Object.fromEntries([[key, value]])
    events.push(choice === undefined ? { _tag: "Extra", fields } : { _tag: "Extra", choice, fields })
  }

  const allFinished = (): boolean => {
    if (choices.size === 0) return false
    for (const choice of choices.values()) if (choice.finishReason === undefined) return false
    return true
  }

  const sentinel = (): void => {
    if (started) return complete()
    corrupt("EmptyResponse", "the stream ended before it told anything", undefined)
  }

  const complete = (): void => {
    if (choices.size === 0) choices.set(0, { finishReason: undefined, toolCalls: undefined })
    const inOrder = Array.from(choices).sort(([a], [b]) => a - b)
    for (const [, choice] of inOrder) choice.toolCalls?.finish(choice.finishReason ?? "unknown")
    for (const [index, choice] of inOrder) {
      events.push({ _tag: "Finished", choice: index, reason: choice.finishReason ?? "unknown" })
    }
    state = "done"
  }

  const end = (transport?: Failure): void => {
    if (state === "done" || state === "failed") return
    // The last event may lack its blank line. A JSON object closes itself, so a cut one is never taken for whole.
    flushing = true
    parser.feed(`${utf8.decode()}\n\n`)
    if (isEnded()) return
    if (state === "finished") return complete()
    if (transport !== undefined) return fail(transport)
    if (bytes === 0) return corrupt("EmptyResponse", "the body is empty", undefined)
    fail({
      _tag: "StreamTruncatedError",
      message:
        `The stream ended before its end was told, after ${bytes} bytes in ${frames} events: the answer is not whole. ` +
        "`partial` holds what came; ask again.",
      status: options.status,
      requestId: options.requestId,
      receivedBytes: bytes,
      receivedFrames: frames
    })
  }

  const isEnded = (): boolean => state === "done" || state === "failed"

  const completion = (document: Readonly<Record<string, unknown>>): void => {
    if (fromJson(document) !== undefined) return failure(document)
    const list = document["choices"]
    events.push({ _tag: "Warning", code: "NotStreamed", detail: "the service answered without streaming" })
    read(
      {
        ...document,
        choices: Array.isArray(list)
          ? list.map((choice: unknown) => {
              if (!isRecord(choice)) return choice
              const { message, ...rest } = choice
              return { ...rest, delta: message }
            })
          : list
      },
      0
    )
    if (!isEnded()) complete()
  }

  const fail = (reason: Failure): void => {
    state = "failed"
    error = reason
  }

  const corrupt = (reason: CorruptReason, detail: string, index: number | undefined): void =>
    fail({
      _tag: "CorruptStreamError",
      message: `The stream is corrupt: ${detail}${index === undefined ? "" : ` (event ${index})`}. ${advice[reason]}`,
      status: options.status,
      requestId: options.requestId,
      reason,
      detail,
      ...(index === undefined ? {} : { frame: index })
    })

  const malformed = (index: number, detail: string): void => {
    if (flushing) return
    if (options.onMalformed === "fail") return corrupt("MalformedFrame", detail, index)
    events.push({ _tag: "Warning", code: "MalformedFrame", detail: `event ${index} was skipped: ${detail}` })
  }

  const tooLarge = (): void =>
    corrupt("EventTooLarge", `an event is larger than ${options.maxEventSize} characters`, frames)

  const failure = (document: unknown): void =>
    fail(
      classify({
        status: options.status,
        requestId: options.requestId,
        resetZone: options.resetZone,
        body: redacted(fromJson(document) ?? fromText(options.redact(jsonOf(document) ?? "")), options.redact)
      })
    )

  /** `network_error` as a finish reason: the inference failed, what came is no answer. */
  const inferenceFailed = (): void =>
    fail({
      _tag: "ServerError",
      message: "The model broke off with finish_reason network_error: what came is not the whole answer. Ask again.",
      code: "network_error",
      status: options.status,
      requestId: options.requestId
    })

  const bareLine = (line: string): void => {
    const document = parseJson(line)
    if (document === undefined) return malformed(frames, "a line of JSON without `data:` is cut")
    if (fromJson(document) !== undefined) return failure(document)
    malformed(frames, "a line of JSON without `data:`")
  }

  return {
    feed,
    end,
    complete,
    completion,
    take: () => {
      const taken = events
      events = []
      return taken
    },
    hasEvents: () => {
      begun ||= events.some(isOfAnswer)
      return begun && events.length > 0
    },
    state: () => state,
    error: () => error
  }
}

/** What only announces an answer is held back until there is one: a call that fails before can be sent again. */
const isOfAnswer = ({ _tag }: ChunkEvent): boolean => _tag !== "Started" && _tag !== "Warning" && _tag !== "Extra"

/** A field that is `null` was not told. Goes one level down, where the details of usage are; JSON may go too deep. */
const withoutNulls = (source: { readonly [field: string]: unknown }, levels = 1): Record<string, unknown> => {
  const fields = Object.entries(source).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(
    fields.map(([key, value]) => [key, levels > 0 && isRecord(value) ? withoutNulls(value, levels - 1) : value])
  )
}

/** The schema of the service allows `content` as a list of text parts. */
const textOfParts = (content: unknown): string | undefined => {
  if (!Array.isArray(content)) return undefined
  let text = ""
  for (const part of content) {
    if (!isRecord(part) || typeof part["text"] !== "string") return undefined
    text += part["text"]
  }
  return text
}

const again = "Ask again."

const advice: Readonly<Record<CorruptReason, string>> = {
  MalformedFrame: again,
  IdChanged: again,
  EmptyResponse: again,
  EventTooLarge: "If the answer may be that large, raise `maxEventSize`.",
  UnexpectedContentType: "Check the base URL.",
  TooManyToolCalls: "Asking again is not likely to help; offer the model fewer tools."
}
