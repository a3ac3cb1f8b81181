/** Answers and failures of a job as lines or tables. */
import * as Bulk from "@effect-zhipu/bulk/Bulk"
import type { BulkJob, Result } from "@effect-zhipu/bulk/BulkJob"
import type { Failure } from "@effect-zhipu/bulk/BulkReport"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import { isRecord } from "effect/Predicate"
import * as Stream from "effect/Stream"
import { Output } from "../output.js"

/** Of a chat: a vector has no end that could be told. */
const finishOf = ({ choices: [choice] }: Result<unknown>["completion"]) =>
  choice === undefined ? {} : { finish_reason: choice.finish_reason }

/** A document a line. */
const lineOf = ({ completion, id, metadata, value }: Result<unknown>): string =>
  `${JSON.stringify({
    id,
    answer: value,
    ...finishOf(completion),
    usage: completion.usage,
    ...(metadata === undefined || metadata === null ? {} : { metadata })
  })}\n`

const failureLine = ({ code, id, message, metadata, tag, text }: Failure): string =>
  `${JSON.stringify({
    id,
    error: { _tag: tag, code: code ?? null, message },
    ...(text === undefined ? {} : { text }),
    ...(metadata === undefined || metadata === null ? {} : { metadata })
  })}\n`

const cell = (value: unknown): string => {
  const text = typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** A table: the columns that there were, and the answer; an object of a schema has a column for each field. */
const tableOf = () => {
  let columns: ReadonlyArray<string> | undefined
  return ({ completion, id, metadata, value }: Result<unknown>): string => {
    const before: Readonly<Record<string, unknown>> = isRecord(metadata) ? metadata : {}
    const answer = isRecord(value) ? value : { answer: value }
    const row: Readonly<Record<string, unknown>> = {
      ...("id" in before ? {} : { id }),
      ...before,
      ...answer,
      ...finishOf(completion)
    }
    const head = columns === undefined ? `${Object.keys(row).map(cell).join(",")}\r\n` : ""
    columns ??= Object.keys(row)
    return `${head}${columns.map((name) => cell(row[name])).join(",")}\r\n`
  }
}

/** Into a file beside the one that is meant, which is then put in its place: what stands there is whole. */
const write = <E, R>(path: string, texts: Stream.Stream<string, E, R>) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    yield* Stream.run(Stream.encodeText(texts), fs.sink(`${path}.part`))
    yield* fs.rename(`${path}.part`, path)
  })

/** Writes what there is so far. @internal */
export const deliver = <A, E, R>(
  job: Pick<BulkJob<A, E, R>, "name" | "schema" | "structured">,
  to: { readonly out: string | undefined; readonly errors: string | undefined }
) =>
  Effect.gen(function* () {
    const results = Bulk.results(job)
    if (to.out === undefined || to.out === "-") {
      const output = yield* Output
      yield* Stream.runForEachChunk(Stream.map(results, lineOf), (lines) => output.out(Array.from(lines).join("")))
    } else {
      yield* write(to.out, Stream.map(results, /\.csv$/i.test(to.out) ? tableOf() : lineOf))
    }
    if (to.errors !== undefined) yield* write(to.errors, Stream.map(Bulk.failures(job.name), failureLine))
  })
