// Generated from packages/testing/src/internal/simulator/operations/media.ts by scripts/effect4: change that file.
/**
 * Images and videos. What they are is behind links of this simulator, below `/_media/`.
 */
import type { Json } from "../json.js"
import { answerIds, countedId, randomOf } from "./ids.js"
import {
  checkIds,
  choiceField,
  illegal,
  type Incoming,
  json,
  missing,
  modelField,
  type Operation,
  textField
} from "./operation.js"
import { mp4, png } from "./pictures.js"
import { checkRequestId, createTask } from "./tasks.js"

const linkTo = (incoming: Incoming, name: string, mediaType: string, bytes: Uint8Array): string => {
  const id = `${countedId(incoming, "")}.${name}`
  incoming.store.media.set(id, { bytes, mediaType })
  // Links of the service are signed: whoever has one has the file.
  return `${incoming.origin}/_media/${id}?Expires=1800000000&Signature=${randomOf(incoming).hex(24)}`
}

const imageModels = ["glm-image", "cogview-4", "cogview-4-250304", "cogview-3-flash"]

const sizeOf = (incoming: Incoming, model: string): readonly [number, number] => {
  const isGlm = model === "glm-image"
  const size = incoming.body["size"] ?? (isGlm ? "1280x1280" : "1024x1024")
  // The letter, though the Chinese document prints the sign of multiplication.
  const sides = typeof size === "string" ? /^(\d{1,5})x(\d{1,5})$/.exec(size) : null
  const width = Number(sides?.[1])
  const height = Number(sides?.[2])
  const [low, step, most] = isGlm ? [1024, 32, 2 ** 22] : [512, 16, 2 ** 21]
  const fits = [width, height].every((side) => side >= low && side <= 2048 && side % step === 0)
  return fits && width * height <= most ? [width, height] : illegal(incoming, "size")
}

const image = (incoming: Incoming, models: ReadonlyArray<string>) => {
  const model = modelField(incoming, models)
  const prompt = textField(incoming, "prompt")
  choiceField(incoming, "quality", model === "glm-image" ? ["hd"] : ["hd", "standard"])
  choiceField(incoming, "watermark_enabled", [true, false])
  checkIds(incoming)
  const [width, height] = sizeOf(incoming, model)
  return { model, bytes: png(width, height, randomOf(incoming).below(0x1000000), prompt) }
}

const generate: Operation = {
  name: "images.generate",
  method: "POST",
  path: "/paas/v4/images/generations",
  run: (incoming) => {
    const { bytes } = image(incoming, imageModels)
    checkRequestId(incoming)
    const { created } = answerIds(incoming)
    return json({ created, data: [{ url: linkTo(incoming, "png", "image/png", bytes) }] })
  }
}

const create: Operation = {
  name: "images.create",
  method: "POST",
  path: "/paas/v4/async/images/generations",
  run: (incoming) => {
    const { bytes, model } = image(incoming, ["glm-image"])
    return createTask(incoming, model, { image_result: [{ url: linkTo(incoming, "png", "image/png", bytes) }] })
  }
}

interface VideoModel {
  /** How many images it takes; text alone: 0. */
  readonly images: readonly [least: number, most: number]
  readonly sizes: ReadonlyArray<string>
  readonly durations?: ReadonlyArray<number>
}

const large = ["1920x1080", "1080x1920", "2048x1080", "3840x2160"]

const videoModels: Readonly<Record<string, VideoModel>> = {
  "cogvideox-3": { images: [0, 2], sizes: ["1280x720", "720x1280", "1024x1024", ...large], durations: [5, 10] },
  "cogvideox-2": { images: [0, 1], sizes: ["720x480", "1024x1024", "1280x960", "960x1280", ...large] },
  "cogvideox-flash": { images: [0, 1], sizes: ["720x480", "1024x1024", "1280x960", "960x1280", ...large] },
  "viduq1-text": { images: [0, 0], sizes: ["1920x1080"], durations: [5] },
  "viduq1-image": { images: [1, 1], sizes: ["1920x1080"], durations: [5] },
  "vidu2-image": { images: [1, 1], sizes: ["1280x720"], durations: [4] },
  "viduq1-start-end": { images: [1, 2], sizes: ["1920x1080"], durations: [5] },
  "vidu2-start-end": { images: [1, 2], sizes: ["1280x720", "480x360"], durations: [4] },
  "vidu2-reference": { images: [1, 3], sizes: ["1280x720"], durations: [4] }
}

const checkImages = (incoming: Incoming, [least, most]: VideoModel["images"]): number => {
  const given = incoming.body["image_url"]
  const images: ReadonlyArray<unknown> =
    given === undefined || given === null ? [] : Array.isArray(given) ? given : [given]
  if (images.length < least || images.length > most) return illegal(incoming, "image_url")
  for (const link of images) {
    // Embedded images need the whole data URI.
    if (typeof link !== "string" || !/^(https?:\/\/|data:image\/(png|jpe?g|webp);base64,)/.test(link)) {
      return illegal(incoming, "image_url")
    }
  }
  return images.length
}

const video: Operation = {
  name: "videos.create",
  method: "POST",
  path: "/paas/v4/videos/generations",
  run: (incoming) => {
    const { body } = incoming
    const model = modelField(incoming, Object.keys(videoModels))
    const about = videoModels[model]
    const { prompt } = body
    checkIds(incoming)
    const images = checkImages(incoming, about?.images ?? [0, 3])
    if (prompt !== undefined && (typeof prompt !== "string" || prompt.length > 512)) return illegal(incoming, "prompt")
    if (typeof prompt !== "string" && images === 0) return missing(incoming, "prompt")
    if (about !== undefined) {
      choiceField(incoming, "size", about.sizes)
      if (about.durations !== undefined) choiceField(incoming, "duration", about.durations)
    }
    choiceField(incoming, "quality", ["quality", "speed"])
    choiceField(incoming, "fps", [30, 60])
    const seconds = typeof body["duration"] === "number" ? body["duration"] : 5
    const text = typeof prompt === "string" ? prompt : ""
    const film = linkTo(incoming, "mp4", "video/mp4", mp4(seconds, text))
    const cover = linkTo(incoming, "png", "image/png", png(64, 64, randomOf(incoming).below(0x1000000), text))
    const result: Json = { video_result: [{ url: film, cover_image_url: cover }] }
    return createTask(incoming, model, result)
  }
}

/** @internal */
export const operations: ReadonlyArray<Operation> = [generate, create, video]
