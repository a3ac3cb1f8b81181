/** `zhipu image` and `zhipu video`. */
import * as Images from "@effect-zhipu/api/Images"
import * as Media from "@effect-zhipu/api/Media"
import * as Videos from "@effect-zhipu/api/Videos"
import { InvalidRequestError, type ZhipuError } from "@effect-zhipu/client/ZhipuError"
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as FileSystem from "@effect/platform/FileSystem"
import type { PlatformError } from "@effect/platform/Error"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { randomUUID } from "node:crypto"
import * as Fs from "node:fs"
import { type BrokenPipe, UsageError } from "../errors.js"
import { Output } from "../output.js"
import * as Journal from "./journal.js"
import * as Run from "./run.js"

/** Where a file goes: to a path, to a pipe, or its link is printed. */
interface Goal {
  readonly output: string | undefined
  readonly force: boolean
  readonly url: boolean
}

/** Before anything is made that is paid for: whether there is a place for it. @internal */
export const checkGoal = ({ force, output, url }: Goal, json: boolean): Effect.Effect<void, UsageError, Output> =>
  Effect.flatMap(Output, ({ stdoutIsTty }) => {
    if (url && output !== undefined) return new UsageError({ message: "Choose one of --url and --output." })
    if (url) return Effect.void
    if (output === undefined || output === "-") {
      return stdoutIsTty && !json
        ? new UsageError({ message: "This makes a file, which a terminal cannot show: give --output FILE, or --url." })
        : Effect.void
    }
    return Effect.asVoid(Run.target(output, force))
  })

/** Fetches the file behind a link to a path, or to a pipe; the link goes to standard error where that fails. @internal */
export const fetch = (
  link: string,
  path: string | undefined
): Effect.Effect<
  void,
  ZhipuError | PlatformError | UsageError | BrokenPipe,
  HttpClient.HttpClient | FileSystem.FileSystem | Output
> => {
  const fetched: Effect.Effect<
    void,
    ZhipuError | PlatformError | UsageError | BrokenPipe,
    HttpClient.HttpClient | FileSystem.FileSystem | Output
  > = path === undefined ? Run.bytesOut(Media.download(link)) : Media.save(link, path)
  return Effect.onError(fetched, () =>
    Run.tell(`It was made, and could not be fetched. Its link, for as long as it lives: ${link}`)
  )
}

/** Writes the file behind a link, and says where; a document that is printed goes to standard output in the place of that. */
const deliver = (link: string, { output, url }: Goal, document: unknown) => {
  const path = output === "-" ? undefined : output
  const told = (text: string) => (document === undefined ? Run.say(text) : Run.print(document))
  if (path !== undefined) return Effect.zipRight(fetch(link, path), told(path))
  return url || document !== undefined ? told(link) : fetch(link, undefined)
}

/** Of several files each has its number. @internal */
export const numbered = (path: string, index: number, count: number): string =>
  count === 1 || path === "-" ? path : path.replace(/(\.[^./\\]+)?$/, (ending) => `-${index + 1}${ending}`)

/** @internal */
export const image = (
  options: Run.Common &
    Goal & {
      readonly model: string | undefined
      readonly size: string | undefined
      readonly quality: "hd" | "standard" | undefined
      readonly count: number
      readonly noWatermark: boolean
      readonly async: boolean
    }
) =>
  Effect.gen(function* () {
    const { key, text } = yield* Run.textOf(options)
    const prompt = yield* Run.needed(text, "prompt")
    const { count, output, quality, size } = options
    if (count < 1 || count > 100) return yield* new UsageError({ message: "--count is 1 to 100." })
    if (count > 1 && !options.url && !options.json && (output === undefined || output === "-")) {
      return yield* new UsageError({ message: "Several images need --output FILE, which numbers them, or --url." })
    }
    const goals = Array.from({ length: count }, (_, i) => ({
      output: output === undefined ? undefined : numbered(output, i, count),
      force: options.force,
      url: options.url
    }))
    if (!options.dryRun) yield* Effect.forEach(goals, (goal) => checkGoal(goal, options.json), { discard: true })
    const request = {
      model: options.model ?? (options.async ? "glm-image" : "cogview-4"),
      prompt,
      ...(size === undefined ? {} : { size }),
      ...(quality === undefined ? {} : { quality }),
      ...(options.noWatermark ? { watermark_enabled: false } : {})
    }
    const program = Effect.forEach(
      goals,
      (goal) =>
        Effect.flatMap(options.async ? asTask(request) : Images.generate(request), (answer) => {
          const link = answer.data.find(({ url = "" }) => url !== "")?.url ?? ""
          return deliver(link, goal, options.json ? answer : undefined)
        }),
      { discard: true }
    )
    yield* Run.run(options, key, program)
  })

/** The id is told before anything is waited for, so that Ctrl-C loses nothing. */
const asTask = (request: Images.ImageRequest) =>
  Effect.gen(function* () {
    const { id = "" } = yield* Images.create(request)
    yield* Run.tell(`The task ${id} is begun: zhipu task wait ${id} goes on, should this end.`)
    return yield* Images.await(id, yield* Run.waiting(undefined))
  })

/** A link as it is; a file as a data URI, which the service wants whole. */
const imageOf = (source: string): Effect.Effect<string, UsageError> => {
  if (/^(https?|data):/i.test(source)) return Effect.succeed(source)
  const ending = /\.(png|jpe?g|webp)$/i.exec(source)?.[1]?.toLowerCase()
  if (ending === undefined) return new UsageError({ message: `--image ${source} is no png, jpeg or webp, and no URL.` })
  return Effect.map(
    Effect.try({
      try: () => Fs.readFileSync(source).toString("base64"),
      catch: () => new UsageError({ message: `--image ${source} cannot be read.` })
    }),
    (base64) => `data:image/${ending === "jpg" ? "jpeg" : ending};base64,${base64}`
  )
}

/** @internal */
export const video = (
  options: Run.Common &
    Goal & {
      readonly model: string | undefined
      readonly image: ReadonlyArray<string>
      readonly size: string | undefined
      readonly duration: number | undefined
      readonly fps: number | undefined
      readonly audio: boolean
      readonly quality: "quality" | "speed" | undefined
      readonly style: string | undefined
      readonly aspect: string | undefined
      readonly movement: string | undefined
      readonly cover: string | undefined
      readonly noWait: boolean
      readonly again: boolean
      readonly poll: number | undefined
    }
) =>
  Effect.gen(function* () {
    const { key, text: prompt } = yield* Run.textOf(options)
    if (options.image.length === 0) yield* Run.needed(prompt, "prompt")
    const images = yield* Effect.forEach(options.image, imageOf)
    const { aspect, cover, duration, fps, movement, quality, size, style } = options
    const request: Videos.VideoRequest = {
      model: options.model ?? "cogvideox-3",
      ...(prompt === "" ? {} : { prompt }),
      ...(images.length === 0 ? {} : { image_url: images.length === 1 ? (images[0] ?? "") : images }),
      ...(size === undefined ? {} : { size }),
      ...(duration === undefined ? {} : { duration }),
      ...(fps === undefined ? {} : { fps }),
      ...(options.audio ? { with_audio: true } : {}),
      ...(quality === undefined ? {} : { quality }),
      ...(style === undefined ? {} : { style }),
      ...(aspect === undefined ? {} : { aspect_ratio: aspect }),
      ...(movement === undefined ? {} : { movement_amplitude: movement })
    }
    if (options.dryRun) return yield* Run.run(options, key, Effect.asVoid(Videos.create(request)))
    if (options.noWait && (options.output !== undefined || options.cover !== undefined || options.url)) {
      return yield* new UsageError({
        message:
          "--no-wait prints the id alone: leave out --output, --cover and --url, or have zhipu task wait fetch it."
      })
    }
    if (!options.noWait) yield* checkGoal(options, options.json)
    if (cover !== undefined) yield* Run.target(cover, options.force)
    const program = Effect.gen(function* () {
      const about = [options.baseUrl ?? process.env["ZHIPU_BASE_URL"] ?? "", request, options.output ?? ""]
      const folder = yield* Journal.folderOf("videos", about)
      if (options.again) yield* Journal.forget(folder)
      const id = yield* created(folder, request)
      if (options.noWait) {
        yield* Run.say(id)
        return yield* Journal.forget(folder)
      }
      const startedAt = yield* Clock.currentTimeMillis
      const result = yield* Videos.await(id, yield* Run.waiting(options.poll)).pipe(
        // A task that has ended, or is gone, is not to be waited for again.
        Effect.tapErrorTag("TaskFailedError", () => Journal.forget(folder)),
        Effect.tapErrorTag("ContentFilteredError", () => Journal.forget(folder)),
        Effect.tapErrorTag("InvalidRequestError", () => Journal.forget(folder))
      )
      const seconds = Math.round(((yield* Clock.currentTimeMillis) - startedAt) / 1000)
      yield* Run.tell(`The video is done, after ${seconds} s.`)
      if (cover !== undefined) yield* saveCover(result.videos[0].coverUrl, cover)
      yield* deliver(result.videos[0].url, options, options.json ? result : undefined)
      yield* Journal.forget(folder)
    })
    yield* Run.run(options, key, program)
  })

/** The service need not have made one. */
const saveCover = (link: string | undefined, path: string) =>
  link === undefined ? Run.tell("The video has no cover.") : Media.save(link, path)

/** The task: the one that was begun before and not fetched, or a new one, whose id is written down and told at once. */
const created = (folder: string, request: Videos.VideoRequest) =>
  Effect.gen(function* () {
    const known = yield* Journal.find(folder)
    if (Option.isSome(known) && known.value.taskId !== undefined) {
      yield* Run.tell(
        `Going on with the task ${known.value.taskId}, which was begun before. (--again makes another one.)`
      )
      return known.value.taskId
    }
    const requestId = Option.isSome(known) ? known.value.requestId : randomUUID()
    yield* Journal.keep(folder, { requestId })
    const task = yield* Videos.create({ ...request, request_id: requestId }).pipe(
      Effect.catchIf(
        (error) => error.code === "1231",
        () =>
          new InvalidRequestError({
            message:
              "The service has this request already, from a command that was stopped before it was told the id: the video is being made, " +
              "and can be seen in the vendor's console. To pay for another one, say --again.",
            code: "1231"
          })
      )
    )
    const id = task.id ?? ""
    yield* Journal.keep(folder, { requestId, taskId: id })
    yield* Run.tell(`The task ${id} is begun: zhipu task wait ${id} goes on, should this end.`)
    return id
  })
