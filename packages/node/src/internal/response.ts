/** A response of platform's HTTP client over an exchange. */
import * as Cookies from "@effect/platform/Cookies"
import * as Headers from "@effect/platform/Headers"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as HttpIncomingMessage from "@effect/platform/HttpIncomingMessage"
import * as UrlParams from "@effect/platform/UrlParams"
import * as Channel from "effect/Channel"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Inspectable from "effect/Inspectable"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { IncomingHttpHeaders } from "node:http"
import type { BodyReader } from "./bodyReader.js"
import type { Exchange } from "./exchange.js"

type Bytes = Channel.Channel<Chunk.Chunk<Uint8Array>, unknown, HttpClientError.ResponseError, unknown, void>

/** @internal */
export class NodeResponse extends Inspectable.Class implements HttpClientResponse.HttpClientResponse {
  readonly [HttpIncomingMessage.TypeId]: HttpIncomingMessage.TypeId = HttpIncomingMessage.TypeId
  readonly [HttpClientResponse.TypeId]: HttpClientResponse.TypeId = HttpClientResponse.TypeId
  readonly request: HttpClientRequest.HttpClientRequest
  readonly status: number
  private readonly exchange: Exchange
  private readonly source: IncomingHttpHeaders
  private cachedHeaders: Headers.Headers | undefined
  private cachedCookies: Cookies.Cookies | undefined
  private cachedText: Once<string> | undefined
  private cachedBytes: Once<ArrayBuffer> | undefined

  constructor(
    request: HttpClientRequest.HttpClientRequest,
    exchange: Exchange,
    status: number,
    source: IncomingHttpHeaders
  ) {
    super()
    this.request = request
    this.exchange = exchange
    this.status = status
    this.source = source
  }

  get headers(): Headers.Headers {
    return (this.cachedHeaders ??= Headers.fromInput(this.source))
  }

  get cookies(): Cookies.Cookies {
    return (this.cachedCookies ??= Cookies.fromSetCookie(this.source["set-cookie"] ?? []))
  }

  get remoteAddress(): Option.Option<string> {
    return Option.none()
  }

  get stream(): Stream.Stream<Uint8Array, HttpClientError.ResponseError> {
    return Stream.fromChannel(Channel.suspend(() => this.bytes()))
  }

  get text(): Effect.Effect<string, HttpClientError.ResponseError> {
    return (this.cachedText ??= this.whole(decodeText)).effect
  }

  get json(): Effect.Effect<unknown, HttpClientError.ResponseError> {
    return Effect.tryMap(this.text, {
      try: (text): unknown => (text === "" ? null : JSON.parse(text)),
      catch: (cause) => this.unreadable(cause)
    })
  }

  get urlParamsBody(): Effect.Effect<UrlParams.UrlParams, HttpClientError.ResponseError> {
    return Effect.map(this.text, (text) => UrlParams.fromInput(new URLSearchParams(text)))
  }

  get arrayBuffer(): Effect.Effect<ArrayBuffer, HttpClientError.ResponseError> {
    return (this.cachedBytes ??= this.whole(joined)).effect
  }

  get formData(): Effect.Effect<FormData, HttpClientError.ResponseError> {
    return Effect.flatMap(this.arrayBuffer, (body) =>
      Effect.tryPromise({
        try: () => new Response(body, { headers: { "content-type": this.headers["content-type"] ?? "" } }).formData(),
        catch: (cause) => this.unreadable(cause)
      })
    )
  }

  /** Shows a body that has been read as text, and never starts to read one. */
  toJSON(): unknown {
    const that = {
      _id: "@effect/platform/HttpClientResponse",
      request: this.request.toJSON(),
      status: this.status
    }
    if (this.cachedText?.isDone() === true) return HttpIncomingMessage.inspect(this, that)
    return { ...that, headers: Inspectable.redact(this.headers), remoteAddress: this.remoteAddress.toJSON() }
  }

  /** The body by callback. Keeps this response, which platform would abort when nobody held it. */
  open(): BodyReader {
    const { exchange } = this
    const refused = exchange.claim() ? undefined : this.unreadable(alreadyRead())
    return {
      take: () => (refused === undefined ? exchange.take() : undefined),
      hasEnded: () => refused !== undefined || exchange.hasEnded(),
      failure: () => {
        if (refused !== undefined) return refused
        const failure = exchange.failure()
        return failure === undefined ? undefined : this.unreadable(failure.cause)
      },
      onReadable: (wake) => (refused === undefined ? exchange.onReadable(wake) : wake()),
      release: () => {
        if (refused === undefined) exchange.release()
      }
    }
  }

  /**
   * Hot: a step is a write of all that has come, or a wait. Both the wait and what follows are made once a stream.
   */
  private bytes(): Bytes {
    const { exchange } = this
    if (!exchange.claim()) return Channel.fail(this.unreadable(alreadyRead()))
    const next = (): Bytes => {
      const batch = exchange.take()
      if (batch !== undefined) return Channel.flatMap(Channel.write(Chunk.unsafeFromArray(batch)), next)
      if (!exchange.hasEnded()) return wait
      const failure = exchange.failure()
      return failure === undefined ? Channel.void : Channel.fail(this.unreadable(failure.cause))
    }
    const wait: Bytes = Channel.flatMap(
      Channel.fromEffect(Effect.async<void>((resume) => exchange.onReadable(() => resume(Effect.void)))),
      next
    )
    return Channel.ensuring(
      Channel.suspend(next),
      Effect.sync(() => exchange.release())
    )
  }

  private whole<A>(decode: (chunks: ReadonlyArray<Uint8Array>, bytes: number) => A): Once<A> {
    return once((done) => {
      if (!this.exchange.claim()) return done(Exit.fail(this.unreadable(alreadyRead())))
      this.exchange.readWhole((failure, chunks, bytes) => {
        if (failure !== undefined) return done(Exit.fail(this.unreadable(failure.cause)))
        try {
          done(Exit.succeed(decode(chunks, bytes)))
        } catch (cause) {
          done(Exit.fail(this.unreadable(cause)))
        }
      })
    })
  }

  private unreadable(cause: unknown): HttpClientError.ResponseError {
    return new HttpClientError.ResponseError({ request: this.request, response: this, reason: "Decode", cause })
  }
}

const alreadyRead = (): TypeError => new TypeError("the body has already been read")

const decodeText = (chunks: ReadonlyArray<Uint8Array>, bytes: number): string => {
  const [first] = chunks
  if (first === undefined) return ""
  return utf8.decode(chunks.length === 1 ? first : Buffer.concat(chunks, bytes))
}

/** Drops a byte order mark, as every reader of bodies does. */
const utf8 = new TextDecoder()

const joined = (chunks: ReadonlyArray<Uint8Array>, bytes: number): ArrayBuffer => {
  const all = new Uint8Array(bytes)
  let offset = 0
  for (const chunk of chunks) {
    all.set(chunk, offset)
    offset += chunk.length
  }
  return all.buffer
}

interface Once<A> {
  readonly effect: Effect.Effect<A, HttpClientError.ResponseError>
  readonly isDone: () => boolean
}

/** Reads when it is first run, and gives every caller the same result; interrupting one of them does not end the read. */
const once = <A>(read: (done: (exit: Exit.Exit<A, HttpClientError.ResponseError>) => void) => void): Once<A> => {
  let exit: Exit.Exit<A, HttpClientError.ResponseError> | undefined
  let waiting: Array<(exit: Exit.Exit<A, HttpClientError.ResponseError>) => void> | undefined
  const settle = (result: Exit.Exit<A, HttpClientError.ResponseError>): void => {
    exit = result
    for (const resume of waiting ?? []) resume(result)
    waiting = undefined
  }
  return {
    isDone: () => exit !== undefined,
    effect: Effect.suspend(
      () =>
        exit ??
        Effect.async<A, HttpClientError.ResponseError>((resume) => {
          if (exit !== undefined) return resume(exit)
          if (waiting !== undefined) return void waiting.push(resume)
          waiting = [resume]
          read(settle)
        })
    )
  }
}
