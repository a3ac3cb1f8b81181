/** A response of platform's HTTP client over a stream of bytes. */
import * as Cookies from "@effect/platform/Cookies"
import type * as Headers from "@effect/platform/Headers"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as HttpIncomingMessage from "@effect/platform/HttpIncomingMessage"
import * as UrlParams from "@effect/platform/UrlParams"
import * as Effect from "effect/Effect"
import * as Inspectable from "effect/Inspectable"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

type Bytes = Stream.Stream<Uint8Array, HttpClientError.ResponseError>

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
  readonly [HttpIncomingMessage.TypeId]: HttpIncomingMessage.TypeId = HttpIncomingMessage.TypeId
  readonly [HttpClientResponse.TypeId]: HttpClientResponse.TypeId = HttpClientResponse.TypeId
  readonly request: HttpClientRequest.HttpClientRequest
  readonly status: number
  readonly headers: Headers.Headers
  readonly cookies: Cookies.Cookies
  readonly remoteAddress: Option.Option<string>
  readonly stream: Bytes
  readonly arrayBuffer: Effect.Effect<ArrayBuffer, HttpClientError.ResponseError>

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

  get text(): Effect.Effect<string, HttpClientError.ResponseError> {
    return Effect.map(this.arrayBuffer, (buffer) => new TextDecoder().decode(buffer))
  }

  get json(): Effect.Effect<unknown, HttpClientError.ResponseError> {
    return Effect.tryMap(this.text, {
      try: (text): unknown => (text === "" ? null : JSON.parse(text)),
      catch: (cause) => unreadable(this, cause)
    })
  }

  get urlParamsBody(): Effect.Effect<UrlParams.UrlParams, HttpClientError.ResponseError> {
    return Effect.map(this.text, (text) => UrlParams.fromInput(new URLSearchParams(text)))
  }

  get formData(): Effect.Effect<FormData, HttpClientError.ResponseError> {
    return Effect.flatMap(this.arrayBuffer, (body) =>
      Effect.tryPromise({
        try: () => new Response(body, { headers: { "content-type": this.headers["content-type"] ?? "" } }).formData(),
        catch: (cause) => unreadable(this, cause)
      })
    )
  }

  toJSON(): unknown {
    return {
      _id: "@effect/platform/HttpClientResponse",
      request: this.request.toJSON(),
      status: this.status,
      headers: Inspectable.redact(this.headers),
      remoteAddress: this.remoteAddress.toJSON()
    }
  }
}

/** @internal */
export const unreadable = (
  response: HttpClientResponse.HttpClientResponse,
  cause: unknown
): HttpClientError.ResponseError =>
  new HttpClientError.ResponseError({ request: response.request, response, reason: "Decode", cause })

const whole = (stream: Bytes): Effect.Effect<ArrayBuffer, HttpClientError.ResponseError> =>
  stream.pipe(
    Stream.runFold<Array<Uint8Array>, Uint8Array>([], (chunks, bytes) => {
      chunks.push(bytes)
      return chunks
    }),
    // Fetch calls a body of no bytes an error, where it is read as a stream.
    Effect.catchIf(
      (error) => error.reason === "EmptyBody",
      () => Effect.succeed<Array<Uint8Array>>([])
    ),
    Effect.map((chunks) => new Uint8Array(Buffer.concat(chunks)).buffer)
  )
