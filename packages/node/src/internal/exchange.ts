/**
 * One request and its response, as undici tells them. Hot: `onResponseData` runs once a chunk of the wire.
 *
 * It keeps what has come until somebody takes it, all at once. It never holds the response object: platform notices a
 * response that nobody reads by its being garbage-collected, and this is reachable from the socket as long as that
 * lives.
 */
import { AsyncResource } from "node:async_hooks"
import type { IncomingHttpHeaders } from "node:http"
import { Readable } from "node:stream"
import type * as Undici from "undici/index.js"
import type { Body } from "./requestBody.js"
import { dispatch, errors } from "./undici.js"

/** Bytes, since chunks are anything between one byte and 64 KiB. */
const maxUnread = 256 * 1024

/** @internal */
export interface Handlers {
  readonly onStart: (exchange: Exchange, status: number, headers: IncomingHttpHeaders) => void
  readonly onFailure: (cause: unknown) => void
}

/** @internal */
export interface Failure {
  readonly cause: unknown
}

type Controller = Undici.Dispatcher.DispatchController

/**
 * Runs what waits for the headers, or for the body, in the async context of the request, so that an
 * `AsyncLocalStorage` does not show whatever the request had that opened the connection.
 *
 * @internal
 */
export class Exchange extends AsyncResource implements Undici.Dispatcher.DispatchHandler {
  private handlers: Handlers | undefined
  private readonly body: Body
  private readonly signal: AbortSignal
  private readonly onAbort: () => void
  private controller: Controller | undefined
  private aborted: Error | undefined
  private unread: Array<Uint8Array> = []
  private unreadBytes = 0
  private paused = false
  private claimed = false
  private ended = false
  private failed: Failure | undefined
  private wake: (() => void) | undefined
  private whole: (() => void) | undefined

  constructor(body: Body, signal: AbortSignal, handlers: Handlers) {
    super("EffectZhipuRequest")
    this.body = body
    this.signal = signal
    this.handlers = handlers
    this.onAbort = () => this.abort(signal.reason)
  }

  start(dispatcher: Undici.Dispatcher, options: Undici.Dispatcher.DispatchOptions): void {
    if (this.signal.aborted) return this.onAbort()
    this.signal.addEventListener("abort", this.onAbort, { once: true })
    try {
      dispatch(dispatcher, options, this)
    } catch (cause) {
      this.finish({ cause })
    }
  }

  /** Nobody wants the rest. An exchange that is over has none, and its connection can be used again. */
  release(): void {
    if (!this.ended) this.abort(new errors.RequestAbortedError())
  }

  private abort(because: unknown): void {
    if (this.ended) return
    const reason = because instanceof Error ? because : new errors.RequestAbortedError()
    this.aborted = reason
    this.unread = []
    this.finish({ cause: reason })
    this.controller?.abort(reason)
  }

  // What undici calls. A proxy may answer 407 as an error and send the body of that answer after it, so everything
  // that comes after the end is dropped.

  onRequestStart(controller: Controller): void {
    this.controller = controller
    // It was given up while it waited for a connection.
    if (this.aborted !== undefined) controller.abort(this.aborted)
  }

  onResponseStart(controller: Controller, status: number, headers: IncomingHttpHeaders): void {
    this.controller = controller
    if (status < 200 || this.handlers === undefined) return
    const { onStart } = this.handlers
    // Dropped, because the fiber that waited, and with it the response, would stay reachable from here.
    this.handlers = undefined
    this.runInAsyncScope(onStart, undefined, this, status, headers)
  }

  onResponseData(controller: Controller, bytes: Buffer): void {
    if (this.ended) return
    this.unread.push(bytes)
    this.unreadBytes += bytes.length
    if (this.wake !== undefined) return this.resumeReader()
    if (this.unreadBytes <= maxUnread || this.whole !== undefined || this.paused) return
    this.paused = true
    controller.pause()
  }

  onResponseEnd(): void {
    this.finish(undefined)
  }

  onResponseError(_controller: Controller, cause: Error): void {
    this.finish({ cause })
  }

  private finish(failure: Failure | undefined): void {
    if (this.ended) return
    this.ended = true
    this.failed = failure
    this.paused = false
    this.signal.removeEventListener("abort", this.onAbort)
    if (failure !== undefined && this.body instanceof Readable) {
      // undici has taken its own listeners off by now; an error without one would end the process.
      this.body.on("error", () => undefined).destroy()
    }
    if (this.handlers !== undefined) {
      const { onFailure } = this.handlers
      this.handlers = undefined
      const cause = failure === undefined ? new Error("the connection ended before the headers") : failure.cause
      this.runInAsyncScope(onFailure, undefined, cause)
    }
    this.resumeReader()
    if (this.whole !== undefined) {
      const done = this.whole
      this.whole = undefined
      this.runInAsyncScope(done)
    }
  }

  private resumeReader(): void {
    const wake = this.wake
    if (wake === undefined) return
    this.wake = undefined
    this.runInAsyncScope(wake)
  }

  private resumeSocket(): void {
    if (!this.paused) return
    this.paused = false
    // The parser of undici is one for all connections, and refuses to be resumed from inside its callbacks; a fiber can
    // run there under a scheduler that does not wait.
    queueMicrotask(() => {
      if (!this.paused && !this.ended) this.controller?.resume()
    })
  }

  // What readers call.

  /** The first to ask reads the body; there is no second. */
  claim(): boolean {
    if (this.claimed) return false
    return (this.claimed = true)
  }

  /** All that has come, or `undefined` where that is nothing. */
  take(): ReadonlyArray<Uint8Array> | undefined {
    if (this.unread.length === 0) return undefined
    const taken = this.unread
    this.unread = []
    this.unreadBytes = 0
    this.resumeSocket()
    return taken
  }

  /** Whether nothing more will come than `take` gives. */
  hasEnded(): boolean {
    return this.ended
  }

  failure(): Failure | undefined {
    return this.failed
  }

  /** Calls once when there is something to take, or the end. */
  onReadable(wake: () => void): void {
    if (this.ended || this.unread.length > 0) return wake()
    this.wake = wake
  }

  /** Calls once with the whole body, or with what prevented it. */
  readWhole(done: (failure: Failure | undefined, chunks: ReadonlyArray<Uint8Array>, bytes: number) => void): void {
    const finished = () => {
      const chunks = this.unread
      this.unread = []
      done(this.failed, chunks, this.unreadBytes)
    }
    if (this.ended) return finished()
    this.whole = finished
    this.resumeSocket()
  }
}
