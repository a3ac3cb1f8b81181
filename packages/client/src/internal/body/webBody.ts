/**
 * The body of a response of `fetch` by callback. Platform wraps such a response twice, and gives its body as a Stream alone, whose
 * every read wakes a fiber: what is read here is the body below that, where the response is platform's own and nobody has put
 * another stream in its place.
 */
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { constVoid } from "effect/Function"
import type { BodyReader, DirectBody } from "./directBody.js"

/** What is packed is left to `inflate.ts`. @internal */
export const webBodyOf = (response: HttpClientResponse.HttpClientResponse): DirectBody | undefined => {
  if (response.headers["content-encoding"] !== undefined) return undefined
  const body = sourceOf(response)?.body ?? undefined
  return body === undefined || body.locked ? undefined : { open: () => readerOf(response, body.getReader()) }
}

/** The response of `fetch` that a response of platform holds: its own fields alone count, and what gives another stream has one. */
const sourceOf = (response: HttpClientResponse.HttpClientResponse): Response | undefined => {
  const inner = fieldOf(response, "controller") === undefined ? response : fieldOf(response, "original")
  const source = fieldOf(inner, "source")
  return source instanceof Response && !Object.hasOwn(response, "stream") ? source : undefined
}

const fieldOf = (value: unknown, name: string): unknown => Object.getOwnPropertyDescriptor(Object(value), name)?.value

/** Reads when it is asked to: what is not asked for stops the socket. It keeps the response, which platform would abort otherwise. */
const readerOf = (
  response: HttpClientResponse.HttpClientResponse,
  reader: ReadableStreamDefaultReader<Uint8Array>
): BodyReader => {
  let unread: ReadonlyArray<Uint8Array> | undefined
  let isReading = false
  let isOver = false
  let failure: HttpClientError.ResponseError | undefined
  let wake: (() => void) | undefined

  const resume = (): void => {
    isReading = false
    const waiting = wake
    wake = undefined
    waiting?.()
  }

  const onRead = ({ done, value }: ReadableStreamReadResult<Uint8Array>): void => {
    if (done) isOver = true
    else unread = [value]
    resume()
  }

  const onFailure = (cause: unknown): void => {
    isOver = true
    failure = new HttpClientError.ResponseError({ request: response.request, response, reason: "Decode", cause })
    resume()
  }

  return {
    take: () => {
      const taken = unread
      unread = undefined
      return taken
    },
    hasEnded: () => isOver,
    failure: () => failure,
    onReadable: (next) => {
      if (isOver || unread !== undefined) return next()
      wake = next
      if (isReading) return
      isReading = true
      reader.read().then(onRead, onFailure)
    },
    release: () => {
      // What has failed meanwhile is told by the read.
      if (!isOver) reader.cancel().catch(constVoid)
    }
  }
}
