/** An answer that is none, as a failure. */
import type { CorruptStreamFailure } from "./failure.js"
import { defined } from "../text/records.js"

/** The response that was read. @internal */
export interface ReadResponse {
  readonly status: number
  readonly requestId: string | undefined
}

/** @internal */
export const corruptStream = (
  { requestId, status }: ReadResponse,
  reason: CorruptStreamFailure["reason"],
  detail: string | undefined,
  message: string,
  frame?: number
): CorruptStreamFailure => defined({ _tag: "CorruptStreamError", status, requestId, reason, detail, message, frame })
