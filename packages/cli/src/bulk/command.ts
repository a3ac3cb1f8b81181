/** `zhipu bulk`: run, status, resume, retry, pause, cancel, export, remove and worker. */
import * as Embeddings from "@effect-zhipu/api/Embeddings"
import * as Bulk from "@effect-zhipu/bulk/Bulk"
import type { BulkJob } from "@effect-zhipu/bulk/BulkJob"
import { isBusy } from "@effect-zhipu/bulk/BulkReport"
import * as BulkStore from "@effect-zhipu/bulk/BulkStore"
import * as BulkWorker from "@effect-zhipu/bulk/BulkWorker"
import * as Price from "@effect-zhipu/client/Price"
import type { ZhipuHttpClient } from "@effect-zhipu/client/ZhipuHttpClient"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Config from "effect/Config"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { Reported, UsageError } from "../errors.js"
import { say } from "../language.js"
import { exitCodes } from "../exitCode.js"
import * as Run from "../operations/run.js"
import { Output } from "../output.js"
import { columns, printable } from "../text.js"
import { deliver } from "./deliver.js"
import * as Database from "./database.js"
import * as Items from "./items.js"
import * as Place from "./place.js"
import * as schemas from "./schema.js"
import { engineOf, looking, specOf, storeOf } from "./kept.js"
import { type Kept, type Options, Spec, usage } from "./options.js"
import * as Show from "./show.js"
import { type BulkFailure, commandOf, told } from "./told.js"

/** How the items of a job are asked for that was begun with these options, and its answers read. */
const kindOf = (spec: Pick<Spec, "schema" | "embed">) =>
  Effect.gen(function* () {
    const { embed = false, schema: file } = spec
    const schema: Schema.Schema<unknown> = file === undefined ? Schema.Unknown : yield* schemas.read(file)
    return { schema, structured: file !== undefined, embed: embed ? Embeddings.create : undefined }
  })

const jobOf = (
  name: string,
  spec: Spec
): Effect.Effect<
  BulkJob<unknown, Items.Failure, FileSystem.FileSystem | ZhipuHttpClient>,
  Items.Failure,
  FileSystem.FileSystem
> =>
  Effect.gen(function* () {
    const { budget, concurrency, deadlineMillis: deadline, dimensions, embed = false, idColumn, model } = spec
    const { prompt, system } = spec
    return {
      ...(yield* kindOf(spec)),
      name,
      items: Items.read(spec.file, { model, embed, dimensions, system, prompt, idColumn }),
      concurrency,
      budget,
      deadline,
      total: yield* Items.count(spec.file)
    }
  })

/** Runs a job, shows how it stands meanwhile, and writes what came of it. */
const working = (options: Options, name: string, spec: Spec) =>
  Effect.gen(function* () {
    const output = yield* Output
    const job = yield* jobOf(name, spec)
    const store = yield* BulkStore.BulkStore
    const { id } = yield* store.open(name, yield* Clock.currentTimeMillis)
    const { state } = yield* Bulk.report(name)
    // What runs, here or elsewhere, keeps what it was begun with: the run below is refused, or joins.
    if (!isBusy(state)) yield* store.patch(id, { spec: JSON.stringify(spec) })
    const ran = Bulk.run({ ...job, onProgress: (report) => output.progress(Show.line(report)) }).pipe(
      Effect.onInterrupt(() =>
        Effect.flatMap(Effect.option(Bulk.report(name)), (report) =>
          Run.tell(
            `Stopped${Option.match(report, { onNone: () => "", onSome: ({ done, failed }) => ` after ${done + failed} items` })}. ` +
              `The same command, or ${commandOf(options, `resume ${name}`)}, goes on; ${commandOf(options, `export ${name}`)} writes what there is.`
          )
        )
      )
    )
    const delivered = deliver(job, { out: spec.out, errors: spec.errors })
    const report = yield* ran.pipe(
      Effect.ensuring(output.progress("")),
      // Into a file what there is so far; standard output gets whole jobs alone.
      Effect.tapErrorTag("JobStoppedError", () => (spec.out === undefined ? Effect.void : delivered))
    )
    yield* delivered
    yield* options.json ? output.err(`${JSON.stringify(report)}\n`) : output.notice(Show.page(report))
    if (report.failed > 0) {
      if (spec.errors === undefined) {
        yield* Run.tell(
          `${commandOf(options, `export ${name}`)} --errors FILE tells what failed; ${commandOf(options, `retry ${name}`)} asks again.`
        )
      }
      return yield* new Reported({ exitCode: exitCodes.other })
    }
  })

/** With the store of a job, the client, and what the job was begun with. */
const engaged = (
  options: Options,
  name: string,
  program: (
    known: Effect.Effect<Spec, Run.Failure | BulkFailure, BulkStore.BulkStore>
  ) => Effect.Effect<void, Run.Failure | Items.Failure | BulkFailure, Run.Services | BulkStore.BulkStore>
) =>
  Effect.gen(function* () {
    const store = yield* storeOf(name, options)
    const key = yield* Run.keyOf({ ...options, dryRun: false, timeout: undefined })
    const stored = told(options, Effect.provide(program(specOf(name)), store))
    yield* Run.run({ ...options, dryRun: false, timeout: undefined, output: options.out }, key, stored)
  })

const work = (
  options: Options,
  name: string,
  spec: (
    known: Effect.Effect<Spec, Run.Failure | BulkFailure, BulkStore.BulkStore>
  ) => Effect.Effect<Spec, Run.Failure | BulkFailure, BulkStore.BulkStore>
) =>
  engaged(options, name, (known) =>
    Effect.flatMap(spec(known), (spec) => Effect.provide(working(options, name, spec), engineOf(spec)))
  )

/** The files that a job writes. */
const writtenBy = (name: string) =>
  Effect.map(Effect.option(specOf(name)), (known) =>
    Option.match(known, { onNone: () => [], onSome: ({ errors, out }) => [out, errors] })
  )

/** A file that is there is replaced if it is of the job's own, or by `--force`. */
const targets = (
  { force }: Options,
  { errors, out }: Pick<Spec, "out" | "errors">,
  own: ReadonlyArray<string | undefined>
) =>
  Effect.forEach([out, errors], (path) =>
    path === undefined || own.includes(path) ? Effect.void : Run.target(path, force)
  )

/** What a job reads its prompts of, and again when it goes on. */
const prompts = (path: string): Effect.Effect<void, UsageError> =>
  Effect.suspend(() => {
    const found = Fs.statSync(path, { throwIfNoEntry: false })
    if (found?.isFile() === true) return Effect.void
    return new UsageError({
      message:
        found === undefined
          ? `${printable(path)} is not there.`
          : `${printable(path)} is no file: a job reads its prompts again when it goes on, so write them to one.`
    })
  })

const begin = (options: Options, path: string) =>
  Effect.gen(function* () {
    yield* prompts(path)
    const { dimensions, embed, name = Place.nameOf(path), schema, system } = options
    if (embed && (schema !== undefined || system !== undefined))
      return yield* usage("--embed asks for vectors of texts: --schema and --system are for answers of a chat.")
    if (!embed && dimensions !== undefined) return yield* usage("--dimensions is for the vectors of --embed.")
    const model = embed
      ? "embedding-3"
      : yield* Effect.orDie(Config.withDefault(Config.string("ZHIPU_MODEL"), "glm-4.6"))
    const spec: Spec = {
      file: Path.resolve(path),
      model: options.model ?? model,
      ...given(options)
    }
    const before = yield* Effect.option(looking(name, options, Effect.zipRight(Bulk.report(name), writtenBy(name))))
    const isKnown = Option.isSome(before)
    yield* targets(
      options,
      spec,
      Option.getOrElse(before, () => [])
    )
    yield* Run.tell(isKnown ? `Going on with the job ${name}.` : `The job is ${name}.`)
    yield* work(options, name, () => Effect.succeed(spec))
  })

/** What of a job stands on the command line. */
const given = (options: Options) => {
  const engine = options.engine ?? (Database.isMeant(options) ? "cluster" : undefined)
  const { budget, concurrency, deadline, dimensions, embed, errors, idColumn, onFailure, out, poll } = options
  const { prompt, schema, system } = options
  return {
    ...(system === undefined ? {} : { system }),
    ...(schema === undefined ? {} : { schema: Path.resolve(schema) }),
    ...(embed ? { embed } : {}),
    ...(dimensions === undefined ? {} : { dimensions }),
    ...(prompt === undefined ? {} : { prompt }),
    ...(idColumn === undefined ? {} : { idColumn }),
    ...(engine === undefined ? {} : { engine }),
    ...(onFailure === undefined ? {} : { onFailure }),
    ...(poll === undefined ? {} : { poll }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(budget === undefined ? {} : { budget }),
    ...(deadline === undefined ? {} : { deadlineMillis: deadline }),
    ...(out === undefined || out === "-" ? {} : { out: Path.resolve(out) }),
    ...(errors === undefined ? {} : { errors: Path.resolve(errors) })
  }
}

const resume = (options: Options, name: string) =>
  Effect.gen(function* () {
    const { state } = yield* looking(name, options, Bulk.report(name))
    // The process that holds it still goes on with it.
    if (state === "paused") return yield* looking(name, options, Bulk.resume(name))
    yield* targets(options, given(options), yield* looking(name, options, writtenBy(name)))
    yield* work(options, name, (known) => Effect.map(known, (spec) => ({ ...spec, ...given(options) })))
  })

const retry = (options: Options, name: string) =>
  Effect.gen(function* () {
    const only = options.only.length === 0 ? undefined : options.only
    const again = yield* looking(name, options, Bulk.retry(name, { only }))
    yield* Run.tell(again === 1 ? "1 item is asked again." : `${again} items are asked again.`)
    if (again > 0) yield* resume(options, name)
  })

const status = (options: Options, name: string | undefined) =>
  Effect.gen(function* () {
    if (name !== undefined) {
      const report = yield* looking(name, options, Bulk.report(name))
      return yield* options.json ? Run.print(report) : Run.say(Show.page(report))
    }
    const all = yield* reportsOf(options)
    if (options.json) return yield* Run.print(all)
    if (all.length === 0) return yield* Run.tell("There are no jobs. zhipu bulk run FILE begins one.")
    yield* Run.say(columns([say("jobsHead").split("|"), ...all.map(Show.row)]))
  })

const exported = (options: Options, name: string) =>
  looking(
    name,
    options,
    Effect.gen(function* () {
      const spec = yield* specOf(name)
      const { errors, out } = options
      for (const target of [out, errors]) {
        if (target !== undefined && target !== "-") yield* Run.target(target, options.force)
      }
      // The file of the prompts may be gone by now, and is not needed.
      const { schema, structured } = yield* kindOf(spec)
      yield* deliver({ name, schema, structured }, { out, errors })
    })
  )

const remove = (options: Options, name: string) =>
  Effect.gen(function* () {
    yield* looking(name, options, Bulk.remove(name))
    if (options.store === undefined && !Database.isMeant(options)) Place.forget(yield* Place.fileOf(name, undefined))
  })

/** How the items of a job are asked for; of one with a schema, where its file is on this machine as well. A program keeps no options. */
const workOf = (row: BulkStore.JobRow) =>
  Effect.gen(function* () {
    if (row.spec === undefined) return yield* Effect.flatten(BulkWorker.usual(row))
    const spec = yield* Schema.decodeUnknown(Schema.parseJson(Spec))(row.spec)
    const { budget, concurrency } = spec
    return { ...(yield* kindOf(spec)), name: row.name, concurrency, budget }
  }).pipe(Effect.option)

const worker = (options: Options) =>
  Effect.gen(function* () {
    const store = Database.layer(options.store)
    const key = yield* Run.keyOf({ ...options, dryRun: false, timeout: undefined })
    const { concurrency } = options
    const program = told(
      options,
      Run.tell("Takes part in the jobs of the cluster, until Ctrl-C.").pipe(
        Effect.zipRight(BulkWorker.run({ concurrency, workOf })),
        Effect.provide(Layer.merge(store, Price.layer(Price.tableCn)))
      )
    )
    yield* Run.run({ ...options, dryRun: false, timeout: undefined, output: undefined }, key, program)
  })

/** How all jobs stand that are kept here, or in a file. One whose file cannot be opened is told, and leaves the others. */
const reportsOf = (kept: Kept) =>
  kept.store !== undefined || Database.isMeant(kept)
    ? looking("", kept, Bulk.list)
    : Effect.map(
        Effect.forEach(Place.names(), (name) =>
          Effect.catchTag(looking(name, kept, Bulk.list), "BulkStoreError", ({ message }) =>
            Effect.as(Run.tell(message), [])
          )
        ),
        (reports) => reports.flat()
      )

const removeOld = (options: Options, olderThan: number) =>
  Effect.gen(function* () {
    const before = (yield* Clock.currentTimeMillis) - olderThan
    const reports = yield* reportsOf(options)
    const old = reports.filter(
      ({ createdAt, endedAt = createdAt, state }) => (state === "ended" || state === "cancelled") && endedAt < before
    )
    for (const { job } of old) yield* remove(options, job)
    yield* Run.tell(old.length === 1 ? "1 job is removed." : `${old.length} jobs are removed.`)
  })

/** The process that runs a job gives up its batches too. Where there is none, it takes the key to do so. */
const cancel = (options: Options, name: string) =>
  Effect.gen(function* () {
    const { engine, state } = yield* looking(
      name,
      options,
      Effect.zipWith(Bulk.report(name), Effect.option(specOf(name)), ({ state }, spec) => ({
        state,
        engine: Option.getOrUndefined(spec)?.engine
      }))
    )
    if (engine !== "batch" || isBusy(state) || state === "ended")
      return yield* looking(name, options, Bulk.cancel(name))
    yield* engaged(options, name, (known) =>
      Effect.flatMap(known, (spec) => Effect.provide(Bulk.cancel(name), engineOf(spec)))
    )
  })

/** @internal */
export const bulk = (options: Options) => {
  const [action, operand, ...more] = options.words
  const one = <E, R>(what: string, program: (operand: string) => Effect.Effect<void, E, R>) =>
    operand === undefined || more.length > 0 ? usage(`zhipu bulk ${action} takes ${what}.`) : program(operand)
  const named = (
    program: (name: string) => Effect.Effect<unknown, Run.Failure | Items.Failure | BulkFailure, Output>
  ) =>
    told(
      options,
      one("the name of a job", (name) => Effect.asVoid(program(name)))
    )
  switch (action) {
    case "run":
      return one("a file of prompts", (path) => begin(options, path))
    case "resume":
      return named((name) => resume(options, name))
    case "retry":
      return named((name) => retry(options, name))
    case "status":
      return Effect.zipRight(Run.alone("bulk status", more), told(options, status(options, operand)))
    case "pause":
      return named((name) => looking(name, options, Bulk.pause(name)))
    case "cancel":
      return named((name) => cancel(options, name))
    case "export":
      return named((name) => exported(options, name))
    case "remove":
      return options.olderThan === undefined || operand !== undefined
        ? named((name) => remove(options, name))
        : told(options, removeOld(options, options.olderThan))
    case "worker":
      return operand === undefined ? worker(options) : usage("zhipu bulk worker takes no name: it works on all jobs.")
    default:
      return usage("zhipu bulk is followed by run, status, resume, retry, pause, cancel, export, remove or worker.")
  }
}
