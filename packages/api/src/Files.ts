/**
 * Files that the service keeps: `POST`, `GET` and `DELETE /files`.
 *
 * | purpose                     | takes                                           | at most                       |
 * | --------------------------- | ----------------------------------------------- | ----------------------------- |
 * | `batch`                     | jsonl                                           | 100 MB, 50 000 lines          |
 * | `code-interpreter`, `agent` | pdf docx doc xls xlsx txt png jpg jpeg csv       | 20 MB, images 5 MB            |
 * | `voice-clone-input`         | mp3 wav                                         | 10 MB                         |
 * | `user_data`                 | documents, for the `file` part of a question    | not documented                |
 *
 * On z.ai only the upload is documented, for `agent`: pdf doc xlsx ppt txt jpg png, 100 MB. Files are kept for 30 days, and their
 * number is bounded (1000 of `batch`): remove them when they are done with. Ids have several shapes; do not read them.
 *
 * Sources: the vendor's OpenAPI documents of bigmodel.cn, 2026-07-11, and of z.ai, 2026-01-24; its guide to batches, 2025-12-29.
 *
 * @since 0.1.0
 */
import type { PlatformError } from "@effect/platform/Error"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Form from "@effect-zhipu/client/Form"
import * as ZhipuCall from "@effect-zhipu/client/ZhipuCall"
import type { InvalidRequestError, ZhipuError } from "@effect-zhipu/client/ZhipuError"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { Id } from "./internal/document.js"
import { bytes, call, empty, get } from "./internal/endpoint.js"
import { invalid } from "./internal/errors.js"
import { pages } from "./internal/pages.js"
import { toPath } from "./internal/toPath.js"
import * as Upload from "./Upload.js"
import { path, type ZhipuHttpClient } from "@effect-zhipu/client/ZhipuHttpClient"
import { convert, list as listOf, nullable, open } from "./internal/wire.js"

const Fields = open({
  id: Id,
  object: nullable(Schema.String),
  /** Its size. */
  bytes: nullable(Schema.Number),
  /** Unix seconds. */
  created_at: nullable(Schema.Number),
  filename: nullable(Schema.String),
  purpose: nullable(Schema.String),
  status: nullable(Schema.String),
  status_details: nullable(Schema.Unknown)
})

/**
 * A file of the service. An upload has been seen to answer with `fileName`, which is read as `filename`.
 *
 * @since 0.1.0
 * @category models
 */
export const FileObject = convert(open({ id: Id, fileName: nullable(Schema.String) }), Fields, {
  decode: ({ fileName, id, ...file }) => ({ ...(fileName === undefined ? {} : { filename: fileName }), ...file, id }),
  encode: ({ id, ...file }) => ({ ...file, id: String(id) })
})

/**
 * @since 0.1.0
 * @category models
 */
export interface FileObject extends Schema.Schema.Type<typeof FileObject> {}

/**
 * A page of a list of files.
 *
 * @since 0.1.0
 * @category models
 */
export const FilePage = open({
  object: nullable(Schema.String),
  data: listOf(FileObject),
  has_more: nullable(Schema.Boolean)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface FilePage extends Schema.Schema.Type<typeof FilePage> {}

/**
 * What a file is for. The vendor names others in other places; any word passes.
 *
 * @since 0.1.0
 * @category models
 */
export type Purpose = "batch" | "code-interpreter" | "agent" | "voice-clone-input" | "user_data" | (string & {})

/**
 * What `list` takes. There is no list without a purpose: the service answers one with nothing.
 *
 * @since 0.1.0
 * @category models
 */
export interface ListOptions {
  readonly purpose: Purpose
  /** 1 to 100. Default 20. */
  readonly limit?: number | undefined
  /** The id of the last file of the page before. */
  readonly after?: string | undefined
  readonly order?: "created_at" | undefined
}

const MB = 1_000_000

const pictures = ["png", "jpg", "jpeg"]

const documents = { endings: ["pdf", "docx", "doc", "xls", "xlsx", "txt", "csv", ...pictures], bytes: 20 * MB }

/** What the service takes, by purpose; of others it decides itself. */
const limits: Readonly<Record<string, { readonly endings: ReadonlyArray<string>; readonly bytes: number }>> = {
  batch: { endings: ["jsonl"], bytes: 100 * MB },
  "code-interpreter": documents,
  agent: { endings: [...documents.endings, "ppt", "pptx"], bytes: 100 * MB },
  "voice-clone-input": { endings: ["mp3", "wav"], bytes: 10 * MB }
}

const checked = (file: Upload.Upload, purpose: Purpose): Effect.Effect<void, InvalidRequestError> => {
  const limit = Object.hasOwn(limits, purpose) ? limits[purpose] : undefined
  if (limit === undefined) return Effect.void
  const ending = /\.([^.]+)$/.exec(file.filename)?.[1]?.toLowerCase()
  const off = "Set checks: false if the service takes it by now."
  if (ending === undefined || !limit.endings.includes(ending)) {
    return invalid("file", `A file for ${purpose} is one of ${limit.endings.join(", ")}, by its name. ${off}`)
  }
  const { size } = file
  const most = purpose === "code-interpreter" && pictures.includes(ending) ? 5 * MB : limit.bytes
  return size !== undefined && size > most
    ? invalid("file", `The file has ${size} bytes, for ${purpose} the service takes ${most}. ${off}`)
    : Effect.void
}

/**
 * Sends a file. Its ending and size are checked before, unless `checks` is false. It is not sent twice where the first may
 * have arrived.
 *
 * @example
 * ```ts
 * import { Files, Upload } from "@effect-zhipu/api"
 *
 * export const uploaded = Files.upload(
 *   Upload.fromBytes(new TextEncoder().encode("name,price\n"), { filename: "prices.csv" }),
 *   { purpose: "agent" }
 * )
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const upload = (
  file: Upload.Upload,
  options: { readonly purpose: Purpose; readonly checks?: boolean | undefined }
): Effect.Effect<FileObject, ZhipuError, ZhipuHttpClient> =>
  Effect.zipRight(
    options.checks === false ? Effect.void : checked(file, options.purpose),
    Effect.suspend(() =>
      call(
        {
          operation: "files.upload",
          path: "/files",
          body: Form.make([{ name: "purpose", text: options.purpose }, Upload.toPart(file, "file")]),
          creates: true,
          attributes: { "zhipu.file.bytes": file.size }
        },
        FileObject
      )
    )
  )

/**
 * A page of the files of a purpose, newest first.
 *
 * @since 0.1.0
 * @category operations
 */
export const list = ({
  after,
  limit,
  order,
  purpose
}: ListOptions): Effect.Effect<FilePage, ZhipuError, ZhipuHttpClient> =>
  get("files.list", "/files", FilePage, { purpose, limit, after, order })

/**
 * All files of a purpose, page after page.
 *
 * @since 0.1.0
 * @category operations
 */
export const all = (options: { readonly purpose: Purpose }): Stream.Stream<FileObject, ZhipuError, ZhipuHttpClient> =>
  pages((after) => list({ purpose: options.purpose, limit: 100, after }))

/**
 * Removes a file. One that is not there is an error of the service (`InvalidRequestError`), unless `missing` is `"ignore"`, or the answer to
 * an earlier attempt of the same call was lost, which has removed it.
 *
 * @since 0.1.0
 * @category operations
 */
export const remove = (
  id: string,
  options: { readonly missing?: "fail" | "ignore" | undefined } = {}
): Effect.Effect<void, ZhipuError, ZhipuHttpClient> =>
  Effect.suspend(() => {
    let answers = 0
    let wasLost = false
    const noted = ZhipuCall.with({
      onResponse: ({ attempt }) =>
        Effect.sync(() => {
          answers++
          wasLost = attempt > answers
        })
    })
    const sent = Effect.flatMap(path`/files/${id}`, (path) =>
      empty({ operation: "files.remove", method: "DELETE", path })
    )
    return Effect.catchTag(noted(sent), "InvalidRequestError", (error) =>
      error.status === 404 && (wasLost || options.missing === "ignore") ? Effect.void : error
    )
  })

/**
 * The bytes of a file, as they come. The service gives out files of batches alone.
 *
 * @since 0.1.0
 * @category operations
 */
export const content = (id: string): Stream.Stream<Uint8Array, ZhipuError, ZhipuHttpClient> =>
  Stream.unwrap(
    Effect.map(path`/files/${id}/content`, (path) => bytes({ operation: "files.content", method: "GET", path }))
  )

/**
 * A file as text (UTF-8). It is held in memory.
 *
 * @since 0.1.0
 * @category operations
 */
export const text = (id: string): Effect.Effect<string, ZhipuError, ZhipuHttpClient> =>
  Stream.mkString(Stream.decodeText(content(id)))

/**
 * Writes a file to a path. What stood there is replaced when the whole has come, and not before.
 *
 * @since 0.1.0
 * @category operations
 */
export const save = (
  id: string,
  path: string
): Effect.Effect<void, ZhipuError | PlatformError, ZhipuHttpClient | FileSystem.FileSystem> => toPath(content(id), path)

/**
 * Sends a file that is removed when the scope closes. The sending can be interrupted; whether the file has arrived then, nobody knows.
 *
 * @example
 * ```ts
 * import { Files, Upload } from "@effect-zhipu/api"
 * import { Effect } from "effect"
 *
 * export const program = Effect.scoped(
 *   Effect.gen(function* () {
 *     const sample = yield* Files.scoped(yield* Upload.fromPath("voice.wav"), { purpose: "voice-clone-input" })
 *     return sample.id
 *   })
 * )
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const scoped = (
  file: Upload.Upload,
  options: { readonly purpose: Purpose; readonly checks?: boolean | undefined }
): Effect.Effect<FileObject, ZhipuError, ZhipuHttpClient | Scope.Scope> =>
  // Not `acquireRelease`, within which nothing can be interrupted: large files take their time.
  Effect.uninterruptibleMask((restore) =>
    Effect.tap(restore(upload(file, options)), ({ id }) =>
      Effect.addFinalizer(() =>
        Effect.catchAll(remove(id, { missing: "ignore" }), (error) =>
          Effect.logWarning(`The file ${id} could not be removed: ${error.message}`)
        )
      )
    )
  )

/**
 * A file by its name, the newest of that name; none where the service has it not.
 *
 * @since 0.1.0
 * @category operations
 */
export const find = (options: {
  readonly purpose: Purpose
  readonly filename: string
}): Effect.Effect<Option.Option<FileObject>, ZhipuError, ZhipuHttpClient> =>
  Stream.runHead(Stream.filter(all(options), ({ filename }) => filename === options.filename))
