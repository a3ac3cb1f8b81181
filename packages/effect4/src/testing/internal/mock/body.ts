// Generated from packages/testing/src/internal/mock/body.ts by scripts/effect4: change that file.
/**
 * Bodies of the mock client: what a request holds, and canned bytes as a web stream.
 */
import type * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClientError from "effect/http/HttpClientError"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import * as Stream from "effect/Stream"

/**
 * How the bytes of a body are cut into the pieces that the client reads.
 *
 * - `"whole"`: one piece
 * - `"bytes"`: one byte a piece
 * - `{ every }`: pieces of so many bytes
 * - `{ sizes }`: pieces of these sizes, then the rest
 * - `{ at }`: cuts at these offsets
 *
 * A cut that is not within the body is none.
 *
 * @since 0.1.0
 * @category models
 */
export type Chunking =
  | "whole"
  | "bytes"
  | { readonly every: number }
  | { readonly sizes: ReadonlyArray<number> }
  | { readonly at: ReadonlyArray<number> }

/**
 * A response. `body` may also be a Stream, for pieces that take time: it runs with the caller's services, so a test
 * clock moves it. Defaults: status 200, no headers, `"whole"`, and a clean end.
 *
 * `end` is what follows the last byte: a clean end, a broken connection (`ResponseError` for the reader), or silence
 * until the reader gives up.
 *
 * @since 0.1.0
 * @category models
 */
export interface CannedResponse {
  readonly status?: number | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body: string | Uint8Array | Stream.Stream<string | Uint8Array, unknown>
  readonly chunks?: Chunking | undefined
  readonly end?: "clean" | "reset" | "hang" | undefined
}

/** @internal */
export const requestText = (request: HttpClientRequest): Effect.Effect<string, HttpClientError.HttpClientError> => {
  const { body } = request
  switch (body._tag) {
    case "Empty":
      return Effect.succeed("")
    case "Uint8Array":
      return Effect.succeed(new TextDecoder().decode(body.body))
    case "Raw":
      return Effect.succeed(String(body.body))
    case "FormData":
      return Effect.promise(() => new Response(body.formData).text())
    case "Stream":
      return body.stream.pipe(
        Stream.decodeText(),
        Stream.mkString,
        Effect.mapError(
          (cause) =>
            new HttpClientError.HttpClientError({ reason: new HttpClientError.EncodeError({ request, cause }) })
        )
      )
  }
}

const encoder = new TextEncoder()

const toBytes = (data: string | Uint8Array): Uint8Array => (typeof data === "string" ? encoder.encode(data) : data)

const offsetsOf = (chunking: Chunking, length: number): ReadonlyArray<number> => {
  if (chunking === "whole") return []
  if (chunking === "bytes" || "every" in chunking) {
    const size = chunking === "bytes" ? 1 : Math.max(1, Math.floor(chunking.every))
    return Array.from({ length: Math.ceil(length / size) }, (_, index) => index * size)
  }
  if ("at" in chunking) return chunking.at
  let offset = 0
  return chunking.sizes.map((size) => (offset += size))
}

const cut = (bytes: Uint8Array, chunking: Chunking): ReadonlyArray<Uint8Array> => {
  // However they are given, every byte comes once.
  const within = offsetsOf(chunking, bytes.length).filter((offset) => offset > 0 && offset < bytes.length)
  const offsets = [0, ...within.toSorted((a, b) => a - b), bytes.length]
  return offsets.slice(1).flatMap((end, index) => {
    const piece = bytes.subarray(offsets[index], end)
    return piece.length === 0 ? [] : [piece]
  })
}

interface BodyContext {
  readonly signal: AbortSignal
  readonly runtime: Context.Context<never>
  readonly counts: { opened: number; closed: number; cancelled: number }
}

class Broken extends Data.TaggedError("Broken")<{ readonly cause: unknown }> {}

const aborted = (signal: AbortSignal): Effect.Effect<never, Broken> =>
  Effect.callback((resume) => {
    const abort = () => resume(Effect.fail(new Broken({ cause: signal.reason })))
    if (signal.aborted) return abort()
    signal.addEventListener("abort", abort, { once: true })
    return Effect.sync(() => signal.removeEventListener("abort", abort))
  })

const ends = {
  clean: Stream.empty,
  reset: Stream.failSync(() => new Broken({ cause: new TypeError("terminated") })),
  hang: Stream.never
}

const piecesOf = ({ body, chunks }: CannedResponse): Stream.Stream<string | Uint8Array, Broken> =>
  typeof body === "string" || body instanceof Uint8Array
    ? Stream.fromIterable(cut(toBytes(body), chunks ?? "whole"))
    : Stream.mapError(body, (cause) => new Broken({ cause }))

/** @internal */
export const bodyStream = (canned: CannedResponse, context: BodyContext): ReadableStream<Uint8Array> => {
  const { counts, runtime, signal } = context
  counts.opened++
  return Stream.map(piecesOf(canned), toBytes).pipe(
    Stream.rechunk(1),
    Stream.concat(ends[canned.end ?? "clean"]),
    Stream.onExit((exit) =>
      Effect.sync(() => {
        counts.closed++
        if (Exit.hasInterrupts(exit)) counts.cancelled++
      })
    ),
    Stream.interruptWhen(aborted(signal)),
    // Nothing is ahead of the reader, so each piece is one read.
    Stream.toReadableStreamWith(runtime, { strategy: { highWaterMark: 0 } })
  )
}
