// Generated from packages/api/src/Videos.ts by scripts/effect4: change that file.
/**
 * Videos from text or images: `POST /videos/generations`, always a task.
 *
 * | model                            | `image_url`                          | `size`                                                                            | other fields |
 * | -------------------------------- | ------------------------------------ | --------------------------------------------------------------------------------- | ------------ |
 * | `cogvideox-3`                    | one, or first and last frame         | 1280x720 720x1280 1024x1024 1920x1080 1080x1920 2048x1080 3840x2160                 | `quality` `with_audio` `fps` 30 60, `duration` 5 10 |
 * | `cogvideox-2`, `cogvideox-flash` | one                                  | 720x480 1024x1024 1280x960 960x1280 1920x1080 1080x1920 2048x1080 3840x2160         | `quality` `with_audio` `fps` |
 * | `viduq1-text`                    | none                                 | 1920x1080                                                                         | `style` `duration` 5, `aspect_ratio` `movement_amplitude` |
 * | `viduq1-image`, `vidu2-image`    | one                                  | 1920x1080; 1280x720                                                               | `duration` 5; 4, `movement_amplitude` |
 * | `viduq1-start-end`, `vidu2-start-end` | one or two                      | 1920x1080; 1280x720 480x360                                                       | the same     |
 * | `vidu2-reference`                | one to three                         | 1280x720                                                                          | `duration` 4, `aspect_ratio` `movement_amplitude` `with_audio` |
 *
 * Images are links, or whole data URIs. The same prompt sent twice is billed twice, so a request is not sent again where the first may have
 * arrived. Links of vidu videos are dead after a day; those of the others are not told: save at once. Source: the vendor's OpenAPI document of
 * bigmodel.cn, 2026-07-11; z.ai has cogvideox-3 and vidu.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as HttpClient from "effect/http/HttpClient"
import type { PlatformError } from "effect/PlatformError"
import * as Schema from "effect/Schema"
import type { ZhipuError } from "../ZhipuError.js"
import type { ZhipuHttpClient } from "../ZhipuHttpClient.js"
import { ids } from "./internal/document.js"
import { post } from "./internal/endpoint.js"
import { invalid } from "./internal/errors.js"
import * as polling from "./internal/polling.js"
import { identified } from "./internal/task.js"
import { open } from "./internal/wire.js"
import * as Media from "./Media.js"
import * as Tasks from "./Tasks.js"

/**
 * The request of `POST /videos/generations`. `model` decides which fields are taken: see the table above. Either `prompt` or `image_url`
 * must be there. Unknown fields pass.
 *
 * @since 0.1.0
 * @category models
 */
export const VideoRequest = open({
  model: Schema.String,
  /** At most 512 characters. */
  prompt: Schema.optional(Schema.String),
  /** A link or a data URI, or a list of them. */
  image_url: Schema.optional(Schema.Union([Schema.String, Schema.Array(Schema.String)])),
  /** With the letter x: `1920x1080`. */
  size: Schema.optional(Schema.String),
  /** `quality` or `speed` (default). */
  quality: Schema.optional(Schema.String),
  /** Default false. */
  with_audio: Schema.optional(Schema.Boolean),
  /** 30 (default) or 60. */
  fps: Schema.optional(Schema.Number),
  /** Seconds. */
  duration: Schema.optional(Schema.Number),
  /** `general` or `anime`. */
  style: Schema.optional(Schema.String),
  /** `16:9`, `9:16` or `1:1`. */
  aspect_ratio: Schema.optional(Schema.String),
  /** `auto`, `small`, `medium` or `large`. */
  movement_amplitude: Schema.optional(Schema.String),
  watermark_enabled: Schema.optional(Schema.Boolean),
  ...ids
})

/**
 * @since 0.1.0
 * @category models
 */
export interface VideoRequest extends Schema.Schema.Type<typeof VideoRequest> {}

/**
 * A video that is done.
 *
 * @since 0.1.0
 * @category models
 */
export interface VideoResult {
  readonly taskId: string
  readonly model: string | undefined
  readonly requestId: string | undefined
  /** Links that expire. A cover that is not there, or empty, is absent. */
  readonly videos: Arr.NonEmptyReadonlyArray<{ readonly url: string; readonly coverUrl: string | undefined }>
}

const checked = (request: VideoRequest): Effect.Effect<VideoRequest, ZhipuError> => {
  const { image_url: image, prompt, size } = request
  if ((prompt === undefined || prompt === "") && (image === undefined || image.length === 0)) {
    return Effect.fail(invalid("prompt", "A video needs a prompt, or an image to begin with."))
  }
  if (prompt !== undefined && prompt.length > 512) {
    return Effect.fail(invalid("prompt", `The prompt has ${prompt.length} characters, the service takes 512.`))
  }
  return Effect.succeed(size === undefined ? request : { ...request, size: size.replace(/\s*[×xX*✕]\s*/u, "x") })
}

/**
 * Creates the task. It is not created twice where the first may have arrived.
 *
 * @since 0.1.0
 * @category operations
 */
export const create = (request: VideoRequest): Effect.Effect<Tasks.Task, ZhipuError, ZhipuHttpClient> =>
  Effect.flatMap(checked(request), (body) =>
    post("videos.create", "/videos/generations", body, Tasks.Task, { creates: true })
  )

/** A `SUCCESS` without a link is no video. */
const resultOf = (
  id: string,
  { model, request_id: requestId, video_result: found = [] }: Tasks.Task
): VideoResult | undefined => {
  const videos = found.flatMap(({ cover_image_url: cover, url }) =>
    url === undefined || url === "" ? [] : [{ url, coverUrl: cover === "" ? undefined : cover }]
  )
  return Arr.isReadonlyArrayNonEmpty(videos) ? { taskId: id, model, requestId, videos } : undefined
}

/**
 * Waits for a video that was created before.
 *
 * @since 0.1.0
 * @category operations
 */
const await_ = (id: string, options?: Tasks.WaitOptions): Effect.Effect<VideoResult, ZhipuError, ZhipuHttpClient> =>
  awaiting(id, "now", options)

const awaiting = (
  id: string,
  look: "now" | "later",
  options?: Tasks.WaitOptions
): Effect.Effect<VideoResult, ZhipuError, ZhipuHttpClient> =>
  polling.wait(
    { id, kind: "video", look },
    polling.paces.slow,
    Tasks.get(id),
    Tasks.read(id, "video", (task) => resultOf(id, task)),
    options
  )

export { await_ as await }

/**
 * Creates a video, and waits for it: minutes. The id comes with every error, and with `onProgress`: keep it, as the video is made whether
 * anyone waits for it or not.
 *
 * @example
 * ```ts
 * import { Videos } from "@effect-zhipu/effect4/api"
 * import { Console, Effect } from "effect"
 *
 * export const program = Videos.generate(
 *   { model: "cogvideox-3", prompt: "Waves at dusk", size: "1920x1080" },
 *   { onProgress: ({ id, state }) => Console.log(`${id} ${state}`) }
 * ).pipe(Effect.flatMap((video) => Videos.save(video, "waves.mp4")))
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const generate = (
  request: VideoRequest,
  options?: Tasks.WaitOptions
): Effect.Effect<VideoResult, ZhipuError, ZhipuHttpClient> =>
  Effect.flatMap(Effect.flatMap(create(request), identified), (id) => awaiting(id, "later", options))

/**
 * Writes the first video to a path.
 *
 * @since 0.1.0
 * @category media
 */
export const save = (
  result: VideoResult,
  path: string,
  options?: Media.Options
): Effect.Effect<void, ZhipuError | PlatformError, HttpClient.HttpClient | FileSystem.FileSystem> =>
  Media.save(result.videos[0].url, path, options)
