/** A file of prompts as items of a job. */
import type { EmbeddingRequest } from "@effect-zhipu/api/Embeddings"
import type { Item } from "@effect-zhipu/bulk/BulkJob"
import * as BulkSource from "@effect-zhipu/bulk/BulkSource"
import type { BulkSourceError } from "@effect-zhipu/bulk/BulkError"
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import { isRecord } from "effect/Predicate"
import * as Stream from "effect/Stream"
import { UsageError } from "../errors.js"
import { printable } from "../text.js"

/** How prompts become requests. @internal */
export interface Shape {
  readonly model: string
  /** Whether a prompt is a text to embed. */
  readonly embed: boolean
  readonly dimensions: number | undefined
  readonly system: string | undefined
  /** A text with names of columns or fields in braces. */
  readonly prompt: string | undefined
  readonly idColumn: string | undefined
}

/** @internal */
export type Failure = UsageError | BulkSourceError | PlatformError

type Request = Item["request"] | EmbeddingRequest

type Asked = Item<Request>

type Items = Stream.Stream<Asked, Failure, FileSystem.FileSystem>

/** Where a prompt stands when no template says it. */
const promptNames = ["prompt", "text", "question", "input"]

const wrong = (path: string, line: number, message: string): UsageError =>
  new UsageError({ message: `Line ${line} of ${printable(path)}: ${message}`, help: "zhipu bulk" })

/** What of a request does not stand in the file. */
const settingsOf = ({ dimensions, model }: Shape) => ({ model, ...(dimensions === undefined ? {} : { dimensions }) })

const requestOf = (shape: Shape, content: string): Request => {
  const { embed, model, system } = shape
  return embed
    ? { ...settingsOf(shape), input: content }
    : {
        model,
        messages: [
          ...(system === undefined ? [] : [{ role: "system" as const, content: system }]),
          { role: "user", content }
        ]
      }
}

/** What a template says of a record; a name that is not there is told of rather than left empty. */
const filled = (
  template: string,
  record: Readonly<Record<string, unknown>>
): { readonly text: string } | { readonly missing: string } => {
  let missing: string | undefined
  const text = template.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const value = record[name]
    if (value === undefined) missing ??= name
    return typeof value === "string" ? value : JSON.stringify(value)
  })
  return missing === undefined ? { text } : { missing }
}

/** The prompt of a row of a table, or of an object. */
const promptOf = (
  shape: Shape,
  record: Readonly<Record<string, unknown>>
): { readonly text: string } | { readonly problem: string } => {
  if (shape.prompt !== undefined) {
    const found = filled(shape.prompt, record)
    return "text" in found ? found : { problem: `--prompt names {${found.missing}}, which it does not have.` }
  }
  const name = promptNames.find((name) => typeof record[name] === "string")
  return name === undefined
    ? { problem: `it has none of ${promptNames.join(", ")}: say with --prompt "…{name}…" what to ask.` }
    : { text: String(record[name]) }
}

const idOf = (shape: Shape, record: Readonly<Record<string, unknown>>, line: number): string => {
  const id = record[shape.idColumn ?? "id"] ?? record["custom_id"]
  return typeof id === "string" || typeof id === "number" ? String(id) : `line-${line}`
}

/** What is wrong with a whole request. */
const problemOf = ({ embed }: Shape, request: Readonly<Record<string, unknown>>): string | undefined => {
  if (embed) return typeof request["input"] === "string" ? undefined : "its request has no text as its input."
  if (Array.isArray(request["messages"])) return undefined
  return `its request has no messages.${"input" in request ? " --embed is for texts to embed." : ""}`
}

const itemOf = (path: string, shape: Shape, line: number, value: unknown): Effect.Effect<Asked, UsageError> => {
  if (typeof value === "string") return Effect.succeed({ id: `line-${line}`, request: requestOf(shape, value) })
  if (!isRecord(value)) return wrong(path, line, "it is neither a text nor an object.")
  const id = idOf(shape, value, line)
  const { body, metadata, request = body } = value
  const whole = isRecord(request) ? request : Array.isArray(value["messages"]) ? value : undefined
  if (whole !== undefined) {
    const problem = problemOf(shape, whole)
    if (problem !== undefined) return wrong(path, line, problem)
    const { custom_id: _custom, id: _id, metadata: _metadata, ...fields } = whole
    // What the service does not take, it says itself; the client checks the rest before it is sent.
    return Effect.succeed({ id, metadata, request: { ...settingsOf(shape), ...fields } as Request })
  }
  const found = promptOf(shape, value)
  return "problem" in found
    ? wrong(path, line, found.problem)
    : Effect.succeed({ id, metadata: metadata ?? value, request: requestOf(shape, found.text) })
}

const ofTable = (path: string, shape: Shape, delimiter: string): Items =>
  BulkSource.csv(path, { delimiter }).pipe(
    Stream.zipWithIndex,
    Stream.mapEffect(([record, index]) => {
      const found = promptOf(shape, record)
      if ("problem" in found) return wrong(path, index + 2, found.problem)
      const id = record[shape.idColumn ?? "id"]
      if (shape.idColumn !== undefined && id === undefined)
        return wrong(path, index + 2, `there is no column ${shape.idColumn}.`)
      return Effect.succeed({ id: id ?? `row-${index + 1}`, metadata: record, request: requestOf(shape, found.text) })
    })
  )

const ofText = (path: string, shape: Shape): Items =>
  Stream.map(BulkSource.lines(path), ({ line, text }) => ({ id: `line-${line}`, request: requestOf(shape, text) }))

/** By the ending of its name: CSV, TSV, JSON Lines, or a prompt a line. @internal */
export const read = (path: string, shape: Shape): Items => {
  const name = path.toLowerCase()
  if (name.endsWith(".csv")) return ofTable(path, shape, ",")
  if (name.endsWith(".tsv")) return ofTable(path, shape, "\t")
  if (/\.(jsonl|ndjson)$/.test(name)) {
    return Stream.mapEffect(BulkSource.jsonl(path), ({ line, value }) => itemOf(path, shape, line, value))
  }
  return ofText(path, shape)
}

/** How many items there are, to tell how long it will take: a look at the bytes alone. CSV may have line breaks in its fields. @internal */
export const count = (path: string): Effect.Effect<number | undefined, PlatformError, FileSystem.FileSystem> =>
  /\.(csv|tsv)$/i.test(path)
    ? Effect.succeed(undefined)
    : Effect.flatMap(FileSystem.FileSystem, (fs) =>
        Stream.runFold(fs.stream(path), { lines: 0, isOpen: false }, (before, bytes) => {
          let { isOpen, lines } = before
          for (const byte of bytes) {
            if (byte === 10) {
              if (isOpen) lines++
              isOpen = false
            } else if (byte > 32) isOpen = true
          }
          return { lines, isOpen }
        })
      ).pipe(Effect.map(({ isOpen, lines }) => lines + (isOpen ? 1 : 0)))
