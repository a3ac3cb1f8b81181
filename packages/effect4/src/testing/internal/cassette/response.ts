// Generated from packages/testing/src/internal/cassette/response.ts by scripts/effect4: change that file.
/** A response of platform's HTTP client over a stream of bytes. */
import * as Effect from "effect/Effect"
import * as Cookies from "effect/http/Cookies"
import type * as Headers from "effect/http/Headers"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as UrlParams from "effect/http/UrlParams"
import * as Inspectable from "effect/Inspectable"
import * as Option from "effect/Option"
import { pipeArguments } from "effect/Pipeable"
import * as Redactable from "effect/Redactable"
import type * as Schema from "effect/Schema"
import type * as Socket from "effect/socket/Socket"
import * as Stream from "effect/Stream"

type Bytes = Stream.Stream<Uint8Array, HttpClientError.HttpClientError>

/** @internal */
export interface Source {
  readonly request: HttpClientRequest.HttpClientRequest
  readonly status: number
  readonly headers: Headers.Headers
  readonly cookies?: Cookies.Cookies
  readonly remoteAddress?: Option.Option<string>
  /** Given the response, for the errors of its body. */
  readonly body: (response: HttpClientResponse.HttpClientResponse) => Bytes
}

/** The body can be read once: as `stream`, or as a whole in whatever form. @internal */
export class StreamResponse extends Inspectable.Class implements HttpClientResponse.HttpClientResponse {
  readonly [HttpIncomingMessage.TypeId]: typeof HttpIncomingMessage.TypeId = HttpIncomingMessage.TypeId
  readonly [HttpClientResponse.TypeId]: typeof HttpClientResponse.TypeId = HttpClientResponse.TypeId
  readonly request: HttpClientRequest.HttpClientRequest
  readonly status: number
  readonly headers: Headers.Headers
  readonly cookies: Cookies.Cookies
  readonly remoteAddress: Option.Option<string>
  readonly stream: Bytes
  readonly arrayBuffer: Effect.Effect<ArrayBuffer, HttpClientError.HttpClientError>

  constructor(source: Source) {
    super()
    this.request = source.request
    this.status = source.status
    this.headers = source.headers
    this.cookies = source.cookies ?? Cookies.empty
    this.remoteAddress = source.remoteAddress ?? Option.none()
    this.stream = source.body(this)
    this.arrayBuffer = Effect.runSync(Effect.cached(whole(this.stream)))
  }

  get text(): Effect.Effect<string, HttpClientError.HttpClientError> {
    return Effect.map(this.arrayBuffer, (buffer) => new TextDecoder().decode(buffer))
  }

  get json(): Effect.Effect<Schema.Json, HttpClientError.HttpClientError> {
    return Effect.flatMap(this.text, (value) =>
      Effect.try({
        try: () => ((text): Schema.Json => (text === "" ? null : JSON.parse(text)))(value),
        catch: (cause) => unreadable(this, cause)
      })
    )
  }

  get urlParamsBody(): Effect.Effect<UrlParams.UrlParams, HttpClientError.HttpClientError> {
    return Effect.map(this.text, (text) => UrlParams.fromInput(new URLSearchParams(text)))
  }

  get formData(): Effect.Effect<FormData, HttpClientError.HttpClientError> {
    return Effect.flatMap(this.arrayBuffer, (body) =>
      Effect.tryPromise({
        try: () => new Response(body, { headers: { "content-type": this.headers["content-type"] ?? "" } }).formData(),
        catch: (cause) => unreadable(this, cause)
      })
    )
  }

  get url(): string {
    return Option.match(HttpClientRequest.toUrl(this.request), { onNone: () => "", onSome: ({ href }) => href })
  }

  get upgrade(): Effect.Effect<Socket.Socket, HttpClientError.HttpClientError> {
    const cause = new TypeError("the connection cannot be upgraded")
    return Effect.fail(
      new HttpClientError.HttpClientError({
        reason: new HttpClientError.DecodeError({ request: this.request, response: this, cause })
      })
    )
  }

  pipe() {
    return pipeArguments(this, arguments)
  }

  toJSON(): unknown {
    return {
      _id: "@effect/platform/HttpClientResponse",
      request: this.request.toJSON(),
      status: this.status,
      headers: Redactable.redact(this.headers),
      remoteAddress: this.remoteAddress.toJSON()
    }
  }
}

/** @internal */
export const unreadable = (
  response: HttpClientResponse.HttpClientResponse,
  cause: unknown
): HttpClientError.HttpClientError =>
  new HttpClientError.HttpClientError({
    reason: new HttpClientError.DecodeError({ request: response.request, response, cause })
  })

const whole = (stream: Bytes): Effect.Effect<ArrayBuffer, HttpClientError.HttpClientError> =>
  stream.pipe(
    Stream.runFold<Array<Uint8Array>, Uint8Array>(
      () => [],
      (chunks, bytes) => {
        chunks.push(bytes)
        return chunks
      }
    ),
    // Fetch calls a body of no bytes an error, where it is read as a stream.
    Effect.catchIf(
      (error) => error.reason._tag === "EmptyBodyError",
      () => Effect.succeed<Array<Uint8Array>>([])
    ),
    Effect.map((chunks) => new Uint8Array(Buffer.concat(chunks)).buffer)
  )
