/** What a consumer has understood, and its digest, by which a consumer that skipped or lost something is found out. */
import { createHash } from "node:crypto"

export interface Answer {
  readonly reasoning: string
  readonly content: string
  /** The arguments of the tool call, `""` where there was none. */
  readonly toolArguments: string
  readonly finishReason: string | undefined
  readonly promptTokens: number | undefined
  readonly completionTokens: number | undefined
  readonly totalTokens: number | undefined
  readonly cachedTokens: number | undefined
  readonly reasoningTokens: number | undefined
}

export type Field = keyof Answer

export const allFields: ReadonlyArray<Field> = [
  "reasoning",
  "content",
  "toolArguments",
  "finishReason",
  "promptTokens",
  "completionTokens",
  "totalTokens",
  "cachedTokens",
  "reasoningTokens"
]

/** Over the fields that a consumer gives out, in the order of `allFields`. */
export const digest = (answer: Answer, fields: ReadonlyArray<Field>): string => {
  const entries = allFields.filter((field) => fields.includes(field)).map((field) => [field, answer[field] ?? null])
  return sha256(JSON.stringify(entries))
}

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16)
