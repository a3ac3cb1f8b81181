// Generated from packages/client/src/internal/body/readText.ts by scripts/effect4: change that file.
/** Reads a body as text, up to a bound. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
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
): Effect.Effect<string, HttpClientError.HttpClientError> =>
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
      (reading) =>
        Effect.uninterruptibleMask((restore) =>
          Effect.flatMap(Effect.forkDetach(Effect.interruptible(reading)), (fiber) =>
            Effect.onInterrupt(restore(Fiber.join(fiber)), () => Effect.forkDetach(Fiber.interrupt(fiber)))
          )
        ),
      Effect.map(() => text + utf8.decode())
    )
  })
