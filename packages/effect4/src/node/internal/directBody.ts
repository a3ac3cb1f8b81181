// Generated from packages/node/src/internal/directBody.ts by scripts/effect4: change that file.
/**
 * What `@effect-zhipu/effect4` looks for in a response, so that it can read a body by callback: a network read then wakes
 * one fiber, the consumer's, and walks no Channel. For other programs it is a response like any other.
 *
 * The symbol is registered, and the shape repeated here, so that neither package depends on the other.
 */
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Predicate from "effect/Predicate"
import type { BodyReader } from "./bodyReader.js"
import { NodeResponse } from "./response.js"

/** @internal */
export const directBody: unique symbol = Symbol.for("@effect-zhipu/effect4/DirectBody")

/**
 * Platform wraps what a transport gives it, and shows nothing of it but what every response has.
 *
 * @internal
 */
export const withDirectBody = (
  response: HttpClientResponse.HttpClientResponse
): HttpClientResponse.HttpClientResponse => {
  const original = Predicate.hasProperty(response, "original") ? response.original : response
  if (!(original instanceof NodeResponse)) return response
  return Object.defineProperty(response, directBody, { value: { open: (): BodyReader => original.open() } })
}
