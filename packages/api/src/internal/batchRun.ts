/**
 * A run of any number of calls as batches: written to files, sent, waited for, read back. What has been done stands in a folder, so that a
 * process that died can be begun again: no file is sent and no batch started twice.
 */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { InvalidRequestError, TaskFailedError, type ZhipuError } from "@effect-zhipu/client/ZhipuError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { isRecord } from "effect/Predicate"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Jsonl from "../Jsonl.js"
import type { Failure, Success } from "./batchLine.js"
import { unstreamed } from "./unstreamed.js"

/** What the service takes in one file; a little less than 100 MB. @internal */
export const limits = { lines: 50_000, bytes: 99_000_000 }

/** A file of the run, and what has become of it. */
const Part = Schema.Struct({
  file: Schema.String,
  model: Schema.String,
  lines: Schema.Number,
  bytes: Schema.Number,
  /** The upload has begun: it may have arrived, though no id is here. */
  sending: Schema.optional(Schema.Boolean),
  fileId: Schema.optional(Schema.String),
  /** The same for the batch. */
  starting: Schema.optional(Schema.Boolean),
  batchId: Schema.optional(Schema.String)
})

/** @internal */
export interface Part extends Schema.Schema.Type<typeof Part> {}

const State = Schema.parseJson(
  Schema.Struct({ version: Schema.Literal(1), run: Schema.String, endpoint: Schema.String, parts: Schema.Array(Part) })
)

type State = typeof State.Type

/** What a run asks of the service. @internal */
export interface Service<B, R> {
  /** Sends a file of this path, and gives its id. */
  readonly send: (path: string) => Effect.Effect<string, ZhipuError | PlatformError, R | FileSystem.FileSystem>
  /** The id of a file of this name, if the service has it. */
  readonly sent: (filename: string) => Effect.Effect<string | undefined, ZhipuError, R>
  readonly start: (part: Part, fileId: string) => Effect.Effect<string, ZhipuError, R>
  /** The id of the batch of this file, if the service has it. */
  readonly started: (fileId: string) => Effect.Effect<string | undefined, ZhipuError, R>
  readonly results: (batchId: string) => Stream.Stream<Success<B> | Failure, ZhipuError, R>
  readonly onStep: (step: {
    readonly part: number
    readonly parts: number
    readonly id: string
    readonly step: "uploaded" | "started"
  }) => Effect.Effect<void>
}

const stateFile = "run.json"

const invalid = (path: string, message: string) => new InvalidRequestError({ message, path })

/** A run that was begun before. Another one in its place would be paid for as well, and its batches be forgotten. */
const read = (text: string, endpoint: string, path: string): Effect.Effect<State, InvalidRequestError> =>
  Effect.flatMap(
    Effect.mapError(Schema.decode(State)(text), () =>
      invalid(
        "directory",
        `${path} is not what this version writes, so that it does not tell which batches were started before. Go on with the version ` +
          "that wrote it, or give another directory: that begins anew, and is paid for again."
      )
    ),
    (state) =>
      state.endpoint === endpoint
        ? Effect.succeed(state)
        : invalid(
            "directory",
            `${path} tells of a run for ${state.endpoint}, and not for ${endpoint}: give each run a directory of its own.`
          )
  )

/** What a process that died left behind may still be on its way to the service. */
const settling = "3 seconds"

/** Looks for what may have arrived, twice, as it may be on its way still. */
const lookFor = <R>(find: Effect.Effect<string | undefined, ZhipuError, R>) =>
  Effect.flatMap(find, (id) => (id === undefined ? Effect.delay(find, settling) : Effect.succeed(id)))

/** @internal */
export const run = <B, E1, R1, R>(
  requests: Stream.Stream<{ readonly id: string; readonly body: Readonly<Record<string, unknown>> }, E1, R1>,
  options: { readonly endpoint: string; readonly directory: string | undefined },
  service: Service<B, R>
): Stream.Stream<Success<B> | Failure, E1 | ZhipuError | PlatformError, R1 | R | FileSystem.FileSystem | Path.Path> =>
  Stream.unwrapScoped(
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const { endpoint } = options
      const directory = options.directory ?? (yield* fs.makeTempDirectoryScoped({ prefix: "zhipu-batch-" }))
      yield* fs.makeDirectory(directory, { recursive: true })
      const statePath = path.join(directory, stateFile)

      /** Written beside and renamed: what stands there is whole, whenever the process dies. */
      const keep = (state: State) =>
        Effect.flatMap(Effect.orDie(Schema.encode(State)(state)), (text) =>
          Effect.zipRight(fs.writeFileString(`${statePath}.new`, text), fs.rename(`${statePath}.new`, statePath))
        )

      const fresh = Effect.gen(function* () {
        const { parts, run } = yield* Effect.scoped(write(requests, endpoint, directory))
        // Writing the calls takes its time: another process may have begun to run them.
        if (yield* fs.exists(statePath)) {
          yield* Effect.forEach(parts, ({ file }) => fs.remove(path.join(directory, file)), { discard: true })
          return yield* invalid(
            "directory",
            `Another run was begun in ${directory} while the calls of this one were written, and nothing of this one was sent: ` +
              "run it again to go on with that one, or give it a directory of its own."
          )
        }
        const state: State = { version: 1, run, endpoint, parts }
        yield* keep(state)
        return state
      })
      // Only where there is none is a run begun: what cannot be read may tell of batches that are paid for already.
      const told = yield* Effect.catchIf(
        Effect.asSome(fs.readFileString(statePath)),
        (error) => error._tag === "SystemError" && error.reason === "NotFound",
        () => Effect.succeedNone
      )
      const begun = Option.isSome(told) ? yield* read(told.value, endpoint, statePath) : yield* fresh
      let state = begun

      const update = (index: number, fields: Partial<Part>) => {
        state = { ...state, parts: state.parts.map((part, i) => (i === index ? { ...part, ...fields } : part)) }
        return keep(state)
      }

      const uploaded = (part: Part, index: number) =>
        Effect.gen(function* () {
          if (part.fileId !== undefined) return part.fileId
          const found = part.sending === true ? yield* lookFor(service.sent(part.file)) : undefined
          yield* update(index, { sending: true })
          const fileId = found ?? (yield* service.send(path.join(directory, part.file)))
          yield* update(index, { fileId })
          yield* service.onStep({ part: index, parts: state.parts.length, id: fileId, step: "uploaded" })
          return fileId
        })

      const batch = (part: Part, index: number) =>
        Effect.gen(function* () {
          if (part.batchId !== undefined) return part.batchId
          const fileId = yield* uploaded(part, index)
          const found = part.starting === true ? yield* lookFor(service.started(fileId)) : undefined
          yield* update(index, { starting: true })
          const batchId = found ?? (yield* service.start(part, fileId))
          yield* update(index, { batchId })
          yield* service.onStep({ part: index, parts: state.parts.length, id: batchId, step: "started" })
          return batchId
        })

      // All are started before the first is waited for: the service works on them at the same time.
      const ids = yield* Effect.forEach(begun.parts, batch)
      return Stream.flatMap(
        Stream.fromIterable(ids.map((id, index) => [id, begun.parts[index]] as const)),
        ([id, part]) =>
          part === undefined ? Stream.empty : answered(service.results(id), id, part, path.join(directory, part.file))
      )
    })
  )

/**
 * The results of a part, and a failure for each of its lines that the service left without any: of a batch that failed, of all of them, as
 * the batches of other models have results that are paid for.
 */
const answered = <B, R>(
  results: Stream.Stream<Success<B> | Failure, ZhipuError, R>,
  batchId: string,
  part: Part,
  file: string
): Stream.Stream<Success<B> | Failure, ZhipuError | PlatformError, R | FileSystem.FileSystem> =>
  Stream.suspend(() => {
    const seen = new Set<string>()
    let failed: TaskFailedError | undefined
    const noted = results.pipe(
      // The first line of a call is what came of it: one that the service tried again may stand among the failures as well.
      Stream.filter(({ customId }) => {
        const isNew = customId === undefined || !seen.has(customId)
        if (customId !== undefined) seen.add(customId)
        return isNew
      }),
      Stream.catchAll((error) => {
        if (error._tag !== "TaskFailedError") return Stream.fail(error)
        failed = error
        return Stream.empty
      })
    )
    const rest = Stream.suspend(() => {
      if (seen.size >= part.lines) return Stream.empty
      return Stream.filterMap(idsOf(file), (customId) =>
        seen.has(customId) ? Option.none() : Option.some(without(customId, failed ?? unanswered(customId, batchId)))
      )
    })
    return Stream.concat(noted, rest)
  })

const without = (customId: string, error: TaskFailedError): Failure => ({
  _tag: "Failure",
  customId,
  status: undefined,
  error
})

const unanswered = (customId: string, batchId: string): TaskFailedError =>
  new TaskFailedError({
    message: `The batch ${batchId} ended without a result for the line ${customId}: it was not done, or its line could not be read.`,
    taskId: batchId,
    kind: "batch line",
    state: "missing"
  })

const idsOf = (file: string) =>
  Stream.filterMap(
    Jsonl.decode(Stream.unwrap(Effect.map(FileSystem.FileSystem, (fs) => fs.stream(file)))),
    ({ value }) => {
      const id = Either.isRight(value) && isRecord(value.right) ? value.right["custom_id"] : undefined
      return typeof id === "string" ? Option.some(id) : Option.none()
    }
  )

interface Open {
  readonly index: number
  readonly file: FileSystem.File
  pending: Array<string>
  pendingBytes: number
  lines: number
  bytes: number
}

const flushAt = 256 * 1024

const utf8 = new TextEncoder()

/** Writes the calls to files: one model each, and none over what the service takes. */
const write = <E1, R1>(
  requests: Stream.Stream<{ readonly id: string; readonly body: Readonly<Record<string, unknown>> }, E1, R1>,
  endpoint: string,
  directory: string
): Effect.Effect<
  { readonly run: string; readonly parts: ReadonlyArray<Part> },
  E1 | ZhipuError | PlatformError,
  R1 | FileSystem.FileSystem | Path.Path | Scope.Scope
> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const run = crypto.randomUUID()
    const ids = new Set<string>()
    const open = new Map<string, Open>()
    const parts: Array<Part> = []
    const nameOf = (index: number) => `zhipu-${run}-${String(index + 1).padStart(4, "0")}.jsonl`

    const flush = (part: Open) =>
      Effect.suspend(() => {
        const text = part.pending.join("")
        part.pending = []
        part.pendingBytes = 0
        return text === "" ? Effect.void : part.file.writeAll(utf8.encode(text))
      })

    const close = (model: string, part: Open) =>
      Effect.map(flush(part), () => {
        open.delete(model)
        parts[part.index] = { file: nameOf(part.index), model, lines: part.lines, bytes: part.bytes }
      })

    const begin = (model: string) =>
      Effect.suspend(() => {
        const index = parts.length
        // Its place; what it holds is known when it is closed.
        parts.push({ file: nameOf(index), model, lines: 0, bytes: 0 })
        return Effect.map(fs.open(path.join(directory, nameOf(index)), { flag: "w" }), (file): Open => {
          const part = { index, file, pending: [], pendingBytes: 0, lines: 0, bytes: 0 }
          open.set(model, part)
          return part
        })
      })

    yield* Stream.runForEach(requests, ({ body, id }) =>
      Effect.gen(function* () {
        if (id === "") return yield* invalid("id", "A call of a batch has an empty id.")
        if (ids.has(id)) return yield* invalid("id", `Two calls of the batch have the id ${JSON.stringify(id)}.`)
        ids.add(id)
        const sent = unstreamed(body)
        const { model } = sent
        if (typeof model !== "string" || model === "")
          return yield* invalid("body.model", `The call ${id} names no model.`)
        const line = yield* Effect.try({
          try: () => `${JSON.stringify({ custom_id: id, method: "POST", url: endpoint, body: sent }, strictly)}\n`,
          catch: () => invalid("body", `The call ${id} cannot be written as JSON.`)
        })
        const bytes = byteLength(line)
        if (bytes > limits.bytes)
          return yield* invalid("body", `The call ${id} alone is larger than a batch file may be.`)
        const current = open.get(model)
        const isFull = current !== undefined && (current.lines >= limits.lines || current.bytes + bytes > limits.bytes)
        if (isFull) yield* close(model, current)
        const part = current === undefined || isFull ? yield* begin(model) : current
        part.pending.push(line)
        part.pendingBytes += bytes
        part.lines++
        part.bytes += bytes
        if (part.pendingBytes >= flushAt) yield* flush(part)
      })
    )
    for (const [model, part] of Array.from(open)) yield* close(model, part)
    return { run, parts }
  })

/** JSON has no such numbers and no functions, and would say `null` or nothing in their place. A call that is sent at once fails, too. */
const strictly = (_: string, value: unknown): unknown => {
  if (typeof value === "function" || (typeof value === "number" && !Number.isFinite(value)))
    throw new TypeError("not JSON")
  return value
}

/** Of a text as UTF-8, without making the bytes. */
const byteLength = (text: string): number => {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 0x7f) bytes++
    // Each half of a pair counts two: four bytes together.
    if (unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff)) bytes++
  }
  return bytes
}
