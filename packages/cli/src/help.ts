/** What `--help` prints. Pure. */
import type { Documented } from "./options.js"
import { pages, type Row } from "./pages.js"
import * as Wrap from "./wrap.js"

/** The name of the command. @internal */
export const name = "zhipu"

/** @internal */
export const descriptions = {
  zhipu:
    "Asks a GLM model and streams the answer: the answer on standard output, reasoning and notices on standard error. " +
    "Piped standard input goes before the prompt. A prompt that is the name of a command, or begins with a dash, goes " +
    "after --.",
  chat: "Holds a conversation at a terminal, as zhipu alone does; a prompt begins it.",
  logs: "Lists the conversations that are kept, shows one, searches all of them, and deletes.",
  config: "Sets what else an option or a variable would say each time, such as the model.",
  keys: "Stores API keys in a file that nobody else may read, so that none need stand in the environment.",
  templates: "Prompts that are used again, with names in braces for what differs.",
  token: "Prints a token (JWT) signed with the API key, for programs that cannot sign one.",
  simulate: "Starts a simulator of the service, until Ctrl-C, and prints its base URL and a key that it takes.",
  record:
    "Asks as zhipu does, and writes down what goes over the wire: requests, answers and their timing, without keys. Prompts " +
    "are in it. Without an API key it is the built-in simulator that is recorded.",
  replay: "Prints the answers of a recording as zhipu does, or with --port gives them over HTTP, and asks nobody.",
  models: "Prints what each model can do and costs, and which is asked by default.",
  monitor:
    "Shows calls live in a browser, until Ctrl-C: rates, errors, latencies, tokens and alerts. It prints where. With --url " +
    "these are the calls of an application that has mounted the routes of @effect-zhipu/monitor; without, those of a " +
    "demonstration against the built-in simulator. It does not see the calls of other programs.",
  doctor: "Looks at key, host, region, clock, proxy and first token, and says what is wrong and what to do.",
  migrate: "Checks requests, and code that calls the API, against the checklist for GLM-4.6.",
  embed: "Prints the vector of a text, or of several: one a line.",
  similar: "Finds the texts of a file that are nearest to a query, by their vectors.",
  rerank: "Brings lines of text into the order of how well they answer a query.",
  tokens: "Counts the tokens of a text, or of messages.",
  moderate: "Judges text, images, sound or video: PASS, REVIEW or REJECT, and the risks.",
  search: "Searches the web: title, address, date and text of each page.",
  read: "Prints the text of a web page, which the service fetches.",
  image: "Makes an image from words, and prints where it was written.",
  video:
    "Makes a video from words or images, waits for it, and prints where it was written. Stopped, even killed, and called again " +
    "with the same words, it goes on with the same video.",
  files: "Sends files to the service, lists, fetches and removes them.",
  batch:
    "Runs a file of calls at half the price, within a day or so. Stopped, even killed, and called again with the same file, run " +
    "goes on with the same batch.",
  bulk:
    "Asks the prompts of a file, many at once, and keeps each answer as it comes. Stopped, even killed, and called again with the " +
    "same file, it goes on, and asks for nothing that has an answer.",
  task: "Looks at a task, such as a video, or waits for it.",
  quota: "Prints how much of a Coding Plan is used. The vendor does not document the call.",
  completions: "Prints a completion script for bash, zsh or fish."
} as const

const general: ReadonlyArray<Row> = [
  ["-h, --help", "Print this help, or that of a command. So do zhipu help, and zhipu help <command>."],
  ["--version", "Print the version."],
  ["--completions <shell>", "The same as zhipu completions; sh is bash."]
]

const helpOfCommand: Row = ["-h, --help", "Print this help."]

const footer: ReadonlyArray<readonly [title: string, rows: ReadonlyArray<Row>]> = [
  [
    "Commands",
    [
      ["zhipu chat", descriptions.chat],
      ["zhipu logs", descriptions.logs],
      ["zhipu config", descriptions.config],
      ["zhipu keys", descriptions.keys],
      ["zhipu templates", descriptions.templates],
      ["zhipu token", descriptions.token],
      ["zhipu simulate", descriptions.simulate],
      ["zhipu record", "Asks, and writes down what goes over the wire, without keys."],
      ["zhipu replay", "Answers from such a recording, at the terminal or over HTTP."],
      ["zhipu models", descriptions.models],
      ["zhipu monitor", "Shows the calls of an application, or of a demonstration, live in a browser."],
      ["zhipu doctor", descriptions.doctor],
      ["zhipu migrate", descriptions.migrate],
      ["zhipu completions", descriptions.completions]
    ]
  ],
  [
    "Commands beside chat",
    [
      ["zhipu embed, similar, rerank", "Vectors of texts, the nearest texts, texts by how well they answer."],
      ["zhipu tokens, moderate", "How many tokens a text has, and whether it may be shown."],
      ["zhipu search, read", "Pages of the web, and the text of one."],
      ["zhipu image, video", "Images and videos from words."],
      ["zhipu files, batch, task", "Files of the service, calls as a batch, and tasks that take their time."],
      ["zhipu bulk", "The prompts of a file, many at once, kept and gone on with."],
      ["zhipu quota", "How much of a Coding Plan is used."]
    ]
  ],
  [
    "Environment",
    [
      ["ZHIPU_API_KEY", "The key. Without any, the built-in simulator answers at a terminal, and nobody elsewhere."],
      ["ZHIPU_BASE_URL", "Where the service is; or ZHIPU_REGION: cn or global."],
      ["ZHIPU_MODEL", "The model, where --model is not given."],
      ["ZHIPU_SYSTEM, ZHIPU_THINKING", "Instructions and thinking, where the options are not given."],
      ["ZHIPU_LOG", "0: conversations are not kept; 1: also where no terminal is."],
      ["ZHIPU_SIMULATE", "1: the built-in simulator answers, as with --simulate."],
      ["ZHIPU_AUTH", "api-key or jwt, where --auth is not given."],
      ["ZHIPU_TIMEOUT", "Seconds, where --timeout is not given."],
      ["ZHIPU_MAX_RETRIES", "How often a request is sent again at most."],
      ["HTTPS_PROXY, NO_PROXY, NO_COLOR", "As everywhere."]
    ]
  ],
  [
    "Exit codes",
    [
      ["0", "Done."],
      ["1", "Another error, such as an unknown model."],
      ["2", "The command line, or a file it names, cannot be used."],
      ["3", "Authentication, permission, account or configuration."],
      ["4", "Rate limit, quota or balance."],
      ["5", "Network, overload, failure of the service, or a deadline."],
      ["6", "The content was filtered."],
      ["7", "The stream broke off or was corrupt."],
      ["130", "Stopped by Ctrl-C; 143 by SIGTERM, 141 because nobody reads the answer."]
    ]
  ]
]

const optionRow = (option: Documented): Row => [
  option.names.join(", ") + (option.placeholder === undefined ? "" : ` <${option.placeholder}>`),
  option.description
]

/**
 * The help of a command; the first one's tells of everything.
 *
 * @internal
 */
export const helpText = (
  command: keyof typeof descriptions,
  options: ReadonlyArray<Documented>,
  columns = widest,
  /** Into another language. */
  translate: (text: string) => string = (text) => text
): string => {
  const width = widthFor(columns)
  const { operands, paragraphs = [], sections = [] } = pages[command] ?? {}
  const usage = [
    name,
    ...(command === "zhipu" ? [] : [command]),
    translate("[options]"),
    ...(operands === undefined ? [] : [operands])
  ]
  return [
    wrap(`${translate("Usage: ")}${usage.join(" ")}`, 0, width),
    ...[descriptions[command], ...paragraphs].map((text) => wrap(translate(text), 0, width)),
    section(
      "Options",
      [...options.map(optionRow), ...(command === "zhipu" ? general : [helpOfCommand])],
      width,
      translate
    ),
    ...[...(command === "zhipu" ? footer : []), ...sections].map(([title, rows]) =>
      section(title, rows, width, translate)
    )
  ].join("\n\n")
}

/** @internal */
export const section = (
  title: string,
  rows: ReadonlyArray<Row>,
  width: number,
  translate: (text: string) => string = (text) => text
): string => {
  const column = Math.min(termWidth, Math.floor(width / 2), Math.max(...rows.map(([term]) => term.length + 4)))
  const lines = rows.map(([term, text]) => {
    const first = `  ${term}`
    const rest = wrap(translate(text), column, width)
    return first.length + 2 > column ? `${first}\n${rest}` : first.padEnd(column) + rest.slice(column)
  })
  return `${translate(`${title}:`)}\n${lines.join("\n")}`
}

/** What is comfortable to read, whatever the terminal has; and what a column of a table needs. */
const widest = 100
const narrowest = 50

/** @internal */
export const widthFor = (columns = widest): number => Math.min(widest, Math.max(narrowest, columns))

const termWidth = 36

const wrap = (text: string, indent: number, width: number): string => {
  const wrapper = Wrap.make(() => width - indent)
  return (wrapper.add(text) + wrapper.end())
    .split("\n")
    .map((line) => " ".repeat(indent) + line)
    .join("\n")
}
