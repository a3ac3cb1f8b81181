/** The options of the commands, declared once: parser, help, completions and `argv.ts` all read them here. */
import * as Args from "@effect/cli/Args"
import * as HelpDoc from "@effect/cli/HelpDoc"
import type * as Span from "@effect/cli/HelpDoc/Span"
import * as Options from "@effect/cli/Options"
import type * as Usage from "@effect/cli/Usage"
import * as Option from "effect/Option"
import type { OptionSpec } from "./argv.js"
import { millis } from "./text.js"

/** @internal */
export const optional = <A>(options: Options.Options<A>, description: string): Options.Options<A | undefined> =>
  options.pipe(Options.withDescription(description), Options.optional, Options.map(Option.getOrUndefined))

/** @internal */
export const text = (name: string, placeholder: string) => Options.text(name).pipe(Options.withPseudoName(placeholder))

/** @internal */
export const flag = (name: string, description: string) =>
  Options.boolean(name).pipe(Options.withDescription(description))

/** @internal */
export const duration = (name: string) =>
  text(name, "time").pipe(
    Options.filterMap(
      (value) => Option.fromNullable(millis(value)),
      `--${name} takes a time above zero: seconds, or a number with ms, s, m or h, for example 90, 500ms or 2m`
    )
  )

/** @internal */
export const numeric = (name: string, isWhole: boolean) =>
  text(name, "number").pipe(
    Options.filterMap(
      (value) => {
        const number = value.trim() === "" ? Number.NaN : Number(value)
        return (isWhole ? Number.isSafeInteger(number) : Number.isFinite(number)) ? Option.some(number) : Option.none()
      },
      `--${name} takes a ${isWhole ? "whole " : ""}number`
    )
  )

/** @internal */
export const integer = (name: string) => numeric(name, true)

/** How many of something, of which none makes no sense. @internal */
export const count = (name: string) =>
  integer(name).pipe(
    Options.filterMap(
      (number) => (number >= 1 ? Option.some(number) : Option.none()),
      `--${name} takes a whole number from 1`
    )
  )

/** @internal */
export const fault = optional(
  text("fault", "list"),
  "Faults of the simulator, for example code:1305*2 or truncate@512; help lists all."
)

/** @internal */
export const simulated = flag("simulate", "Let the built-in simulator answer, whatever keys there are.")

/** @internal */
export const keyStdin = flag("key-stdin", "Read the API key from the first line of standard input.")

/** @internal */
export const json = (description: string) => flag("json", description)

/** @internal */
export const prompt = Args.text({ name: "prompt" }).pipe(
  Args.withDescription("What to ask. Piped standard input goes before it; without it, standard input is the prompt."),
  Args.repeated
)

/** @internal */
export const files = Args.text({ name: "file" }).pipe(Args.withDescription("What to check."), Args.repeated)

/** @internal */
export const recording = Args.text({ name: "file" }).pipe(
  Args.withDescription("The recording; what follows is the prompt."),
  Args.repeated
)

/** @internal */
export const words = Args.text({ name: "word" }).pipe(Args.repeated)

/** @internal */
export const shell = Args.text({ name: "shell" }).pipe(Args.withDescription("bash, zsh or fish."), Args.repeated)

/** @internal */
export const chat = {
  model: optional(text("model", "name").pipe(Options.withAlias("m")), "The model. Default: ZHIPU_MODEL, or glm-4.6."),
  system: optional(
    text("system", "text").pipe(Options.withAlias("s")),
    "Instructions that stand above the conversation."
  ),
  messages: optional(
    text("messages", "file"),
    "A JSON array of messages: earlier turns. A prompt is added as a last turn. - is standard input."
  ),
  file: text("file", "file").pipe(
    Options.withAlias("f"),
    Options.withDescription(
      "A file or URL that goes with the prompt: text, image, video or document. May be repeated."
    ),
    Options.repeated
  ),
  template: optional(
    text("template", "name").pipe(Options.withAlias("t")),
    "Ask by this template: zhipu templates lists them."
  ),
  param: text("param", "name=value").pipe(
    Options.withAlias("p"),
    Options.withDescription("What stands for {{name}} in the template. May be repeated."),
    Options.repeated
  ),
  last: flag("last", "Go on with the last conversation.").pipe(Options.withAlias("c")),
  continue: optional(text("continue", "id"), "Go on with this conversation: zhipu logs lists them."),
  log: flag("log", "Keep the conversation, also where no terminal is."),
  noLog: flag("no-log", "Keep nothing of it."),
  schema: optional(
    text("schema", "file or fields"),
    "Print a value of this JSON Schema, as JSON. Fields: name, age int, bio: one sentence."
  ),
  extract: flag("extract", "Print the first block of code of the answer alone.").pipe(Options.withAlias("x")),
  search: flag("search", "Let the service search the web for the answer."),
  tools: optional(text("tools", "file"), "A JSON array of tools that the model may call."),
  mcp: text("mcp", "file").pipe(
    Options.withDescription("MCP servers whose tools the model may call: a file mcp.json. May be repeated."),
    Options.repeated
  ),
  functions: text("functions", "file").pipe(
    Options.withDescription("A module whose exported functions the model may call. May be repeated."),
    Options.repeated
  ),
  yesTools: optional(text("yes-tools", "names"), "Tools that run unasked, with commas between; * is all of them."),
  thinking: optional(
    Options.choice("thinking", ["enabled", "disabled"]),
    "Whether the model thinks before it answers."
  ),
  toolStream: flag("tool-stream", "Show the arguments of tool calls as they come."),
  temperature: optional(numeric("temperature", false), "0 to 1. Change this or --top-p, not both."),
  topP: optional(numeric("top-p", false), "0.01 to 1."),
  maxTokens: optional(integer("max-tokens"), "The longest answer, thinking included."),
  noReasoning: flag("no-reasoning", "Do not show what the model thinks."),
  json: json("Print the answer as one ChatCompletion, in JSON."),
  jsonl: flag("jsonl", "Print each event as a line of JSON, as it comes."),
  noStream: flag("no-stream", "Ask for the whole answer at once."),
  markdown: flag("markdown", "Lay the answer out as Markdown, also where it is piped on."),
  noMarkdown: flag("no-markdown", "Print the text of the answer as it is, also on a terminal."),
  auth: optional(
    Options.choice("auth", ["api-key", "jwt"]),
    "Send the key itself, or a token signed with it. Default: ZHIPU_AUTH, or api-key."
  ),
  baseUrl: optional(text("base-url", "url"), "Where the service is. Default: ZHIPU_BASE_URL, or by the key."),
  timeout: optional(duration("timeout"), "How long everything may take, for example 90, 90s or 5m. Default: no limit."),
  keyStdin,
  dryRun: flag("dry-run", "Print the request, as it would be sent, and send nothing."),
  simulate: simulated,
  fault,
  verbose: flag("verbose", "Say what was attached, and what it cost, also where standard error is no terminal.").pipe(
    Options.withAlias("v")
  )
}

/** @internal */
export const token = {
  ttl: optional(duration("ttl"), "How long the token is valid, for example 90s or 1h. Default: 30 minutes."),
  keyStdin
}

/** @internal */
export const simulate = {
  port: integer("port").pipe(
    Options.withDescription("The port to listen on. Default: any free one."),
    Options.withDefault(0)
  ),
  host: Options.text("host").pipe(
    Options.withPseudoName("address"),
    Options.withDescription("The address to listen on."),
    Options.withDefault("127.0.0.1")
  ),
  seed: optional(integer("seed"), "Another seed, other answers. Default: 1."),
  ttft: optional(integer("ttft"), "Milliseconds before the first token. Default: 0."),
  tps: optional(numeric("tps", false), "Tokens per second. Default: as fast as they are read."),
  maxInFlight: optional(integer("max-in-flight"), "Requests at once; more are refused with code 1302."),
  fault,
  json: json("Print base URL and key as JSON.")
}

/** @internal */
export const monitor = {
  port: integer("port").pipe(
    Options.withDescription("The port of the page. Default: any free one."),
    Options.withDefault(0)
  ),
  host: Options.text("host").pipe(
    Options.withPseudoName("address"),
    Options.withDescription("The address of the page. Nobody is asked who they are: leave it local."),
    Options.withDefault("127.0.0.1")
  ),
  url: optional(
    text("url", "url"),
    "Where an application has mounted its monitor, for example http://127.0.0.1:3000/monitor."
  )
}

/** @internal */
export const record = {
  ...chat,
  force: flag("force", "Replace the recording, if there is one in this file.")
}

/** @internal */
export const replay = {
  timing: Options.choice("timing", ["none", "recorded"]).pipe(
    Options.withDescription("Whether answers take as long as they took. Default: none, at once."),
    Options.withDefault("none")
  ),
  port: optional(integer("port"), "Answer over HTTP on this port, until Ctrl-C; 0 is any free one."),
  host: Options.text("host").pipe(
    Options.withPseudoName("address"),
    Options.withDescription("The address to listen on, with --port."),
    Options.withDefault("127.0.0.1")
  ),
  json: json("Print each answer as one ChatCompletion, in JSON; with --port, base URL and key."),
  jsonl: flag("jsonl", "Print each event as a line of JSON.")
}

/** @internal */
export const models = {
  json: json("Print the table as JSON."),
  remote: flag("remote", "Print what the service names for the key, which leaves out models that work.")
}

/** @internal */
export const doctor = {
  json: json("Print the checks as one JSON document."),
  offline: flag("offline", "Look at the settings alone, and ask nothing of the network."),
  model: optional(
    text("model", "name").pipe(Options.withAlias("m")),
    "The model to ask. Default: ZHIPU_MODEL, or glm-4.6."
  ),
  auth: optional(
    Options.choice("auth", ["api-key", "jwt"]),
    "Send the key itself, or a token signed with it. Default: ZHIPU_AUTH, or api-key."
  ),
  baseUrl: optional(text("base-url", "url"), "Where the service is. Default: ZHIPU_BASE_URL, or by the key."),
  timeout: optional(duration("timeout"), "How long each question may take. Default: 10s to reach, 30s for the answer."),
  keyStdin
}

/** @internal */
export const migrate = {
  json: json("Print the findings as one JSON document."),
  level: Options.choice("level", ["must", "should"]).pipe(
    Options.withDescription("The least level that is told of, and ends with 1. Default: should, which is both."),
    Options.withDefault("should")
  ),
  fix: flag("fix", "Write what has one certain replacement, and print the diff; the rest stays advice."),
  rules: flag("rules", "Print the rules, and check nothing.")
}

/** @internal */
export const logs = {
  json: json("Print JSON: the list, or the messages as --messages reads them."),
  number: optional(count("number").pipe(Options.withAlias("n")), "How many are listed at the most. Default: 20."),
  all: flag("all", "With delete: every conversation.")
}

/** @internal */
export const config = {
  json: json("Print what is set as JSON.")
}

/** @internal */
export const keys = {
  region: optional(
    Options.choice("region", ["cn", "global"]),
    "With set: bigmodel.cn (cn, the default) or z.ai (global)."
  )
}

/** @internal */
export const templates = {}

/** @internal */
export const completions = {}

/** An option with what `--help` says about it. @internal */
export interface Documented extends OptionSpec {
  /** What stands for its value: `name`, or `enabled|disabled`. */
  readonly placeholder: string | undefined
  readonly description: string
}

/** What the declarations above say, as data. @internal */
export const documented = (declared: Readonly<Record<string, Options.Options<unknown>>>): ReadonlyArray<Documented> =>
  Object.values(declared).flatMap((option) => {
    const usage = Options.getUsage(option)
    const names = namesOf(usage)
    const name = names?.names.find((name) => name.startsWith("--"))
    if (names === undefined || name === undefined) return []
    const placeholder = Option.getOrUndefined(names.acceptedValues)?.replaceAll(" | ", "|")
    return [
      {
        name,
        names: names.names,
        takesValue: placeholder !== undefined,
        ...(placeholder?.includes("|") === true ? { choices: placeholder.split("|") } : {}),
        ...(usage._tag === "Repeated" ? { repeats: true } : {}),
        // No instructions are instructions too: they take the place of those in a file of messages.
        ...(name === "--system" ? { mayBeEmpty: true } : {}),
        placeholder,
        description: descriptionOf(Options.getHelp(option))
      }
    ]
  })

const namesOf = (usage: Usage.Usage): Usage.Named | undefined => {
  switch (usage._tag) {
    case "Named":
      return usage
    case "Optional":
    case "Repeated":
      return namesOf(usage.usage)
    default:
      return undefined
  }
}

/** The parser puts the type before the description, and a remark after it. */
const descriptionOf = (help: HelpDoc.HelpDoc): string => {
  const definition = HelpDoc.isDescriptionList(help) ? help.definitions[0]?.[1] : undefined
  return definition === undefined ? "" : (paragraphs(definition)[1] ?? "")
}

const paragraphs = (help: HelpDoc.HelpDoc): ReadonlyArray<string> => {
  if (HelpDoc.isParagraph(help)) return [textOf(help.value)]
  return HelpDoc.isSequence(help) ? [...paragraphs(help.left), ...paragraphs(help.right)] : []
}

const textOf = (span: Span.Span): string => {
  switch (span._tag) {
    case "Sequence":
      return textOf(span.left) + textOf(span.right)
    case "Text":
    case "URI":
      return span.value
    default:
      return textOf(span.value)
  }
}
