// Generated from packages/node/src/internal/bodyReader.ts by scripts/effect4: change that file.
/** A body as the network brings it, read by callback. */
import type * as HttpClientError from "effect/http/HttpClientError"

/** @internal */
export interface BodyReader {
  readonly take: () => ReadonlyArray<Uint8Array> | undefined
  readonly hasEnded: () => boolean
  readonly failure: () => HttpClientError.HttpClientError | undefined
  readonly onReadable: (wake: () => void) => void
  readonly release: () => void
}
