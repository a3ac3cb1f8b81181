/** `zhipu keys`: keys that are stored in a file of the user, so that they need not stand in the environment. */
import * as Effect from "effect/Effect"
import * as Readline from "node:readline"
import { Writable } from "node:stream"
import { type BrokenPipe, UsageError } from "../errors.js"
import * as Input from "../input.js"
import { say } from "../language.js"
import { Output, type Service as OutputService } from "../output.js"
import * as Settings from "../settings.js"
import { columns, printable } from "../text.js"
import { filed } from "./config.js"

/** @internal */
export interface Options {
  readonly words: ReadonlyArray<string>
  readonly region: "cn" | "global" | undefined
}

type Result = Effect.Effect<void, UsageError | BrokenPipe, Output>

/** @internal */
export const run = ({ region, words }: Options): Result => {
  const [verb = "list", name, ...rest] = words
  if (rest.length > 0) return isVerb(verb) && rest.some(isSecret) ? keyAsWord : refused
  if (verb === "list" && name === undefined) return list
  if (verb === "path" && name === undefined) return print(Settings.keysFile())
  if (verb === "set") return set(name ?? region ?? "cn", region)
  if (verb === "remove" && name !== undefined) return remove(name)
  return refused
}

const isVerb = (word: string): boolean => ["set", "list", "remove", "path"].includes(word)

const isSecret = (word: string): boolean => /^[\w-]{8,}\.[\w-]{8,}$|^sk-/.test(word)

const refused: Result = Effect.suspend(() => new UsageError({ message: say("keysTakes"), help: "zhipu keys" }))

const keyAsWord: Result = Effect.suspend(() => new UsageError({ message: say("keyAsWord") }))

const print = (line: string): Result => Effect.flatMap(Output, (output) => output.out(`${line}\n`))

const list: Result = Effect.gen(function* () {
  const output = yield* Output
  const keys = yield* filed(Settings.readKeys)
  if (keys.length === 0) return yield* output.notice(say("noKeys"))
  const { key } = yield* Settings.Settings
  yield* output.out(
    `${columns(keys.map(({ name, region }) => [printable(name), region, name === key?.name ? say("keyInUse") : ""]))}\n`
  )
})

/** A line that is typed, and not shown. */
const hidden = (question: string): Effect.Effect<string | undefined> =>
  Effect.async<string | undefined>((resume) => {
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
    const readline = Readline.createInterface({ input: process.stdin, output: nowhere, terminal: true, historySize: 0 })
    // Once the terminal shows nothing of what is typed: a key may be pasted the moment the question is there.
    process.stderr.write(question)
    let answer: Effect.Effect<string | undefined> = Effect.succeed(undefined)
    readline.on("line", (typed) => {
      answer = Effect.succeed(typed)
      readline.close()
    })
    readline.on("SIGINT", () => {
      answer = Effect.interrupt
      readline.close()
    })
    readline.on("close", () => {
      process.stderr.write("\n")
      resume(answer)
    })
    return Effect.sync(() => readline.close())
  })

const keyFrom = (output: OutputService): Effect.Effect<string | undefined, UsageError> =>
  process.stdin.isTTY
    ? hidden(say("typeKey"))
    : Effect.map(Input.readStdin({ wanted: false, keyStdin: true, dispensable: false }, output), ({ key }) => key)

const set = (name: string, region: Options["region"]): Result =>
  Effect.gen(function* () {
    if (isSecret(name)) return yield* keyAsWord
    if (!/^[\w-]{1,40}$/.test(name)) return yield* new UsageError({ message: say("keyNameTakes") })
    const output = yield* Output
    const typed = (yield* keyFrom(output))?.trim() ?? ""
    // Quotes come along from a file of variables.
    const key = typed.replace(/^(["'])(.*)\1$/, "$2")
    if (!/^[\x21-\x7e]{8,}$/.test(key)) return yield* new UsageError({ message: say("notAKey") })
    const before = (yield* filed(Settings.readKeys)).find((stored) => stored.name === name)
    const stored: Settings.StoredKey = {
      name,
      region: region ?? before?.region ?? (name === "global" ? "global" : "cn"),
      key
    }
    yield* filed(() =>
      Settings.changeKeys((keys) =>
        keys.some((other) => other.name === name)
          ? keys.map((other) => (other.name === name ? stored : other))
          : [...keys, stored]
      )
    )
    yield* output.notice(say("keyStored", { name, region: stored.region }))
  })

const remove = (name: string): Result =>
  Effect.gen(function* () {
    const output = yield* Output
    if (!(yield* filed(Settings.readKeys)).some((key) => key.name === name))
      return yield* new UsageError({ message: say("noSuchKey", { name: printable(name) }) })
    yield* filed(() => Settings.changeKeys((keys) => keys.filter((key) => key.name !== name)))
    yield* output.notice(say("keyRemoved", { name }))
  })
