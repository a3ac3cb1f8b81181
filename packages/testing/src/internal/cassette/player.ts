/** An HTTP client that answers with what was recorded. */
import * as Headers from "@effect/platform/Headers"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Stream from "effect/Stream"
import { CassetteError } from "./errors.js"
import type { Exchange, Recording } from "./format.js"
import { differences, parsed, type Request, requestOf, sameOperation } from "./matching.js"
import { askedText } from "./recorder.js"
import { StreamResponse, unreadable } from "./response.js"

/**
 * How long answers take: no time, as long as they took, or that multiplied by a number (`0.1` is ten times as fast).
 *
 * @since 0.1.0
 * @category models
 */
export type Timing = "none" | "recorded" | number

/**
 * @since 0.1.0
 * @category models
 */
export interface ReplayOptions {
  /** Default `"none"`. By the clock of the program: a test clock moves it. */
  readonly timing?: Timing | undefined
  /** Fields at the top of the body that may differ. Default: `request_id`. */
  readonly ignore?: ReadonlyArray<string> | undefined
  /** Whether a recorded request stands for one that is made. Default: the same method, path and JSON body. */
  readonly matches?: ((recorded: Request, asked: Request) => boolean) | undefined
  /** Begins again with the first answer to a request after its last one, and never fails as `Exhausted`. Default false. */
  readonly repeat?: boolean | undefined
}

/** @internal */
export interface Player {
  /** The exchange that answers a request. Each one is given once. */
  readonly next: (asked: Request) => Either.Either<Exchange, CassetteError>
  /** Waits until so many recorded milliseconds after a time of the clock. */
  readonly until: (startedAt: number, ms: number) => Effect.Effect<void>
  /** Whether anything is waited for. */
  readonly isTimed: boolean
}

/** A form that did not go out whole: nobody knows what it would have been. */
const isUnknownForm = ({ body, headers }: Request): boolean =>
  body === undefined && /^multipart\//i.test(headers["content-type"] ?? "")

/** @internal */
export const make = (recording: Recording, path: string, options: ReplayOptions): Player => {
  const ignored = new Set(options.ignore ?? ["request_id"])
  const all = recording.exchanges.map((exchange) => ({ exchange, request: requestOf(exchange) }))
  const matches = options.matches ?? ((recorded, asked) => compare(recorded, asked).length === 0)
  const compare = (recorded: Request, asked: Request): ReadonlyArray<string> =>
    !sameOperation(recorded, asked)
      ? ["the path"]
      : isUnknownForm(recorded)
        ? []
        : differences(recorded.body, asked.body, ignored)
  const played = new Set<Exchange>()
  const scale =
    options.timing === undefined || options.timing === "none"
      ? 0
      : options.timing === "recorded"
        ? 1
        : Math.max(0, options.timing)

  const next: Player["next"] = (asked) => {
    const matching = all.filter(({ request }) => matches(request, asked))
    if (options.repeat === true && matching.every(({ exchange }) => played.has(exchange))) {
      for (const { exchange } of matching) played.delete(exchange)
    }
    const found = matching.find(({ exchange }) => !played.has(exchange))
    if (found !== undefined) {
      played.add(found.exchange)
      return Either.right(found.exchange)
    }
    return Either.left(refusal(asked, matching.length))
  }

  const refusal = (asked: Request, times: number): CassetteError => {
    const advice =
      "Record it again if the change is meant: delete the file, or set ZHIPU_CASSETTE=record, where Cassette.layer is used."
    const failed = (reason: "Mismatch" | "Exhausted", what: string) =>
      new CassetteError({ reason, path, message: `The cassette ${shortened(path)} ${what}. ${advice}` })
    if (times > 0) {
      return failed(
        "Exhausted",
        `holds this request ${times === 1 ? "once" : `${times} times`}, and it was made once more`
      )
    }
    const [nearest] = all
      .map(({ exchange, request }, index) => ({
        index,
        isPlayed: played.has(exchange),
        isSame: sameOperation(request, asked),
        differing: compare(request, asked)
      }))
      .filter(({ isSame }) => isSame)
      .toSorted((a, b) => Number(a.isPlayed) - Number(b.isPlayed) || a.differing.length - b.differing.length)
    if (nearest === undefined) return failed("Mismatch", `has no ${asked.method} ${shortened(asked.path)}`)
    const where = nearest.differing[0] ?? "what the given matcher looks at"
    return failed("Mismatch", `has no such request. Nearest is number ${nearest.index + 1}, which differs at ${where}`)
  }

  return {
    next,
    until: (startedAt, ms) =>
      scale === 0
        ? Effect.void
        : Effect.clockWith((clock) => {
            const left = startedAt + ms * scale - clock.unsafeCurrentTimeMillis()
            return left > 0 ? clock.sleep(Duration.millis(left)) : Effect.void
          }),
    isTimed: scale !== 0
  }
}

/** The client cuts what a service says after 500 characters. */
const shortened = (text: string): string => (text.length > 80 ? `…${text.slice(-79)}` : text)

/** @internal */
export const client = (player: Player): HttpClient.HttpClient =>
  HttpClient.make((request, url) =>
    Effect.gen(function* () {
      const startedAt = yield* Clock.currentTimeMillis
      const sent = parsed(yield* askedText(request))
      const { headers, method } = request
      const found = player.next({ method, path: url.pathname, headers, body: sent.body ?? sent.text })
      if (Either.isLeft(found)) return yield* refused(request, found.left)
      const exchange = found.right
      if (exchange.response === undefined) {
        yield* player.until(startedAt, exchange.end.ms)
        if (exchange.end.how !== "broken") return yield* Effect.never
        return yield* new HttpClientError.RequestError({ request, reason: "Transport", cause: causeOf(exchange.end) })
      }
      const { ms, status } = exchange.response
      yield* player.until(startedAt, ms)
      return new StreamResponse({
        request,
        status,
        headers: Headers.fromInput(exchange.response.headers),
        body: (response) => bodyOf(player, exchange, startedAt, response)
      })
    })
  )

const causeOf = ({ code, message }: { readonly message: string; readonly code?: string }): Error =>
  Object.assign(new Error(message), code === undefined ? {} : { code })

const bodyOf = (
  player: Player,
  exchange: Exchange,
  startedAt: number,
  response: HttpClientResponse.HttpClientResponse
): Stream.Stream<Uint8Array, HttpClientError.ResponseError> => {
  const { body, end } = exchange
  const reads = player.isTimed
    ? Stream.mapEffect(Stream.fromIterable(body), ({ bytes, ms }) => Effect.as(player.until(startedAt, ms), bytes))
    : Stream.fromIterable(body.map(({ bytes }) => bytes))
  const ended = Stream.fromEffect(
    Effect.zipRight(
      player.until(startedAt, end.ms),
      end.how === "broken"
        ? Effect.fail(unreadable(response, causeOf(end)))
        : end.how === "interrupted"
          ? // The reader left here, so what would have come is not known.
            Effect.zipRight(
              Effect.logDebug("Cassette: the recorded answer was given up here by its reader."),
              Effect.never
            )
          : Effect.void
    )
  )
  return Stream.concat(reads, Stream.drain(ended))
}

/** The body of an answer that says what is wrong with the question, in the envelope of the service. @internal */
export const refusalBody = (error: CassetteError): string =>
  JSON.stringify({ error: { code: "cassette", message: error.message } })

/** As a status that is refused: the client then reads the body, and makes of it an error that is not for retrying. */
const refused = (
  request: HttpClientRequest.HttpClientRequest,
  error: CassetteError
): Effect.Effect<never, HttpClientError.HttpClientError> => {
  const response = new StreamResponse({
    request,
    status: 400,
    headers: Headers.fromInput({ "content-type": "application/json" }),
    body: () => Stream.make(new TextEncoder().encode(refusalBody(error)))
  })
  return Effect.fail(
    new HttpClientError.ResponseError({
      request,
      response,
      reason: "StatusCode",
      cause: error,
      description: error.message
    })
  )
}
