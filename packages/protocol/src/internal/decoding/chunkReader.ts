/**
 * Chunks to events, with a check of their form by hand, which the Schema of a chunk says as a document. Hot: most chunks
 * cost a handful of `typeof`s.
 *
 * The state is that of the choices: what each has told so far, which spans chunks.
 */
import type { ChunkEvent, WarningCode } from "../documents/chunkEvent.js"
import { fromJson } from "../failures/errorBody.js"
import { defined, isRecord } from "../text/records.js"
import { redactedWithin } from "../text/redaction.js"
import { at, type ChunkProblem, corrupt, malformed } from "./chunkProblem.js"
import { isUsage, isWebSearch, partsOf, withoutNulls } from "./documentParts.js"
import { madeUpId, makeToolCalls, type ToolCalls } from "./toolCalls.js"

/** @internal */
export interface Chunks {
  /** Emits the events of a chunk; gives why it could not be read to its end. */
  readonly read: (chunk: Readonly<Record<string, unknown>>) => ChunkProblem | undefined
  /** A chunk came that was like the one before it in all but its text, and was not read. */
  readonly repeated: () => void
  /**
   * `finished` when every choice that was asked for has its finish reason; `early` where the answer may go on behind it: some
   * relays write one on the first chunk, or on each.
   */
  readonly state: () => "open" | "early" | "finished"
  /** Whether all chunks so far have one id. */
  readonly hasOneId: () => boolean
  /** Whether the tokens were told, which comes last. */
  readonly hasUsage: () => boolean
  /** The service has told the end: emits the tool calls that are whole, and the end of each choice. Gives why it is none. */
  readonly complete: () => ChunkProblem | undefined
}

/** @internal */
export interface ChunkOptions {
  /** The functions that the request offered. */
  readonly toolNames: ReadonlySet<string>
  /** How many choices the request asks for: a choice beyond them, alone in its chunk, is the first one under another number. */
  readonly choices?: number | undefined
  /** Whether what is no chunk of this stream by the letter is refused, though it can be read. */
  readonly strict?: boolean | undefined
  /** Takes secrets out of what is said of the answer: ids, models, reasons. What is in the answer stays as it is. */
  readonly redact: (text: string) => string
  readonly emit: (event: ChunkEvent) => void
}

interface Choice {
  /** Its finish reason. */
  reason: string | undefined
  /** The finish reason came before or with text, or text came after it. */
  early: boolean
  /** Text or a tool call has come. */
  begun: boolean
  toolCalls: ToolCalls | undefined
}

/** Whether a finish reason says that the model has said all that it has to say. @internal */
export const isWellReason = (reason: unknown): boolean => /^(stop|tool_calls|eos|end_turn)$/.test(String(reason))

/** Whether a finish reason says that the inference failed: the vendor says `network_error`, relays other words. @internal */
export const isFailedReason = (reason: string): boolean => /^(((network|server|internal)_)?error|failed)$/.test(reason)

/** A choice with a higher index is a fault of the stream. */
const maxChoices = 128

/** @internal */
export const makeChunks = ({ choices: expected, emit, redact, strict, toolNames }: ChunkOptions): Chunks => {
  const choices = new Map<number, Choice>()
  const seenExtra = new Map<string, unknown>()
  const warned = new Set<WarningCode>()
  let started = false
  let finished = false
  let empty = true
  let usageTold = false
  /** How many chunks with one choice have come. */
  let count = 0
  let id: string | undefined
  let idRepeated = false
  let otherId: string | undefined

  /** Says once that something was read which is not as the protocol says. */
  const tolerate = (code: WarningCode, detail: string): void => {
    if (warned.has(code)) return
    warned.add(code)
    emit({ _tag: "Warning", code, detail })
  }

  const read = (chunk: Readonly<Record<string, unknown>>): ChunkProblem | undefined => {
    const list = chunk["choices"]
    const told = chunk["error"]
    if ((told !== undefined && told !== null) || !Array.isArray(list)) {
      if (fromJson(chunk) !== undefined) return { error: chunk }
      if (told !== undefined && told !== null) return malformed("error: expected an object or a text")
      if (list !== undefined && list !== null) return malformed("choices: expected an array")
    }
    const chunkId = chunk["id"]
    if (chunkId !== undefined && chunkId !== null && chunkId !== "") {
      if (typeof chunkId !== "string" && typeof chunkId !== "number") return malformed("id: expected a string")
      if (id === undefined) id = String(chunkId)
      else if (chunkId === id || String(chunkId) === id) idRepeated = true
      else if (isOfAnotherAnswer(String(chunkId))) {
        return corrupt("IdChanged", "a chunk of another answer came")
      } else tolerate("IdChanged", "chunks of one answer have different ids")
    }
    if (!started) start(chunk)
    if (Array.isArray(list)) {
      for (let i = 0; i < list.length; i++) {
        const problem = readChoice(list[i], i, list.length === 1)
        if (problem !== undefined) return at(`choices[${i}].`, problem)
      }
    }
    let problem: ChunkProblem | undefined
    for (const key in chunk) {
      const found = readField(key, chunk[key])
      problem ??= found
    }
    finished = areFinished()
    return problem
  }

  /**
   * Gateways are known to mint an id for each chunk, and to send the usage under another one, behind the end. Where an id
   * that has come more than once is followed by another, or another one is repeated, a second answer has begun.
   */
  const isOfAnotherAnswer = (other: string): boolean => {
    if (strict === true) return true
    if (finished) return false
    const isRepeated = other === otherId
    otherId = other
    return idRepeated || isRepeated
  }

  const start = ({ created, model }: Readonly<Record<string, unknown>>): void => {
    started = true
    emit(
      defined({
        _tag: "Started",
        id: id === undefined ? id : redact(id),
        model: typeof model === "string" ? redact(model) : undefined,
        created: typeof created === "number" ? created : undefined
      })
    )
  }

  const readChoice = (source: unknown, position: number, isAlone: boolean): ChunkProblem | undefined => {
    if (!isRecord(source)) return malformed(" expected an object")
    const told = source["index"] ?? position
    const index = typeof told === "number" && Number.isInteger(told) && told >= 0 ? indexOf(told, isAlone) : undefined
    count++
    if (index === undefined) return malformed("index: expected a small integer")
    const choice = choiceAt(index)
    const before = choice.reason
    const delta = source["delta"]
    if (delta !== undefined && delta !== null) {
      if (!isRecord(delta)) return malformed("delta: expected an object")
      const problem = readDelta(delta, index, choice)
      if (problem !== undefined) return at("delta.", problem)
    }
    const reason = source["finish_reason"]
    if (reason !== undefined && reason !== null && reason !== "") {
      if (typeof reason !== "string") return malformed("finish_reason: expected a string")
      if (isFailedReason(reason)) return { error: source["error"], finishReason: reason }
      choice.reason = isWellReason(reason) ? reason : redact(reason)
      if (before === undefined) choice.early = hasText(delta) || !choice.begun
    }
    if (before !== undefined && hasText(delta)) choice.early = true
    for (const key in source) {
      if (key !== "index" && key !== "delta" && key !== "finish_reason") extra(key, source[key], index, "choice")
    }
    return undefined
  }

  /** Some servers count their chunks where the choice should stand: one that was not asked for is the one that was. */
  const indexOf = (told: number, isAlone: boolean): number | undefined => {
    if (told === 0 || choices.has(told)) return told
    // Behind a finish reason it may be another answer, unless it goes on counting from the first chunk.
    if (strict !== true && isAlone && expected === 1 && (!finished || told === count)) {
      tolerate("ChoiceIndex", "chunks of one choice have different numbers")
      return 0
    }
    return told < maxChoices ? told : undefined
  }

  const choiceAt = (index: number): Choice => {
    const known = choices.get(index)
    if (known !== undefined) return known
    const choice: Choice = { reason: undefined, early: false, begun: false, toolCalls: undefined }
    choices.set(index, choice)
    finished = false
    return choice
  }

  const readDelta = (
    delta: Readonly<Record<string, unknown>>,
    index: number,
    choice: Choice
  ): ChunkProblem | undefined => {
    // `reasoning` is what vLLM and OpenRouter call it; where both come, they say the same.
    const reasoning = delta["reasoning_content"] ?? delta["reasoning"]
    if (typeof reasoning === "string") {
      if (reasoning !== "") emit(marked(choice, { _tag: "ReasoningDelta", choice: index, text: reasoning }))
    } else if (reasoning !== undefined && reasoning !== null) return malformed("reasoning_content: expected a string")
    const content = delta["content"]
    if (typeof content === "string") {
      if (content !== "") emit(marked(choice, { _tag: "ContentDelta", choice: index, text: content }))
    } else if (content !== undefined && content !== null) {
      const problem = readParts(content, index, choice)
      if (problem !== undefined) return problem
    }
    for (const key in delta) {
      if (key === "role" || key === "content" || key === "reasoning_content" || key === "reasoning") continue
      if (key === "tool_calls") {
        const problem = readToolCalls(delta[key], index, choice)
        if (problem !== undefined) return problem
      } else extra(key, delta[key], index)
    }
    return undefined
  }

  const marked = (choice: Choice, event: ChunkEvent): ChunkEvent => {
    choice.begun = true
    empty = false
    return event
  }

  /** The schema of the service allows `content` as a list of text parts; others, of newer models, are kept. */
  const readParts = (content: unknown, index: number, choice: Choice): ChunkProblem | undefined => {
    const parts = partsOf(content)
    if (parts === undefined || (strict === true && parts.others.length > 0))
      return malformed("content: expected a string")
    if (parts.text !== "") emit(marked(choice, { _tag: "ContentDelta", choice: index, text: parts.text }))
    if (parts.others.length > 0) {
      tolerate("ContentParts", "the content has parts that are not text")
      emit(marked(choice, { _tag: "Extra", choice: index, fields: { content_parts: parts.others } }))
    }
    return undefined
  }

  const readToolCalls = (list: unknown, index: number, choice: Choice): ChunkProblem | undefined => {
    if (list === undefined || list === null) return undefined
    if (!Array.isArray(list)) return malformed("tool_calls: expected an array")
    choice.toolCalls ??= makeToolCalls({
      choice: index,
      makeId: (call) => madeUpId(id === undefined ? id : redact(id), index, call),
      redact,
      toolNames,
      emit
    })
    for (let i = 0; i < list.length; i++) {
      const entry: unknown = list[i]
      if (!isRecord(entry)) return malformed(`tool_calls[${i}]: expected an object`)
      const problem = choice.toolCalls.add(entry)
      choice.begun = true
      empty = false
      if (problem !== undefined) return at(`tool_calls[${i}].`, problem)
    }
    return undefined
  }

  /** Fields of a chunk beside its choices. Most chunks have only those that the first case passes over. */
  const readField = (key: string, value: unknown): ChunkProblem | undefined => {
    if (value === null || value === undefined) return undefined
    switch (key) {
      case "id":
      case "object":
      case "created":
      case "model":
      case "choices":
      case "error":
        return undefined
      case "usage": {
        if (!isUsage(value)) return malformed("usage: expected an object of numbers")
        usageTold = true
        emit({ _tag: "Usage", usage: withoutNulls(value) })
        return undefined
      }
      case "web_search": {
        if (!isWebSearch(value)) return malformed("web_search: expected an array of pages")
        emit({ _tag: "WebSearch", results: value.map((page) => withoutNulls(page)) })
        return undefined
      }
      default:
        extra(key, value, undefined)
        return undefined
    }
  }

  /** Keeps what has no event of its own; relays repeat some fields in every chunk, which is told once. */
  const extra = (key: string, value: unknown, choice: number | undefined, of?: "choice"): void => {
    if (value === null || value === undefined) return
    const name = `${choice ?? ""}/${of ?? ""}/${key}`
    if (typeof value !== "object") {
      if (seenExtra.get(name) === value) return
      seenExtra.set(name, value)
    }
    const told = Object.fromEntries([[key, value]])
    // Beside the choices stands what is said of the answer.
    const fields = choice === undefined ? redactedWithin(told, redact) : told
    emit(defined({ _tag: "Extra", choice, of, fields }))
  }

  const areFinished = (): boolean => {
    // One choice may come behind the other; the tokens come last, also where a server gives fewer than were asked for.
    if (choices.size < (usageTold ? 1 : (expected ?? 1))) return false
    for (const choice of choices.values()) if (choice.reason === undefined) return false
    return true
  }

  /** An answer without anything in it, and without a reason for that, is none. */
  const complete = (): ChunkProblem | undefined => {
    if (otherId !== undefined && !finished) {
      return corrupt("IdChanged", "chunks of several answers came, and no end")
    }
    const reasons = Array.from(choices.values()).flatMap(({ reason }) => reason ?? [])
    if (empty && reasons.length === 0) return corrupt("EmptyResponse", "the answer is empty")
    if (empty && toolNames.size > 0 && reasons.every(isWellReason)) {
      return corrupt("EmptyResponse", "the answer is empty, though tools were offered")
    }
    if (choices.size === 0) choiceAt(0)
    const inOrder = Array.from(choices).sort(([a], [b]) => a - b)
    for (const [, choice] of inOrder) choice.toolCalls?.finish(choice.reason ?? "unknown")
    for (const [index, choice] of inOrder) {
      emit({ _tag: "Finished", choice: index, reason: choice.reason ?? "unknown" })
    }
    return undefined
  }

  const state = (): "open" | "early" | "finished" => {
    if (!finished) return "open"
    if (usageTold) return "finished"
    return Array.from(choices.values()).some(({ early }) => early) ? "early" : "finished"
  }

  return {
    read,
    repeated: () => {
      idRepeated = true
      count++
    },
    state,
    hasOneId: () => otherId === undefined,
    hasUsage: () => usageTold,
    complete
  }
}

const hasText = (delta: unknown): boolean =>
  isRecord(delta) && (isNonEmpty(delta["content"]) || isNonEmpty(delta["reasoning_content"] ?? delta["reasoning"]))

const isNonEmpty = (u: unknown): boolean => typeof u === "string" && u !== ""
