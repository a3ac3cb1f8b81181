/** What a careful person writes by hand to read a GLM stream; shared by both floors. */
import type { Answer } from "../answer.js"

interface Chunk {
  readonly choices?: ReadonlyArray<{
    readonly finish_reason?: string | null
    readonly delta?: {
      readonly reasoning_content?: string | null
      readonly content?: string | null
      readonly tool_calls?: ReadonlyArray<{ readonly function?: { readonly arguments?: string | null } }>
    }
  }>
  readonly usage?: Usage
}

interface Usage {
  readonly prompt_tokens?: number
  readonly completion_tokens?: number
  readonly total_tokens?: number
  readonly prompt_tokens_details?: { readonly cached_tokens?: number }
  readonly completion_tokens_details?: { readonly reasoning_tokens?: number }
}

interface Document {
  readonly choices: ReadonlyArray<{
    readonly finish_reason?: string
    readonly message: {
      readonly content?: string
      readonly reasoning_content?: string
      readonly tool_calls?: ReadonlyArray<{ readonly function: { readonly arguments: string } }>
    }
  }>
  readonly usage?: Usage
}

export class Reader {
  #utf8 = new TextDecoder()
  #rest = ""
  #reasoning = ""
  #content = ""
  #toolArguments = ""
  #finishReason: string | undefined
  #usage: Usage | undefined
  #done = false

  feed(bytes: Uint8Array): void {
    const text = this.#rest + this.#utf8.decode(bytes, { stream: true })
    let from = 0
    let end = text.indexOf("\n\n")
    while (end !== -1) {
      this.#event(text.slice(from, end))
      from = end + 2
      end = text.indexOf("\n\n", from)
    }
    this.#rest = text.slice(from)
  }

  answer(): Answer {
    if (!this.#done) throw new Error("the stream ended before its end was told")
    return {
      reasoning: this.#reasoning,
      content: this.#content,
      toolArguments: this.#toolArguments,
      finishReason: this.#finishReason,
      ...tokensOf(this.#usage)
    }
  }

  #event(event: string): void {
    if (!event.startsWith("data: ")) return
    const data = event.slice(6)
    if (data === "[DONE]") {
      this.#done = true
      return
    }
    const chunk: Chunk = JSON.parse(data)
    const choice = chunk.choices?.[0]
    const delta = choice?.delta
    if (delta?.reasoning_content) this.#reasoning += delta.reasoning_content
    if (delta?.content) this.#content += delta.content
    const fragment = delta?.tool_calls?.[0]?.function?.arguments
    if (fragment) this.#toolArguments += fragment
    if (choice?.finish_reason) this.#finishReason = choice.finish_reason
    if (chunk.usage) this.#usage = chunk.usage
  }
}

const tokensOf = (usage: Usage | undefined) => ({
  promptTokens: usage?.prompt_tokens,
  completionTokens: usage?.completion_tokens,
  totalTokens: usage?.total_tokens,
  cachedTokens: usage?.prompt_tokens_details?.cached_tokens,
  reasoningTokens: usage?.completion_tokens_details?.reasoning_tokens
})

export const answerOfDocument = (document: Document): Answer => {
  const choice = document.choices[0]
  return {
    reasoning: choice?.message.reasoning_content ?? "",
    content: choice?.message.content ?? "",
    toolArguments: choice?.message.tool_calls?.[0]?.function.arguments ?? "",
    finishReason: choice?.finish_reason,
    ...tokensOf(document.usage)
  }
}

export type { Document }
