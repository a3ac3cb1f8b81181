// Generated from packages/client/src/internal/body/directBody.ts by scripts/effect4: change that file.
/**
 * A body that is read by callback: what a transport may offer beside `response.stream`, so that a network read costs no
 * fiber its wake. `@effect-zhipu/effect4/node` offers it; `webBody.ts` finds one in a response of `fetch`.
 *
 * The property is found by a registered symbol, so that a transport needs no dependency on this package.
 */
import type * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Predicate from "effect/Predicate"

/** @internal */
export const directBody: unique symbol = Symbol.for("@effect-zhipu/effect4/DirectBody")

/** @internal */
export interface DirectBody {
  /** Claims the body, which can be read once. */
  readonly open: () => BodyReader
}

/** @internal */
export interface BodyReader {
  /** All that has come since the last call, or `undefined` where that is nothing. What is not taken stops the socket. */
  readonly take: () => ReadonlyArray<Uint8Array> | undefined
  /** Whether nothing more will come than `take` gives. */
  readonly hasEnded: () => boolean
  /** Why the body ended early. */
  readonly failure: () => HttpClientError.HttpClientError | undefined
  /** Calls once, when there is something to take, or the end. */
  readonly onReadable: (wake: () => void) => void
  /** Gives up the connection of a body that has not ended. */
  readonly release: () => void
}

/** @internal */
export const directBodyOf = (response: HttpClientResponse.HttpClientResponse): DirectBody | undefined =>
  hasDirectBody(response) && response.headers["content-encoding"] === undefined ? response[directBody] : undefined

const hasDirectBody = (
  response: HttpClientResponse.HttpClientResponse
): response is HttpClientResponse.HttpClientResponse & { readonly [directBody]: DirectBody } =>
  Predicate.hasProperty(response, directBody)
