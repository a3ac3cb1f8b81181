// Generated from packages/api/src/Upload.ts by scripts/effect4: change that file.
/**
 * A file to be sent: from bytes, from a stream, or from a path.
 *
 * The service tells the format of a file by the ending of its name. Over plain `fetch` the body of a stream is sent in chunks of
 * no declared length, and one that ends early counts there as a success: where a size is known, it is compared with what was
 * read, and a difference fails the call. Bytes and paths can be sent again by a retry, streams cannot.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { dual } from "effect/Function"
import * as Option from "effect/Option"
import { type Pipeable, pipeArguments } from "effect/Pipeable"
import type { PlatformError } from "effect/PlatformError"
import { hasProperty } from "effect/Predicate"
import * as Stream from "effect/Stream"
import type * as Form from "../Form.js"
import type { ZhipuError } from "../ZhipuError.js"
import { invalid } from "./internal/errors.js"

/**
 * @since 0.1.0
 * @category symbols
 */
export const TypeId: unique symbol = Symbol.for("@effect-zhipu/effect4/api/Upload")

/**
 * @since 0.1.0
 * @category symbols
 */
export type TypeId = typeof TypeId

/**
 * A file to be sent.
 *
 * @since 0.1.0
 * @category models
 */
export interface Upload extends Pipeable {
  readonly [TypeId]: TypeId
  readonly filename: string
  readonly mediaType: string | undefined
  /** In bytes, where it is known. */
  readonly size: number | undefined
  /** Whether it can be sent again. */
  readonly repeatable: boolean
  readonly content: Uint8Array | Stream.Stream<Uint8Array, ZhipuError>
}

/**
 * How far a file has been sent, in bytes.
 *
 * @since 0.1.0
 * @category models
 */
export interface Progress {
  readonly sent: number
  readonly total: Option.Option<number>
}

const Prototype = {
  [TypeId]: TypeId,
  pipe() {
    return pipeArguments(this, arguments)
  }
} as const

const make = (fields: Omit<Upload, TypeId | "pipe">): Upload => Object.assign(Object.create(Prototype), fields)

/**
 * @since 0.1.0
 * @category guards
 */
export const isUpload = (u: unknown): u is Upload => hasProperty(u, TypeId)

/**
 * A file of bytes that are in memory.
 *
 * @example
 * ```ts
 * import { Upload } from "@effect-zhipu/effect4/api"
 *
 * export const file = Upload.fromBytes(new TextEncoder().encode("Hello"), { filename: "hello.txt" })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromBytes = (
  bytes: Uint8Array,
  options: { readonly filename: string; readonly mediaType?: string | undefined }
): Upload =>
  make({
    filename: options.filename,
    mediaType: options.mediaType,
    size: bytes.length,
    repeatable: true,
    content: bytes
  })

/**
 * A file of bytes that come while it is sent. With `size`, a stream of another length fails the call with
 * `InvalidRequestError`. What the stream fails with becomes `InvalidRequestError` too, as there is no file to send.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromStream = <E>(
  stream: Stream.Stream<Uint8Array, E>,
  options: {
    readonly filename: string
    readonly mediaType?: string | undefined
    /** In bytes, where it is known. */
    readonly size?: number | undefined
  }
): Upload =>
  make({
    filename: options.filename,
    mediaType: options.mediaType,
    size: options.size,
    repeatable: false,
    content: ofSize(
      Stream.mapError(stream, () => invalid("file", `${options.filename} could not be read to its end.`)),
      options.filename,
      options.size
    )
  })

/**
 * A file on disk. Its size is looked up now, and it is opened whenever it is sent. A file that has changed its size since fails
 * the call with `InvalidRequestError`.
 *
 * @example
 * ```ts
 * import { Files, Upload } from "@effect-zhipu/effect4/api"
 * import { Effect } from "effect"
 *
 * export const send = (path: string) =>
 *   Effect.flatMap(Upload.fromPath(path), (file) => Files.upload(file, { purpose: "batch" }))
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromPath = (
  path: string,
  options: { readonly filename?: string | undefined; readonly mediaType?: string | undefined } = {}
): Effect.Effect<Upload, PlatformError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { size } = yield* fs.stat(path)
    const filename = options.filename ?? path.replace(/^.*[/\\]/s, "")
    return make({
      filename,
      mediaType: options.mediaType,
      size: Number(size),
      repeatable: true,
      content: ofSize(
        Stream.mapError(fs.stream(path, { chunkSize: 64 * 1024 }), () =>
          invalid("file", `${filename} could not be read to its end.`)
        ),
        filename,
        Number(size)
      )
    })
  })

/** Fails where a stream ends before, or goes on after, so many bytes. */
const ofSize = (
  stream: Stream.Stream<Uint8Array, ZhipuError>,
  filename: string,
  size: number | undefined
): Stream.Stream<Uint8Array, ZhipuError> => {
  if (size === undefined) return stream
  const differs = (read: string) =>
    invalid("file", `${filename} was said to have ${size} bytes, and has ${read}: it changed, or the size is wrong.`)
  return Stream.suspend(() => {
    let read = 0
    return stream.pipe(
      Stream.mapEffect((bytes) => {
        read += bytes.length
        return read > size ? Effect.fail(differs("more")) : Effect.succeed(bytes)
      }),
      Stream.concat(Stream.fromEffectDrain(Effect.suspend(() => (read === size ? Effect.void : differs(String(read))))))
    )
  })
}

/** Progress is told at most so often. */
const step = 64 * 1024

/**
 * Calls a function while a file is sent: when bytes have been handed to the transport, at most every 64 KiB, and at the end. A
 * call that is sent again begins again from 0.
 *
 * @example
 * ```ts
 * import { Upload } from "@effect-zhipu/effect4/api"
 * import { Console, Effect } from "effect"
 *
 * export const withNotice = Upload.withProgress(({ sent }) => Console.log(`${sent} bytes`))
 *
 * export const file = Effect.map(Upload.fromPath("calls.jsonl"), withNotice)
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const withProgress: {
  (onProgress: (progress: Progress) => Effect.Effect<void>): (self: Upload) => Upload
  (self: Upload, onProgress: (progress: Progress) => Effect.Effect<void>): Upload
} = dual(2, (self: Upload, onProgress: (progress: Progress) => Effect.Effect<void>): Upload => {
  const total = Option.fromNullishOr(self.size)
  const { content } = self
  const pieces =
    content instanceof Uint8Array
      ? Stream.unfold(0, (state) =>
          Effect.succeed(
            Option.getOrUndefined(
              ((at) =>
                at < content.length
                  ? Option.some([content.subarray(at, at + step), at + step] as const)
                  : Option.none())(state)
            )
          )
        )
      : content
  return make({
    ...self,
    content: Stream.suspend(() => {
      let sent = 0
      let told = 0
      return pieces.pipe(
        Stream.rechunk(1),
        Stream.tap((bytes) => {
          sent += bytes.length
          if (sent - told < step || sent === self.size) return Effect.void
          told = sent
          return onProgress({ sent, total })
        }),
        Stream.concat(Stream.fromEffectDrain(Effect.suspend(() => onProgress({ sent, total }))))
      )
    })
  })
})

/**
 * The file as a part of a form.
 *
 * @since 0.1.0
 * @category conversions
 */
export const toPart = (self: Upload, name: string): Form.FilePart => ({
  name,
  filename: self.filename,
  mediaType: self.mediaType,
  content: self.content,
  size: self.size,
  repeatable: self.repeatable
})
