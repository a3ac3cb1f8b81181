/** An answer that is a file: its bytes as they come. */
import * as Effect from "effect/Effect"
import { constVoid, identity } from "effect/Function"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import { parseJson } from "@effect-zhipu/protocol/internal/text/jsonScan"
import type { ZhipuError } from "../../ZhipuError.js"
import { readText } from "../body/readText.js"
import * as transport from "../body/transportError.js"
import { errorOf, expecting, unreadableOf } from "../call/documents.js"
import { attended, type Attended, type Call } from "../call/exchange.js"
import type { Execute } from "../call/run.js"
import { toError } from "../toError.js"
import { readBody, type Sink } from "./readBody.js"
import { streamOf } from "./running.js"

/** A document in the place of a file is read up to here. */
const maxDocumentBytes = 64 * 1024

/** @internal */
export const make =
  (execute: Execute, clientScope: Scope.Scope, resetZone: string) =>
  (call: Call): Stream.Stream<Uint8Array, ZhipuError> =>
    streamOf(clientScope, (batches) => ({
      read: execute(expecting(call, "bytes"), (given) => {
        const exchange = attended(given)
        const type = exchange.response.headers["content-type"] ?? ""
        // Not `application/jsonl` and `application/x-ndjson`, as a store names the files of a batch by their ending.
        return /[^d]json(?!l)|text\/html/i.test(type)
          ? refused(exchange, resetZone)
          : readBody({ exchange, sink: sinkOfBytes(), batches, awaitsFirst: false })
      }),
      told: identity
    }))

/** JSON is an error of the service, and a page that of a proxy. @internal */
export const refused = (exchange: Attended, resetZone: string): Effect.Effect<never, ZhipuError> =>
  Effect.flatMap(
    Effect.mapError(readText(exchange.response, maxDocumentBytes), (error) =>
      transport.failed("body", error, exchange.redact)
    ),
    (text) => Effect.fail(errorOf(exchange, parseJson(text), resetZone) ?? unreadableOf(exchange, text))
  )

const sinkOfBytes = (): Sink<Uint8Array> => {
  let chunks: Array<Uint8Array> = []
  let error: ZhipuError | undefined
  return {
    feed: (bytes) => {
      if (bytes.length > 0) chunks.push(bytes)
    },
    end: (failure) => {
      if (failure !== undefined) error = toError(failure)
    },
    complete: constVoid,
    take: () => {
      const taken = chunks
      chunks = []
      return taken
    },
    state: () => "open",
    error: () => error
  }
}
