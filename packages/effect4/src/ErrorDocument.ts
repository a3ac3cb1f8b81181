// Generated from packages/client/src/ErrorDocument.ts by scripts/effect4: change that file.
/**
 * The errors that documents of the service tell: for what is no answer to a call of this client, such as a line of a batch, the
 * result of a task, or a body that was stored.
 *
 * @since 0.1.0
 */
import { classify } from "@effect-zhipu/protocol/internal/failures/classify"
import { fromJson } from "@effect-zhipu/protocol/internal/failures/errorBody"
import * as Option from "effect/Option"
import { toError } from "./internal/toError.js"
import type { ZhipuError } from "./ZhipuError.js"

/**
 * The error in a document, in any of the shapes that the service writes errors in; none where it is no error.
 *
 * @example
 * ```ts
 * import { ErrorDocument } from "@effect-zhipu/effect4"
 *
 * // Some(RateLimitError)
 * export const error = ErrorDocument.read({ error: { code: "1302", message: "slow down" } }, { status: 429 })
 * ```
 *
 * @since 0.1.0
 * @category reading
 */
export const read = (
  document: unknown,
  options: {
    /** The HTTP status that goes with it. Default 200. */
    readonly status?: number | undefined
    readonly requestId?: string | undefined
    /** The zone of the times when a quota fills again. Default `+08:00`, Beijing. */
    readonly resetZone?: string | undefined
  } = {}
): Option.Option<ZhipuError> =>
  Option.map(Option.fromNullishOr(fromJson(document)), (body) =>
    toError(
      classify({
        status: options.status ?? 200,
        body,
        redact: (text) => text,
        requestId: options.requestId,
        resetZone: options.resetZone ?? "+08:00"
      })
    )
  )
