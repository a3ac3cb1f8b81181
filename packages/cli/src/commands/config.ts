/** `zhipu config`: the settings of the user. */
import * as Effect from "effect/Effect"
import { type BrokenPipe, UsageError } from "../errors.js"
import { say } from "../language.js"
import { Output } from "../output.js"
import * as Settings from "../settings.js"
import { reasonOf } from "../store/folders.js"
import { columns, printable } from "../text.js"

/** @internal */
export interface Options {
  readonly words: ReadonlyArray<string>
  readonly json: boolean
}

type Result = Effect.Effect<void, UsageError | BrokenPipe, Output>

/** @internal */
export const run = ({ json, words }: Options): Result => {
  const [verb = "list", name, ...rest] = words
  if (verb === "list" && name === undefined) return list(json)
  if (verb === "path" && name === undefined) return print(Settings.settingsFile())
  if (verb === "get" && name !== undefined && rest.length === 0) return get(name)
  if (verb === "set" && name !== undefined && rest.length > 0) return set(name, rest.join(" "))
  if (verb === "unset" && name !== undefined && rest.length === 0) return unset(name)
  return Effect.suspend(() => new UsageError({ message: say("configTakes"), help: "zhipu config" }))
}

const print = (line: string): Result => Effect.flatMap(Output, (output) => output.out(`${line}\n`))

/** @internal */
export const filed = <A>(use: () => A): Effect.Effect<A, UsageError> =>
  Effect.try({
    try: use,
    catch: (cause) =>
      new UsageError({
        message:
          cause instanceof Settings.Unreadable ? cause.message : say("settingsNotWritten", { reason: reasonOf(cause) })
      })
  })

const known = (name: string): Effect.Effect<Settings.Setting, UsageError> => {
  const setting = Settings.settings.find((setting) => setting.name === name)
  return setting === undefined
    ? Effect.fail(new UsageError({ message: say("noSuchSetting", { name: printable(name) }), help: "zhipu config" }))
    : Effect.succeed(setting)
}

const list = (json: boolean): Result =>
  Effect.gen(function* () {
    const output = yield* Output
    const values = yield* filed(Settings.readSettings)
    if (json) {
      return yield* output.out(`${JSON.stringify(Object.fromEntries(values), null, output.stdoutIsTty ? 2 : 0)}\n`)
    }
    if (values.size === 0) return yield* output.notice(say("nothingSet", { file: Settings.settingsFile() }))
    const rows = Settings.settings.flatMap(({ name, variable }) => {
      const value = values.get(name)
      const over = (process.env[variable] ?? "").trim() === "" ? [] : [say("variableGoesBefore", { variable })]
      return value === undefined ? [] : [[name, printable(value), ...over]]
    })
    yield* output.out(`${columns(rows)}\n`)
  })

const get = (name: string): Result =>
  Effect.gen(function* () {
    yield* known(name)
    const value = (yield* filed(Settings.readSettings)).get(name)
    if (value === undefined) return yield* new UsageError({ message: say("settingNotSet", { name }) })
    yield* print(value)
  })

const set = (name: string, value: string): Result =>
  Effect.gen(function* () {
    const problem = Settings.problemOf(yield* known(name), value)
    if (problem !== undefined) return yield* new UsageError({ message: problem })
    yield* filed(() => Settings.changeSettings((values) => new Map([...values, [name, value]])))
  })

/** Also what this version does not know, so that it can be got rid of. */
const unset = (name: string): Result =>
  Effect.gen(function* () {
    if (!(yield* filed(Settings.readSettings)).has(name)) yield* known(name)
    yield* filed(() => Settings.changeSettings((values) => new Map([...values].filter(([other]) => other !== name))))
  })
