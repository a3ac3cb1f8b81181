/**
 * Images, videos and files as parts of a user message, from a URL, from bytes or from a path, in the encoding that the
 * model takes. What the model cannot take, or is over the vendor's limits, is a typed error, before anything is sent.
 *
 * | part  | from a URL                                                 | from bytes or a path                                | at most |
 * | ----- | ---------------------------------------------------------- | --------------------------------------------------- | ------- |
 * | image | `image_url`                                                | `image_url`, bare base64; not for `glm-4v-flash`     | 5 MiB   |
 * | video | `video_url`                                                | `video_url`, bare base64                            | 200 MiB, `glm-4v-plus` 20 MiB |
 * | file  | `file_url`; `file` for the `glm-5.3-flash` family           | `file` with a data URI, for the `glm-5.3-flash` family alone           | 50 MiB |
 *
 * Bare base64 is what the vendor documents and what its own SDK makes of data URIs: `glm-5.3-flash` and the older
 * `glm-4v` refuse the latter. `encoding: "dataUri"` is for endpoints that want them.
 *
 * @since 0.1.0
 */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as base64 from "@effect-zhipu/protocol/internal/text/base64"
import * as mediaTypes from "@effect-zhipu/protocol/internal/text/mediaType"
import * as Message from "./Message.js"
import * as Model from "./Model.js"

/**
 * Why an attachment cannot be sent.
 *
 * - `Empty`: there are no bytes
 * - `TooLarge`: it is over the limit of the vendor; `size` and `limit` are bytes
 * - `MediaType`: it is something else, or nothing tells what it is: give `mediaType`
 * - `Unsupported`: the model does not take it, or not in this way
 * - `Url`: not an `http:`, `https:` or `data:` URL
 *
 * @since 0.1.0
 * @category errors
 */
export const Reason = Schema.Literal("Empty", "TooLarge", "MediaType", "Unsupported", "Url")

/**
 * @since 0.1.0
 * @category errors
 */
export type Reason = typeof Reason.Type

/**
 * An attachment that cannot be sent. It holds nothing of its content.
 *
 * @since 0.1.0
 * @category errors
 */
export class AttachmentError extends Schema.TaggedError<AttachmentError>("@effect-zhipu/client/AttachmentError")(
  "AttachmentError",
  {
    message: Schema.String,
    reason: Reason,
    /** The model that it was meant for. */
    model: Schema.String,
    size: Schema.optional(Schema.Number),
    limit: Schema.optional(Schema.Number),
    mediaType: Schema.optional(Schema.String),
    path: Schema.optional(Schema.String)
  }
) {}

/**
 * How bytes are written into the request.
 *
 * @since 0.1.0
 * @category models
 */
export type Encoding = "base64" | "dataUri"

/**
 * What an attachment is made for.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The model that it will be sent to. One that is not in the table of `Model` may take everything. */
  readonly model: string
  /** Default: what the first bytes show, else what the name of the file says. */
  readonly mediaType?: string | undefined
  /** Default for images and videos: `base64`. Files are always data URIs. */
  readonly encoding?: Encoding | undefined
  /** The name that the model sees, for files. Default: that of the path. */
  readonly filename?: string | undefined
}

type Kind = "image" | "video" | "file"

const MiB = 1024 * 1024

const limitOf = (kind: Kind, model: string): number => {
  if (kind === "image") return 5 * MiB
  if (kind === "file") return 50 * MiB
  return (/^glm-4v-plus/i.test(model) ? 20 : 200) * MiB
}

/** By the reference, these models take the part `file`, which may hold the content; the others take URLs alone. */
const takesFilePart = (model: string): boolean => /^glm-5\.3-flash/i.test(model)

const takesFileUrlsAlone = (model: string): boolean =>
  Option.exists(Model.find(model), ({ input }) => input.includes("file")) && !takesFilePart(model)

const unsupported = (model: string, what: string): AttachmentError =>
  new AttachmentError({ message: `The model ${model} ${what}.`, reason: "Unsupported", model })

const checkModel = (kind: Kind, model: string): Effect.Effect<void, AttachmentError> =>
  Option.exists(Model.find(model), ({ input }) => !input.includes(kind))
    ? unsupported(model, `takes no ${kind}s: see Model.table for one that does`)
    : Effect.void

const checkSize = (
  kind: Kind,
  size: number,
  model: string,
  path: string | undefined
): Effect.Effect<void, AttachmentError> => {
  const limit = limitOf(kind, model)
  const at = path === undefined ? {} : { path }
  if (size === 0) return new AttachmentError({ message: `The ${kind} is empty.`, reason: "Empty", model, ...at })
  if (size <= limit) return Effect.void
  return new AttachmentError({
    message: `The ${kind} has ${size} bytes, and ${model} takes ${limit} at the most: make it smaller, or send its URL.`,
    reason: "TooLarge",
    model,
    size,
    limit,
    ...at
  })
}

const mediaTypeOf = (
  kind: Kind,
  head: Uint8Array,
  { filename, mediaType, model }: Options,
  path: string | undefined
): Effect.Effect<string, AttachmentError> => {
  const found = mediaType ?? mediaTypes.of(head, filename ?? path)
  const at = path === undefined ? {} : { path }
  if (found === undefined) {
    const message = `Neither its bytes nor its name tell what media type the ${kind} has: say so by mediaType.`
    return new AttachmentError({ message, reason: "MediaType", model, ...at })
  }
  if (kind === "file" || found.startsWith(`${kind}/`)) return Effect.succeed(found)
  const message = `This is no ${kind}: its media type is ${found}.`
  return new AttachmentError({ message, reason: "MediaType", model, mediaType: found, ...at })
}

/** What an attachment holds: its size in bytes, the first of them, and all of them as base64. */
interface Content {
  readonly size: number
  readonly head: Uint8Array
  readonly base64: () => string
}

const contentOf = (bytes: Uint8Array): Content => ({
  size: bytes.length,
  head: bytes.subarray(0, 32),
  base64: () => base64.encode(bytes)
})

/** What goes into the part, after all checks. */
const encode = (
  kind: Kind,
  content: Content,
  options: Options,
  path?: string
): Effect.Effect<string, AttachmentError> =>
  Effect.gen(function* () {
    const { encoding, model } = options
    yield* checkModel(kind, model)
    yield* checkEmbedding(kind, model)
    yield* checkSize(kind, content.size, model, path)
    const mediaType = yield* mediaTypeOf(kind, content.head, options, path)
    const encoded = content.base64()
    return kind === "file" || encoding === "dataUri" ? `data:${mediaType};base64,${encoded}` : encoded
  })

const checkEmbedding = (kind: Kind, model: string): Effect.Effect<void, AttachmentError> => {
  if (kind === "image" && model === "glm-4v-flash") return unsupported(model, "takes images by URL only")
  if (kind === "file" && takesFileUrlsAlone(model)) return unsupported(model, "takes files by URL only")
  return Effect.void
}

const partOf = {
  image: (content: string): Message.ImagePart => Message.imageUrl(content),
  video: (content: string): Message.VideoPart => Message.videoUrl(content),
  file: (content: string, filename: string | undefined): Message.FilePart => ({
    type: "file",
    file: { file_data: content, ...(filename === undefined ? {} : { filename }) }
  })
}

type FromBytes<P> = (bytes: Uint8Array, options: Options) => Effect.Effect<P, AttachmentError>

const fromBytes =
  <K extends Kind, P>(kind: K, part: (content: string, filename: string | undefined) => P): FromBytes<P> =>
  (bytes, options) =>
    Effect.map(encode(kind, contentOf(bytes), options), (content) => part(content, options.filename))

type FromPath<P> = (
  path: string,
  options: Options
) => Effect.Effect<P, AttachmentError | PlatformError, FileSystem.FileSystem>

const fromPath =
  <K extends Kind, P>(kind: K, part: (content: string, filename: string | undefined) => P): FromPath<P> =>
  (path, options) =>
    Effect.gen(function* () {
      const fileSystem = yield* FileSystem.FileSystem
      yield* checkModel(kind, options.model)
      yield* checkEmbedding(kind, options.model)
      // Before it is read: what is too large may be larger than the memory.
      const { size } = yield* fileSystem.stat(path)
      yield* checkSize(kind, Number(size), options.model, path)
      const bytes = yield* fileSystem.readFile(path)
      const content = yield* encode(kind, contentOf(bytes), options, path)
      return part(content, options.filename ?? /[^/\\]*$/.exec(path)?.[0])
    })

const dataUri = /^data:([^,;]*)[^,]*;base64,/i

/** The URL as it is, or the content of a data URI in the encoding of the model. */
const fromUrl = (
  kind: Kind,
  url: string | URL,
  options: Options
): Effect.Effect<{ readonly url: string; readonly embedded: boolean }, AttachmentError> =>
  Effect.gen(function* () {
    const text = String(url)
    const { model } = options
    yield* checkModel(kind, model)
    if (/^https?:\/\//i.test(text)) return { url: text, embedded: false }
    const [prefix, mediaType = ""] = dataUri.exec(text) ?? []
    const content = prefix === undefined ? undefined : embedded(text.slice(prefix.length))
    if (content === undefined) {
      // Not quoted: it may be long, or hold a token.
      const message = `The URL of the ${kind} is no http:, https: or base64 data: URL. A file is read with ${kind}FromPath.`
      return yield* new AttachmentError({ message, reason: "Url", model })
    }
    const named = mediaType === "" ? options : { mediaType, ...options }
    return { url: yield* encode(kind, content, named), embedded: true }
  })

const embedded = (text: string): Content | undefined => {
  const size = base64.sizeOf(text)
  return size === undefined ? undefined : { size, head: base64.head(text), base64: () => text }
}

/**
 * An image from a URL that the service fetches, or from a data URI, which is encoded as the model takes it.
 *
 * @since 0.1.0
 * @category images
 */
export const imageFromUrl = (url: string | URL, options: Options): Effect.Effect<Message.ImagePart, AttachmentError> =>
  Effect.map(fromUrl("image", url, options), (found) => partOf.image(found.url))

/**
 * An image from bytes: jpg or png, at most 5 MiB and 6000 by 6000 pixels (which is not checked).
 *
 * @since 0.1.0
 * @category images
 */
export const imageFromBytes: FromBytes<Message.ImagePart> = fromBytes("image", partOf.image)

/**
 * An image from a file, by platform's `FileSystem`. Its size is looked at before it is read.
 *
 * @example
 * ```ts
 * import { Attachment, Message, ZhipuChat } from "@effect-zhipu/client"
 * import { Effect } from "effect"
 *
 * const model = "glm-4.6v"
 *
 * export const program = Effect.gen(function* () {
 *   const chart = yield* Attachment.imageFromPath("chart.png", { model })
 *   return yield* ZhipuChat.complete({
 *     model,
 *     messages: [Message.user([chart, Message.text("What does the chart show?")])]
 *   })
 * })
 * ```
 *
 * @since 0.1.0
 * @category images
 */
export const imageFromPath: FromPath<Message.ImagePart> = fromPath("image", partOf.image)

/**
 * A video from a URL, or from a data URI. For `glm-4v-plus` it has to be the first part of its message.
 *
 * @since 0.1.0
 * @category videos
 */
export const videoFromUrl = (url: string | URL, options: Options): Effect.Effect<Message.VideoPart, AttachmentError> =>
  Effect.map(fromUrl("video", url, options), (found) => partOf.video(found.url))

/**
 * A video from bytes: mp4, mkv or mov. The vendor documents URLs; base64 is seen in the field, with `glm-4v-plus`. A large
 * video takes several times its size of memory, so a URL is better.
 *
 * @since 0.1.0
 * @category videos
 */
export const videoFromBytes: FromBytes<Message.VideoPart> = fromBytes("video", partOf.video)

/**
 * A video from a file, by platform's `FileSystem`. See `videoFromBytes`.
 *
 * @since 0.1.0
 * @category videos
 */
export const videoFromPath: FromPath<Message.VideoPart> = fromPath("video", partOf.video)

/**
 * A file from a URL: pdf, txt, word, jsonl, xlsx, pptx, at most 50 in a request, and not together with images or videos.
 *
 * @since 0.1.0
 * @category files
 */
export const fileFromUrl = (
  url: string | URL,
  options: Options
): Effect.Effect<Message.FileUrlPart | Message.FilePart, AttachmentError> =>
  Effect.map(fromUrl("file", url, options), (found) => {
    if (found.embedded) return partOf.file(found.url, options.filename)
    if (!takesFilePart(options.model)) return Message.fileUrl(found.url)
    return {
      type: "file",
      file: { file_url: found.url, ...(options.filename === undefined ? {} : { filename: options.filename }) }
    } satisfies Message.FilePart
  })

/**
 * A file from bytes, for the `glm-5.3-flash` family: at most 50 MiB. Older models take files by URL only.
 *
 * @since 0.1.0
 * @category files
 */
export const fileFromBytes: FromBytes<Message.FilePart> = fromBytes("file", partOf.file)

/**
 * A file from a path, by platform's `FileSystem`, under its own name. See `fileFromBytes`.
 *
 * @since 0.1.0
 * @category files
 */
export const fileFromPath: FromPath<Message.FilePart> = fromPath("file", partOf.file)
