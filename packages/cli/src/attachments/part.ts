/** Images, videos and documents as parts of a message, or why the service does not take them. */
import * as Attachment from "@effect-zhipu/client/Attachment"
import type * as Message from "@effect-zhipu/client/Message"
import * as Model from "@effect-zhipu/client/Model"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import type { PlatformError } from "@effect/platform/Error"
import type { FileSystem } from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { refusal, type MediaKind } from "./kind.js"

type Made<E = never, R = never> = Effect.Effect<Message.Part, Attachment.AttachmentError | E, R>

/** Both fail with what is to be said after the name. */
type Part = Effect.Effect<Message.Part, string>

const byUrl = (kind: MediaKind, url: URL, model: string): Made => {
  switch (kind) {
    case "image":
      return Attachment.imageFromUrl(url, { model })
    case "video":
      return Attachment.videoFromUrl(url, { model })
    case "file":
      return Attachment.fileFromUrl(url, { model })
  }
}

const byPath = (kind: MediaKind, path: string, options: Attachment.Options): Made<PlatformError, FileSystem> => {
  switch (kind) {
    case "image":
      return Attachment.imageFromPath(path, options)
    case "video":
      return Attachment.videoFromPath(path, options)
    case "file":
      return Attachment.fileFromPath(path, options)
  }
}

const byBytes = (kind: MediaKind, bytes: Uint8Array, options: Attachment.Options): Made => {
  switch (kind) {
    case "image":
      return Attachment.imageFromBytes(bytes, options)
    case "video":
      return Attachment.videoFromBytes(bytes, options)
    case "file":
      return Attachment.fileFromBytes(bytes, options)
  }
}

/** A URL that the service fetches. @internal */
export const ofUrl = (kind: MediaKind, url: URL, model: string): Part =>
  Effect.catchAll(byUrl(kind, url, model), (error) => explained(kind, "url", error))

/** The content of a file. @internal */
export const ofPath = (
  kind: MediaKind,
  path: string,
  { filename, mediaType, model }: { readonly filename: string; readonly mediaType: string; readonly model: string }
): Part => {
  // The vendor documents formats for its models of today; what others take, only the service knows.
  const refused = Option.isSome(Model.find(model)) ? refusal(kind, mediaType) : undefined
  if (refused !== undefined) return Effect.fail(refused)
  return byPath(kind, path, { model, mediaType, filename }).pipe(
    Effect.provide(NodeFileSystem.layer),
    Effect.catchAll((error) =>
      error._tag === "AttachmentError" ? explained(kind, "content", error) : Effect.fail("cannot be read")
    )
  )
}

type Way = "url" | "content"

const somewhere = new URL("https://example.com")

/** By the rules of each model, which `Attachment` of the client holds. */
const takers = (kind: MediaKind, way: Way): Effect.Effect<ReadonlyArray<string>> => {
  const made = (model: string): Made =>
    way === "url" ? byUrl(kind, somewhere, model) : byBytes(kind, Uint8Array.of(0), { model, mediaType: `${kind}/any` })
  // A model that takes no such thing at all is refused just as one that does not take it in this way.
  return Effect.filter(
    Model.table.map(({ id }) => id),
    (model) => Effect.isSuccess(made(model))
  )
}

const named = 6

const articled = { image: "an image", video: "a video", file: "a document" } as const
const plural = { image: "images", video: "videos", file: "documents" } as const

const explained = (kind: MediaKind, way: Way, error: Attachment.AttachmentError): Effect.Effect<never, string> => {
  const { limit, model, reason, size: bytes } = error
  if (reason === "TooLarge" && limit !== undefined && bytes !== undefined) {
    return Effect.fail(
      `has ${size(bytes)}, and ${model} takes ${plural[kind]} of ${size(limit)} at the most: make it smaller, or give its URL`
    )
  }
  if (reason !== "Unsupported") return Effect.fail(`cannot be sent: ${error.message.replace(/\.$/, "")}`)
  return Effect.flatMap(takers(kind, way), (models) => {
    const urlOnly = way === "content" && Option.exists(Model.find(model), ({ input }) => input.includes(kind))
    const more = models.length > named ? " and others (zhipu models)" : ""
    return Effect.fail(
      `is ${articled[kind]}, and ${model} takes ${urlOnly ? `${plural[kind]} by URL only` : `no ${plural[kind]}`}. ` +
        `Models that take ${urlOnly ? "their content" : "them"}: ${models.slice(0, named).join(", ")}${more}`
    )
  })
}

/** With the vendor, a megabyte has 1024 kilobytes. @internal */
export const size = (bytes: number): string => {
  if (bytes < 1024) return `${bytes} B`
  const kilobytes = bytes / 1024
  if (Math.round(kilobytes) < 1024) return `${Math.round(kilobytes)} KB`
  // Rounded up, so that what is too large is never told to be as large as the limit.
  return `${(Math.ceil((kilobytes / 1024) * 10) / 10).toFixed(1).replace(/\.0$/, "")} MB`
}
