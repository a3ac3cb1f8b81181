/**
 * Reads on a page what `ServerSentEvents` of a server sends, without Effect and without a bundler: this module imports
 * nothing. Serve `dist/reader.js` of this package beside the page, or let a bundler take `@effect-zhipu/http/reader.js`.
 *
 * @example
 * ```ts
 * import { read } from "@effect-zhipu/http/reader.js"
 *
 * export const ask = async (question: string, output: HTMLElement, signal: AbortSignal) => {
 *   const response = await fetch("/ask", { method: "POST", body: question, signal })
 *   for await (const event of read(response)) if (event._tag === "ContentDelta") output.append(event.text)
 * }
 * ```
 *
 * @since 0.1.0
 */
import type { ChunkEvent } from "@effect-zhipu/client/ChunkEvent"

/**
 * Why an answer did not come to its end. `_tag` is that of the server's `ZhipuError`, `isRetryable` and `code` are there where
 * the server told them. `StreamTruncatedError` and `ConnectionError` are also what the page saw itself: a body that was cut,
 * a connection that broke. Its message is written for whoever runs the server: show visitors words of your own, by `_tag`.
 *
 * @since 0.1.0
 * @category errors
 */
export class AnswerError extends Error {
  declare readonly _tag: string
  declare readonly code?: string
  declare readonly status?: number
  declare readonly isRetryable?: boolean

  constructor(fields: Readonly<Record<string, unknown>>) {
    super(String(fields["message"]))
    // Not assigned: JSON may have a field `__proto__`.
    Object.defineProperties(this, Object.getOwnPropertyDescriptors(fields))
    this.name = this._tag
  }
}

const wrong = (_tag: string, message: string, more: Readonly<Record<string, unknown>> = {}): AnswerError =>
  new AnswerError({ _tag, message, ...more })

/** The reason of a signal stays as it is. */
const broken = (error: unknown): never => {
  throw error instanceof TypeError ? wrong("ConnectionError", "The connection to the server broke off.") : error
}

const parsed = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null && "_tag" in value ? { ...value } : undefined
  } catch {
    return undefined
  }
}

const tags: Readonly<Record<ChunkEvent["_tag"], true>> = {
  Started: true,
  ReasoningDelta: true,
  ContentDelta: true,
  ToolCallStarted: true,
  ToolCallDelta: true,
  ToolCallCompleted: true,
  WebSearch: true,
  Usage: true,
  Extra: true,
  Finished: true,
  Warning: true
}

/** The server is of this package: its tag is looked at, and not each field. */
const isEvent = (
  value: Readonly<Record<string, unknown>> | undefined,
  name: string
): value is ChunkEvent & typeof value => value?.["_tag"] === name

/**
 * The events of an answer. Ends well only where the answer is whole, and throws an `AnswerError` otherwise, also for a
 * response that refuses; a signal that `fetch` was given throws its reason. Leaving the loop cancels the body, so that the
 * server stops as well. Events with names of your own are skipped.
 *
 * @since 0.1.0
 * @category parsing
 */
export async function* read(response: Response): AsyncGenerator<ChunkEvent, undefined, undefined> {
  const { body, ok, status } = response
  if (!ok || body === null || !/^text\/event-stream/i.test(response.headers.get("content-type") ?? "")) {
    const document = parsed(await response.text().catch(broken))
    throw document === undefined
      ? wrong("ServerError", `The server did not answer with events, but with HTTP ${status}.`, { status })
      : new AnswerError(document)
  }
  const reader = body.getReader()
  const utf8 = new TextDecoder("utf-8", { ignoreBOM: true })
  let rest = ""
  let name = ""
  let data: string | undefined
  // Not every browser can iterate over a ReadableStream.
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(broken)
      if (done) throw wrong("StreamTruncatedError", "The connection ended before the answer did.")
      const text = utf8.decode(value, { stream: true })
      rest += text
      // A long line comes in many pieces, which are looked through once.
      if (!text.includes("\n")) continue
      const lines = rest.split(/\r?\n/)
      rest = lines.pop() ?? ""
      for (const line of lines) {
        if (line !== "") {
          const [, field, text = ""] = /^(\w+)(?:: ?(.*))?$/s.exec(line) ?? []
          if (field === "event") name = text
          if (field === "data") data = data === undefined ? text : `${data}\n${text}`
          continue
        }
        if (name === "done") return undefined
        const event = data === undefined ? undefined : parsed(data)
        if (name === "error")
          throw event === undefined ? wrong("ServerError", "The server broke off.") : new AnswerError(event)
        if (isEvent(event, name)) yield event
        else if (Object.hasOwn(tags, name)) throw wrong("CorruptStreamError", `The data of a ${name} cannot be read.`)
        name = ""
        data = undefined
      }
    }
  } finally {
    // What was read to its end is not cancelled by this.
    reader.cancel().catch(() => {})
  }
}
