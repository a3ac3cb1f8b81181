/** Reads a body as text, up to a bound. */
import type * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { bodyOf } from "./inflate.js"

/**
 * The first bytes of a body as text; what comes after is dropped with the connection. `onRead` runs after each read.
 *
 * @internal
 */
export const readText = (
  response: HttpClientResponse.HttpClientResponse,
  maxBytes: number,
  onRead: () => void = () => {}
): Effect.Effect<string, HttpClientError.ResponseError> =>
  Effect.suspend(() => {
    const utf8 = new TextDecoder()
    let text = ""
    let bytes = 0
    return bodyOf(response).pipe(
      Stream.takeUntil((chunk) => {
        onRead()
        bytes += chunk.length
        text += utf8.decode(chunk, { stream: true })
        return bytes >= maxBytes
      }),
      Stream.runDrain,
      // Cancelling a broken connection may hang; whoever gives up does not wait for that.
      Effect.disconnect,
      Effect.map(() => text + utf8.decode())
    )
  })
