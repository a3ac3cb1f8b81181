// Generated from packages/testing/src/internal/simulator/answers/chunks.ts by scripts/effect4: change that file.
/**
 * An answer as JSON documents: the whole completion, and the chunks of a stream. Key order is the service's.
 */
import type { ActiveFaults } from "../faults/activeFaults.js"
import { type Json, stringifySorted } from "../json.js"
import * as Random from "../random.js"
import type { Answer, AnswerCall } from "./answer.js"

/** @internal */
export interface ChunkItem {
  readonly chunk: Json
  /** How many tokens it stands for, for the pace. */
  readonly tokens: number
}

/** @internal */
export const completionText = (answer: Answer): string =>
  stringifySorted({
    id: answer.id,
    request_id: answer.requestId,
    object: "chat.completion",
    created: answer.created,
    model: answer.model,
    choices: [
      {
        index: 0,
        finish_reason: answer.finishReason,
        message: {
          role: "assistant",
          content: answer.content.join(""),
          ...(answer.reasoning.length === 0 ? {} : { reasoning_content: answer.reasoning.join("") }),
          ...(answer.calls.length === 0
            ? {}
            : {
                tool_calls: answer.calls.map((call, index) => ({
                  id: call.id,
                  index,
                  type: "function",
                  function: { name: call.name, arguments: call.arguments }
                }))
              })
        }
      }
    ],
    ...(answer.usage === undefined ? {} : { usage: answer.usage }),
    ...(answer.webSearch === undefined ? {} : { web_search: answer.webSearch })
  })

/** @internal */
export const chunkOf = (answer: Answer, choice: Json, rest: Json = {}): Json => ({
  id: answer.id,
  created: answer.created,
  object: "chat.completion.chunk",
  model: answer.model,
  choices: [{ index: 0, ...choice }],
  ...rest
})

/** @internal */
export const contentChunk = (answer: Answer, content: string): Json =>
  chunkOf(answer, { delta: { role: "assistant", content } })

const fragmentsOf = (text: string, random: Random.Random): ReadonlyArray<string> => {
  const points = Array.from(text)
  const pieces: Array<string> = []
  for (let at = 0; at < points.length;) {
    const size = 1 + random.below(8)
    pieces.push(points.slice(at, at + size).join(""))
    at += size
  }
  return pieces.length === 0 ? [""] : pieces
}

const wireIndex = (index: number, faults: ActiveFaults): Json => {
  if (faults.has("no-tool-index")) return {}
  if (faults.has("tool-index-minus-one")) return { index: -1 }
  if (faults.has("same-tool-index")) return { index: 0 }
  const from = faults.number("tool-index") ?? (faults.has("tool-index-from-1") ? 1 : 0)
  return { index: from + index }
}

const fragmentingFaults = ["late-tool-name", "null-tool-name", "repeat-tool-name", "dup-args"] as const

function* callDeltas(
  call: AnswerCall,
  index: number,
  fragmented: boolean,
  faults: ActiveFaults
): Generator<ChunkItem["chunk"]> {
  const id = faults.has("no-tool-id") ? {} : { id: call.id }
  const place = wireIndex(index, faults)
  if (!fragmented || typeof call.arguments !== "string") {
    yield {
      tool_calls: [{ ...id, ...place, type: "function", function: { name: call.name, arguments: call.arguments } }]
    }
    return
  }
  const fragments = [...fragmentsOf(call.arguments, Random.make(`${call.id}`))]
  if (faults.has("dup-args")) fragments.push(call.arguments)
  const last = fragments.length - 1
  const late = faults.has("late-tool-name")
  for (const [position, piece] of fragments.entries()) {
    const first = position === 0
    const named = (late ? position === last : first) || faults.has("repeat-tool-name")
    const name = named ? { name: call.name } : faults.has("null-tool-name") ? { name: null } : {}
    const start = first || faults.has("repeat-tool-name") ? { ...id, ...place, type: "function" } : place
    yield { tool_calls: [{ ...start, function: { ...name, arguments: piece } }] }
  }
}

const finishChunk = (answer: Answer, separateUsage: boolean): Json =>
  chunkOf(
    answer,
    { finish_reason: answer.finishReason, delta: { role: "assistant", content: "" } },
    {
      ...(answer.usage === undefined || separateUsage ? {} : { usage: answer.usage }),
      ...(answer.webSearch === undefined ? {} : { web_search: answer.webSearch })
    }
  )

/** Chunks of one short word until about `bytes` bytes are on the wire. */
function* filling(answer: Answer, bytes: number): Generator<ChunkItem> {
  const chunk = contentChunk(answer, " word")
  const size = JSON.stringify(chunk).length + 8
  for (let sent = 0; sent < bytes; sent += size) yield { chunk, tokens: 1 }
}

/**
 * The chunks of a stream in the order of the service: reasoning, content, tool calls, the finish chunk. With
 * `toolStream` the arguments come in fragments.
 *
 * @internal
 */
export function* chunksOf(answer: Answer, toolStream: boolean, faults: ActiveFaults): Generator<ChunkItem> {
  const pending = faults.has("finish-empty-string")
    ? { finish_reason: "" }
    : faults.has("finish-null")
      ? { finish_reason: null }
      : {}
  const beside = faults.has("empty-content") ? { content: "" } : {}
  const of = (delta: Json): ChunkItem => ({ chunk: chunkOf(answer, { ...pending, delta }), tokens: 1 })
  for (const text of answer.reasoning) yield of({ role: "assistant", ...beside, reasoning_content: text })
  for (const text of answer.content) yield of({ role: "assistant", content: text })
  const big = faults.number("big")
  if (big !== undefined) yield* filling(answer, big)
  const fragmented = toolStream || fragmentingFaults.some((name) => faults.has(name))
  for (const [index, call] of answer.calls.entries()) {
    for (const delta of callDeltas(call, index, fragmented, faults)) yield of(delta)
  }
  if (faults.has("no-finish")) return
  const finish: ChunkItem = { chunk: finishChunk(answer, faults.has("usage-separate")), tokens: 0 }
  yield finish
  if (faults.has("double-finish")) yield finish
  if (faults.has("usage-separate") && answer.usage !== undefined) {
    yield { chunk: { ...chunkOf(answer, {}), choices: [], usage: answer.usage }, tokens: 0 }
  }
}
