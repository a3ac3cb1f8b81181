// Generated from packages/client/src/internal/body/inflate.ts by scripts/effect4: change that file.
/**
 * A compressed body as plain bytes. Fetch unpacks by itself and leaves the header in place, undici's `request` does not
 * unpack; the client asks for no compression, but gateways compress unasked.
 */
import * as Effect from "effect/Effect"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Stream from "effect/Stream"

type Body = Stream.Stream<Uint8Array, HttpClientError.HttpClientError>

/**
 * The body of a response, unpacked where its header says gzip and its first bytes still are.
 *
 * @internal
 */
export const bodyOf = (response: HttpClientResponse.HttpClientResponse): Body => {
  const encoding = response.headers["content-encoding"]
  if (encoding === undefined || !/\bgzip\b/i.test(encoding)) return response.stream
  const onError = (cause: unknown): HttpClientError.HttpClientError =>
    HttpClientError.isHttpClientError(cause)
      ? cause
      : new HttpClientError.HttpClientError({
          reason: new HttpClientError.DecodeError({ request: response.request, response, cause })
        })
  return Effect.tryPromise({
    try: (signal) => unpacked(Stream.toReadableStream(response.stream), signal),
    catch: onError
  }).pipe(
    Effect.map((body) => Stream.fromReadableStream({ evaluate: () => body, onError })),
    Stream.unwrap
  )
}

const unpacked = async (body: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> => {
  const reader = body.getReader()
  // The first read may hang: whoever gives up meanwhile has to get the connection closed.
  const giveUp = () => void reader.cancel()
  signal.addEventListener("abort", giveUp)
  let head = new Uint8Array(0)
  while (head.length < 2) {
    const { done, value } = await reader.read()
    if (done) break
    head = new Uint8Array([...head, ...value])
  }
  signal.removeEventListener("abort", giveUp)
  const whole = new ReadableStream<BufferSource>({
    start: (controller) => controller.enqueue(head),
    pull: async (controller) => {
      const next = await reader.read()
      if (next.done) controller.close()
      else controller.enqueue(new Uint8Array(next.value))
    },
    cancel: (reason) => reader.cancel(reason)
  })
  const isGzip = head[0] === 0x1f && head[1] === 0x8b
  return whole.pipeThrough(isGzip ? new DecompressionStream("gzip") : new TransformStream())
}
