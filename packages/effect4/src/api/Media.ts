// Generated from packages/api/src/Media.ts by scripts/effect4: change that file.
/**
 * Files behind the links of answers: images and videos.
 *
 * The links lead to other hosts, so nothing of the client goes there: no key, no header of its own, no resending to another place but
 * over https. They expire: those of images after 30 days, those of vidu videos after a day, so save them at once. A link is signed, and
 * whoever has it has the file: it stands in no error, log or span.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import {
  ConnectionError,
  CorruptStreamError,
  DeadlineExceededError,
  InvalidRequestError,
  ServerError,
  StreamTruncatedError,
  type ZhipuError
} from "../ZhipuError.js"
import { toPath } from "./internal/toPath.js"

/**
 * What a download takes. Everything is optional.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** At most so many bytes. Default 1 GiB. */
  readonly maxBytes?: number | undefined
  /** How long nothing may come. Default 1 minute. */
  readonly idle?: Duration.Input | undefined
}

const GiB = 1024 ** 3

const wrong = (message: string, status?: number) =>
  new InvalidRequestError({ message, path: "url", ...(status === undefined ? {} : { status }) })

/** Plain http is for this machine alone, as in tests, and never where another one leads here. */
const isLocal = (hostname: string): boolean =>
  hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname)

const checked = (link: string, base?: URL): Effect.Effect<URL, InvalidRequestError> => {
  if (!URL.canParse(link, base)) return Effect.fail(wrong("The link of the file is no URL."))
  const url = new URL(link, base)
  const mayBePlain = isLocal(url.hostname) && (base === undefined || isLocal(base.hostname))
  return url.protocol === "https:" || (url.protocol === "http:" && mayBePlain)
    ? Effect.succeed(url)
    : Effect.fail(wrong("The link of the file is no https URL: nothing was sent."))
}

/** No error of the transport is shown: it holds the link. */
const failed = (phase: "connect" | "body") => (error: HttpClientError.HttpClientError) =>
  error.reason._tag === "InvalidUrlError"
    ? wrong("The link of the file is no URL.")
    : new ConnectionError({
        message: `The file could not be fetched from its link: the connection ${phase === "connect" ? "failed" : "broke off"}.`,
        phase
      })

const maxRedirects = 5

/** Whose requests end with a scope. */
type Client = HttpClient.HttpClient.With<HttpClientError.HttpClientError, Scope.Scope>

/** Asks for a link, and follows redirects itself: each goal is checked as the link was. */
const open = (url: URL, client: Client, redirects = 0): ReturnType<typeof request> =>
  Effect.flatMap(request(url, client), (response) => {
    const { location } = response.headers
    if (response.status < 300 || response.status >= 400 || location === undefined) return Effect.succeed(response)
    if (redirects >= maxRedirects) return wrong("The link of the file leads in circles.", response.status)
    return Effect.flatMap(checked(location, url), (goal) => open(goal, client, redirects + 1))
  })

const request = (url: URL, client: Client) => {
  const sent = Effect.mapError(client.execute(HttpClientRequest.get(url.href)), failed("connect"))
  return Effect.flatMap(Effect.serviceOption(FetchHttpClient.RequestInit), (init) => {
    const fetching = (redirect: "manual" | "follow") =>
      Effect.provideService(sent, FetchHttpClient.RequestInit, { ...Option.getOrUndefined(init), redirect })
    // A browser does not show where a redirect leads (status 0): there it is the browser that follows.
    return Effect.flatMap(fetching("manual"), (response) =>
      response.status === 0 ? fetching("follow") : Effect.succeed(response)
    )
  })
}

const refusal = (status: number): ZhipuError => {
  if (status === 403 || status === 404 || status === 410) {
    return wrong(
      `The link has expired, or is not whole (HTTP ${status}). Links of images live 30 days, those of videos may live one day: ask for the task again, or make a new one.`,
      status
    )
  }
  return status >= 500
    ? new ServerError({ message: `The host of the file failed (HTTP ${status}). Try again.`, status })
    : wrong(`The host of the file refused (HTTP ${status}).`, status)
}

/**
 * The bytes behind a link, as they come.
 *
 * An expired link is `InvalidRequestError`, a page in place of the file `CorruptStreamError`, a file that breaks off `ConnectionError` or `StreamTruncatedError`, silence
 * `DeadlineExceededError`. `HttpClient` is platform's, and sends what it is told to send: give it one without default headers. Tracing
 * is off, as spans of HTTP hold the URL.
 *
 * @example
 * ```ts
 * import { Media } from "@effect-zhipu/effect4/api"
 *
 * export const bytes = (url: string) => Media.download(url, { maxBytes: 50 * 1024 * 1024 })
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const download = (
  url: string,
  options: Options = {}
): Stream.Stream<Uint8Array, ZhipuError, HttpClient.HttpClient> => {
  const maxBytes = options.maxBytes ?? GiB
  const idle = Duration.fromInputUnsafe(options.idle ?? "1 minute")
  const silent = () =>
    new DeadlineExceededError({
      message: `Nothing of the file came for ${Duration.format(idle)}.`,
      phase: "idle",
      limit: idle
    })
  return Stream.unwrap(
    Effect.gen(function* () {
      // A body that nobody reads, of a redirect or a refusal, would hold its connection.
      const client = HttpClient.withScope(unseen(yield* HttpClient.HttpClient))
      const response = yield* Effect.flatMap(checked(url), (checkedUrl) => open(checkedUrl, client)).pipe(
        Effect.timeoutOrElse({ duration: idle, orElse: () => Effect.fail(silent()) })
      )
      if (response.status < 200 || response.status >= 300) return yield* Effect.fail(refusal(response.status))
      if (/text\/html/i.test(response.headers["content-type"] ?? "")) return yield* Effect.fail(page())
      const announced = Number(response.headers["content-length"] ?? Number.NaN)
      // Of a packed body, the length is that of what was packed.
      const expected = response.headers["content-encoding"] === undefined ? announced : Number.NaN
      if (expected > maxBytes) return yield* Effect.fail(tooLarge(maxBytes))
      return measured(Stream.mapError(response.stream, failed("body")), maxBytes, expected).pipe(
        Stream.timeoutOrElse({ duration: idle, orElse: () => Stream.fail(silent()) })
      )
    })
  )
}

/** Spans of HTTP would hold the link, and headers of tracing would go to whoever hosts the file. */
const unseen = (client: HttpClient.HttpClient): HttpClient.HttpClient =>
  HttpClient.transform(client, (response) =>
    response.pipe(
      Effect.provideService(HttpClient.TracerDisabledWhen, () => true),
      Effect.provideService(HttpClient.TracerPropagationEnabled, false)
    )
  )

const page = (): CorruptStreamError =>
  new CorruptStreamError({
    message:
      "The link of the file was answered with a page, and no file. Look for a proxy, firewall or login page in between.",
    status: 200,
    reason: "UnexpectedContentType",
    detail: "text/html"
  })

const tooLarge = (maxBytes: number): CorruptStreamError =>
  new CorruptStreamError({
    message: `The file is larger than maxBytes, ${maxBytes}.`,
    reason: "EventTooLarge",
    detail: `over ${maxBytes} bytes`
  })

const measured = (
  stream: Stream.Stream<Uint8Array, ZhipuError>,
  maxBytes: number,
  expected: number
): Stream.Stream<Uint8Array, ZhipuError> =>
  Stream.suspend(() => {
    let received = 0
    return stream.pipe(
      Stream.mapEffect((bytes) => {
        received += bytes.length
        return received > maxBytes ? Effect.fail(tooLarge(maxBytes)) : Effect.succeed(bytes)
      }),
      Stream.concat(
        Stream.fromEffectDrain(
          Effect.suspend(() =>
            Number.isNaN(expected) || received === expected
              ? Effect.void
              : new StreamTruncatedError({
                  message: `The file ended after ${received} of ${expected} bytes.`,
                  receivedBytes: received,
                  receivedFrames: 0
                })
          )
        )
      )
    )
  })

/**
 * Writes the file behind a link to a path. A download that fails leaves no file: it is written beside, and renamed when it is whole.
 *
 * @since 0.1.0
 * @category operations
 */
export const save = (
  url: string,
  path: string,
  options: Options = {}
): Effect.Effect<void, ZhipuError | PlatformError, HttpClient.HttpClient | FileSystem.FileSystem> =>
  toPath(download(url, options), path)
