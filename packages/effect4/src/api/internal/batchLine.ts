// Generated from packages/api/src/internal/batchLine.ts by scripts/effect4: change that file.
/** A line of the files that a batch ends with. */
import * as Option from "effect/Option"
import { isObject as isRecord } from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { ChatCompletion } from "../../ChatCompletion.js"
import * as ErrorDocument from "../../ErrorDocument.js"
import { CorruptStreamError, ServerError, type ZhipuError } from "../../ZhipuError.js"
import type { Line } from "../Jsonl.js"

/**
 * The answer to a line of a batch.
 *
 * @since 0.1.0
 * @category models
 */
export interface Success<A = ChatCompletion> {
  readonly _tag: "Success"
  readonly customId: string
  /** The answer of the endpoint. */
  readonly body: A
}

/**
 * What went wrong with a line: refused by the service, or, with `CorruptStreamError`, not to be read. A line that cannot be read has no
 * `customId`, unless it stands in it all the same.
 *
 * @since 0.1.0
 * @category models
 */
export interface Failure {
  readonly _tag: "Failure"
  readonly customId: string | undefined
  readonly error: ZhipuError
  /** The HTTP status of the line, where it tells one. */
  readonly status: number | undefined
}

/**
 * Reads a line. What a failed line looks like is not documented: `response.status_code`, an error in `response.body` and one beside
 * `response` all count.
 *
 * @internal
 */
export const make = <A, I>(schema: Schema.Codec<A, I>) => {
  const decode = Schema.decodeUnknownOption(schema)
  return ({ number, value }: Line): Success<A> | Failure => {
    if (Result.isFailure(value)) return failure(undefined, value.failure)
    const line = value.success
    if (!isRecord(line)) return failure(undefined, unfit(number, "it is no object"))
    const id = line["custom_id"]
    const customId = typeof id === "string" ? id : typeof id === "number" ? String(id) : undefined
    const response = isRecord(line["response"]) ? line["response"] : {}
    const told = response["status_code"]
    const status = typeof told === "number" ? told : undefined
    const body = response["body"]
    const requestId = isRecord(body) && typeof body["request_id"] === "string" ? body["request_id"] : undefined
    const error = Option.orElse(ErrorDocument.read(body, { status, requestId }), () =>
      ErrorDocument.read({ error: line["error"] }, { status, requestId })
    )
    if (Option.isSome(error)) return failure(customId, error.value, status)
    if (status !== undefined && (status < 200 || status >= 300)) {
      return failure(
        customId,
        new ServerError({ message: `The line was answered with HTTP ${status}, and no reason.`, status }),
        status
      )
    }
    if (customId === undefined) return failure(undefined, unfit(number, "it has no custom_id"), status)
    return Option.match(decode(body), {
      onNone: () => failure(customId, unfit(number, "its body is another document"), status),
      onSome: (answer) => ({ _tag: "Success", customId, body: answer })
    })
  }
}

const failure = (customId: string | undefined, error: ZhipuError, status?: number): Failure => ({
  _tag: "Failure",
  customId,
  error,
  status
})

const unfit = (number: number, detail: string): CorruptStreamError =>
  new CorruptStreamError({
    message: `Line ${number} of the batch cannot be read: ${detail}.`,
    reason: "UnexpectedContentType",
    detail,
    frame: number
  })
