/** `zhipu batch`: make, create, run, list, status, results and cancel. */
import * as Batch from "@effect-zhipu/api/Batch"
import * as Batches from "@effect-zhipu/api/Batches"
import * as Files from "@effect-zhipu/api/Files"
import * as Jsonl from "@effect-zhipu/api/Jsonl"
import * as Upload from "@effect-zhipu/api/Upload"
import { InvalidRequestError } from "@effect-zhipu/client/ZhipuError"
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { isRecord } from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"
import { Reported, UsageError } from "../errors.js"
import { say } from "../language.js"
import * as Input from "../input.js"
import { Output } from "../output.js"
import { columns, printable } from "../text.js"
import * as Journal from "./journal.js"
import * as Run from "./run.js"

interface Options extends Run.Common {
  readonly input: string | undefined
  readonly model: string | undefined
  readonly system: string | undefined
  readonly idPrefix: string | undefined
  readonly endpoint: string
  readonly keepInput: boolean
  readonly metadata: ReadonlyArray<string>
  readonly output: string | undefined
  readonly errors: string | undefined
  readonly force: boolean
  readonly poll: number | undefined
}

const usage = (message: string) => new UsageError({ message, help: "zhipu batch" })

const actions = "make, create, run, list, status, results or cancel"

const programOf = (options: Options): Effect.Effect<Run.Program, UsageError> => {
  const [action, operand, ...more] = options.words
  const one = (what: string, program: (operand: string) => Run.Program): Effect.Effect<Run.Program, UsageError> =>
    operand === undefined || more.length > 0
      ? usage(`zhipu batch ${action} takes ${what}.`)
      : Effect.succeed(program(operand))
  switch (action) {
    case "create":
      return one("a file of calls", (path) => create(options, path))
    case "run":
      return one("a file of calls", (path) => run(options, path))
    case "list":
      return Effect.as(Run.alone("batch list", options.words.slice(1)), list(options))
    case "status":
      return one("the id of a batch", (id) => Effect.flatMap(Batches.get(id), (batch) => show(options, batch)))
    case "results":
      return one("the id of a batch", (id) => results(options, id))
    case "cancel":
      return one("the id of a batch", (id) => Effect.flatMap(Batches.cancel(id), (batch) => show(options, batch)))
    default:
      return usage(`zhipu batch is followed by ${actions}.`)
  }
}

const show = (options: Options, batch: Batch.Batch): Run.Program =>
  options.json
    ? Run.print(batch)
    : Run.say(
        [
          batch.id,
          printable(batch.status ?? "unknown"),
          ...Option.match(Batch.counts(batch), {
            onNone: () => [],
            onSome: ({ completed, failed, total }) => [say("batchCounts", { completed, total, failed })]
          })
        ].join("\t")
      )

const list = (options: Options): Run.Program =>
  Effect.flatMap(Batches.list({ limit: 100 }), ({ data }) => {
    if (options.json) return Run.print(data)
    const rows = data.map(({ created_at: at, id, status = "-" }) => [
      id,
      printable(status),
      at === undefined ? "-" : new Date(Batch.millis(at)).toISOString().slice(0, 16)
    ])
    return Run.say(columns([say("batchesHead").split("|"), ...rows]))
  })

const metadataOf = ({
  metadata
}: Options): Effect.Effect<{ readonly metadata?: Readonly<Record<string, string>> }, UsageError> =>
  Effect.map(
    Effect.forEach(metadata, (pair) => {
      const [, name, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? []
      return name === undefined || value === undefined
        ? usage(`--metadata is name=value, and not ${printable(pair)}.`)
        : Effect.succeed([name, value] as const)
    }),
    (pairs) => (pairs.length === 0 ? {} : { metadata: Object.fromEntries(pairs) })
  )

const create = (options: Options, path: string): Run.Program =>
  Effect.gen(function* () {
    const metadata = yield* metadataOf(options)
    const file = yield* Files.upload(yield* Upload.fromPath(path), { purpose: "batch" })
    yield* Run.tell(`The file ${file.id} was sent.`)
    const batch = yield* Batches.create({
      input_file_id: file.id,
      endpoint: options.endpoint,
      auto_delete_input_file: !options.keepInput,
      ...metadata
    })
    yield* options.json ? Run.print(batch) : Run.say(batch.id)
  })

type Line = Batches.BatchLine<unknown>

/** Answers to standard output or a file, failures to a file; says how many there were of each. */
const deliver = <E, R>(options: Options, lines: Stream.Stream<Line, E, R>) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { errors, force, output } = options
    const open = (path: string | undefined) =>
      path === undefined || path === "-"
        ? Effect.succeed(undefined)
        : Effect.flatMap(Run.target(path, force), () => fs.open(`${path}.part`, { flag: "w" }))
    const answers = yield* open(output)
    const failures = yield* open(errors)
    let done = 0
    let failed = 0
    yield* Stream.runForEachChunk(lines, (chunk) =>
      Effect.gen(function* () {
        const texts: { answers: string; failures: string } = { answers: "", failures: "" }
        for (const line of chunk) {
          if (line._tag === "Success") {
            done++
            texts.answers += Jsonl.encodeLine({ custom_id: line.customId, body: line.body })
          } else {
            failed++
            texts.failures += Jsonl.encodeLine({
              custom_id: line.customId ?? null,
              status: line.status ?? null,
              error: { _tag: line.error._tag, code: line.error.code, message: line.error.message }
            })
          }
        }
        if (texts.answers !== "")
          yield* answers === undefined ? Run.say(texts.answers.trimEnd()) : answers.writeAll(Buffer.from(texts.answers))
        if (texts.failures !== "" && failures !== undefined) yield* failures.writeAll(Buffer.from(texts.failures))
      })
    )
    if (answers !== undefined && output !== undefined) yield* fs.rename(`${output}.part`, output)
    if (failures !== undefined && errors !== undefined) yield* fs.rename(`${errors}.part`, errors)
    yield* Run.tell(
      `${done} calls were answered, ${failed} failed.${failed > 0 && errors === undefined ? " --errors FILE tells which." : ""}`
    )
    return failed
  })

const results = (options: Options, id: string): Run.Program =>
  Effect.scoped(
    Effect.gen(function* () {
      const batch = yield* Batches.get(id)
      if (Option.isNone(Batch.outputFileId(batch)) && Option.isNone(Batch.errorFileId(batch))) {
        yield* Run.tell(`The batch has no results (yet): it is ${printable(batch.status ?? "unknown")}.`)
        return yield* new Reported({ exitCode: 1 })
      }
      yield* deliver(options, Batches.results(batch, { body: Schema.Unknown }))
    })
  )

/** The calls of a batch file, as `run` takes them. */
const callsOf = (
  path: string,
  endpoint: string
): Stream.Stream<Batches.Request, InvalidRequestError | PlatformError, FileSystem.FileSystem> =>
  Stream.mapEffect(
    Jsonl.decode(Stream.unwrap(Effect.map(FileSystem.FileSystem, (fs) => fs.stream(path)))),
    ({ number, value }) => {
      const invalid = (message: string) =>
        new InvalidRequestError({ message: `Line ${number} of ${path}: ${message}`, path: `line ${number}` })
      if (Either.isLeft(value)) return invalid("it is no JSON.")
      const line = value.right
      if (!isRecord(line) || typeof line["custom_id"] !== "string") return invalid("it has no custom_id.")
      if (line["url"] !== undefined && line["url"] !== endpoint)
        return invalid(`it is for ${String(line["url"])}, and not for ${endpoint}.`)
      return isRecord(line["body"])
        ? Effect.succeed({ id: line["custom_id"], body: line["body"] })
        : invalid("it has no body.")
    }
  )

const digestOf = (path: string): Effect.Effect<string, UsageError> =>
  Effect.tryPromise({
    try: async () => {
      const hash = createHash("sha256")
      for await (const piece of createReadStream(path)) hash.update(piece)
      return hash.digest("hex")
    },
    catch: () => new UsageError({ message: `${printable(path)} cannot be read.` })
  })

const run = (options: Options, path: string): Run.Program =>
  Effect.scoped(
    Effect.gen(function* () {
      const { notice } = yield* Output
      const { endpoint, errors, force, keepInput, output } = options
      const metadata = yield* metadataOf(options)
      for (const path of [output, errors]) if (path !== undefined && path !== "-") yield* Run.target(path, force)
      const about = [options.baseUrl ?? process.env["ZHIPU_BASE_URL"] ?? "", endpoint, yield* digestOf(path)]
      const directory = yield* Journal.folderOf("batches", about)
      const fs = yield* FileSystem.FileSystem
      if (yield* fs.exists(`${directory}/run.json`))
        yield* Run.tell("Going on with a run of this file that was begun before.")
      const lines = Batches.run(callsOf(path, endpoint), {
        endpoint,
        directory,
        keepInput,
        ...metadata,
        wait: yield* Run.waiting(options.poll),
        onStep: ({ id, part, parts, step }) => {
          const which = parts === 1 ? "" : say("partOf", { part: part + 1, parts })
          return notice(say(step === "uploaded" ? "batchFileSent" : "batchStarted", { id, which }))
        },
        body: Schema.Unknown
      })
      const failed = yield* deliver(options, lines)
      yield* Journal.forget(directory)
      if (failed > 0) return yield* new Reported({ exitCode: 1 })
    })
  )

/** Lines of text as calls of a batch, one each. */
const make = (options: Options) =>
  Effect.gen(function* () {
    const { input } = options
    const fromFile = input !== undefined && input !== "-"
    const lines = Run.linesOf(
      fromFile ? yield* Input.readFile("--input", input) : (yield* Run.piped({ ...options, words: [] }, true)).text
    )
    if (lines.length === 0) return yield* usage("There are no lines: give --input FILE, or pipe them in.")
    const { idPrefix = "line-", model = "glm-4.6", output, system } = options
    const documents = lines.map((content, index) =>
      Jsonl.encodeLine({
        custom_id: `${idPrefix}${index + 1}`,
        method: "POST",
        url: "/v4/chat/completions",
        body: {
          model,
          messages: [...(system === undefined ? [] : [{ role: "system", content: system }]), { role: "user", content }]
        }
      })
    )
    if (output === undefined || output === "-") return yield* Run.say(documents.join("").trimEnd())
    const { writeFileSync } = yield* Effect.promise(() => import("node:fs"))
    const path = yield* Run.target(output, options.force)
    yield* Effect.try({
      try: () => writeFileSync(path, documents.join("")),
      catch: () => new UsageError({ message: `${printable(path)} cannot be written.` })
    })
    yield* Run.say(path)
  })

/** @internal */
export const batch = (options: Options) =>
  Effect.gen(function* () {
    if (options.words[0] === "make") return yield* make(options)
    const program = yield* programOf(options)
    const key = yield* Run.keyOf(options)
    yield* Run.run(options, key, program)
  })
