/** What a file holds: told from its first bytes, and where these do not say, from its name. */
import * as Attachment from "@effect-zhipu/client/Attachment"
import * as Effect from "effect/Effect"
import { byteOrderMark, type Encoding } from "../encoding.js"

/** @internal */

/** What a part of a message is made for. @internal */
export type MediaKind = "image" | "video" | "file"

/** @internal */
export type Kind =
  | { readonly _tag: "Text"; readonly encoding: Encoding }
  | { readonly _tag: "Media"; readonly as: MediaKind; readonly mediaType: string }
  /** Text, under a name that promises something else, such as the pointer that Git LFS leaves for an image. */
  | { readonly _tag: "Misnamed"; readonly mediaType: string }
  /** Text by its name, in an encoding that cannot be told. */
  | { readonly _tag: "Undecodable" }
  | { readonly _tag: "Unknown" }

/** How many of the first bytes tell the kind. @internal */
export const headSize = 8192

const noModel = ""

/** As the client tells it, whose data URIs begin with it. */
const mediaTypeOf = (head: Uint8Array, name: string | undefined): Effect.Effect<string | undefined> =>
  Attachment.fileFromBytes(head.subarray(0, 32), { model: noModel, filename: name }).pipe(
    Effect.map(({ file }) => /^data:([^;]*);/.exec(file.file_data ?? "")?.[1]),
    Effect.orElseSucceed(() => undefined)
  )

/** No signature begins with it. */
const anyByte = Uint8Array.of(0)

const kindOfMedia = (mediaType: string): MediaKind =>
  mediaType.startsWith("image/") ? "image" : mediaType.startsWith("video/") ? "video" : "file"

const isTextual = (mediaType: string): boolean => /^text\/|^application\/jsonl?$/.test(mediaType)

/** UTF-8 without zero bytes; the last character may be cut where there is more to come. */
const isUtf8 = (head: Uint8Array): boolean => {
  if (head.includes(0)) return false
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true })
    return true
  } catch {
    return false
  }
}

/** By the name alone. @internal */
export const ofName = (name: string): Effect.Effect<string | undefined> => mediaTypeOf(anyByte, name)

/**
 * The kind of a file with these first bytes.
 *
 * Text is looked for before signatures, some of which are letters ("The moov atom" begins as a video does). Only a PDF
 * may be text as a whole.
 *
 * @internal
 */
export const of = (head: Uint8Array, name: string): Effect.Effect<Kind> =>
  Effect.gen(function* () {
    const shown = yield* mediaTypeOf(head, undefined)
    if (shown === "application/pdf") return { _tag: "Media", as: "file", mediaType: shown }
    const encoding = byteOrderMark(head) ?? (isUtf8(head) ? "utf-8" : undefined)
    if (encoding !== undefined) {
      const named = yield* ofName(name)
      return named === undefined || isTextual(named)
        ? { _tag: "Text", encoding }
        : { _tag: "Misnamed", mediaType: named }
    }
    const mediaType = yield* mediaTypeOf(head, name)
    if (mediaType !== undefined && !isTextual(mediaType)) {
      return { _tag: "Media", as: kindOfMedia(mediaType), mediaType }
    }
    return head.includes(0) ? { _tag: "Unknown" } : { _tag: "Undecodable" }
  })

/** The kind of what a URL leads to, by the end of its path. @internal */
export const ofUrl = (url: URL): Effect.Effect<MediaKind | undefined> =>
  Effect.map(ofName(url.pathname), (mediaType) => (mediaType === undefined ? undefined : kindOfMedia(mediaType)))

/** The formats that the vendor documents; text files are sent as text. */
const documented: Readonly<Record<MediaKind, { readonly types: RegExp; readonly formats: string }>> = {
  image: { types: /^image\/(png|jpeg)$/, formats: "images are taken as png or jpeg" },
  video: { types: /^video\/(mp4|quicktime|x-matroska)$/, formats: "videos are taken as mp4, mov or mkv" },
  file: {
    types: /^application\/(pdf|msword|vnd\.openxmlformats-officedocument\.\w+\.\w+)$/,
    formats: "files are taken as text, pdf, doc, docx, xlsx or pptx"
  }
}

/** Why the service does not take it, if so. @internal */
export const refusal = (as: MediaKind, mediaType: string): string | undefined =>
  documented[as].types.test(mediaType) ? undefined : `is ${mediaType}, and ${documented[as].formats}`
