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

const cell = (value: unknown, delimiter: string): string => {
  const text = typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value)
  return /["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text
}

/** What stood in the row before it was asked. */
const inputOf = ({ id, metadata }: Result<unknown>): Readonly<Record<string, unknown>> =>
  isRecord(metadata) ? { ...("id" in metadata ? {} : { id }), ...metadata } : { id }

/** An object of a schema has a column for each field. */
const answerOf = ({ completion, value }: Result<unknown>): Readonly<Record<string, unknown>> => ({
  ...(isRecord(value) ? value : { answer: value }),
  ...finishOf(completion)
})

/**
 * A table of all columns that any row has: those that there were, and those of the answers. One of an answer that was there before as
 * well is called `answer_…`. The results are read twice, so that none of them has to be kept.
 */
const tableOf = <E, R>(results: Stream.Stream<Result<unknown>, E, R>, delimiter: string): Stream.Stream<string, E, R> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const inputs = new Set<string>()
      const answers = new Set<string>()
      yield* Stream.runForEach(results, (result) =>
        Effect.sync(() => {
          for (const name of Object.keys(inputOf(result))) inputs.add(name)
          for (const name of Object.keys(answerOf(result))) answers.add(name)
        })
      )
      const columnOf = (name: string): string => (inputs.has(name) ? columnOf(`answer_${name}`) : name)
      const row = (cells: ReadonlyArray<unknown>): string =>
        `${cells.map((value) => cell(value, delimiter)).join(delimiter)}\r\n`
      const head = row([...inputs, ...Array.from(answers, columnOf)])
      const rows = Stream.map(results, (result) => {
        const [input, answer] = [inputOf(result), answerOf(result)]
        return row([...Array.from(inputs, (name) => input[name]), ...Array.from(answers, (name) => answer[name])])
      })
      return inputs.size + answers.size === 0 ? Stream.empty : Stream.concat(Stream.make(head), rows)
    })
  )

const textsOf = <E, R>(path: string, results: Stream.Stream<Result<unknown>, E, R>): Stream.Stream<string, E, R> =>
  /\.csv$/i.test(path)
    ? tableOf(results, ",")
    : /\.tsv$/i.test(path)
      ? tableOf(results, "\t")
      : Stream.map(results, lineOf)

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
      yield* write(to.out, textsOf(to.out, results))
    }
    if (to.errors !== undefined) yield* write(to.errors, Stream.map(Bulk.failures(job.name), failureLine))
  })
