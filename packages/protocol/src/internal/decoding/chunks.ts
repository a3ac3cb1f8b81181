/**
 * Chunks to events, with a check of their form by hand, which the Schema of a chunk says as a document. Hot: most chunks
 * cost a handful of `typeof`s.
 *
 * The state is that of the choices: what each has told so far, which spans chunks.
 */
import type { ChunkEvent } from "../documents/chunkEvent.js"
import { fromJson } from "../failures/errorBody.js"
import type { CorruptReason } from "../failures/failure.js"
import { isRecord } from "../text/records.js"
import { isUsage, isWebSearch, textOfParts, withoutNulls } from "./documentParts.js"
import { madeUpId, makeToolCalls, type ToolCalls } from "./toolCalls.js"

/** What a chunk is, where it is no ordinary one. @internal */
export type ChunkProblem =
  /** Not of the form of a chunk: `detail` says where. */
  | { readonly _tag: "Malformed"; readonly detail: string }
  /** A chunk, but not of this stream, or one that no model sends. */
  | { readonly _tag: "Corrupt"; readonly reason: CorruptReason; readonly detail: string }
  /** It tells an error of the service. */
  | { readonly _tag: "Failure" }
  /** `network_error` as a finish reason: the inference failed, what came is no answer. */
  | { readonly _tag: "InferenceFailed" }

/** @internal */
export interface Chunks {
  /** Emits the events of a chunk; gives why it could not be read to its end. */
  readonly read: (chunk: Readonly<Record<string, unknown>>) => ChunkProblem | undefined
  /** Whether a chunk has come. */
  readonly hasStarted: () => boolean
  /** Whether every choice so far has its finish reason. */
  readonly hasFinished: () => boolean
  /** The stream is complete: emits the tool calls that are whole, and the end of each choice. */
  readonly complete: () => void
}

interface Choice {
  finishReason: string | undefined
  toolCalls: ToolCalls | undefined
}

/** A choice with a higher index is a fault of the stream. */
const maxChoices = 128

const malformed = (detail: string): ChunkProblem => ({ _tag: "Malformed", detail })

const at = (path: string, problem: ChunkProblem): ChunkProblem =>
  problem._tag === "Malformed" ? malformed(path + problem.detail) : problem

/** @internal */
export const makeChunks = (toolNames: ReadonlySet<string>, emit: (event: ChunkEvent) => void): Chunks => {
  const choices = new Map<number, Choice>()
  const seenExtra = new Map<string, unknown>()
  let started = false
  let finished = false
  let id: string | undefined

  const read = (chunk: Readonly<Record<string, unknown>>): ChunkProblem | undefined => {
    const list = chunk["choices"]
    const told = chunk["error"]
    if ((told !== undefined && told !== null) || !Array.isArray(list)) {
      if (fromJson(chunk) !== undefined) return { _tag: "Failure" }
      if (told !== undefined && told !== null) return malformed("error: expected an object or a text")
      if (list !== undefined && list !== null) return malformed("choices: expected an array")
    }
    const chunkId = chunk["id"]
    if (chunkId !== undefined && chunkId !== null && chunkId !== "") {
      if (typeof chunkId !== "string" && typeof chunkId !== "number") return malformed("id: expected a string")
      if (id === undefined) {
        id = String(chunkId)
      } else if (chunkId !== id && String(chunkId) !== id) {
        return { _tag: "Corrupt", reason: "IdChanged", detail: "a chunk of another completion came in the same body" }
      }
    }
    if (!started) start(chunk)
    if (Array.isArray(list)) {
      for (let i = 0; i < list.length; i++) {
        const problem = readChoice(list[i], i)
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

  const start = ({ created, model }: Readonly<Record<string, unknown>>): void => {
    started = true
    emit({
      _tag: "Started",
      ...(id === undefined ? {} : { id }),
      ...(typeof model === "string" ? { model } : {}),
      ...(typeof created === "number" ? { created } : {})
    })
  }

  const readChoice = (source: unknown, position: number): ChunkProblem | undefined => {
    if (!isRecord(source)) return malformed(" expected an object")
    const index = source["index"] ?? position
    if (typeof index !== "number" || !Number.isInteger(index) || index < 0 || index >= maxChoices) {
      return malformed("index: expected a small integer")
    }
    const choice = choiceAt(index)
    const delta = source["delta"]
    if (delta !== undefined && delta !== null) {
      if (!isRecord(delta)) return malformed("delta: expected an object")
      const problem = readDelta(delta, index, choice)
      if (problem !== undefined) return at("delta.", problem)
    }
    const reason = source["finish_reason"]
    if (reason !== undefined && reason !== null && reason !== "") {
      if (typeof reason !== "string") return malformed("finish_reason: expected a string")
      if (reason === "network_error") return { _tag: "InferenceFailed" }
      choice.finishReason = reason
    }
    for (const key in source) {
      if (key !== "index" && key !== "delta" && key !== "finish_reason") extra(key, source[key], index)
    }
    return undefined
  }

  const choiceAt = (index: number): Choice => {
    const known = choices.get(index)
    if (known !== undefined) return known
    const choice: Choice = { finishReason: undefined, toolCalls: undefined }
    choices.set(index, choice)
    finished = false
    return choice
  }

  const readDelta = (
    delta: Readonly<Record<string, unknown>>,
    index: number,
    choice: Choice
  ): ChunkProblem | undefined => {
    const reasoning = delta["reasoning_content"]
    if (typeof reasoning === "string") {
      if (reasoning !== "") emit({ _tag: "ReasoningDelta", choice: index, text: reasoning })
    } else if (reasoning !== undefined && reasoning !== null) return malformed("reasoning_content: expected a string")
    const content = delta["content"]
    if (typeof content === "string") {
      if (content !== "") emit({ _tag: "ContentDelta", choice: index, text: content })
    } else if (content !== undefined && content !== null) {
      const text = textOfParts(content)
      if (text === undefined) return malformed("content: expected a string")
      if (text !== "") emit({ _tag: "ContentDelta", choice: index, text })
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

  const readToolCalls = (list: unknown, index: number, choice: Choice): ChunkProblem | undefined => {
    if (list === undefined || list === null) return undefined
    if (!Array.isArray(list)) return malformed("tool_calls: expected an array")
    choice.toolCalls ??= makeToolCalls({
      choice: index,
      makeId: (call) => madeUpId(id, index, call),
      toolNames,
      emit
    })
    for (let i = 0; i < list.length; i++) {
      const entry: unknown = list[i]
      if (!isRecord(entry)) return malformed(`tool_calls[${i}]: expected an object`)
      const problem = choice.toolCalls.add(entry)
      if (problem === undefined) continue
      return problem.tooMany
        ? { _tag: "Corrupt", reason: "TooManyToolCalls", detail: "more tool calls than one answer makes" }
        : malformed(`tool_calls[${i}].${problem.detail}`)
    }
    return undefined
  }

  /** Fields of a chunk beside its choices. Most chunks have only those that the first case passes over. */
  const readField = (key: string, value: unknown): ChunkProblem | undefined => {
    switch (key) {
      case "id":
      case "object":
      case "created":
      case "model":
      case "choices":
      case "error":
        return undefined
      case "usage": {
        if (value === null || value === undefined) return undefined
        if (!isUsage(value)) return malformed("usage: expected an object of numbers")
        emit({ _tag: "Usage", usage: withoutNulls(value) })
        return undefined
      }
      case "web_search": {
        if (value === null || value === undefined) return undefined
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
  const extra = (key: string, value: unknown, choice: number | undefined): void => {
    if (value === null || value === undefined) return
    const name = `${choice ?? ""}/${key}`
    if (typeof value !== "object") {
      if (seenExtra.get(name) === value) return
      seenExtra.set(name, value)
    }
    const fields = Object.fromEntries([[key, value]])
    emit(choice === undefined ? { _tag: "Extra", fields } : { _tag: "Extra", choice, fields })
  }

  const areFinished = (): boolean => {
    if (choices.size === 0) return false
    for (const choice of choices.values()) if (choice.finishReason === undefined) return false
    return true
  }

  const complete = (): void => {
    if (choices.size === 0) choiceAt(0)
    const inOrder = Array.from(choices).sort(([a], [b]) => a - b)
    for (const [, choice] of inOrder) choice.toolCalls?.finish(choice.finishReason ?? "unknown")
    for (const [index, choice] of inOrder) {
      emit({ _tag: "Finished", choice: index, reason: choice.finishReason ?? "unknown" })
    }
  }

  return { read, hasStarted: () => started, hasFinished: () => finished, complete }
}
