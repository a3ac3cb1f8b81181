/**
 * Images from text: `POST /images/generations`, which waits, and `POST /async/images/generations`, which is a task.
 *
 * | model                                          | size by default | other sizes                                                      | quality        |
 * | ---------------------------------------------- | --------------- | ---------------------------------------------------------------- | -------------- |
 * | `glm-image`                                    | 1280x1280       | sides of 1024 to 2048, multiples of 32, at most 2^22 pixels       | `hd`, ~20 s    |
 * | `cogview-4`, `cogview-4-250304`, `cogview-3-flash` | 1024x1024   | sides of 512 to 2048, multiples of 16, at most 2^21 pixels        | `standard`, `hd` |
 *
 * A call makes one image and is billed for it, so it is not sent again where the first may have arrived. The answer is a link of 30
 * days on another host: see `Media`. The watermark is the default; without a waiver signed in the vendor's console it cannot be switched
 * off. Source: the vendor's OpenAPI document of bigmodel.cn, 2026-07-11.
 *
 * @since 0.1.0
 */
import type { ZhipuHttpClient } from "@effect-zhipu/client/ZhipuHttpClient"
import type { PlatformError } from "@effect/platform/Error"
import type * as FileSystem from "@effect/platform/FileSystem"
import type * as HttpClient from "@effect/platform/HttpClient"
import { ContentFilter } from "@effect-zhipu/client/ChatCompletion"
import { ContentFilteredError, type InvalidRequestError, type ZhipuError } from "@effect-zhipu/client/ZhipuError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { ids } from "./internal/document.js"
import { post } from "./internal/endpoint.js"
import { advising, invalid, isRefusal, unfit, withFields } from "./internal/errors.js"
import * as polling from "./internal/polling.js"
import { identified } from "./internal/task.js"
import { list, nullable, open } from "./internal/wire.js"
import * as Media from "./Media.js"
import * as Tasks from "./Tasks.js"

/**
 * The request of `POST /images/generations`. Unknown fields pass.
 *
 * @since 0.1.0
 * @category models
 */
export const ImageRequest = open({
  model: Schema.String,
  prompt: Schema.String,
  /** `hd` or `standard`. */
  quality: Schema.optional(Schema.String),
  /**
   * `1024x1024`, with the letter x. The vendor's Chinese pages print some sizes with the sign ×, which the service does not take: it is
   * sent as the letter.
   */
  size: Schema.optional(Schema.String),
  /** Default true. */
  watermark_enabled: Schema.optional(Schema.Boolean),
  ...ids
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ImageRequest extends Schema.Schema.Type<typeof ImageRequest> {}

/**
 * The answer: the link of the image, and what moderation saw.
 *
 * @since 0.1.0
 * @category models
 */
export const ImageResponse = open({
  created: nullable(Schema.Number),
  data: list(Tasks.ImageResult),
  content_filter: nullable(Schema.Array(ContentFilter))
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ImageResponse extends Schema.Schema.Type<typeof ImageResponse> {}

const rules = (model: string) =>
  model === "glm-image"
    ? { low: 1024, step: 32, pixels: 2 ** 22 }
    : model.startsWith("cogview-")
      ? { low: 512, step: 16, pixels: 2 ** 21 }
      : undefined

/**
 * A size as the service takes it, `1280x1024`, if the model makes it. Of models that are not known here, every size passes.
 *
 * @example
 * ```ts
 * import { Images } from "@effect-zhipu/api"
 *
 * // Right("1280x1024")
 * export const wide = Images.size(1280, 1024, "glm-image")
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const size = (width: number, height: number, model: string): Either.Either<string, InvalidRequestError> => {
  const rule = rules(model)
  const sides = [width, height]
  if (!sides.every((side) => Number.isInteger(side) && side > 0)) {
    return Either.left(invalid("size", "Width and height are whole numbers of pixels above zero."))
  }
  if (rule === undefined) return Either.right(`${width}x${height}`)
  const fits = sides.every((side) => side >= rule.low && side <= 2048 && side % rule.step === 0)
  return fits && width * height <= rule.pixels
    ? Either.right(`${width}x${height}`)
    : Either.left(
        invalid(
          "size",
          `${model} makes sides of ${rule.low} to 2048 pixels in steps of ${rule.step}, and at most ${rule.pixels} pixels.`
        )
      )
}

/** The sign × (U+00D7), and a star as the vendor's drawing agent has it, are meant as the letter. */
const spelt = (request: ImageRequest): ImageRequest =>
  request.size === undefined ? request : { ...request, size: request.size.replace(/\s*[×xX*✕]\s*/u, "x") }

/** The service does not say which sizes it takes. A size is sent all the same, as it may have come to take more of them. */
const advised =
  (request: ImageRequest) =>
  <A, R>(answer: Effect.Effect<A, ZhipuError, R>): Effect.Effect<A, ZhipuError, R> =>
    Effect.mapError(answer, (error) => {
      const advice = isRefusal(error) ? sizeAdvice(spelt(request)) : undefined
      return advice === undefined ? error : advising(error, advice)
    })

const sizeAdvice = ({ model, size: given }: ImageRequest): string | undefined => {
  if (given === undefined) return undefined
  const sides = /^(\d+)x(\d+)$/.exec(given)
  if (sides === null) return "A size is a width and a height in pixels, such as 1024x1024."
  return Either.match(size(Number(sides[1]), Number(sides[2]), model), {
    onLeft: ({ message }) => message,
    onRight: () => undefined
  })
}

/** An image that moderation took away is not there to be saved. */
const shown = (response: ImageResponse): Effect.Effect<ImageResponse, ZhipuError> => {
  if (response.data.some(({ url }) => url !== undefined && url !== "")) return Effect.succeed(response)
  const { content_filter: contentFilter } = response
  return contentFilter === undefined || contentFilter.length === 0
    ? Effect.fail(unfit("The answer holds no image.", "no link"))
    : Effect.fail(
        new ContentFilteredError({
          message: "Moderation took the image away (content_filter). Change the prompt.",
          status: 200,
          contentFilter
        })
      )
}

/**
 * Makes an image, and waits for it: 5 to 20 seconds. What moderation took away is `ContentFilteredError`.
 *
 * @example
 * ```ts
 * import { Images } from "@effect-zhipu/api"
 * import { Effect } from "effect"
 *
 * export const program = Effect.flatMap(
 *   Images.generate({ model: "cogview-4", prompt: "A lighthouse at dusk" }),
 *   (image) => Images.save(image, "lighthouse.png")
 * )
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const generate = (request: ImageRequest): Effect.Effect<ImageResponse, ZhipuError, ZhipuHttpClient> =>
  post("images.generate", "/images/generations", spelt(request), ImageResponse, { creates: true }).pipe(
    Effect.flatMap(shown),
    advised(request)
  )

/**
 * Creates an image as a task, for `glm-image`.
 *
 * @since 0.1.0
 * @category operations
 */
export const create = (request: ImageRequest): Effect.Effect<Tasks.Task, ZhipuError, ZhipuHttpClient> =>
  advised(request)(post("images.create", "/async/images/generations", spelt(request), Tasks.Task, { creates: true }))

/**
 * Waits for the image of a task that was created before.
 *
 * @since 0.1.0
 * @category operations
 */
const await_ = (id: string, options?: Tasks.WaitOptions): Effect.Effect<ImageResponse, ZhipuError, ZhipuHttpClient> =>
  awaiting(id, "now", options)

const awaiting = (
  id: string,
  look: "now" | "later",
  options?: Tasks.WaitOptions
): Effect.Effect<ImageResponse, ZhipuError, ZhipuHttpClient> =>
  Effect.flatMap(
    polling.wait(
      { id, kind: "image", look },
      polling.paces.quick,
      Tasks.get(id),
      Tasks.read(id, "image", imageOf),
      options
    ),
    (response) => Effect.mapError(shown(response), (error) => withFields(error, { taskId: id }))
  )

const isContentFilter = Schema.is(Schema.Array(ContentFilter))

/** Moderation is documented for answers that are waited for alone; where a task tells of it, it means the same. */
const imageOf = ({ content_filter: filter, created, image_result: data }: Tasks.Task): ImageResponse | undefined =>
  data === undefined && !isContentFilter(filter)
    ? undefined
    : {
        data: data ?? [],
        ...(created === undefined ? {} : { created }),
        ...(isContentFilter(filter) ? { content_filter: filter } : {})
      }

export { await_ as await }

/**
 * Creates an image as a task, waits, and gives what `generate` would.
 *
 * @since 0.1.0
 * @category operations
 */
export const generateAsync = (
  request: ImageRequest,
  options?: Tasks.WaitOptions
): Effect.Effect<ImageResponse, ZhipuError, ZhipuHttpClient> =>
  Effect.flatMap(Effect.flatMap(create(request), identified), (id) => awaiting(id, "later", options))

/**
 * The bytes of the image.
 *
 * @since 0.1.0
 * @category media
 */
export const download = (
  response: ImageResponse,
  options?: Media.Options
): Stream.Stream<Uint8Array, ZhipuError, HttpClient.HttpClient> =>
  Stream.unwrap(Effect.map(linkOf(response), (url) => Media.download(url, options)))

/**
 * Writes the image to a path.
 *
 * @since 0.1.0
 * @category media
 */
export const save = (
  response: ImageResponse,
  path: string,
  options?: Media.Options
): Effect.Effect<void, ZhipuError | PlatformError, HttpClient.HttpClient | FileSystem.FileSystem> =>
  Effect.flatMap(linkOf(response), (url) => Media.save(url, path, options))

const linkOf = (response: ImageResponse): Effect.Effect<string, ZhipuError> =>
  Effect.flatMap(shown(response), ({ data }) => {
    const url = data.find((image) => image.url !== undefined && image.url !== "")?.url
    return url === undefined ? Effect.fail(unfit("The answer holds no image.", "no link")) : Effect.succeed(url)
  })
