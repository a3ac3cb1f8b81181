/** `zhipu embed`, `similar`, `rerank`, `tokens` and `moderate`. */
import * as Embeddings from "@effect-zhipu/api/Embeddings"
import * as Moderations from "@effect-zhipu/api/Moderations"
import * as Rerank from "@effect-zhipu/api/Rerank"
import * as Tokenizer from "@effect-zhipu/api/Tokenizer"
import * as Message from "@effect-zhipu/client/Message"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { isRecord } from "effect/Predicate"
import { Reported, UsageError } from "../errors.js"
import * as ExitCode from "../exitCode.js"
import * as Input from "../input.js"
import { printable } from "../text.js"
import * as Run from "./run.js"

interface Item {
  readonly id: string | number
  readonly text: string
}

interface EmbedOptions extends Run.Common {
  readonly input: string | undefined
  readonly lines: boolean
  readonly jsonlIn: boolean
  readonly model: string | undefined
  readonly dimensions: number | undefined
  readonly batchSize: number | undefined
  readonly format: Option.Option<"json" | "jsonl" | "base64" | "hex" | "csv">
  readonly normalize: boolean
}

const itemsOf = (options: EmbedOptions, text: string): Effect.Effect<ReadonlyArray<Item>, UsageError> => {
  if (options.jsonlIn) {
    return Effect.forEach(Run.linesOf(text), (line, index) => {
      const unfit = new UsageError({ message: `Line ${index + 1} is not of the form {"id": …, "text": …}.` })
      return Effect.flatMap(Effect.try({ try: (): unknown => JSON.parse(line), catch: () => unfit }), (value) => {
        const id = isRecord(value) ? value["id"] : undefined
        const content = isRecord(value) ? value["text"] : undefined
        return typeof content === "string" && (typeof id === "string" || typeof id === "number")
          ? Effect.succeed({ id, text: content })
          : unfit
      })
    })
  }
  return Effect.succeed((options.lines ? Run.linesOf(text) : [text]).map((text, id) => ({ id, text })))
}

const normalized = (vector: ReadonlyArray<number>): ReadonlyArray<number> => {
  const length = Math.hypot(...vector) || 1
  return vector.map((value) => value / length)
}

const written = (vector: ReadonlyArray<number>, id: Item["id"], format: string): string => {
  const bytes = () => Buffer.from(Float32Array.from(vector).buffer)
  switch (format) {
    case "base64":
      return bytes().toString("base64")
    case "hex":
      return bytes().toString("hex")
    case "csv":
      return vector.join(",")
    case "jsonl":
      return JSON.stringify({ id, embedding: vector })
    default:
      return JSON.stringify(vector)
  }
}

/** @internal */
export const embed = (options: EmbedOptions) =>
  Effect.gen(function* () {
    const { key, text } = yield* Run.textOf(options)
    const items = yield* itemsOf(options, yield* Run.needed(text, "text"))
    const { batchSize, dimensions, model = "embedding-3" } = options
    const format = Option.getOrElse(options.format, () => (items.length > 1 ? "jsonl" : "json"))
    const program = Effect.gen(function* () {
      const { usage, vectors } = yield* Embeddings.embedMany(
        items.map(({ text }) => text),
        { model, dimensions, batchSize }
      )
      const shown = options.normalize ? vectors.map(normalized) : vectors
      if (options.json)
        return yield* Run.print({ data: shown.map((embedding, i) => ({ id: items[i]?.id, embedding })), usage })
      yield* Effect.forEach(shown, (vector, i) => Run.say(written(vector, items[i]?.id ?? i, format)), {
        discard: true
      })
    })
    yield* Run.run(options, key, program)
  })

/** @internal */
export const similar = (
  options: Run.Common & {
    readonly in: string | undefined
    readonly top: number
    readonly model: string | undefined
    readonly dimensions: number | undefined
  }
) =>
  Effect.gen(function* () {
    if (options.in === undefined)
      return yield* new UsageError({ message: "Say what to search: --in FILE, one text a line." })
    const { key, text } =
      options.in === "-" ? yield* Run.piped(options, true) : { key: yield* Run.keyOf(options), text: "" }
    const lines = Run.linesOf(options.in === "-" ? text : yield* Input.readFile("--in", options.in))
    const query = yield* Run.needed(options.words.join(" "), "query")
    const settings = { model: options.model ?? "embedding-3", dimensions: options.dimensions }
    const program = Effect.gen(function* () {
      const { vectors } = yield* Embeddings.embedMany(lines, settings)
      const found = yield* Embeddings.nearest(yield* Embeddings.embed(query, settings), vectors, options.top)
      const rows = found.map(({ index, score }) => ({ score, line: index + 1, text: lines[index] ?? "" }))
      if (options.json) return yield* Run.print(rows)
      yield* Effect.forEach(rows, ({ score, text }) => Run.say(`${score.toFixed(4)}\t${text}`), { discard: true })
    })
    yield* Run.run(options, key, program)
  })

/** @internal */
export const rerank = (
  options: Run.Common & {
    readonly input: string | undefined
    readonly top: number | undefined
    readonly scores: boolean
    readonly rawScores: boolean
  }
) =>
  Effect.gen(function* () {
    const query = yield* Run.needed(options.words.join(" "), "query")
    const { input } = options
    const fromFile = input !== undefined && input !== "-"
    const { key, text } = fromFile ? { key: yield* Run.keyOf(options), text: "" } : yield* Run.piped(options, true)
    const documents = Run.linesOf(fromFile ? yield* Input.readFile("--input", input) : text)
    if (documents.length === 0)
      return yield* new UsageError({ message: "There are no texts: give --input FILE, or pipe them in." })
    const program = Effect.gen(function* () {
      const ranked = options.rawScores
        ? (yield* Rerank.rank({
            model: "rerank",
            query,
            documents,
            return_raw_scores: true,
            ...(options.top === undefined ? {} : { top_n: options.top })
          })).results.map(({ index, relevance_score: score }) => ({ index, score, item: documents[index] ?? "" }))
        : yield* Rerank.order(documents, query, { text: (line) => line, top: options.top })
      if (options.json)
        return yield* Run.print(ranked.map(({ index, item, score }) => ({ score, line: index + 1, text: item })))
      const isScored = options.scores || options.rawScores
      yield* Effect.forEach(ranked, ({ item, score }) => Run.say(isScored ? `${score.toFixed(4)}\t${item}` : item), {
        discard: true
      })
    })
    yield* Run.run(options, key, program)
  })

/** @internal */
export const tokens = (
  options: Run.Common & {
    readonly input: string | undefined
    readonly model: string | undefined
    readonly messages: string | undefined
    readonly tools: string | undefined
  }
) =>
  Effect.gen(function* () {
    const { key, text } =
      options.messages === undefined || options.messages === "-"
        ? yield* Run.textOf(options)
        : { key: yield* Run.keyOf(options), text: "" }
    const turns = options.messages === undefined ? [] : yield* Input.readMessages(options.messages, text)
    const messages = options.messages === undefined ? [Message.user(yield* Run.needed(text, "text"))] : turns
    const tools = options.tools === undefined ? undefined : yield* Input.readTools(options.tools)
    const model = options.model ?? "glm-4.6"
    const program = options.json
      ? Effect.flatMap(Tokenizer.count({ model, messages, ...(tools === undefined ? {} : { tools }) }), Run.print)
      : Effect.flatMap(Tokenizer.tokens(messages, { model, tools }), (count) => Run.say(String(count)))
    yield* Run.run(options, key, program)
  })

/** @internal */
export const moderate = (
  options: Run.Common & {
    readonly input: string | undefined
    readonly image: string | undefined
    readonly audio: string | undefined
    readonly video: string | undefined
    readonly failOn: "review" | "reject" | undefined
  }
) =>
  Effect.gen(function* () {
    const { audio, image, video } = options
    const media: ReadonlyArray<Moderations.Part> = [
      ...(image === undefined ? [] : [{ type: "image_url", image_url: { url: image } } as const]),
      ...(audio === undefined ? [] : [{ type: "audio_url", audio_url: { url: audio } } as const]),
      ...(video === undefined ? [] : [{ type: "video_url", video_url: { url: video } } as const])
    ]
    const { key, text } =
      media.length > 0 && options.words.length === 0 && options.input === undefined
        ? yield* Run.piped(options, false)
        : yield* Run.textOf(options)
    if (media.length === 0) yield* Run.needed(text, "text")
    const program = Effect.gen(function* () {
      const verdicts: Array<Moderations.Verdict> = []
      if (text !== "") verdicts.push(yield* Moderations.checkText(text))
      if (media.length > 0)
        verdicts.push(Moderations.verdict(yield* Moderations.check({ model: "moderation", input: media })))
      const verdict = Moderations.worst(verdicts)
      if (options.json) yield* Run.print(verdict)
      else yield* Run.say([verdict.level, ...verdict.risks.map(printable)].join("\t"))
      const isBad = verdict.level !== "PASS" && (verdict.level !== "REVIEW" || options.failOn === "review")
      if (options.failOn !== undefined && isBad) return yield* new Reported({ exitCode: ExitCode.exitCodes.filtered })
    })
    yield* Run.run(options, key, program)
  })
