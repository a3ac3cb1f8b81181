/** The parts of a chunk that are documents by themselves: which values they take, as the Schemas of the editions do. */
import { isRecord } from "../text/records.js"

const isAbsent = (u: unknown): boolean => u === undefined || u === null

const isNumber = (u: unknown): boolean => isAbsent(u) || typeof u === "number"

const isText = (u: unknown): boolean => isAbsent(u) || typeof u === "string"

const isDetails = (u: unknown, field: string): boolean => isAbsent(u) || (isRecord(u) && isNumber(u[field]))

/** Tokens, each a number where it is told. @internal */
export const isUsage = (u: unknown): u is { readonly [field: string]: unknown } =>
  isRecord(u) &&
  isNumber(u["prompt_tokens"]) &&
  isNumber(u["completion_tokens"]) &&
  isNumber(u["total_tokens"]) &&
  isDetails(u["prompt_tokens_details"], "cached_tokens") &&
  isDetails(u["completion_tokens_details"], "reasoning_tokens")

const pageFields = ["title", "link", "content", "media", "icon", "refer", "publish_date"] as const

/** Pages that were found, each of texts. @internal */
export const isWebSearch = (u: unknown): u is ReadonlyArray<{ readonly [field: string]: unknown }> =>
  Array.isArray(u) && u.every((page) => isRecord(page) && pageFields.every((field) => isText(page[field])))
