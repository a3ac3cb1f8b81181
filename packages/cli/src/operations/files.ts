/** `zhipu files`: upload, list, get and remove. */
import * as Files from "@effect-zhipu/api/Files"
import * as Upload from "@effect-zhipu/api/Upload"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { UsageError } from "../errors.js"
import { say } from "../language.js"
import { Output } from "../output.js"
import { columns, printable } from "../text.js"
import * as Run from "./run.js"

interface Options extends Run.Common {
  readonly purpose: string | undefined
  readonly output: string | undefined
  readonly force: boolean
  readonly missingOk: boolean
}

const usage = (message: string) => new UsageError({ message, help: "zhipu files" })

const programOf = (options: Options): Effect.Effect<Run.Program, UsageError> => {
  const [action, ...operands] = options.words
  switch (action) {
    case "upload":
      return operands.length === 0
        ? usage("zhipu files upload takes the files to send.")
        : Effect.succeed(Effect.forEach(operands, (path) => send(options, path), { discard: true }))
    case "list":
      return Effect.as(Run.alone("files list", operands), list(options))
    case "get":
      return operands[0] === undefined || operands.length > 1
        ? usage("zhipu files get takes the id of a file.")
        : Effect.succeed(fetchOne(options, operands[0]))
    case "remove":
      return operands.length === 0
        ? usage("zhipu files remove takes the ids of files.")
        : Effect.succeed(
            Effect.forEach(operands, (id) => Files.remove(id, { missing: options.missingOk ? "ignore" : "fail" }), {
              discard: true
            })
          )
    default:
      return usage("zhipu files is followed by upload, list, get or remove.")
  }
}

const send = (options: Options, path: string): Run.Program =>
  Effect.gen(function* () {
    const output = yield* Output
    const purpose = options.purpose ?? (path.endsWith(".jsonl") ? "batch" : undefined)
    if (purpose === undefined) return yield* usage(`Say what ${printable(path)} is for: --purpose agent, for example.`)
    if (options.purpose === undefined) yield* Run.tell(`${printable(path)} is sent for batches.`)
    const file = yield* Upload.fromPath(path)
    const told = Upload.withProgress(file, ({ sent, total }) =>
      output.progress(`${printable(path)}: ${Math.floor((100 * sent) / Option.getOrElse(total, () => sent || 1))} %`)
    )
    const answer = yield* Files.upload(told, { purpose })
    yield* output.progress("")
    yield* options.json ? Run.print(answer) : Run.say(answer.id)
  })

const list = (options: Options): Run.Program =>
  Effect.gen(function* () {
    const purpose = options.purpose ?? "batch"
    const all = Chunk.toReadonlyArray(yield* Stream.runCollect(Files.all({ purpose })))
    if (options.json) return yield* Run.print(all)
    if (all.length === 0)
      return yield* Run.tell(`There are no files for ${printable(purpose)}. --purpose names another use.`)
    const rows = all.map(({ bytes, created_at: at, filename = "-", id }) => [
      id,
      bytes === undefined ? "-" : String(bytes),
      at === undefined ? "-" : new Date(at * 1000).toISOString().slice(0, 16),
      printable(filename)
    ])
    yield* Run.say(columns([say("filesHead").split("|"), ...rows]))
  })

const fetchOne = (options: Options, id: string): Run.Program =>
  Effect.gen(function* () {
    const { force, output } = options
    if (output === undefined || output === "-") return yield* Run.bytesOut(Files.content(id))
    yield* Files.save(id, yield* Run.target(output, force))
    yield* Run.say(output)
  })

/** @internal */
export const files = (options: Options) =>
  Effect.gen(function* () {
    const program = yield* programOf(options)
    const key = yield* Run.keyOf(options)
    yield* Run.run(options, key, program)
  })
