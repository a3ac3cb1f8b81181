/** Bodies as GLM writes them, and the answer that each of them holds. */
import type { Answer } from "./answer.js"

/**
 * - `mixed`: reasoning, then content, then one tool call in a few fragments (from 50 chunks on), then the final chunk
 * - `tools`: nothing but fragments of one tool call, then the final chunk
 */
export type Kind = "mixed" | "tools"

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
  const match = /^\/(burst|paced|json)\/(mixed|tools)\/(\d{1,7})\//.exec(path)
  if (match === null) return undefined
  const mode = match[1] === "burst" || match[1] === "paced" ? match[1] : "json"
  return { mode, kind: match[2] === "tools" ? "tools" : "mixed", chunks: Number(match[3]) }
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

const tokenAt = (index: number): string => {
  // A multiplicative hash, so that neighbours differ and any reader can compute any place.
  const mixed = Math.imul(index + 1, 0x9e3779b1) >>> 8
  return tokens[mixed % tokens.length] ?? ""
}

const textOf = (from: number, to: number): string => {
  let text = ""
  for (let i = from; i < to; i++) text += tokenAt(i)
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
  const text = JSON.stringify({ path: "notes.md", content: textOf(0, 3 * count) })
  return Array.from({ length: count }, (_, i) =>
    text.slice(Math.floor((i * text.length) / count), Math.floor(((i + 1) * text.length) / count))
  )
}

/** The answer that a body of this shape holds. */
export const answerOf = (shape: Shape): Answer => {
  const { content, fragments, reasoning } = plan(shape)
  return {
    reasoning: textOf(0, reasoning),
    content: textOf(reasoning, reasoning + content),
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
    frames.push(frameOf({ index: 0, delta: { role: "assistant", reasoning_content: tokenAt(i) } }))
  }
  for (let i = reasoning; i < reasoning + content; i++) {
    frames.push(frameOf({ index: 0, delta: { role: "assistant", content: tokenAt(i) } }))
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
