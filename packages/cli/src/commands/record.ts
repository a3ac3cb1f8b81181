/** `zhipu record FILE [prompt]`: asks like `zhipu`, and writes down what goes over the wire. */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Cassette from "@effect-zhipu/testing/Cassette"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Fs from "node:fs"
import { Wire, type WireService } from "../connect.js"
import { UsageError } from "../errors.js"
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
    const reported = Effect.suspend(() => {
      const isNew = identityOf(file) !== before
      return isNew ? Effect.flatMap(summary(file), (text) => output.notice(text)) : Effect.void
    })
    yield* Chat.run({ ...options, prompt }).pipe(
      Effect.provideService(Wire, recordingTo(file, output)),
      Effect.ensuring(reported)
    )
  })

const recordingTo = (file: string, output: OutputService): WireService => ({
  through: (transport, { secrets, simulated }) => {
    const recording = Cassette.layerRecord(file, { secrets }).pipe(
      Layer.provide([transport, NodeFileSystem.layer]),
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
