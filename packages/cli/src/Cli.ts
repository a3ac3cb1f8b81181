/** The commands together, and how a command line is run. */
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as ValidationError from "@effect/cli/ValidationError"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import * as NodeTerminal from "@effect/platform-node/NodeTerminal"
import type * as Console from "effect/Console"
import * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Fs from "node:fs"
import * as Path from "node:path"
import * as Argv from "./argv.js"
import { UsageError } from "./errors.js"
import { descriptions, helpText, name } from "./help.js"
import { language } from "./language.js"
import * as operationOptions from "./operations/options.js"
import * as options from "./options.js"
import { Output } from "./output.js"
import * as Folders from "./store/folders.js"
import { printable } from "./text.js"
import { version } from "./version.js"
import type { Printed } from "./words.js"

// Each command is loaded when it runs: `zhipu models` needs no HTTP client.
const root = Command.make(name, { ...options.chat, prompt: options.prompt }, (given) =>
  Effect.flatMap(
    Effect.promise(() => import("./commands/chat.js")),
    (command) => command.run(given)
  )
).pipe(Command.withDescription(descriptions.zhipu))

const chat = Command.make("chat", { ...options.chat, prompt: options.prompt }, (given) =>
  Effect.flatMap(
    Effect.promise(() => import("./commands/chat.js")),
    (command) => command.runSession(given)
  )
).pipe(Command.withDescription(descriptions.chat))

const config = Command.make("config", { ...options.config, words: options.words }, (given) =>
  Effect.flatMap(
    Effect.promise(() => import("./commands/config.js")),
    (command) => command.run(given)
  )
).pipe(Command.withDescription(descriptions.config))

const keys = Command.make("keys", { ...options.keys, words: options.words }, (given) =>
  Effect.flatMap(
    Effect.promise(() => import("./commands/keys.js")),
    (command) => command.run(given)
  )
).pipe(Command.withDescription(descriptions.keys))

const templates = Command.make("templates", { ...options.templates, words: options.words }, (given) =>
  Effect.flatMap(
    Effect.promise(() => import("./commands/templates.js")),
    (command) => command.run(given)
  )
).pipe(Command.withDescription(descriptions.templates))

const logs = Command.make("logs", { ...options.logs, words: options.words }, (given) =>
  Effect.flatMap(
    Effect.promise(() => import("./commands/logs.js")),
    (command) => command.run(given)
  )
).pipe(Command.withDescription(descriptions.logs))

const token = Command.make("token", options.token, (given) =>
  Effect.flatMap(
    Effect.promise(() => import("./commands/token.js")),
    (command) => command.run(given)
  )
).pipe(Command.withDescription(descriptions.token))

const simulate = Command.make("simulate", options.simulate, (given) =>
  Effect.flatMap(
    Effect.promise(() => import("./commands/simulate.js")),
    (command) => command.run(given)
  )
).pipe(Command.withDescription(descriptions.simulate))

const record = Command.make("record", { ...options.record, words: options.recording }, (given) =>
  Effect.flatMap(
    Effect.promise(() => import("./commands/record.js")),
    (command) => command.run(given)
  )
).pipe(Command.withDescription(descriptions.record))

const replay = Command.make("replay", { ...options.replay, words: options.recording }, (given) =>
  Effect.flatMap(
    Effect.promise(() => import("./commands/replay.js")),
    (command) => command.run(given)
  )
).pipe(Command.withDescription(descriptions.replay))

const models = Command.make("models", options.models, (given) =>
  Effect.flatMap(
    Effect.promise(() => import("./commands/models.js")),
    (command) => command.run(given)
  )
).pipe(Command.withDescription(descriptions.models))

const monitor = Command.make("monitor", options.monitor, (given) =>
  Effect.flatMap(
    Effect.promise(() => import("./commands/monitor.js")),
    (command) => command.run(given)
  )
).pipe(Command.withDescription(descriptions.monitor))

const doctor = Command.make("doctor", options.doctor, (given) =>
  Effect.flatMap(
    Effect.promise(() => import("./commands/doctor.js")),
    (command) => command.run(given)
  )
).pipe(Command.withDescription(descriptions.doctor))

const migrate = Command.make("migrate", { ...options.migrate, files: options.files }, (given) =>
  Effect.flatMap(
    Effect.promise(() => import("./commands/migrate.js")),
    (command) => command.run(given)
  )
).pipe(Command.withDescription(descriptions.migrate))

/** The operations beside chat. */
const operations = {
  embed: Command.make("embed", { ...operationOptions.embed, words: operationOptions.words }, (given) =>
    Effect.flatMap(
      Effect.promise(() => import("./operations/texts.js")),
      (commands) => commands.embed(given)
    )
  ).pipe(Command.withDescription(descriptions.embed)),
  similar: Command.make("similar", { ...operationOptions.similar, words: operationOptions.words }, (given) =>
    Effect.flatMap(
      Effect.promise(() => import("./operations/texts.js")),
      (commands) => commands.similar(given)
    )
  ).pipe(Command.withDescription(descriptions.similar)),
  rerank: Command.make("rerank", { ...operationOptions.rerank, words: operationOptions.words }, (given) =>
    Effect.flatMap(
      Effect.promise(() => import("./operations/texts.js")),
      (commands) => commands.rerank(given)
    )
  ).pipe(Command.withDescription(descriptions.rerank)),
  tokens: Command.make("tokens", { ...operationOptions.tokens, words: operationOptions.words }, (given) =>
    Effect.flatMap(
      Effect.promise(() => import("./operations/texts.js")),
      (commands) => commands.tokens(given)
    )
  ).pipe(Command.withDescription(descriptions.tokens)),
  moderate: Command.make("moderate", { ...operationOptions.moderate, words: operationOptions.words }, (given) =>
    Effect.flatMap(
      Effect.promise(() => import("./operations/texts.js")),
      (commands) => commands.moderate(given)
    )
  ).pipe(Command.withDescription(descriptions.moderate)),
  search: Command.make("search", { ...operationOptions.search, words: operationOptions.words }, (given) =>
    Effect.flatMap(
      Effect.promise(() => import("./operations/web.js")),
      (commands) => commands.search(given)
    )
  ).pipe(Command.withDescription(descriptions.search)),
  read: Command.make("read", { ...operationOptions.read, words: operationOptions.words }, (given) =>
    Effect.flatMap(
      Effect.promise(() => import("./operations/web.js")),
      (commands) => commands.read(given)
    )
  ).pipe(Command.withDescription(descriptions.read)),
  image: Command.make("image", { ...operationOptions.image, words: operationOptions.words }, (given) =>
    Effect.flatMap(
      Effect.promise(() => import("./operations/media.js")),
      (commands) => commands.image(given)
    )
  ).pipe(Command.withDescription(descriptions.image)),
  video: Command.make("video", { ...operationOptions.video, words: operationOptions.words }, (given) =>
    Effect.flatMap(
      Effect.promise(() => import("./operations/media.js")),
      (commands) => commands.video(given)
    )
  ).pipe(Command.withDescription(descriptions.video)),
  files: Command.make("files", { ...operationOptions.files, words: operationOptions.words }, (given) =>
    Effect.flatMap(
      Effect.promise(() => import("./operations/files.js")),
      (commands) => commands.files(given)
    )
  ).pipe(Command.withDescription(descriptions.files)),
  batch: Command.make("batch", { ...operationOptions.batch, words: operationOptions.words }, (given) =>
    Effect.flatMap(
      Effect.promise(() => import("./operations/batch.js")),
      (commands) => commands.batch(given)
    )
  ).pipe(Command.withDescription(descriptions.batch)),
  bulk: Command.make("bulk", { ...operationOptions.bulk, words: operationOptions.words }, (given) =>
    Effect.flatMap(
      Effect.promise(() => import("./bulk/command.js")),
      (commands) => commands.bulk(given)
    )
  ).pipe(Command.withDescription(descriptions.bulk)),
  task: Command.make("task", { ...operationOptions.task, words: operationOptions.words }, (given) =>
    Effect.flatMap(
      Effect.promise(() => import("./operations/task.js")),
      (commands) => commands.task(given)
    )
  ).pipe(Command.withDescription(descriptions.task)),
  quota: Command.make("quota", { ...operationOptions.quota, words: operationOptions.words }, (given) =>
    Effect.flatMap(
      Effect.promise(() => import("./operations/web.js")),
      (commands) => commands.quota(given)
    )
  ).pipe(Command.withDescription(descriptions.quota))
}

const completions = Command.make("completions", { ...options.completions, shell: options.shell }, ({ shell }) =>
  printCompletions(shell)
).pipe(Command.withDescription(descriptions.completions))

const declared = {
  zhipu: options.documented(options.chat),
  chat: options.documented(options.chat),
  logs: options.documented(options.logs),
  config: options.documented(options.config),
  keys: options.documented(options.keys),
  templates: options.documented(options.templates),
  token: options.documented(options.token),
  simulate: options.documented(options.simulate),
  record: options.documented(options.record),
  replay: options.documented(options.replay),
  models: options.documented(options.models),
  monitor: options.documented(options.monitor),
  doctor: options.documented(options.doctor),
  migrate: options.documented(options.migrate),
  embed: options.documented(operationOptions.embed),
  similar: options.documented(operationOptions.similar),
  rerank: options.documented(operationOptions.rerank),
  tokens: options.documented(operationOptions.tokens),
  moderate: options.documented(operationOptions.moderate),
  search: options.documented(operationOptions.search),
  read: options.documented(operationOptions.read),
  image: options.documented(operationOptions.image),
  video: options.documented(operationOptions.video),
  files: options.documented(operationOptions.files),
  batch: options.documented(operationOptions.batch),
  bulk: options.documented(operationOptions.bulk),
  task: options.documented(operationOptions.task),
  quota: options.documented(operationOptions.quota),
  completions: options.documented(options.completions)
}

const takesFiles: ReadonlySet<string> = new Set(["record", "replay", "migrate"])

/** Some of their words are files. */
const completesFiles: ReadonlySet<string> = new Set(["files", "batch", "bulk"])

/** The only words, or the first of them. */
const operandsOf: Readonly<Record<string, ReadonlyArray<string>>> = {
  logs: ["list", "show", "search", "delete", "path"],
  config: ["list", "path", "get", "set", "unset"],
  keys: ["list", "path", "set", "remove"],
  templates: ["list", "path", "show", "set", "edit", "remove"],
  completions: ["bash", "zsh", "fish"]
}

const withOperands: ReadonlySet<string> = new Set([
  ...takesFiles,
  ...Object.keys(operations).filter((name) => name !== "quota"),
  "chat",
  ...Object.keys(operandsOf)
])

const isSubcommand = (name: string): name is Exclude<keyof typeof declared, "zhipu"> =>
  name !== "zhipu" && Object.hasOwn(declared, name)

const commandEntries = (Object.keys(declared) as Array<keyof typeof declared>).map(
  (command) => [command, declared[command]] as const
)

/** What `argv.ts` knows of the commands. @internal */
export const commands: Argv.Commands = Object.entries(declared).map(([command, options]) => ({
  name: command,
  options,
  hasOperands: withOperands.has(command)
}))

const environment = Layer.mergeAll(NodeFileSystem.layer, NodePath.layer, NodeTerminal.layer)

const parserConfig = CliConfig.layer({
  isCaseSensitive: true,
  autoCorrectLimit: 0,
  showBuiltIns: false,
  showTypes: false
})

/** Runs a command line, without the name of the program. @internal */
export const run = (argv: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const directive = yield* Either.mapLeft(Argv.read(argv, commands, isPiped()), (problem) => new UsageError(problem))
    switch (directive._tag) {
      case "Version":
        return yield* Effect.flatMap(Output, (output) => output.out(`${version}\n`))
      case "Help": {
        const command = isSubcommand(directive.command) ? directive.command : "zhipu"
        const { out, size, stdoutIsTty } = yield* Output
        const columns = stdoutIsTty ? size().columns : undefined
        const translate = language === "zh" ? yield* inChinese : undefined
        return yield* out(`${helpText(command, declared[command], columns, translate)}\n`)
      }
      case "Faults": {
        const { faultsText } = yield* Effect.promise(() => import("./help/faults.js"))
        const { out, size, stdoutIsTty } = yield* Output
        const translate = language === "zh" ? yield* faultsInChinese : undefined
        return yield* out(`${faultsText(stdoutIsTty ? size().columns : undefined, translate)}\n`)
      }
      case "Completions":
        return yield* printCompletions([directive.shell])
      case "Run": {
        const running = Effect.gen(function* () {
          const { args, command } = directive
          return yield* parse(command, args)
        })
        return yield* withSettings(running, mending.has(directive.command))
      }
    }
  })

/** Loaded only here: in English nothing of it is needed. */
const inChinese = Effect.map(
  Effect.promise(() => import("./help/chinese.js")),
  ({ chinese }) =>
    (text: string) =>
      chinese.get(text) ?? text
)

const faultsInChinese = Effect.map(
  Effect.promise(() => import("./help/chineseFaults.js")),
  ({ chineseFaults }) =>
    (text: string) =>
      chineseFaults.get(text) ?? text
)

/** By these a file that cannot be read is looked at and mended. */
const mending: ReadonlySet<string> = new Set(["config", "keys", "completions", "models"])

/** What the files of the user say goes behind the environment. Without such files nothing is loaded for it. */
const withSettings = <A, E, R>(effect: Effect.Effect<A, E, R>, isMending: boolean) =>
  Effect.gen(function* () {
    if (!["config.json", "keys.json"].some((file) => Fs.existsSync(Path.join(Folders.config(), file))))
      return yield* effect
    const { Settings, Unreadable, load } = yield* Effect.promise(() => import("./settings.js"))
    const loaded = Either.try({ try: () => load(process.env), catch: (cause) => cause })
    if (Either.isLeft(loaded)) {
      // What is not told of is that the environment may not be read as a whole, as in Deno without permission.
      if (isMending || !(loaded.left instanceof Unreadable)) return yield* effect
      return yield* Effect.fail(ConfigError.InvalidData([], loaded.left.message))
    }
    const { inForce, provider } = loaded.right
    yield* Effect.flatMap(Output, (output) => output.notice(...inForce.notices))
    return yield* effect.pipe(Effect.provideService(Settings, inForce), Effect.withConfigProvider(provider))
  })

/** Whether something may come on standard input. */
const isPiped = (): boolean => {
  try {
    const stat = Fs.fstatSync(0)
    return stat.isFIFO() || stat.isFile() || stat.isSocket()
  } catch {
    return false
  }
}

/** What a command line leaves on standard output where the answer fails on its way. @internal */
export const printed = (argv: ReadonlyArray<string>): Printed =>
  Either.match(Argv.read(argv, commands, isPiped()), {
    onLeft: () => "nothing",
    onRight: (directive) => {
      if (directive._tag !== "Run") return "nothing"
      const end = directive.args.indexOf("--")
      const options = end === -1 ? directive.args : directive.args.slice(0, end)
      return options.includes("--json") || options.includes("--no-stream") ? "nothing" : "what came"
    }
  })

const app = { name, version, executable: name }

const parse = (command: string, args: ReadonlyArray<string>) => {
  switch (command) {
    case "chat":
      return execute(Command.run(chat, app), args, `${name} chat`)
    case "logs":
      return execute(Command.run(logs, app), args, `${name} logs`)
    case "config":
      return execute(Command.run(config, app), args, `${name} config`)
    case "keys":
      return execute(Command.run(keys, app), args, `${name} keys`)
    case "templates":
      return execute(Command.run(templates, app), args, `${name} templates`)
    case "token":
      return execute(Command.run(token, app), args, `${name} token`)
    case "simulate":
      return execute(Command.run(simulate, app), args, `${name} simulate`)
    case "record":
      return execute(Command.run(record, app), args, `${name} record`)
    case "replay":
      return execute(Command.run(replay, app), args, `${name} replay`)
    case "models":
      return execute(Command.run(models, app), args, `${name} models`)
    case "monitor":
      return execute(Command.run(monitor, app), args, `${name} monitor`)
    case "doctor":
      return execute(Command.run(doctor, app), args, `${name} doctor`)
    case "migrate":
      return execute(Command.run(migrate, app), args, `${name} migrate`)
    case "completions":
      return execute(Command.run(completions, app), args, `${name} completions`)
    case "embed":
      return execute(Command.run(operations.embed, app), args, `${name} embed`)
    case "similar":
      return execute(Command.run(operations.similar, app), args, `${name} similar`)
    case "rerank":
      return execute(Command.run(operations.rerank, app), args, `${name} rerank`)
    case "tokens":
      return execute(Command.run(operations.tokens, app), args, `${name} tokens`)
    case "moderate":
      return execute(Command.run(operations.moderate, app), args, `${name} moderate`)
    case "search":
      return execute(Command.run(operations.search, app), args, `${name} search`)
    case "read":
      return execute(Command.run(operations.read, app), args, `${name} read`)
    case "image":
      return execute(Command.run(operations.image, app), args, `${name} image`)
    case "video":
      return execute(Command.run(operations.video, app), args, `${name} video`)
    case "files":
      return execute(Command.run(operations.files, app), args, `${name} files`)
    case "batch":
      return execute(Command.run(operations.batch, app), args, `${name} batch`)
    case "bulk":
      return execute(Command.run(operations.bulk, app), args, `${name} bulk`)
    case "task":
      return execute(Command.run(operations.task, app), args, `${name} task`)
    case "quota":
      return execute(Command.run(operations.quota, app), args, `${name} quota`)
    default:
      return execute(Command.run(root, app), args, name)
  }
}

const printCompletions = (shells: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { isShell, script } = yield* Effect.promise(() => import("./completions.js"))
    const shell = shells[0] === "sh" ? "bash" : shells[0]
    if (shell === undefined || shells.length > 1 || !isShell(shell)) {
      return yield* new UsageError({
        message: "zhipu completions takes one of bash, zsh, fish.",
        help: "zhipu completions"
      })
    }
    const output = yield* Output
    const { table } = yield* Effect.promise(() => import("@effect-zhipu/client/Model"))
    yield* output.out(
      script(
        shell,
        commandEntries.map(([command, options]) => ({
          name: command,
          description: descriptions[command],
          options,
          operands: takesFiles.has(command) || completesFiles.has(command) ? "files" : operandsOf[command]
        })),
        table.map(({ id }) => id)
      )
    )
  })

/** The parser prints by the Console: a completion script goes to standard output; an error is told with all others. */
const execute = <E, R>(
  parser: (args: ReadonlyArray<string>) => Effect.Effect<void, E | ValidationError.ValidationError, R>,
  args: ReadonlyArray<string>,
  help: string
) =>
  Effect.gen(function* () {
    const output = yield* Output
    const printed: Array<string> = []
    const quiet = yield* Effect.map(Effect.console, (console): Console.Console => ({
      ...console,
      log: (...texts) => Effect.sync(() => void printed.push(texts.join(" "))),
      error: () => Effect.void
    }))
    yield* parser(["node", name, ...args]).pipe(
      Effect.withConsole(quiet),
      Effect.catchIf(
        ValidationError.isValidationError,
        (error) => new UsageError({ message: printable(withoutColour(HelpDoc.toAnsiText(error.error))), help })
      )
    )
    if (printed.length > 0) yield* output.out(`${printed.join("\n").trim()}\n`)
  }).pipe(Effect.provide(Layer.merge(environment, parserConfig)))

// eslint-disable-next-line no-control-regex -- this is what is looked for
const colours = /\u001b\[[0-9;]*m/g

const withoutColour = (text: string): string => text.replace(colours, "")
