/**
 * A compressed body as plain bytes. Fetch unpacks by itself and leaves the header in place, undici's `request` does not
 * unpack; the client asks for no compression, but gateways compress unasked.
 */
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

type Body = Stream.Stream<Uint8Array, HttpClientError.ResponseError>

/**
 * The body of a response, unpacked where its header says gzip and its first bytes still are.
 *
 * @internal
 */
export const bodyOf = (response: HttpClientResponse.HttpClientResponse): Body => {
  const encoding = response.headers["content-encoding"]
  if (encoding === undefined || !/\bgzip\b/i.test(encoding)) return response.stream
  const onError = (cause: unknown): HttpClientError.ResponseError =>
    cause instanceof HttpClientError.ResponseError
      ? cause
      : new HttpClientError.ResponseError({ request: response.request, response, reason: "Decode", cause })
  return Effect.tryPromise({ try: () => unpacked(Stream.toReadableStream(response.stream)), catch: onError }).pipe(
    Effect.map((body) => Stream.fromReadableStream(() => body, onError)),
    Stream.unwrap
  )
}

const unpacked = async (body: ReadableStream<Uint8Array>): Promise<ReadableStream<Uint8Array>> => {
  const reader = body.getReader()
  const first = await reader.read()
  const whole = new ReadableStream<BufferSource>({
    start: (controller) => (first.done ? controller.close() : controller.enqueue(new Uint8Array(first.value))),
    pull: async (controller) => {
      const next = await reader.read()
      if (next.done) controller.close()
      else controller.enqueue(new Uint8Array(next.value))
    },
    cancel: (reason) => reader.cancel(reason)
  })
  const isGzip = first.value?.[0] === 0x1f && first.value[1] === 0x8b
  return whole.pipeThrough(isGzip ? new DecompressionStream("gzip") : new TransformStream())
}
