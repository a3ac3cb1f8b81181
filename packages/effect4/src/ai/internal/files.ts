// Generated from packages/ai/src/internal/files.ts by scripts/effect4: change that file.
/** File parts of a prompt as parts of a user message on the wire. Pure. */
import * as Base64 from "@effect-zhipu/protocol/internal/text/base64"
import type * as Prompt from "effect/ai/Prompt"
import * as Result from "effect/Result"
import type * as Message from "../../Message.js"

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
  return dataUri(part, Base64.encode(data))
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
export const toWire = (part: Prompt.FilePart): Result.Result<Message.Part, string> => {
  const fileId = part.options.zhipu?.fileId
  const named = part.fileName === undefined ? {} : { filename: part.fileName }
  if (fileId !== undefined) return Result.succeed({ type: "file", file: { file_id: fileId, ...named } })
  const url = urlOf(part)
  const isData = /^data:/i.test(url)
  const type = typeOf(part)
  if (type.startsWith("image/")) return Result.succeed({ type: "image_url", image_url: { url } })
  if (type.startsWith("video/")) return Result.succeed({ type: "video_url", video_url: { url } })
  if (type.startsWith("audio/")) {
    const format = Object.hasOwn(audioFormats, type) ? audioFormats[type] : undefined
    if (format === undefined) return Result.fail(`sound of type ${part.mediaType} is not taken, only wav and mp3 are`)
    if (!isData) return Result.fail("sound is taken as bytes or base64 only, not by URL")
    return Result.succeed({ type: "input_audio", input_audio: { data: url.slice(url.indexOf(",") + 1), format } })
  }
  if (isData) return Result.succeed({ type: "file", file: { file_data: url, ...named } })
  return part.options.zhipu?.part === "file"
    ? Result.succeed({ type: "file", file: { file_url: url, ...named } })
    : Result.succeed({ type: "file_url", file_url: { url } })
}
