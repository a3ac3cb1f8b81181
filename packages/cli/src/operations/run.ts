/** What the commands for the operations beside chat share: the client, texts from words, files and pipes, and files that are written. */
import * as Form from "@effect-zhipu/client/Form"
import type * as Zhipu from "@effect-zhipu/client/Zhipu"
import type * as ZhipuConfig from "@effect-zhipu/client/ZhipuConfig"
import { InvalidRequestError, type ZhipuError } from "@effect-zhipu/client/ZhipuError"
import * as ZhipuHttpClient from "@effect-zhipu/client/ZhipuHttpClient"
import type { FaultParseError } from "@effect-zhipu/testing/Fault"
import type { PlatformError, SystemError } from "@effect/platform/Error"
import type * as FileSystem from "@effect/platform/FileSystem"
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as PlatformPath from "@effect/platform/Path"
import * as NodeContext from "@effect/platform-node/NodeContext"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as Fs from "node:fs"
import * as Path from "node:path"
import * as Connect from "../connect.js"
import * as Document from "../document.js"
import { type BrokenPipe, DeadlineError, Reported, UsageError } from "../errors.js"
import { exitCodes } from "../exitCode.js"
import * as Input from "../input.js"
import * as Sentences from "../language.js"
import { Output, type Service as OutputService } from "../output.js"
import * as Phrases from "../phrases.js"
import { operations } from "../phrases/operations.js"
import { usage } from "../phrases/usage.js"
import { printable } from "../text.js"

/** What all of these commands are given. @internal */
export interface Common {
  readonly words: ReadonlyArray<string>
  readonly json: boolean
  readonly dryRun: boolean
  readonly auth: ZhipuConfig.AuthKind | undefined
  readonly baseUrl: string | undefined
  readonly timeout: number | undefined
  readonly keyStdin: boolean
  readonly simulate: boolean
  readonly fault: string | undefined
}

/** @internal */
export type Failure =
  | ZhipuError
  | ConfigError.ConfigError
  | UsageError
  | FaultParseError
  | BrokenPipe
  | DeadlineError
  | PlatformError
  | Reported

/** What their programs may ask for. @internal */
export type Services = Zhipu.Zhipu | HttpClient.HttpClient | FileSystem.FileSystem | PlatformPath.Path | Output

/** @internal */
export type Program = Effect.Effect<void, Failure, Services>

/** A form, by what is in it. */
const shown = (body: ZhipuHttpClient.Call["body"]): unknown =>
  Form.isForm(body)
    ? Object.fromEntries(
        body.parts.map((part) => [
          part.name,
          "text" in part ? part.text : { filename: part.filename, bytes: part.size ?? "unknown" }
        ])
      )
    : body

/** A client that prints what it would send, and ends. */
const dryClient = (output: OutputService): ZhipuHttpClient.Service => {
  const print = (call: ZhipuHttpClient.Call): Effect.Effect<never, ZhipuError> => {
    const { body, method = "POST", path, urlParams } = call
    const request = { method, path, ...(urlParams === undefined ? {} : { query: urlParams }), body: shown(body) }
    return Effect.zipRight(
      Effect.ignore(output.out(`${JSON.stringify(request, null, 2)}\n`)),
      Effect.fail(new InvalidRequestError({ message: dry, code: dry }))
    )
  }
  return {
    execute: print,
    json: print,
    events: (call) => Stream.fromEffect(print(call)),
    bytes: (call) => Stream.fromEffect(print(call)),
    empty: print
  }
}

const dry = "dry-run"

/** Runs the program of a command with a client as its options say. @internal */
export const run = (
  options: Common & { readonly output?: string | undefined },
  key: string | undefined,
  program: Program
): Effect.Effect<void, Failure, Output> =>
  Effect.gen(function* () {
    const output = yield* Output
    const layer = Connect.layer(
      {
        given: {
          ...(key === undefined ? {} : { apiKey: Redacted.make(key) }),
          ...(options.auth === undefined ? {} : { auth: options.auth }),
          ...(options.baseUrl === undefined ? {} : { baseUrl: options.baseUrl })
        },
        fault: options.fault,
        simulate: options.simulate,
        isSeen: options.dryRun || (output.stdoutIsTty && !options.json && options.output === undefined),
        retry: (policy) => policy
      },
      output
    )
    const client = options.dryRun
      ? Layer.merge(layer, Layer.succeed(ZhipuHttpClient.ZhipuHttpClient, dryClient(output)))
      : layer
    const bounded =
      options.timeout === undefined
        ? program
        : Effect.timeoutFail(program, {
            duration: options.timeout,
            onTimeout: () =>
              new DeadlineError({ message: "It took longer than --timeout. What was begun goes on with the service." })
          })
    yield* bounded.pipe(
      Effect.catchIf(
        (error) => error._tag === "InvalidRequestError" && error.code === dry,
        () => Effect.void
      ),
      Effect.catchTag("SystemError", fileError),
      Effect.provide(Layer.mergeAll(client, Connect.transport, NodeContext.layer))
    )
  })

/** The key, where it comes first on standard input, and the text after it. @internal */
export const piped = (options: Common, wanted: boolean): Effect.Effect<Input.Piped, UsageError, Output> =>
  Effect.flatMap(Output, (output) =>
    Input.readStdin({ wanted, keyStdin: options.keyStdin, dispensable: options.words.length > 0 }, output)
  )

/**
 * The key alone, for what takes nothing else of standard input: that may be the list of a loop of the shell, or a pipe without an end.
 *
 * @internal
 */
export const keyOf = (options: Common): Effect.Effect<string | undefined, UsageError, Output> =>
  options.keyStdin ? Effect.map(piped(options, false), ({ key }) => key) : Effect.succeed(undefined)

/** A text from words, a file, or what is piped in. @internal */
export const textOf = (
  options: Common & { readonly input?: string | undefined }
): Effect.Effect<{ readonly text: string; readonly key: string | undefined }, UsageError, Output> =>
  Effect.gen(function* () {
    const { input } = options
    const dash = input === "-" || (options.words.length === 1 && options.words[0] === "-")
    const words = dash ? "" : options.words.join(" ")
    if (input !== undefined && words !== "") {
      return yield* new UsageError({ message: "Give the text as an argument or by --input, and not by both." })
    }
    if (words !== "") return { text: words, key: yield* keyOf(options) }
    if (input !== undefined && input !== "-") {
      return { text: yield* Input.readFile("--input", input), key: yield* keyOf(options) }
    }
    return yield* piped(options, dash)
  })

/** @internal */
export const linesOf = (text: string): ReadonlyArray<string> => text.split(/\r?\n/).filter((line) => line.trim() !== "")

/** What takes no words more, such as a list. They are not repeated, as one may be a key. @internal */
export const alone = (name: string, more: ReadonlyArray<string>): Effect.Effect<void, UsageError> =>
  more.length === 0
    ? Effect.void
    : new UsageError({
        message: Sentences.say("takesNoArgument", { name, word: "" }),
        help: `zhipu ${name.split(" ")[0]}`
      })

/** @internal */
export const needed = (text: string, what: string): Effect.Effect<string, UsageError> =>
  text.trim() === ""
    ? Effect.fail(new UsageError({ message: `There is no ${what}. Give one as an argument, or pipe it in.` }))
    : Effect.succeed(text)

/** @internal */
export const print = (document: unknown): Effect.Effect<void, BrokenPipe, Output> =>
  Effect.flatMap(Output, (output) => output.out(`${JSON.stringify(document, null, output.stdoutIsTty ? 2 : 0)}\n`))

/** @internal */
export const say = (text: string): Effect.Effect<void, BrokenPipe, Output> =>
  Effect.flatMap(Output, (output) => output.out(`${text}\n`))

/** @internal */
export const tell = (text: string): Effect.Effect<void, never, Output> =>
  Effect.flatMap(Output, (output) => output.notice(`zhipu: ${inLanguage(printable(text))}`))

const inChinese = Phrases.translator(Phrases.and(operations, usage))

const inLanguage = (text: string): string => (Sentences.language === "zh" ? inChinese(text) : text)

/** A file that cannot be used, in words for people. Of one that is open the system tells no name. */
const fileError = ({
  cause,
  method,
  pathOrDescriptor
}: SystemError): Effect.Effect<never, UsageError | Reported, Output> => {
  const reason = Document.reasonOf(cause)
  if (typeof pathOrDescriptor !== "string") {
    return Effect.zipRight(
      tell(`A file cannot be read or written: ${reason}.`),
      new Reported({ exitCode: exitCodes.other })
    )
  }
  const path = printable(pathOrDescriptor.replace(/\.part$/, ""))
  // Node says ENOENT where the disk cannot be written.
  if (method === "makeDirectory") {
    return new UsageError({ message: `The folder ${path} cannot be made: XDG_STATE_HOME names another place for it.` })
  }
  const isRead = method === "stat" || method.startsWith("read")
  return new UsageError({
    message: isRead ? `${path} cannot be read: ${reason}.` : `${path} cannot be used: ${reason}.`
  })
}

/** Why a file cannot be written there, as far as that can be known before. */
const obstacle = (path: string, force: boolean): string | undefined => {
  const found = Fs.statSync(path, { throwIfNoEntry: false })
  if (found?.isDirectory() === true) return `${printable(path)} is a folder: give the name of a file.`
  if (found?.isFile() === false) return `${printable(path)} is no file: - is standard output.`
  if (found !== undefined && !force) return `${printable(path)} is there. Say --force to replace it.`
  const folder = Path.dirname(path)
  if (!Fs.existsSync(folder)) return `There is no folder ${printable(folder)} for ${printable(path)}.`
  try {
    Fs.accessSync(folder, Fs.constants.W_OK)
    return undefined
  } catch (cause) {
    return `${printable(path)} cannot be written: ${Document.reasonOf(cause)}.`
  }
}

/** A file that may be written: none that is there, but for --force. Looked at before anything is paid for. @internal */
export const target = (path: string, force: boolean): Effect.Effect<string, UsageError> =>
  Effect.flatMap(
    Effect.try({
      try: () => obstacle(path, force),
      catch: (cause) => new UsageError({ message: `${printable(path)} cannot be used: ${Document.reasonOf(cause)}.` })
    }),
    (message) => (message === undefined ? Effect.succeed(path) : new UsageError({ message }))
  )

/** Bytes as they come, to a pipe; a terminal takes none. @internal */
export const bytesOut = <E, R>(
  bytes: Stream.Stream<Uint8Array, E, R>
): Effect.Effect<void, E | UsageError | BrokenPipe, R | Output> =>
  Effect.flatMap(Output, (output): Effect.Effect<void, E | UsageError | BrokenPipe, R> =>
    output.stdoutIsTty
      ? new UsageError({ message: "These are bytes, which a terminal cannot show: give --output FILE." })
      : Stream.runForEach(bytes, output.bytes)
  )

/** How to wait: it says on standard error where it is. @internal */
export const waiting = (
  poll: number | undefined
): Effect.Effect<
  {
    readonly onProgress: (progress: {
      readonly state: string
      readonly elapsed: { toString(): string }
    }) => Effect.Effect<void>
    readonly schedule?: Schedule.Schedule<unknown>
  },
  never,
  Output
> =>
  Effect.map(Output, (output) => ({
    onProgress: ({ state }) => output.progress(`${state} …`),
    ...(poll === undefined ? {} : { schedule: Schedule.spaced(poll) })
  }))
