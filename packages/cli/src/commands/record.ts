/** `zhipu record FILE [prompt]`: asks like `zhipu`, and writes down what goes over the wire. */
import * as HttpClient from "@effect/platform/HttpClient"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Cassette from "@effect-zhipu/testing/Cassette"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import * as Fs from "node:fs"
import { Wire, type WireService } from "../connect.js"
import { Reported, UsageError } from "../errors.js"
import { exitCodes } from "../exitCode.js"
import { say } from "../language.js"
import { Output, type Service as OutputService } from "../output.js"
import { printable } from "../text.js"
import * as Chat from "./chat.js"

/** @internal */
export interface Options extends Omit<Chat.Options, "prompt"> {
  /** The file, then the prompt. */
  readonly words: ReadonlyArray<string>
  readonly force: boolean
}

/** @internal */
export const run = ({ force, words, ...options }: Options) =>
  Effect.gen(function* () {
    const output = yield* Output
    const [file, ...prompt] = words
    // Also so that a prompt that begins with the word does not make a file of its second word.
    if (file === undefined || !file.endsWith(".json")) {
      return yield* new UsageError({
        message:
          'zhipu record takes a file that ends in .json, then the prompt. For a prompt, write: zhipu -- "record …"'
      })
    }
    if (options.dryRun) return yield* new UsageError({ message: "--dry-run sends nothing that could be recorded." })
    const before = identityOf(file)
    if (before !== undefined && !force) {
      return yield* new UsageError({
        message: `${printable(file)} is there already. Take another name, or --force to replace it.`
      })
    }
    const isNew = () => identityOf(file) !== before
    const reported = Effect.suspend(() =>
      isNew() ? Effect.flatMap(summary(file), (text) => output.notice(text)) : Effect.void
    )
    const asked = yield* Ref.make(false)
    yield* Chat.run({ ...options, prompt }).pipe(
      Effect.provideService(Wire, recordingTo(file, output, asked)),
      Effect.ensuring(reported)
    )
    // Why it could not be written has been told.
    if ((yield* asked) && !isNew()) return yield* new Reported({ exitCode: exitCodes.other })
  })

/** Whether anything was asked is told by `asked`. */
const recordingTo = (file: string, output: OutputService, asked: Ref.Ref<boolean>): WireService => ({
  through: (transport, { secrets, simulated }) => {
    const noting = Layer.effect(
      HttpClient.HttpClient,
      Effect.map(
        HttpClient.HttpClient,
        HttpClient.tapRequest(() => Ref.set(asked, true))
      )
    )
    const recording = Cassette.layerRecord(file, { secrets }).pipe(
      Layer.provide([Layer.provide(noting, transport), NodeFileSystem.layer]),
      Layer.catchAll((error) =>
        Layer.fail(error._tag === "CassetteError" ? new UsageError({ message: error.message }) : error)
      )
    )
    return simulated ? Layer.unwrapEffect(Effect.as(output.notice(say("simulatorRecorded")), recording)) : recording
  }
})

/** A recording that replaces another is another file. What cannot be looked at cannot be written, either: that is told then. */
const identityOf = (file: string): string | undefined => {
  try {
    const { ino, mtimeMs, size } = Fs.statSync(file)
    return `${ino} ${mtimeMs} ${size}`
  } catch {
    return undefined
  }
}

const summary = (file: string): Effect.Effect<string> =>
  Cassette.read(file).pipe(
    Effect.provide(NodeFileSystem.layer),
    Effect.either,
    Effect.map(
      Either.match({
        onLeft: ({ message }) => `zhipu: ${printable(message)}`,
        onRight: ({ exchanges: { length } }) =>
          `zhipu: Recorded ${length === 1 ? "one exchange" : `${length} exchanges`} in ${printable(file)}.`
      })
    )
  )
