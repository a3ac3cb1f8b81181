// Generated from packages/node/src/internal/response.ts by scripts/effect4: change that file.
/** A response of platform's HTTP client over an exchange. */
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Channel from "effect/Channel"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Cookies from "effect/http/Cookies"
import * as Headers from "effect/http/Headers"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as UrlParams from "effect/http/UrlParams"
import * as Inspectable from "effect/Inspectable"
import * as Option from "effect/Option"
import { pipeArguments } from "effect/Pipeable"
import type * as Pull from "effect/Pull"
import type * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import type * as Socket from "effect/socket/Socket"
import * as Stream from "effect/Stream"
import type { IncomingHttpHeaders } from "node:http"
import type { BodyReader } from "./bodyReader.js"
import type { Exchange } from "./exchange.js"

type Bytes = Channel.Channel<
  Arr.NonEmptyReadonlyArray<Uint8Array>,
  HttpClientError.HttpClientError,
  void,
  unknown,
  unknown,
  unknown,
  never
>

/** @internal */
export class NodeResponse extends Inspectable.Class implements HttpClientResponse.HttpClientResponse {
  readonly [HttpIncomingMessage.TypeId]: typeof HttpIncomingMessage.TypeId = HttpIncomingMessage.TypeId
  readonly [HttpClientResponse.TypeId]: typeof HttpClientResponse.TypeId = HttpClientResponse.TypeId
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

  get stream(): Stream.Stream<Uint8Array, HttpClientError.HttpClientError> {
    return Stream.fromChannel(Channel.suspend(() => this.bytes()))
  }

  get text(): Effect.Effect<string, HttpClientError.HttpClientError> {
    return (this.cachedText ??= this.whole(decodeText)).effect
  }

  get json(): Effect.Effect<Schema.Json, HttpClientError.HttpClientError> {
    return Effect.flatMap(this.text, (value) =>
      Effect.try({
        try: () => ((text): Schema.Json => (text === "" ? null : JSON.parse(text)))(value),
        catch: (cause) => this.unreadable(cause)
      })
    )
  }

  get urlParamsBody(): Effect.Effect<UrlParams.UrlParams, HttpClientError.HttpClientError> {
    return Effect.map(this.text, (text) => UrlParams.fromInput(new URLSearchParams(text)))
  }

  get arrayBuffer(): Effect.Effect<ArrayBuffer, HttpClientError.HttpClientError> {
    return (this.cachedBytes ??= this.whole(joined)).effect
  }

  get formData(): Effect.Effect<FormData, HttpClientError.HttpClientError> {
    return Effect.flatMap(this.arrayBuffer, (body) =>
      Effect.tryPromise({
        try: () => new Response(body, { headers: { "content-type": this.headers["content-type"] ?? "" } }).formData(),
        catch: (cause) => this.unreadable(cause)
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
    return HttpIncomingMessage.inspect(this, {
      _id: "effect/http/HttpClientResponse",
      request: this.request.toJSON(),
      status: this.status
    })
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
    const pull: Pull.Pull<Arr.NonEmptyReadonlyArray<Uint8Array>, HttpClientError.HttpClientError> = Effect.suspend(
      () => {
        const batch = exchange.take()
        if (batch !== undefined && Arr.isReadonlyArrayNonEmpty(batch)) return Effect.succeed(batch)
        if (!exchange.hasEnded()) return wait
        const failure = exchange.failure()
        return failure === undefined ? Cause.done() : Effect.fail(this.unreadable(failure.cause))
      }
    )
    const wait = Effect.flatMap(
      Effect.callback<void>((resume) => exchange.onReadable(() => resume(Effect.void))),
      () => pull
    )
    return Channel.fromTransform((_, scope) =>
      Effect.as(
        Scope.addFinalizer(
          scope,
          Effect.sync(() => exchange.release())
        ),
        pull
      )
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

  private unreadable(cause: unknown): HttpClientError.HttpClientError {
    return new HttpClientError.HttpClientError({
      reason: new HttpClientError.DecodeError({ request: this.request, response: this, cause })
    })
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
  readonly effect: Effect.Effect<A, HttpClientError.HttpClientError>
  readonly isDone: () => boolean
}

/** Reads when it is first run, and gives every caller the same result; interrupting one of them does not end the read. */
const once = <A>(read: (done: (exit: Exit.Exit<A, HttpClientError.HttpClientError>) => void) => void): Once<A> => {
  let exit: Exit.Exit<A, HttpClientError.HttpClientError> | undefined
  let waiting: Array<(exit: Exit.Exit<A, HttpClientError.HttpClientError>) => void> | undefined
  const settle = (result: Exit.Exit<A, HttpClientError.HttpClientError>): void => {
    exit = result
    for (const resume of waiting ?? []) resume(result)
    waiting = undefined
  }
  return {
    isDone: () => exit !== undefined,
    effect: Effect.suspend(
      () =>
        exit ??
        Effect.callback<A, HttpClientError.HttpClientError>((resume) => {
          if (exit !== undefined) return resume(exit)
          if (waiting !== undefined) return void waiting.push(resume)
          waiting = [resume]
          read(settle)
        })
    )
  }
}
