/** Which conversation a command goes on with, and whether what is said is kept. */
import * as ZhipuConfig from "@effect-zhipu/client/ZhipuConfig"
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { UsageError } from "./errors.js"
import { say } from "./language.js"
import type { Service as Output } from "./output.js"
import type * as Conversations from "./store/conversations.js"
import type { History } from "./store/history.js"
import * as Folders from "./store/folders.js"
import type { Line } from "./store/lines.js"
import { printable } from "./text.js"

/** @internal */
export interface Options {
  /** Goes on with the last conversation. */
  readonly last: boolean
  /** Goes on with this one. */
  readonly continue: string | undefined
  readonly log: boolean
  readonly noLog: boolean
}

/** `undefined` where nothing is said about it. */
const variable = Config.withDefault(Config.string("ZHIPU_LOG"), "").pipe(
  Config.mapOrFail((value) => {
    const word = value.trim().toLowerCase()
    if (word === "") return Either.right(undefined)
    if (["1", "true", "yes", "on"].includes(word)) return Either.right(true)
    if (["0", "false", "no", "off"].includes(word)) return Either.right(false)
    return Either.left(ConfigError.InvalidData(["ZHIPU_LOG"], say("logNotYesOrNo")))
  })
)

/**
 * As the options say, or else the settings; otherwise what a person at a terminal asks is kept, and what a script asks is not, but for
 * a conversation that it goes on with.
 */
const isWanted = (options: Options, output: Output): Effect.Effect<boolean, ConfigError.ConfigError> => {
  if (options.noLog || options.log) return Effect.succeed(!options.noLog)
  const goesOn = options.last || options.continue !== undefined
  return Effect.map(variable, (wanted) => wanted ?? (goesOn || output.stdoutIsTty || output.stderrIsTty))
}

/** The shortest thing that is taken for a secret. */
const shortest = 8

/** Each key that the command may know of, and the part of it that is secret. */
const secretsOf = (keys: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...new Set(
    keys
      .flatMap((key) => [key.trim(), ...key.trim().split(".").slice(1)])
      .filter((secret) => secret.length >= shortest)
      .sort((a, b) => b.length - a.length)
  )
]

const environmentKeys = Effect.forEach(ZhipuConfig.keyVariables, ({ name }) =>
  Effect.orElseSucceed(Config.string(name), () => "")
)

/** Also those that are not in use. */
const storedKeys: Effect.Effect<ReadonlyArray<string>> = Effect.suspend(() =>
  Fs.existsSync(Path.join(Folders.config(), "keys.json"))
    ? Effect.map(
        Effect.promise(() => import("./settings.js")),
        ({ storedKeys }) => storedKeys().map(({ key }) => key)
      )
    : Effect.succeed([])
)

/** Opens the file of a conversation, or of one that begins with its first turn. `key` is one that came from elsewhere. @internal */
export type Open = (
  id: string | undefined,
  start: Conversations.Start,
  key?: string
) => Conversations.Writer | undefined

/** @internal */
export interface Keeping {
  /** What to go on with. */
  readonly before: Conversations.Conversation | undefined
  /** Gives nothing where nothing is kept. */
  readonly open: Open
  /** Opens the lines that were typed in earlier sessions. Gives nothing where nothing is kept. */
  readonly history: Effect.Effect<History | undefined>
}

/** @internal */
export const make = (options: Options, output: Output): Effect.Effect<Keeping, UsageError | ConfigError.ConfigError> =>
  Effect.gen(function* () {
    const wanted = yield* isWanted(options, output)
    const word = options.continue ?? (options.last ? "last" : undefined)
    if (!wanted && word === undefined) {
      return { before: undefined, open: () => undefined, history: Effect.succeed(undefined) }
    }
    const { read, writer } = yield* Effect.promise(() => import("./store/conversations.js"))
    const before = word === undefined ? undefined : read(yield* idOf(word))
    if (word !== undefined && before === undefined) return yield* new UsageError({ message: notThere(word) })
    yield* tellUnreadable(before, output)
    const keys = [...(yield* environmentKeys), ...(yield* storedKeys)]
    const secrets = secretsOf(keys)
    return {
      before,
      open: (id, start, key) =>
        wanted ? writer(id, start, key === undefined ? secrets : secretsOf([key, ...keys])) : undefined,
      history: wanted
        ? Effect.map(
            Effect.promise(() => import("./store/history.js")),
            ({ open }) => open(secrets)
          )
        : Effect.succeed(undefined)
    }
  })

const notThere = (word: string): string =>
  word === "last" ? say("noConversationYet") : say("noSuchConversation", { id: printable(word) })

/** The id that a word stands for. @internal */
export const idOf = (word: string): Effect.Effect<string, UsageError> =>
  Effect.gen(function* () {
    const { matching } = yield* Effect.promise(() => import("./store/conversations.js"))
    const [id, other] = matching(word)
    if (id === undefined) return yield* new UsageError({ message: notThere(word) })
    if (other !== undefined) return yield* new UsageError({ message: say("severalConversations", { id: word }) })
    return id
  })

/** @internal */
export const tellUnreadable = (
  conversation: Conversations.Conversation | undefined,
  output: Output
): Effect.Effect<void> =>
  conversation === undefined || conversation.unreadable.length === 0
    ? Effect.void
    : output.notice(say("unreadableLines", { id: conversation.id, lines: conversation.unreadable.join(", ") }))

/** Adds lines where something is kept; says so where that cannot be. Gives what to go on with. @internal */
export const add = (
  writer: Conversations.Writer | undefined,
  lines: ReadonlyArray<Line>,
  output: Output
): Effect.Effect<Conversations.Writer | undefined> =>
  writer === undefined
    ? Effect.succeed(undefined)
    : Effect.gen(function* () {
        const { reasonOf } = yield* Effect.promise(() => import("./store/folders.js"))
        const failed = yield* Effect.try({ try: () => writer.add(...lines), catch: reasonOf }).pipe(
          Effect.match({ onFailure: (reason) => reason, onSuccess: () => undefined })
        )
        if (failed === undefined) return writer
        yield* output.notice(say("notKept", { reason: failed }))
        return undefined
      })
