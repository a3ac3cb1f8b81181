// Generated from packages/client/src/internal/body/readText.ts by scripts/effect4: change that file.
/** Reads a body as text, up to a bound. */
import * as Channel from "effect/Channel"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Pull from "effect/Pull"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { type BodyReader, directBodyOf } from "./directBody.js"
import { bodyOf } from "./inflate.js"

/** The beginning of a body, or all of it. @internal */
export interface Beginning {
  readonly text: string
  /** There was more than the bound. */
  readonly isCut: boolean
}

/**
 * The first bytes of a body as text; what comes after is dropped with the connection. `onRead` runs after each read.
 *
 * @internal
 */
export const readText = (
  response: HttpClientResponse.HttpClientResponse,
  maxBytes: number,
  onRead?: () => void
): Effect.Effect<string, HttpClientError.HttpClientError> =>
  Effect.map(readBeginning(response, maxBytes, onRead), ({ text }) => text)

/** @internal */
export const readBeginning = (
  response: HttpClientResponse.HttpClientResponse,
  maxBytes: number,
  onRead: () => void = () => {}
): Effect.Effect<Beginning, HttpClientError.HttpClientError> =>
  Effect.suspend(() => {
    const utf8 = new TextDecoder()
    let text = ""
    let left = maxBytes
    let isCut = false

    const feed = (chunk: Uint8Array): void => {
      isCut ||= chunk.length > left
      text += utf8.decode(chunk.length > left ? chunk.subarray(0, left) : chunk, { stream: true })
      left = Math.max(0, left - chunk.length)
      onRead()
    }

    const direct = directBodyOf(response)
    return Effect.map(
      direct === undefined ? readStream(response, feed, () => isCut) : readDirect(direct.open(), feed, () => isCut),
      () => ({ text: text + utf8.decode(), isCut })
    )
  })

type Read = Effect.Effect<void, HttpClientError.HttpClientError>

const readDirect = (body: BodyReader, feed: (chunk: Uint8Array) => void, isCut: () => boolean): Read =>
  Effect.callback((resume) => {
    let released = false
    const release = (): void => {
      released = true
      body.release()
    }
    const pump = (): void => {
      while (!released) {
        const chunks = body.take()
        if (chunks !== undefined) {
          for (const chunk of chunks) feed(chunk)
          if (!isCut()) continue
          release()
          return resume(Effect.void)
        }
        if (!body.hasEnded()) return body.onReadable(pump)
        const failure = body.failure()
        release()
        return resume(failure === undefined ? Effect.void : Effect.fail(failure))
      }
    }
    pump()
    return Effect.sync(release)
  })

const readStream = (
  response: HttpClientResponse.HttpClientResponse,
  feed: (chunk: Uint8Array) => void,
  isCut: () => boolean
): Read =>
  Effect.flatMap(
    Effect.map(Channel.toPull(Stream.toChannel(bodyOf(response))), (pull) =>
      Pull.catchDone(Effect.map(pull, Result.succeed), () => Effect.succeed(Result.failVoid))
    ),
    (pull) => {
      let hasEnded = false
      return Effect.whileLoop({
        while: () => !hasEnded && !isCut(),
        body: () => pull,
        step: (pulled) => {
          if (Result.isFailure(pulled)) hasEnded = true
          else for (const chunk of pulled.success) feed(chunk)
        }
      })
    }
  ).pipe(
    Effect.scoped,
    // Cancelling a broken connection may hang; whoever gives up does not wait for that.
    (reading) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.flatMap(Effect.forkDetach(Effect.interruptible(reading)), (fiber) =>
          Effect.onInterrupt(restore(Fiber.join(fiber)), () => Effect.forkDetach(Fiber.interrupt(fiber)))
        )
      )
  )
