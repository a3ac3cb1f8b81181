/**
 * A batch as the service tells it, and what can be read off it.
 *
 * What the service does against its own document: times are milliseconds (`millis` reads both), ids of files that are not there yet are `""`
 * (`outputFileId`, `errorFileId`), and `request_counts` is an object whose numbers are null at first (`counts` reads both shapes). Sources: the
 * vendor's OpenAPI document of bigmodel.cn, 2026-07-11, and answers in the tests of its Python SDK.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Id } from "./internal/document.js"
import { list as listOf, nullable, open } from "./internal/wire.js"

/**
 * Why a batch file was not taken.
 *
 * @since 0.1.0
 * @category models
 */
export const BatchProblem = open({
  code: nullable(Schema.String),
  /** From 1. */
  line: nullable(Schema.Number),
  message: nullable(Schema.String),
  param: nullable(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface BatchProblem extends Schema.Schema.Type<typeof BatchProblem> {}

const Count = nullable(Schema.Number)

/**
 * A batch as the service tells it. `status` is `validating`, `in_progress`, `finalizing`, `completed`, `failed`, `expired`, `cancelling`,
 * `cancelled`, or a word that is not documented yet.
 *
 * @since 0.1.0
 * @category models
 */
export const Batch = open({
  id: Id,
  object: nullable(Schema.String),
  endpoint: nullable(Schema.String),
  input_file_id: nullable(Schema.String),
  completion_window: nullable(Schema.String),
  status: nullable(Schema.String),
  /** `""` where there is none (yet). */
  output_file_id: nullable(Schema.String),
  /** `""` where there is none (yet). */
  error_file_id: nullable(Schema.String),
  /** See `millis`, for this time and the others. */
  created_at: nullable(Schema.Number),
  in_progress_at: nullable(Schema.Number),
  expires_at: nullable(Schema.Number),
  finalizing_at: nullable(Schema.Number),
  completed_at: nullable(Schema.Number),
  failed_at: nullable(Schema.Number),
  expired_at: nullable(Schema.Number),
  cancelling_at: nullable(Schema.Number),
  cancelled_at: nullable(Schema.Number),
  /** See `counts`. */
  request_counts: nullable(Schema.Union(Schema.Number, open({ total: Count, completed: Count, failed: Count }))),
  total: Count,
  completed: Count,
  failed: Count,
  metadata: nullable(Schema.Record({ key: Schema.String, value: Schema.Unknown })),
  errors: nullable(open({ data: listOf(BatchProblem) }))
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Batch extends Schema.Schema.Type<typeof Batch> {}

/**
 * A page of a list of batches.
 *
 * @since 0.1.0
 * @category models
 */
export const BatchPage = open({
  data: listOf(Batch),
  first_id: nullable(Schema.String),
  last_id: nullable(Schema.String),
  has_more: nullable(Schema.Boolean)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface BatchPage extends Schema.Schema.Type<typeof BatchPage> {}

/**
 * A time of a batch in milliseconds since 1970: the service sends milliseconds, its document says seconds. Numbers over 10^11 are taken for
 * milliseconds.
 *
 * @since 0.1.0
 * @category getters
 */
export const millis = (time: number): number => (time > 1e11 ? time : time * 1000)

/**
 * How many lines there are, were answered, and failed; none where the service does not tell yet.
 *
 * @since 0.1.0
 * @category getters
 */
export const counts = (
  batch: Batch
): Option.Option<{ readonly total: number; readonly completed: number; readonly failed: number }> => {
  const { request_counts: told } = batch
  const { completed, failed, total } = typeof told === "object" ? told : batch
  const all = total ?? (typeof told === "number" ? told : undefined)
  return all === undefined ? Option.none() : Option.some({ total: all, completed: completed ?? 0, failed: failed ?? 0 })
}

const present = (id: string | undefined): Option.Option<string> =>
  Option.filter(Option.fromNullable(id), (id) => id !== "")

/**
 * The file of answers, where there is one.
 *
 * @since 0.1.0
 * @category getters
 */
export const outputFileId = (batch: Batch): Option.Option<string> => present(batch.output_file_id)

/**
 * The file of failures, where there is one.
 *
 * @since 0.1.0
 * @category getters
 */
export const errorFileId = (batch: Batch): Option.Option<string> => present(batch.error_file_id)
