// Generated from packages/testing/src/internal/simulator/operations/operation.ts by scripts/effect4: change that file.
/**
 * An operation of the service other than chat: where it is, and what it makes of a request.
 */
import type { Form } from "../../multipart.js"
import type { ActiveFaults } from "../faults/activeFaults.js"
import type { Json } from "../json.js"
import { Invalid } from "../requests/validate.js"
import type { Store } from "./store.js"

/** @internal */
export interface Incoming {
  /** The parts of the path in braces, decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** The JSON document that was sent; empty where there was none. */
  readonly body: Json
  readonly form: Form | undefined
  readonly store: Store
  readonly seed: number
  /** Models that are accepted besides the service's own. */
  readonly models: ReadonlyArray<string>
  readonly language: "zh" | "en"
  readonly faults: ActiveFaults
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Where this simulator is: `http://127.0.0.1:45123`. */
  readonly origin: string
}

/** @internal */
export type Outgoing =
  | { readonly _tag: "Json"; readonly document: unknown; readonly status?: number }
  | { readonly _tag: "Bytes"; readonly bytes: Uint8Array; readonly mediaType: string }

/** @internal */
export interface Operation {
  /** As `ZhipuHttpClient` calls it: `files.upload`. */
  readonly name: string
  readonly method: "GET" | "POST" | "PUT" | "DELETE"
  /** Below `/api`, as the vendor's OpenAPI document writes it: `/paas/v4/files/{file_id}`. */
  readonly path: string
  /** Throws `Invalid` where the service refuses the request. */
  readonly run: (incoming: Incoming) => Outgoing
}

/** @internal */
export const json = (document: unknown): Outgoing => ({ _tag: "Json", document })

/** The service says this code, with these words. @internal */
export const refuse = (
  incoming: Pick<Incoming, "language">,
  code: string,
  zh: string,
  en: string,
  status?: number
): never => {
  throw new Invalid(code, incoming.language === "zh" ? zh : en, status)
}

/** A value is not one that the service takes: 1214. @internal */
export const illegal = (incoming: Pick<Incoming, "language">, field: string): never =>
  refuse(incoming, "1214", `${field}参数非法。请检查文档。`, `${field} is illegal, check the documentation`)

/** A field that must be there is not: 1213. @internal */
export const missing = (incoming: Pick<Incoming, "language">, field: string): never =>
  refuse(incoming, "1213", `未正常接收到${field}参数。`, `The parameter ${field} was not received.`)

/** A text that must be there. @internal */
export const textField = (incoming: Incoming, field: string, maxLength = Number.POSITIVE_INFINITY): string => {
  const value = incoming.body[field]
  if (value === undefined || value === null) return missing(incoming, field)
  if (typeof value !== "string" || value === "" || value.length > maxLength) return illegal(incoming, field)
  return value
}

/** A field of one of some values, if it is there. @internal */
export const choiceField = (
  incoming: Incoming,
  field: string,
  choices: ReadonlyArray<string | number | boolean>
): void => {
  const value = incoming.body[field]
  if (value === undefined || value === null) return
  if (!choices.some((choice) => choice === value)) illegal(incoming, field)
}

/** Refuses models that are not of this operation: 1211. @internal */
export const modelField = (incoming: Incoming, known: ReadonlyArray<string>): string => {
  const model = textField(incoming, "model")
  return known.includes(model) || incoming.models.includes(model)
    ? model
    : refuse(incoming, "1211", "模型不存在，请检查模型代码。", "Unknown Model, please check the model code.")
}

/** The checks of `request_id` and `user_id` that all operations share. @internal */
export const checkIds = (incoming: Incoming): void => {
  const bounds = [["request_id", 64] as const, ["user_id", 128] as const]
  for (const [field, most] of bounds) {
    const value = incoming.body[field]
    if (typeof value === "string" && (value.length < 6 || value.length > most)) illegal(incoming, field)
  }
}
