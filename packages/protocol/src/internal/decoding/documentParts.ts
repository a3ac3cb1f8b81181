/** The parts of a chunk that are documents by themselves: which values they take, as the Schemas of the editions do. */
import { isAbsent, isRecord } from "../text/records.js"

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

/** A field that is `null` was not told. Goes one level down, where the details of usage are; JSON may go too deep. @internal */
export const withoutNulls = (source: { readonly [field: string]: unknown }, levels = 1): Record<string, unknown> => {
  return Object.fromEntries(
    Object.entries(source).flatMap(([key, value]) =>
      isAbsent(value) ? [] : [[key, levels > 0 && isRecord(value) ? withoutNulls(value, levels - 1) : value]]
    )
  )
}

/** The text of a list of parts, and the parts that are not text; `undefined` where it is no such list. @internal */
export const partsOf = (
  content: unknown
): { readonly text: string; readonly others: ReadonlyArray<unknown> } | undefined => {
  if (!Array.isArray(content)) return undefined
  let text = ""
  const others: Array<unknown> = []
  for (const part of content) {
    if (typeof part === "string") text += part
    else if (!isRecord(part)) return undefined
    else if (typeof part["text"] === "string") text += part["text"]
    else others.push(part)
  }
  return { text, others }
}
