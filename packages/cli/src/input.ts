/** What is asked: prompt, standard input, and the files of messages and tools. */
import * as Message from "@effect-zhipu/client/Message"
import * as Tool from "@effect-zhipu/client/Tool"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as Fs from "node:fs"
import * as Document from "./document.js"
import * as Encoding from "./encoding.js"
import { UsageError } from "./errors.js"
import { say } from "./language.js"
import type { Service as Output } from "./output.js"
import { printable } from "./text.js"

/** @internal */
export interface Piped {
  /** The first line, where the key was to come from there. */
  readonly key: string | undefined
  /** What there was, without line breaks at its end. */
  readonly text: string
}

/**
 * What standard input is. A terminal and `/dev/null` have nothing to say. A shell pipes through a `pipe`; a `socket` comes
 * from a program that started this one and, as Node's child processes do, may have left it open without a thought.
 */
const kindOfStdin = (): "none" | "pipe" | "socket" => {
  try {
    const stat = Fs.fstatSync(0)
    return stat.isSocket() ? "socket" : stat.isFIFO() || stat.isFile() ? "pipe" : "none"
  } catch {
    return "none"
  }
}

const readAll: Effect.Effect<Uint8Array, UsageError> = Effect.tryPromise({
  try: async () => {
    const chunks: Array<Uint8Array> = []
    let length = 0
    for await (const chunk of process.stdin) {
      const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk
      length += bytes.length
      if (length > Document.limit) throw new Document.TooLong()
      chunks.push(bytes)
    }
    return Buffer.concat(chunks)
  },
  catch: (cause) => new UsageError({ message: `Standard input cannot be read: ${Document.reasonOf(cause)}.` })
})

/** Whether bytes or the end come within the time that is waited for them. */
const saysSomething: Effect.Effect<boolean> = Effect.async<boolean>((resume) => {
  const onReadable = (): void => resume(Effect.succeed(true))
  process.stdin.once("readable", onReadable)
  return Effect.sync(() => process.stdin.off("readable", onReadable))
}).pipe(Effect.timeoutTo({ duration: "1 second", onSuccess: (something) => something, onTimeout: () => false }))

const patience = "3 seconds"

/**
 * Reads standard input to its end where something is piped in, or where it is asked for.
 *
 * @internal
 */
export const readStdin = (
  options: {
    /** It was asked for by name. */
    readonly wanted: boolean
    readonly keyStdin: boolean
    /** There is something to ask without it. */
    readonly dispensable: boolean
  },
  output: Output
): Effect.Effect<Piped, UsageError> =>
  Effect.gen(function* () {
    const kind = kindOfStdin()
    const wanted = options.wanted || options.keyStdin
    const nothing: Piped = { key: undefined, text: "" }
    if (kind === "none" && !wanted) return nothing
    if (kind === "socket" && !wanted && options.dispensable && !(yield* saysSomething)) {
      process.stdin.destroy()
      return nothing
    }
    const waiting = output.notice(say("waitingForStdin")).pipe(Effect.delay(patience))
    const bytes = yield* Effect.raceFirst(readAll, Effect.zipRight(waiting, Effect.never))
    const { isWhole, text: all } = Encoding.read(bytes)
    // Not refused: what a command says, such as git diff, may have a few bytes of another encoding in it.
    if (!isWhole) yield* output.notice(say("stdinReplaced"))
    if (!options.keyStdin) return { key: undefined, text: withoutEnd(all) }
    const end = all.indexOf("\n")
    const key = (end === -1 ? all : all.slice(0, end)).trim()
    return { key, text: end === -1 ? "" : withoutEnd(all.slice(end + 1)) }
  })

const withoutEnd = (text: string): string => text.replace(/[\r\n]+$/, "")

/**
 * Standard input before the prompt, with a blank line between.
 *
 * @internal
 */
export const joinPrompt = (piped: string, prompt: string): string =>
  [piped, prompt].filter((part) => part.trim() !== "").join("\n\n")

/**
 * The turns to send: those of the file, then the prompt. Instructions given take the place of those of the file.
 *
 * @internal
 */
export const conversation = (given: {
  readonly system: string | undefined
  readonly turns: ReadonlyArray<Message.Message>
  /** Text, or the parts of a turn with attachments. */
  readonly prompt: Message.UserMessage["content"]
}): ReadonlyArray<Message.Message> => {
  const { prompt, system, turns } = given
  const rest = system !== undefined && turns[0]?.role === "system" ? turns.slice(1) : turns
  return [
    ...(system === undefined ? [] : [Message.system(system)]),
    ...rest,
    ...(prompt === "" ? [] : [Message.user(prompt)])
  ]
}

/** The text of a file that an option names. @internal */
export const readFile = (option: string, path: string): Effect.Effect<string, UsageError> =>
  Effect.mapError(
    Effect.flatMap(Document.read(path), (bytes) => {
      const text = Encoding.decode(bytes)
      return text === undefined ? Effect.fail(undecodable) : Effect.succeed(text)
    }),
    (reason) => new UsageError({ message: `${option}: ${printable(path)} cannot be read: ${reason}.` })
  )

const undecodable = "it is neither UTF-8 nor UTF-16 with a byte order mark"

const parseArray = (
  option: string,
  source: string,
  text: string
): Either.Either<ReadonlyArray<unknown>, UsageError> => {
  const fail = (problem: string) => Either.left(new UsageError({ message: `${option}: ${source} ${problem}.` }))
  try {
    const parsed: unknown = JSON.parse(text.replace(/^\uFEFF/, ""))
    return Array.isArray(parsed) ? Either.right(parsed) : fail("holds no JSON array")
  } catch {
    return fail("is not JSON")
  }
}

/** The first thing that is wrong, as `[2].content: Expected string, actual 1`. */
const firstIssue = (error: ParseResult.ParseError, index: number): string => {
  const issue = ParseResult.ArrayFormatter.formatErrorSync(error)[0]
  const path = (issue?.path ?? []).map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("")
  return `[${index}]${path}: ${issue?.message ?? "is not valid"}`
}

const decodeAll = <A>(
  option: string,
  source: string,
  items: ReadonlyArray<unknown>,
  decode: (item: unknown) => Either.Either<A, ParseResult.ParseError | string>
): Either.Either<ReadonlyArray<A>, UsageError> =>
  Either.all(
    items.map((item, index) =>
      Either.mapLeft(
        decode(item),
        (error) =>
          new UsageError({
            message: `${option}: ${source}${typeof error === "string" ? `[${index}]: ${error}` : firstIssue(error, index)}`
          })
      )
    )
  )

const roles = {
  system: Schema.decodeUnknownEither(Message.SystemMessage),
  user: Schema.decodeUnknownEither(Message.UserMessage),
  assistant: Schema.decodeUnknownEither(Message.AssistantMessage),
  tool: Schema.decodeUnknownEither(Message.ToolMessage)
}

const isRole = (role: unknown): role is keyof typeof roles => typeof role === "string" && Object.hasOwn(roles, role)

const property = (item: unknown, name: string): unknown =>
  typeof item === "object" && item !== null ? Reflect.get(item, name) : undefined

/** @internal */
export const decodeMessages = (
  source: string,
  text: string
): Either.Either<ReadonlyArray<Message.Message>, UsageError> =>
  Either.flatMap(parseArray("--messages", source, text), (items) =>
    decodeAll<Message.Message>("--messages", source, items, (item) => {
      const role = property(item, "role")
      return isRole(role) ? roles[role](item) : Either.left(`"role" must be one of ${Object.keys(roles).join(", ")}`)
    })
  )

const decodeTool = Schema.decodeUnknownEither(Tool.Tool)
const decodeFunctionTool = Schema.decodeUnknownEither(Tool.FunctionTool)

/** @internal */
export const decodeTools = (source: string, text: string): Either.Either<ReadonlyArray<Tool.Tool>, UsageError> =>
  Either.flatMap(parseArray("--tools", source, text), (items) =>
    decodeAll<Tool.Tool>("--tools", source, items, (item) => {
      const type = property(item, "type")
      if (typeof type !== "string") return Either.left(`"type" is missing: {"type": "function", "function": {…}}`)
      return type === "function" ? decodeFunctionTool(item) : decodeTool(item)
    })
  )

/** The turns of `--messages`; `piped` is what standard input held. @internal */
export const readMessages = (path: string, piped: string): Effect.Effect<ReadonlyArray<Message.Message>, UsageError> =>
  path === "-"
    ? decodeMessages("standard input", piped)
    : Effect.flatMap(readFile("--messages", path), (text) => decodeMessages(path, text))

/** @internal */
export const readTools = (path: string): Effect.Effect<ReadonlyArray<Tool.Tool>, UsageError> =>
  Effect.flatMap(readFile("--tools", path), (text) => decodeTools(path, text))
