/** The options of the commands for the operations beside chat. */
import * as Args from "@effect/cli/Args"
import * as Options from "@effect/cli/Options"
import * as Option from "effect/Option"
import {
  count as counted,
  duration,
  fault,
  flag,
  integer,
  json,
  keyStdin,
  optional,
  simulated,
  text
} from "../options.js"

/** What all of them take. */
const common = {
  json: json("Print the answer of the service as one JSON document."),
  dryRun: flag("dry-run", "Print the request, as it would be sent, and send nothing."),
  auth: optional(
    Options.choice("auth", ["api-key", "jwt"]),
    "Send the key itself, or a token signed with it. Default: ZHIPU_AUTH, or api-key."
  ),
  baseUrl: optional(text("base-url", "url"), "Where the service is. Default: ZHIPU_BASE_URL, or by the key."),
  timeout: optional(duration("timeout"), "How long everything may take, for example 90, 90s or 5m. Default: no limit."),
  keyStdin,
  simulate: simulated,
  fault
}

const model = (fallback: string) =>
  optional(text("model", "name").pipe(Options.withAlias("m")), `The model. Default: ${fallback}.`)

const input = optional(
  text("input", "file").pipe(Options.withAlias("i")),
  "A file of text to take, in place of words. - is standard input."
)

const lines = flag("lines", "Take each line as a text of its own.")

const output = (what: string) => optional(text("output", "file"), `Write ${what} to a file. - is standard output.`)

const force = flag("force", "Replace a file that is there.")

const poll = optional(duration("poll"), "How often to look. Default: often at first, then less.")

const noWait = flag("no-wait", "Print the id, and end.")

const url = flag("url", "Print the link, and fetch nothing.")

/** @internal */
export const words = Args.text({ name: "text" }).pipe(Args.repeated)

/** @internal */
export const embed = {
  input,
  lines,
  jsonlIn: flag("jsonl-in", 'Take lines of {"id": …, "text": …}.'),
  model: model("embedding-3"),
  dimensions: optional(counted("dimensions"), "How long the vectors are: 256, 512, 1024 or 2048."),
  batchSize: optional(counted("batch-size"), "Texts a call, 1 to 64."),
  format: Options.choice("format", ["json", "jsonl", "base64", "hex", "csv"]).pipe(
    Options.withDescription(
      "json, jsonl, csv; base64 or hex of 32-bit floats. Default: json, for several texts jsonl."
    ),
    Options.optional
  ),
  normalize: flag("normalize", "Make each vector as long as 1."),
  ...common
}

/** @internal */
export const similar = {
  in: optional(text("in", "file"), "The texts to search, one a line. - is standard input."),
  top: counted("top").pipe(Options.withDescription("How many to print. Default: 5."), Options.withDefault(5)),
  model: model("embedding-3"),
  dimensions: optional(counted("dimensions"), "How long the vectors are: 256, 512, 1024 or 2048."),
  ...common
}

/** @internal */
export const rerank = {
  input,
  top: optional(counted("top"), "How many to print. Default: all."),
  scores: flag("scores", "Print the score before each text."),
  rawScores: flag("raw-scores", "Print scores that are not brought into 0 to 1."),
  ...common
}

/** @internal */
export const tokens = {
  input,
  model: model("glm-4.6"),
  messages: optional(text("messages", "file"), "A JSON array of messages, in place of a text. - is standard input."),
  tools: optional(text("tools", "file"), "A JSON array of tools, which count too."),
  ...common
}

/** @internal */
export const moderate = {
  input,
  image: optional(text("image", "url"), "An image to judge."),
  audio: optional(text("audio", "url"), "Sound to judge."),
  video: optional(text("video", "url"), "A video to judge."),
  failOn: optional(Options.choice("fail-on", ["review", "reject"]), "Exit with 6 from this verdict on."),
  ...common
}

/** @internal */
export const search = {
  engine: optional(text("engine", "name"), "search_pro (default), search_std, search_pro_sogou, search_pro_quark."),
  count: optional(counted("count"), "How many pages, 1 to 50. Default: 10."),
  domain: optional(text("domain", "name"), "Pages of this domain alone."),
  recency: optional(Options.choice("recency", ["day", "week", "month", "year"]), "Pages that are no older."),
  size: optional(Options.choice("size", ["medium", "high"]), "How much of each page."),
  intent: flag("intent", "Let the service find out first whether there is anything to search for."),
  links: flag("links", "Print the addresses alone."),
  ...common
}

/** @internal */
export const read = {
  format: Options.choice("format", ["markdown", "text"]).pipe(
    Options.withDescription("Default: markdown."),
    Options.withDefault("markdown")
  ),
  noCache: flag("no-cache", "Have the page fetched anew."),
  noImages: flag("no-images", "Leave images out."),
  links: flag("links", "Print the links of the page in place of its text, with their words."),
  images: flag("images", "Print the images of the page in place of its text, with their words."),
  ...common
}

/** @internal */
export const image = {
  model: model("cogview-4"),
  size: optional(text("size", "WxH"), "For example 1024x768."),
  quality: optional(Options.choice("quality", ["hd", "standard"]), "How much care is taken."),
  count: integer("count").pipe(
    Options.withDescription("How many images; each is a call, and paid for."),
    Options.withDefault(1)
  ),
  noWatermark: flag("no-watermark", "Without the watermark, for accounts that may."),
  async: flag("async", "Make it as a task, whose id is told first. Of glm-image alone."),
  output: output("the image"),
  force,
  url,
  ...common
}

/** @internal */
export const video = {
  model: model("cogvideox-3"),
  image: text("image", "file|url").pipe(
    Options.withDescription("An image to begin with; a second one to end with."),
    Options.repeated
  ),
  size: optional(text("size", "WxH"), "For example 1920x1080."),
  duration: optional(counted("duration"), "Seconds."),
  fps: optional(counted("fps"), "30 or 60."),
  audio: flag("audio", "With sound."),
  quality: optional(Options.choice("quality", ["quality", "speed"]), "How much care is taken."),
  style: optional(Options.choice("style", ["general", "anime"]), "Of viduq1-text."),
  aspect: optional(Options.choice("aspect", ["16:9", "9:16", "1:1"]), "The shape of the picture, of vidu models."),
  movement: optional(
    Options.choice("movement", ["auto", "small", "medium", "large"]),
    "How much moves, of vidu models."
  ),
  cover: optional(text("cover", "file"), "Write the cover, an image, to this file as well."),
  output: output("the video"),
  force,
  url,
  noWait,
  again: flag("again", "Make another one, though the last one with these words was not fetched."),
  poll,
  ...common
}

/** @internal */
export const files = {
  purpose: optional(text("purpose", "word"), "What the files are for: batch, agent … Default: batch, for .jsonl."),
  output: output("the file"),
  force,
  missingOk: flag("missing-ok", "Removing a file that is not there is no error."),
  ...common
}

/** @internal */
export const batch = {
  input,
  model: model("glm-4.6"),
  system: optional(text("system", "text").pipe(Options.withAlias("s")), "make: instructions above each line."),
  idPrefix: optional(text("id-prefix", "text"), "make: what ids begin with. Default: line-."),
  endpoint: Options.text("endpoint").pipe(
    Options.withPseudoName("path"),
    Options.withDescription("What the lines are for. Default: /v4/chat/completions."),
    Options.withDefault("/v4/chat/completions")
  ),
  keepInput: flag("keep-input", "Leave the file of the calls with the service."),
  metadata: text("metadata", "name=value").pipe(
    Options.withDescription("create, run: what the service keeps with the batch. May be repeated."),
    Options.repeated
  ),
  output: output("answers"),
  errors: optional(text("errors", "file"), "Write failed lines to this file. Default: standard error tells how many."),
  force,
  poll,
  ...common
}

const budget = text("budget", "amount").pipe(
  Options.filterMap((value) => {
    const [, before, amount, after] = /^\s*([$¥])?\s*(\d+(?:\.\d+)?)\s*([a-z]{3})?\s*$/i.exec(value) ?? []
    const currency = after?.toUpperCase() ?? (before === "$" ? "USD" : before === "¥" ? "CNY" : undefined)
    return amount === undefined || currency === undefined || Number(amount) === 0
      ? Option.none()
      : Option.some({ amount: Number(amount), currency })
  }, "--budget takes an amount with its currency, for example 5usd or 30cny")
)

const { dryRun: _dryRun, json: _json, timeout: _timeout, ...asking } = common

/** @internal */
export const bulk = {
  out: optional(
    text("out", "file"),
    "Write answers to this file: JSON Lines, or CSV by its name. Default: standard output."
  ),
  errors: optional(text("errors", "file"), "Write items that failed to this file, with the reasons."),
  model: model("ZHIPU_MODEL, or glm-4.6"),
  system: optional(text("system", "text").pipe(Options.withAlias("s")), "Instructions above each prompt."),
  prompt: optional(
    text("prompt", "template"),
    "What to ask, with names of columns or fields in braces: 'Judge: {text}'."
  ),
  idColumn: optional(
    text("id-column", "name"),
    "The column or field that names an item. Default: id, or the number of the line."
  ),
  schema: optional(text("schema", "file"), "A JSON Schema that each answer has to fit."),
  embed: flag("embed", "Ask for the vector of each text, by embedding-3 or --model, in place of an answer."),
  dimensions: optional(counted("dimensions"), "How long the vectors are: 256, 512, 1024 or 2048."),
  engine: optional(
    Options.choice("engine", ["local", "cluster", "batch"]),
    "local: calls, now (default); cluster: by many processes over PostgreSQL; batch: the service's batch files, at half the price and within a day."
  ),
  onFailure: optional(
    Options.choice("on-failure", ["live", "keep"]),
    "batch: what a batch did not answer is asked for by calls at the full price (live, default), or stays failed (keep)."
  ),
  poll,
  concurrency: optional(
    counted("concurrency"),
    "How many items are asked for at once, in a cluster by all processes together. Default: 10. worker: by this process at most."
  ),
  budget: optional(budget, "Stop before the job costs more than this, for example 5usd."),
  deadline: optional(duration("deadline"), "Begin nothing after this time from the first run, for example 8h."),
  only: text("only", "error").pipe(
    Options.withDescription(
      "retry: items that failed with this error alone, for example RateLimitError; may be repeated."
    ),
    Options.repeated
  ),
  olderThan: optional(
    duration("older-than"),
    "remove: all jobs that ended or were cancelled so long ago, for example 720h, in place of one by its name."
  ),
  name: optional(text("name", "name"), "run: what the job is called. Default: by the file."),
  store: optional(
    text("store", "file"),
    "Keep the job in this SQLite file (default: one in ~/.local/state/zhipu/bulk), or at this postgres:// address (for a cluster; default: DATABASE_URL)."
  ),
  force,
  json: json("Print how a job stands as one JSON document."),
  ...asking
}

/** @internal */
export const task = { output: output("images or videos"), force, poll, ...common }

/** @internal */
export const quota = { ...common }
