/** Bodies as GLM writes them, and the answer that each of them holds. */
import type { Answer } from "./answer.js"

/**
 * - `mixed`: reasoning, then content, then one tool call in a few fragments (from 50 chunks on), then the final chunk
 * - `prose`: the same, in texts of 14 to 36 Chinese or 45 to 115 Latin characters, as relays and quick models send them
 * - `tools`: nothing but fragments of one tool call, then the final chunk
 */
export type Kind = "mixed" | "prose" | "tools"

/**
 * - `burst`: 64 KiB a write, as fast as the consumer takes it
 * - `paced`: one event a write, every 20 ms
 * - `json`: one document
 */
export type Mode = "burst" | "paced" | "json"

export interface Shape {
  readonly mode: Mode
  readonly kind: Kind
  /** Events but for `[DONE]`. */
  readonly chunks: number
}

export const pathOf = (shape: Shape): string => `/${shape.mode}/${shape.kind}/${shape.chunks}`

/** The shape that the path of a request asks for. */
export const shapeOf = (path: string): Shape | undefined => {
  const match = /^\/(burst|paced|json)\/(mixed|prose|tools)\/(\d{1,7})\//.exec(path)
  if (match === null) return undefined
  const mode = match[1] === "burst" || match[1] === "paced" ? match[1] : "json"
  return { mode, kind: match[2] === "tools" || match[2] === "prose" ? match[2] : "mixed", chunks: Number(match[3]) }
}

const id = "202603130502478edacc33fd1444be"
const toolCallId = "call_0f3d2b6a9c8e4d71b5a0c3e2"
const model = "glm-4.7-flash"
const created = 1773349367

/** Tokens as models write them: words, markup, characters that JSON escapes, and text that takes three bytes a character. */
const tokens = [
  ' the| model| answers|,| and| a| request|.|\n\n| **|An|alyze|**|:| "|quoted|"| 天气|预报|，|今天|晴|。| const| value| =',
  " `|await|`|;|\n|    | Ol|á| C:\\|temp| 42|.|5|%| however| we| need| to| check| –| it|'s| done|!"
].flatMap((line) => line.split("|"))

const sentences = [
  "天空之所以呈现蓝色，是因为太阳光中的短波在大气里更容易被散射。",
  "先把已知的条件写下来，再看还缺少什么。",
  "每一步都应当能够单独验证，而不是最后一起检查。",
  "如果结果与预期不同，就先怀疑最近的那一处改动，再怀疑其他的。",
  " Sunlight is a mixture of colours, and the short ones are scattered far more by the air than the long ones are.",
  " It helps to write down what is known before guessing the rest of it.",
  " A small example often makes the whole thing clearer,\nthough not always.",
  ' Measured twice, the "second" result differs by less than three per cent from what came before.'
]

/** A multiplicative hash, so that neighbours differ and any reader can compute any place. */
const mixed = (index: number): number => Math.imul(index + 1, 0x9e3779b1) >>> 8

const pieceAt = (kind: Kind, index: number): string => {
  const pieces = kind === "prose" ? sentences : tokens
  return pieces[mixed(index) % pieces.length] ?? ""
}

const textOf = (kind: Kind, from: number, to: number): string => {
  let text = ""
  for (let i = from; i < to; i++) text += pieceAt(kind, i)
  return text
}

interface Plan {
  readonly reasoning: number
  readonly content: number
  readonly fragments: ReadonlyArray<string>
}

const plan = ({ chunks, kind }: Shape): Plan => {
  if (kind === "tools") return { reasoning: 0, content: 0, fragments: fragmentsOf(chunks - 1) }
  const fragments = chunks < 50 ? 0 : 20
  const reasoning = Math.floor((chunks - 1 - fragments) / 2)
  return { reasoning, content: chunks - 1 - fragments - reasoning, fragments: fragmentsOf(fragments) }
}

/** The arguments of a call, cut into so many pieces of some 12 characters. */
const fragmentsOf = (count: number): ReadonlyArray<string> => {
  if (count <= 0) return []
  const text = JSON.stringify({ path: "notes.md", content: textOf("tools", 0, 3 * count) })
  return Array.from({ length: count }, (_, i) =>
    text.slice(Math.floor((i * text.length) / count), Math.floor(((i + 1) * text.length) / count))
  )
}

/** The answer that a body of this shape holds. */
export const answerOf = (shape: Shape): Answer => {
  const { content, fragments, reasoning } = plan(shape)
  return {
    reasoning: textOf(shape.kind, 0, reasoning),
    content: textOf(shape.kind, reasoning, reasoning + content),
    toolArguments: fragments.join(""),
    finishReason: fragments.length === 0 ? "stop" : "tool_calls",
    promptTokens: 15,
    completionTokens: shape.chunks,
    totalTokens: shape.chunks + 15,
    cachedTokens: 14,
    reasoningTokens: reasoning
  }
}

const usageOf = (answer: Answer) => ({
  prompt_tokens: answer.promptTokens,
  completion_tokens: answer.completionTokens,
  total_tokens: answer.totalTokens,
  prompt_tokens_details: { cached_tokens: answer.cachedTokens },
  completion_tokens_details: { reasoning_tokens: answer.reasoningTokens }
})

const frameOf = (choice: object, rest: object = {}): string =>
  `data: ${JSON.stringify({ id, created, object: "chat.completion.chunk", model, choices: [choice], ...rest })}\n\n`

/** All events of a stream, `[DONE]` last. */
export const framesOf = (shape: Shape): ReadonlyArray<string> => {
  const { content, fragments, reasoning } = plan(shape)
  const answer = answerOf(shape)
  const frames: Array<string> = []
  for (let i = 0; i < reasoning; i++) {
    frames.push(frameOf({ index: 0, delta: { role: "assistant", reasoning_content: pieceAt(shape.kind, i) } }))
  }
  for (let i = reasoning; i < reasoning + content; i++) {
    frames.push(frameOf({ index: 0, delta: { role: "assistant", content: pieceAt(shape.kind, i) } }))
  }
  for (const fragment of fragments) {
    // Each fragment repeats id, type and name: one of the peers refuses a fragment without them.
    const call = { id: toolCallId, index: 0, type: "function", function: { name: "save_file", arguments: fragment } }
    frames.push(frameOf({ index: 0, delta: { tool_calls: [call] } }))
  }
  frames.push(
    frameOf(
      { index: 0, finish_reason: answer.finishReason, delta: { role: "assistant", content: "" } },
      { usage: usageOf(answer) }
    )
  )
  frames.push("data: [DONE]\n\n")
  return frames
}

/** The same answer as one document, with its keys in the order of the service. */
export const documentOf = (shape: Shape): string => {
  const answer = answerOf(shape)
  const call = {
    function: { arguments: answer.toolArguments, name: "save_file" },
    id: toolCallId,
    index: 0,
    type: "function"
  }
  return JSON.stringify({
    choices: [
      {
        finish_reason: answer.finishReason,
        index: 0,
        message: {
          content: answer.content,
          reasoning_content: answer.reasoning,
          role: "assistant",
          ...(answer.toolArguments === "" ? {} : { tool_calls: [call] })
        }
      }
    ],
    created,
    id,
    model,
    object: "chat.completion",
    request_id: id,
    usage: usageOf(answer)
  })
}

/** How large the body of a stream is. */
export const bytesOf = (shape: Shape): number =>
  framesOf(shape).reduce((sum, frame) => sum + Buffer.byteLength(frame), 0)
