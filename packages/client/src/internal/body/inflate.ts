/**
 * A compressed body as plain bytes. Fetch unpacks by itself and leaves the header in place, undici's `request` does not
 * unpack; the client asks for no compression, but gateways compress unasked.
 */
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

type Body = Stream.Stream<Uint8Array, HttpClientError.ResponseError>

/** The body is packed in a way that cannot be unpacked here; the cause of a `ResponseError`. @internal */
export class PackedError extends Error {
  readonly encoding: string
  readonly status: number
  readonly requestId: string | undefined
  constructor(encoding: string, { headers, status }: HttpClientResponse.HttpClientResponse) {
    super(`the body is packed as ${encoding}`)
    this.name = "PackedError"
    this.encoding = encoding
    this.status = status
    this.requestId = headers["x-request-id"]
  }
}

/**
 * The body of a response, unpacked where its header says that it is packed and its first bytes still are.
 *
 * @internal
 */
export const bodyOf = (response: HttpClientResponse.HttpClientResponse): Body => {
  const encoding = response.headers["content-encoding"]
  if (encoding === undefined || /^\s*(identity)?\s*$/i.test(encoding)) return response.stream
  const onError = (cause: unknown): HttpClientError.ResponseError =>
    cause instanceof HttpClientError.ResponseError
      ? cause
      : new HttpClientError.ResponseError({ request: response.request, response, reason: "Decode", cause })
  return Effect.tryPromise({
    try: (signal) => unpacked(response, Stream.toReadableStream(response.stream), encoding, signal),
    catch: onError
  }).pipe(
    Effect.map((body) => Stream.fromReadableStream(() => body, onError)),
    Stream.unwrap
  )
}

/** So many bytes are needed to see how a body is packed. */
const headLength = 4

const unpacked = async (
  response: HttpClientResponse.HttpClientResponse,
  body: ReadableStream<Uint8Array>,
  encoding: string,
  signal: AbortSignal
): Promise<ReadableStream<Uint8Array>> => {
  const reader = body.getReader()
  // The first read may hang: whoever gives up meanwhile has to get the connection closed.
  const giveUp = () => void reader.cancel()
  signal.addEventListener("abort", giveUp)
  let head = new Uint8Array(0)
  while (head.length < headLength) {
    const { done, value } = await reader.read()
    if (done) break
    head = new Uint8Array([...head, ...value])
  }
  signal.removeEventListener("abort", giveUp)
  const format = formatOf(head, encoding)
  if (format === "unknown") {
    giveUp()
    throw new PackedError(encoding, response)
  }
  const whole = new ReadableStream<BufferSource>({
    start: (controller) => controller.enqueue(head),
    pull: async (controller) => {
      const next = await reader.read()
      if (next.done) controller.close()
      else controller.enqueue(new Uint8Array(next.value))
    },
    cancel: (reason) => reader.cancel(reason)
  })
  return whole.pipeThrough(format === undefined ? new TransformStream() : new DecompressionStream(format))
}

/** How a body is packed, by its first bytes as well as its header; `undefined` where it is not, or no more. */
const formatOf = (head: Uint8Array, encoding: string): CompressionFormat | "unknown" | undefined => {
  const [first = 0, second = 0] = head
  if (head.length === 0) return undefined
  if (first === 0x1f && second === 0x8b) return "gzip"
  // Two bytes of a zlib header: the method is 8, and both together are divisible by 31.
  if (/\bdeflate\b/i.test(encoding) && (first & 0x8f) === 8 && (first * 256 + second) % 31 === 0) return "deflate"
  if (isText(head)) return undefined
  // What HTTP calls deflate has such a header; some servers leave it out.
  if (/\bdeflate\b/i.test(encoding)) return "deflate-raw"
  return /\bgzip\b/i.test(encoding) ? undefined : "unknown"
}

/** Whether it may be the beginning of events, of JSON or of a page: packed bytes soon hold one that none of these has. */
const isText = (head: Uint8Array): boolean => {
  const text = new TextDecoder().decode(head, { stream: true })
  return /^\s*([:{["<]|data|even|id|retr|$)/.test(text.slice(0, 64)) && !/[\ufffd\p{Cc}]/u.test(text.replace(/\s/g, ""))
}
