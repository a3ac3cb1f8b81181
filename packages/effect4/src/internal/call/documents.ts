// Generated from packages/client/src/internal/call/documents.ts by scripts/effect4: change that file.
/** Answers that are one document, or nothing that matters. */
import { isFailed, wholeOfEvents } from "@effect-zhipu/protocol/internal/decoding/whole"
import { classify } from "@effect-zhipu/protocol/internal/failures/classify"
import { corruptStream } from "@effect-zhipu/protocol/internal/failures/corruptStream"
import { fromJson } from "@effect-zhipu/protocol/internal/failures/errorBody"
import { unreadable } from "@effect-zhipu/protocol/internal/failures/unreadable"
import { beginsAsEvents } from "@effect-zhipu/protocol/internal/text/beginnings"
import { parseJson } from "@effect-zhipu/protocol/internal/text/jsonScan"
import { withoutSecrets } from "@effect-zhipu/protocol/internal/text/redaction"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import type { ZhipuError } from "../../ZhipuError.js"
import { directBodyOf } from "../body/directBody.js"
import { readBeginning } from "../body/readText.js"
import * as transport from "../body/transportError.js"
import { responseOfDocument } from "../telemetry/names.js"
import { toError } from "../toError.js"
import { type Attended, attended, type Call } from "./exchange.js"
import type { Execute } from "./run.js"

type Expects = Call["expects"]

/** @internal */
export const expecting = (call: Call, expects: Expects): Call =>
  call.expects === expects ? call : { ...call, expects }

/** @internal */
export const json =
  (execute: Execute, resetZone: string) =>
  <A>(
    call: Call,
    decode: (
      document: Readonly<Record<string, unknown>>,
      requestId: string | undefined,
      redact: (text: string) => string
    ) => Effect.Effect<A, ZhipuError>
  ): Effect.Effect<A, ZhipuError> =>
    execute(expecting(call, "document"), (given) => {
      const exchange = attended(given)
      const { redact, requestId, response } = exchange
      return Effect.flatMap(textOf(exchange), (text) => {
        // A gateway may stream though nobody asked for a stream: the answer is whole all the same.
        const document = beginsAsEvents(text)
          ? wholeOfEvents(text, { status: response.status, requestId, resetZone, redact })
          : parseJson(text)
        if (isFailed(document)) return Effect.fail(toError(document.failure))
        const error = errorOf(exchange, document, resetZone)
        if (error !== undefined) return Effect.fail(error)
        if (Predicate.isObject(document)) {
          const clean = withoutSecrets(document, redact)
          exchange.answer(() => responseOfDocument(clean, requestId))
          return decode(clean, requestId, redact)
        }
        return Effect.fail(unreadableOf(exchange, text))
      })
    })

/** Where nothing is expected, a document may come as well: it counts if it is an error. @internal */
export const empty =
  (execute: Execute, resetZone: string) =>
  (call: Call): Effect.Effect<void, ZhipuError> =>
    execute(expecting(call, "nothing"), (given) => {
      const exchange = attended(given)
      return Effect.flatMap(textOf(exchange), (text) => {
        if (text.trim() === "") return Effect.void
        const document = parseJson(text)
        const error = errorOf(exchange, document, resetZone)
        if (error !== undefined) return Effect.fail(error)
        return document === undefined ? Effect.fail(unreadableOf(exchange, text)) : Effect.void
      })
    })

/** The error that a document under a success status tells. @internal */
export const errorOf = (
  { redact, requestId, response }: Attended,
  document: unknown,
  resetZone: string
): ZhipuError | undefined => {
  const error = fromJson(document)
  return error === undefined
    ? undefined
    : toError(classify({ status: response.status, body: error, redact, requestId, resetZone }))
}

/** A document is read up to here, as it is after it was unpacked: a small body may unpack to any size. */
const maxDocumentBytes = 64 * 1024 * 1024

/** A body of a told length up to here comes with its headers, or soon after them; in bytes. */
const smallBody = 64 * 1024

const isSmall = ({ headers }: Attended["response"]): boolean => {
  const length = headers["content-length"]
  return length !== undefined && headers["content-encoding"] === undefined && Number(length) <= smallBody
}

/**
 * Read by read, as each one counts for the `idle` deadline. A small body is read at once, under the deadline of its headers: a
 * body that is pulled costs more than all of the call besides.
 */
const textOf = (exchange: Attended): Effect.Effect<string, ZhipuError> =>
  isSmall(exchange.response) && directBodyOf(exchange.response) === undefined
    ? wholeText(exchange)
    : pulledText(exchange)

const wholeText = ({ redact, response, watch }: Attended): Effect.Effect<string, ZhipuError> =>
  Effect.suspend(() => {
    watch.enter("firstChunk", watch.startedAt)
    return Effect.catch(response.text, (error) =>
      // Fetch calls a success without a body an error.
      error.reason._tag === "EmptyBodyError" ? Effect.succeed("") : Effect.fail(transport.failed("body", error, redact))
    )
  })

const pulledText = ({ redact, requestId, response, watch }: Attended): Effect.Effect<string, ZhipuError> =>
  Effect.matchEffect(
    readBeginning(response, maxDocumentBytes, () => watch.enter("idle")),
    {
      // Fetch calls a success without a body an error.
      onFailure: (error) =>
        error.reason._tag === "EmptyBodyError"
          ? Effect.succeed("")
          : Effect.fail(transport.failed("body", error, redact)),
      onSuccess: ({ isCut, text }) =>
        isCut
          ? Effect.fail(
              toError(
                corruptStream(
                  { status: response.status, requestId },
                  "EventTooLarge",
                  "the document is larger than 64 MiB",
                  "The answer is larger than 64 MiB. Check the base URL."
                )
              )
            )
          : Effect.succeed(text)
    }
  )

/** A success that is no document. @internal */
export const unreadableOf = ({ redact, requestId, response }: Attended, text: string): ZhipuError =>
  toError(unreadable({ status: response.status, headers: response.headers, requestId, text, redact }))
