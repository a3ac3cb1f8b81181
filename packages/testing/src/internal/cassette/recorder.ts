/**
 * An HTTP client that keeps what goes through it. Bytes are kept as they come, and cleaned of keys together at the end,
 * as the network may cut a key in two.
 */
import * as Headers from "@effect/platform/Headers"
import * as HttpBody from "@effect/platform/HttpBody"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as UrlParams from "@effect/platform/UrlParams"
import type * as Clock from "effect/Clock"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Exchange, Recording } from "./format.js"
import { piecesOf, version } from "./format.js"
import { parsed } from "./matching.js"
import * as Multipart from "../multipart.js"
import * as Redaction from "./redaction.js"
import { StreamResponse, unreadable } from "./response.js"

/** The headers that are written down: what an answer depends on, and what a client acts on. */
const requestHeaders = ["accept", "accept-language", "content-type"]
const responseHeaders = [
  "content-type",
  "content-encoding",
  "retry-after",
  "retry-after-ms",
  "x-should-retry",
  "x-request-id",
  "x-log-id"
]

/** @internal */
export interface Options {
  readonly headers: ReadonlyArray<string>
  readonly secrets: ReadonlyArray<string>
}

/** An exchange while it lasts. Written by every read of the wire, and so no Ref. */
interface Take {
  readonly request: HttpClientRequest.HttpClientRequest
  readonly clock: Clock.Clock
  readonly startedAt: number
  response: Exchange["response"]
  readonly reads: Array<{ readonly ms: number; readonly bytes: Uint8Array }>
  end: Exchange["end"] | undefined
}

/** @internal */
export interface Recorder {
  readonly client: HttpClient.HttpClient
  /** What came so far; an exchange that is not over was interrupted. */
  readonly recording: Effect.Effect<Recording>
}

const elapsed = ({ clock, startedAt }: Take): number =>
  Math.max(0, Math.round(clock.unsafeCurrentTimeMillis() - startedAt))

/** What went out of bodies that are streams, as they went: there may be no second reading of one. Absent before its end. */
const streamed = new WeakMap<HttpClientRequest.HttpClientRequest, string>()

const watched = (request: HttpClientRequest.HttpClientRequest): HttpClientRequest.HttpClientRequest => {
  const { body } = request
  if (body._tag !== "Stream") return request
  const stream: Stream.Stream<Uint8Array, unknown> = Stream.suspend(() => {
    const pieces: Array<Uint8Array> = []
    return Stream.concat(
      Stream.mapChunks(body.stream, (chunk) => {
        for (const piece of chunk) pieces.push(piece)
        return chunk
      }),
      Stream.execute(Effect.sync(() => streamed.set(sent, comparable(sent, body, Buffer.concat(pieces)))))
    )
  })
  const sent: HttpClientRequest.HttpClientRequest = HttpClientRequest.setBody(
    request,
    HttpBody.stream(stream, body.contentType, body.contentLength)
  )
  return sent
}

/** @internal */
export const make = (http: HttpClient.HttpClient, options: Options): Recorder => {
  const takes: Array<Take> = []
  const client = HttpClient.transform(HttpClient.mapRequest(http, watched), (effect, request) =>
    Effect.clockWith((clock) => {
      const take: Take = {
        request,
        clock,
        startedAt: clock.unsafeCurrentTimeMillis(),
        response: undefined,
        reads: [],
        end: undefined
      }
      takes.push(take)
      return effect.pipe(
        Effect.map((response) => recorded(take, response)),
        Effect.mapError((error) => failed(take, error)),
        Effect.onInterrupt(() => Effect.sync(() => interrupted(take)))
      )
    })
  )
  return { client, recording: Effect.sync(() => ({ version, exchanges: cleaned(takes, options) })) }
}

const interrupted = (take: Take): void => {
  take.end ??= { ms: elapsed(take), how: "interrupted" }
}

const broken = (take: Take, error: HttpClientError.HttpClientError): void => {
  take.end ??= { ms: elapsed(take), how: "broken", ...reasonOf(error) }
}

/** A status that a client below refuses is an answer all the same. */
const failed = (take: Take, error: HttpClientError.HttpClientError): HttpClientError.HttpClientError => {
  if (error._tag === "ResponseError" && error.reason === "StatusCode") {
    const { description, request, response } = error
    return new HttpClientError.ResponseError({
      request,
      response: recorded(take, response),
      reason: "StatusCode",
      ...(description === undefined ? {} : { description })
    })
  }
  broken(take, error)
  return error
}

/** The innermost cause, which says what happened. */
const reasonOf = (error: HttpClientError.HttpClientError): { readonly message: string; readonly code?: string } => {
  let reason: { readonly message: string; readonly code?: string } = { message: error.reason }
  let cause = error.cause
  for (let depth = 0; cause instanceof Error && depth < 6; depth++) {
    const code: unknown = Reflect.get(cause, "code")
    reason = { message: cause.message || cause.name, ...(typeof code === "string" ? { code } : {}) }
    cause = cause.cause ?? (cause instanceof AggregateError ? cause.errors[0] : undefined)
  }
  return reason
}

const recorded = (
  take: Take,
  response: HttpClientResponse.HttpClientResponse
): HttpClientResponse.HttpClientResponse => {
  const after = response.headers["retry-after"]
  take.response = {
    ms: elapsed(take),
    status: response.status,
    headers: {
      ...response.headers,
      ...(after === undefined ? {} : { "retry-after": retryAfter(after, take.clock.unsafeCurrentTimeMillis()) })
    }
  }
  const isPacked = /\bgzip\b/i.test(response.headers["content-encoding"] ?? "")
  const dropped = isPacked ? ["content-encoding", "content-length"] : []
  return new StreamResponse({
    request: response.request,
    status: response.status,
    headers: dropped.reduce((headers, name) => Headers.remove(headers, name), response.headers),
    cookies: response.cookies,
    remoteAddress: response.remoteAddress,
    body: (self) => {
      const body = response.stream
      return tapped(take, isPacked ? unpacked(self, body) : body)
    }
  })
}

type Bytes = Stream.Stream<Uint8Array, HttpClientError.ResponseError>

const tapped = (take: Take, body: Bytes): Bytes =>
  body.pipe(
    Stream.mapChunks((chunk) => {
      const ms = elapsed(take)
      for (const bytes of chunk) if (bytes.length > 0) take.reads.push({ ms, bytes })
      return chunk
    }),
    Stream.concat(
      Stream.execute(
        Effect.sync(() => {
          take.end ??= { ms: elapsed(take), how: "whole" }
        })
      )
    ),
    Stream.mapError((error) => {
      // Fetch calls a body of no bytes an error.
      if (error.reason === "EmptyBody") take.end ??= { ms: elapsed(take), how: "whole" }
      else broken(take, error)
      return error
    }),
    Stream.ensuring(Effect.sync(() => interrupted(take)))
  )

/** Nobody finds a key in what is packed. Fetch unpacks by itself and leaves the header in place, so the bytes tell. */
const unpacked = (response: HttpClientResponse.HttpClientResponse, body: Bytes): Bytes =>
  // Not `Stream.peel`: an error of the first read would come out of it as a defect, with the request and its key.
  Stream.unwrapScoped(
    Effect.gen(function* () {
      const pull = yield* Stream.toPull(body)
      let head = Chunk.empty<Uint8Array>()
      let rest: Bytes = Stream.fromPull(Effect.succeed(pull))
      while (lengthOf(head) < 2) {
        const next = yield* Effect.either(pull)
        if (Either.isLeft(next)) {
          rest = Option.match(next.left, { onNone: () => Stream.empty, onSome: Stream.fail })
          break
        }
        head = Chunk.appendAll(head, next.right)
      }
      const [first = 0, second = 0] = Buffer.concat([...head])
      const all = Stream.concat(Stream.fromChunk(head), rest)
      return first === 0x1f && second === 0x8b ? gunzipped(response, all) : all
    })
  )

const gunzipped = (response: HttpClientResponse.HttpClientResponse, body: Bytes): Bytes =>
  Stream.suspend(() => {
    // Where the connection breaks, gunzip is ended as well, and says that its input is too short.
    let first: HttpClientError.ResponseError | undefined
    const watched = body.pipe(
      Stream.tapError((error) => Effect.sync(() => (first = error))),
      Stream.map((bytes): BufferSource => new Uint8Array(bytes))
    )
    return Stream.fromReadableStream(
      () => Stream.toReadableStream(watched).pipeThrough(new DecompressionStream("gzip")),
      (cause) => first ?? unreadable(response, cause)
    )
  })

const lengthOf = (chunks: Iterable<Uint8Array>): number => {
  let length = 0
  for (const { length: more } of chunks) length += more
  return length
}

const comparable = (
  { headers }: HttpClientRequest.HttpClientRequest,
  { contentType }: { readonly contentType: string },
  bytes: Buffer
): string => Multipart.comparable(headers["content-type"] ?? contentType, bytes)

const sentText = (request: HttpClientRequest.HttpClientRequest): string | undefined => {
  const { body } = request
  switch (body._tag) {
    case "Uint8Array":
      return comparable(request, body, Buffer.from(body.body.buffer, body.body.byteOffset, body.body.byteLength))
    case "Raw":
      return typeof body.body === "string" ? body.body : undefined
    case "Stream":
      return streamed.get(request)
    default:
      return undefined
  }
}

/** The same of a request that is not sent: what is a stream is read for it. @internal */
export const askedText = (
  request: HttpClientRequest.HttpClientRequest
): Effect.Effect<string | undefined, HttpClientError.RequestError> => {
  const { body } = request
  if (body._tag !== "Stream") return Effect.sync(() => sentText(request))
  return body.stream.pipe(
    Stream.mapError((cause) => new HttpClientError.RequestError({ request, reason: "Encode", cause })),
    Stream.runCollect,
    Effect.map((pieces) => comparable(request, body, Buffer.concat([...pieces])))
  )
}

const urlOf = (request: HttpClientRequest.HttpClientRequest): string =>
  Either.match(UrlParams.makeUrl(request.url, request.urlParams, request.hash), {
    onLeft: () => "http://invalid/",
    onRight: (url) => {
      // The values of a query may be secrets of any kind.
      const names = [...new Set(url.searchParams.keys())]
      return `${url.origin}${url.pathname}${names.length === 0 ? "" : `?${names.join("&")}`}`
    }
  })

const secretsOf = ({ hash, headers, url, urlParams }: HttpClientRequest.HttpClientRequest): ReadonlyArray<string> => [
  ...Object.entries(headers).flatMap(([name, value]) =>
    Redaction.isSecretName(name) ? Redaction.secretsIn(value) : []
  ),
  ...Either.match(UrlParams.makeUrl(url, urlParams, hash), { onLeft: () => [], onRight: Redaction.secretsInUrl })
]

/** In seconds where it is a date, which would have passed when it is replayed. */
const retryAfter = (value: string, now: number): string => {
  const date = /^[A-Za-z]{3}/.test(value.trim()) ? Date.parse(value) : Number.NaN
  return Number.isNaN(date) ? value : String(Math.max(0, Math.ceil((date - now) / 1000)))
}

/** It is another one each time. */
const withoutBoundary = (value: string): string => value.replace(/^(multipart\/form-data)\s*;.*$/i, "$1")

const cleaned = (takes: ReadonlyArray<Take>, options: Options): ReadonlyArray<Exchange> => {
  const sent = takes.flatMap(({ request }) => secretsOf(request))
  const redactor = Redaction.make([...options.secrets, ...sent])
  const wanted = options.headers.map((name) => name.toLowerCase()).filter((name) => !Redaction.isSecretName(name))
  const headers = (all: Readonly<Record<string, string>>, names: ReadonlyArray<string>) =>
    Object.fromEntries(
      [...names, ...wanted].flatMap((name) => {
        const value = all[name]
        // No file holds what is no header; a transport may have been given one all the same.
        return value === undefined
          ? []
          : [[name, redactor.text(withoutBoundary(value)).replace(/[^\t\x20-\x7e\x80-\xff]/g, "?")] as const]
      })
    )
  return takes.map((take) => {
    const body = parsed(sentText(take.request))
    const end = take.end ?? { ms: elapsed(take), how: "interrupted" }
    return packed({
      request: {
        method: take.request.method,
        url: redactor.text(urlOf(take.request)),
        headers: headers(take.request.headers, requestHeaders),
        ...("body" in body ? { body: redactor.json(body.body) } : {}),
        ...(body.text === undefined ? {} : { text: redactor.text(body.text) })
      },
      ...(take.response === undefined
        ? {}
        : { response: { ...take.response, headers: headers(take.response.headers, responseHeaders) } }),
      body: redactor
        .reads(take.reads.map(({ bytes }) => bytes))
        .map((bytes, index) => ({ ms: take.reads[index]?.ms ?? 0, bytes })),
      end:
        end.how === "broken"
          ? { ...end, message: redactor.text(end.message) }
          : end.how === "interrupted" && isOver(take)
            ? { ms: end.ms, how: "whole" }
            : end
    })
  })
}

/** After these events nothing comes, and readers leave without waiting for the end of the body. */
const isOver = ({ reads }: Take): boolean =>
  /(?:^|\n)data: ?(?:\[DONE\]|\{"error":[^\n]*)\s*$/.test(
    Buffer.concat(reads.map(({ bytes }) => bytes))
      .subarray(-4096)
      .toString()
  )

/** What is recorded is plain. A body that is packed in a way that cannot be undone here may hold a key, and is left out. */
const packed = (exchange: Exchange): Exchange => {
  const encoding = exchange.response?.headers["content-encoding"]
  if (exchange.response === undefined || encoding === undefined) return exchange
  const { "content-encoding": _, ...headers } = exchange.response.headers
  const response = { ...exchange.response, headers }
  // As a whole, since a read may hold half a character and nothing else.
  const bytes = Buffer.concat(exchange.body.map((read) => read.bytes))
  const isPlain = piecesOf(bytes).some((piece) => typeof piece === "string")
  if (isPlain) return { ...exchange, response }
  const message = `the body was packed as ${encoding}, which cannot be recorded`
  return { ...exchange, response, body: [], end: { ms: exchange.end.ms, how: "broken", message } }
}
