/** A body as the network brings it, read by callback. */
import type * as HttpClientError from "@effect/platform/HttpClientError"

/** @internal */
export interface BodyReader {
  readonly take: () => ReadonlyArray<Uint8Array> | undefined
  readonly hasEnded: () => boolean
  readonly failure: () => HttpClientError.ResponseError | undefined
  readonly onReadable: (wake: () => void) => void
  readonly release: () => void
}
