// Generated from packages/client/src/internal/call/payload.ts by scripts/effect4: change that file.
/** What a call sends, as the body of its requests. */
import { encode } from "@effect-zhipu/protocol/internal/requests/encode"
import { constUndefined } from "effect/Function"
import * as HttpBody from "effect/http/HttpBody"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { type Form, isForm } from "../../Form.js"
import type { ZhipuError } from "../../ZhipuError.js"
import { toError } from "../toError.js"
import type { Call } from "./exchange.js"

/** @internal */
export interface Payload {
  readonly body: HttpBody.HttpBody
  /** In bytes; 0 where nobody knows. */
  readonly length: number
  /** Whether it can be sent a second time, and the service would take it. */
  readonly resendable: boolean
  /** Why the last body could not be read to its end. */
  readonly failure: () => ZhipuError | undefined
}

/** @internal */
export const make = (call: Call, requestId: string | undefined): Result.Result<Payload, ZhipuError> => {
  const { body } = call
  const resendable = call.resendable !== false
  if (isForm(body)) return Result.succeed(ofForm(body, resendable && !body.parts.some(({ name }) => name === idField)))
  if (body === undefined) {
    return Result.succeed({ body: HttpBody.empty, length: 0, resendable, failure: constUndefined })
  }
  const named = body[idField] !== undefined || requestId === undefined ? body : { ...body, [idField]: requestId }
  const json = encode(named)
  if (typeof json !== "string") return Result.fail(toError(json))
  const bytes = new TextEncoder().encode(json)
  return Result.succeed({
    body: HttpBody.uint8Array(bytes, "application/json"),
    length: bytes.length,
    resendable: resendable && named[idField] === undefined,
    failure: constUndefined
  })
}

/** The service refuses a second request with the same id (1231). */
const idField = "request_id"

const ofForm = (form: Form, resendable: boolean): Payload => {
  const { content, contentType, length } = form
  if (content instanceof Uint8Array) {
    const body = HttpBody.uint8Array(content, contentType)
    return { body, length: content.length, resendable, failure: constUndefined }
  }
  // The transport has its own words for a body that fails; those of whoever reads the file say more.
  let failure: ZhipuError | undefined
  const stream = Stream.suspend(() => {
    failure = undefined
    return Stream.mapError(content, (error) => {
      failure = error
      return error
    })
  })
  return {
    body: HttpBody.stream(stream, contentType, length),
    length: length ?? 0,
    resendable: resendable && form.repeatable,
    failure: () => failure
  }
}
