/** File parts of a prompt as parts of a user message on the wire. Pure. */
import type * as Prompt from "@effect/ai/Prompt"
import type * as Message from "@effect-zhipu/client/Message"
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"

const isUrl = (text: string): boolean => /^(?:https?|data):/i.test(text)

/** In small letters, and without parameters, as browsers and recorders write them: `audio/wav; codecs=1`. */
const typeOf = ({ mediaType }: Prompt.FilePart): string => mediaType.replace(/;.*$/s, "").trim().toLowerCase()

const dataUri = (part: Prompt.FilePart, base64: string): string => {
  const type = typeOf(part)
  // Of a text, the parameters tell the encoding.
  const named = type.startsWith("text/") ? part.mediaType : type
  // A wildcard says what kind it is, not what it is; the service looks at the bytes.
  return `data:${type === "image/*" ? "image/jpeg" : named};base64,${base64}`
}

/** The content as a URL: of the web, or with the bytes in it. */
const urlOf = (part: Prompt.FilePart): string => {
  const { data } = part
  if (data instanceof URL) return data.href
  if (typeof data === "string") return isUrl(data) ? data : dataUri(part, data)
  return dataUri(part, Encoding.encodeBase64(data))
}

const audioFormats: Readonly<Record<string, "wav" | "mp3">> = {
  "audio/wav": "wav",
  "audio/x-wav": "wav",
  "audio/wave": "wav",
  "audio/vnd.wave": "wav",
  "audio/mpeg": "mp3",
  "audio/mp3": "mp3"
}

/**
 * The part on the wire, or what is wrong with it.
 *
 * @internal
 */
export const toWire = (part: Prompt.FilePart): Either.Either<Message.Part, string> => {
  const fileId = part.options.zhipu?.fileId
  const named = part.fileName === undefined ? {} : { filename: part.fileName }
  if (fileId !== undefined) return Either.right({ type: "file", file: { file_id: fileId, ...named } })
  const url = urlOf(part)
  const isData = /^data:/i.test(url)
  const type = typeOf(part)
  if (type.startsWith("image/")) return Either.right({ type: "image_url", image_url: { url } })
  if (type.startsWith("video/")) return Either.right({ type: "video_url", video_url: { url } })
  if (type.startsWith("audio/")) {
    const format = Object.hasOwn(audioFormats, type) ? audioFormats[type] : undefined
    if (format === undefined) return Either.left(`sound of type ${part.mediaType} is not taken, only wav and mp3 are`)
    if (!isData) return Either.left("sound is taken as bytes or base64 only, not by URL")
    return Either.right({ type: "input_audio", input_audio: { data: url.slice(url.indexOf(",") + 1), format } })
  }
  if (isData) return Either.right({ type: "file", file: { file_data: url, ...named } })
  return part.options.zhipu?.part === "file"
    ? Either.right({ type: "file", file: { file_url: url, ...named } })
    : Either.right({ type: "file_url", file_url: { url } })
}
