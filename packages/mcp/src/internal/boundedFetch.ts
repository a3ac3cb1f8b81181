/**
 * The fetch of an HTTP server: no body is read past its limit, and a stream of events that ends before it has answered says so.
 * The SDK waits for such an answer until its own time limit, a minute, as a server may go on in another stream; here it may do so
 * only where it has given its events ids, by which it could be asked for the rest.
 */
import { disconnectedCode, tooLargeCode } from "./codes.js"
import { TooLarge } from "./failure.js"

const idOf = (body: unknown): string | number | undefined => {
  if (typeof body !== "string") return undefined
  const message: unknown = JSON.parse(body)
  if (typeof message !== "object" || message === null || !("id" in message)) return undefined
  return typeof message.id === "string" || typeof message.id === "number" ? message.id : undefined
}

const eventOf = (id: string | number, code: number, message: string): Uint8Array =>
  new TextEncoder().encode(`\n\ndata: ${JSON.stringify({ jsonrpc: "2.0", id, error: { code, message } })}\n\n`)

/** @internal */
export interface Watch {
  readonly maxBytes: number
  /** The requests that have no answer yet; whoever hears an answer takes it out. */
  readonly waiting: Set<string | number>
}

/** @internal */
export const boundedFetch =
  (fetch: typeof globalThis.fetch, watch: Watch): typeof globalThis.fetch =>
  async (input, init) => {
    // A stream in which the server says what nobody asked. The toolkit does not change while it is used, so there is
    // nothing to hear, and no reason to hold a connection open. One with an id goes on where another broke off.
    if (init?.method === "GET" && !new Headers(init.headers).has("last-event-id")) {
      return new Response(null, { status: 405 })
    }
    const response = await fetch(input, init)
    if (response.body === null) return response
    const isEvents = response.headers.get("content-type")?.includes("text/event-stream") === true
    const id = isEvents ? idOf(init?.body) : undefined
    if (id !== undefined) watch.waiting.add(id)
    const { headers, status, statusText } = response
    return new Response(bounded(response.body, watch, id), { headers, status, statusText })
  }

/** `id`: of the request that this stream of events shall answer. */
const bounded = (
  body: ReadableStream<Uint8Array>,
  { maxBytes, waiting }: Watch,
  id: string | number | undefined
): ReadableStream<Uint8Array> => {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let size = 0
  let line = ""
  let canResume = false

  const end = (
    controller: ReadableStreamDefaultController<Uint8Array>,
    code: number,
    message: string,
    error?: unknown
  ): void => {
    if (id !== undefined && waiting.delete(id)) controller.enqueue(eventOf(id, code, message))
    if (id === undefined && error !== undefined) controller.error(error)
    else controller.close()
  }

  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      try {
        const { done, value } = await reader.read()
        if (done) {
          if (canResume) controller.close()
          else end(controller, disconnectedCode, "The connection ended before the answer.")
          return
        }
        size += value.length
        if (size > maxBytes) {
          void reader.cancel().catch(() => undefined)
          const error = new TooLarge(maxBytes)
          end(controller, tooLargeCode, error.message, error)
          return
        }
        if (id !== undefined && !canResume) {
          const text = line + decoder.decode(value, { stream: true })
          canResume = /(^|[\r\n])id: ?[^\r\n]/.test(text)
          line = text.slice(Math.max(text.lastIndexOf("\n"), text.lastIndexOf("\r"), text.length - 8))
        }
        controller.enqueue(value)
      } catch (error) {
        if (canResume) controller.error(error)
        else end(controller, disconnectedCode, "The connection broke before the answer.", error)
      }
    },
    cancel: (reason) => reader.cancel(reason)
  })
}
