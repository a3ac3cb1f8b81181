/** A body written to a response of Node's http, at the pace of whoever reads it. */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Runtime from "effect/Runtime"
import type * as Stream from "effect/Stream"
import * as Batches from "./batches.js"
import * as frames from "./frames.js"

/**
 * What is looked at of a request of Node: `IncomingMessage`, and what frameworks make of it.
 *
 * @since 0.1.0
 * @category models
 */
export interface NodeRequest {
  readonly method?: string | undefined
}

/**
 * What is used of a response of Node: `ServerResponse`, those of HTTP/2, and what frameworks make of them.
 *
 * @since 0.1.0
 * @category models
 */
export interface NodeResponse {
  readonly destroyed?: boolean | undefined
  readonly headersSent: boolean
  readonly writableEnded?: boolean | undefined
  /** Of HTTP/2, whose response does not tell by itself that it is gone. */
  readonly stream?: { readonly destroyed?: boolean | undefined } | undefined
  writeHead(status: number, headers: Record<string, string>): unknown
  write(chunk: Uint8Array): boolean
  end(): unknown
  destroy(error?: Error): unknown
  on(event: "close" | "drain" | "error", listener: () => void): unknown
}

/** The visitor has left, or the response has been given: nobody would read what is written. */
const isOver = ({ destroyed, stream, writableEnded }: NodeResponse): boolean =>
  destroyed === true || writableEnded === true || stream?.destroyed === true

const refuse = (response: NodeResponse): void => {
  const document = JSON.stringify(frames.errorDocument(frames.serverFailed(), {}))
  try {
    response.writeHead(500, { "content-type": "application/json", "cache-control": "no-store" })
    response.write(new TextEncoder().encode(document))
    response.end()
  } catch {
    response.destroy()
  }
}

/** Whether they could be written: a header of the program's own may hold what none can. */
const writeHeaders = <R>(
  response: NodeResponse,
  headers: Readonly<Record<string, string>>,
  runtime: Runtime.Runtime<R>
): boolean => {
  try {
    if (!response.headersSent) response.writeHead(200, { ...headers })
    return true
  } catch (error) {
    Runtime.runFork(runtime)(Effect.logError("The headers of an answer cannot be written", Cause.die(error)))
    refuse(response)
    return false
  }
}

/**
 * Done when the response is, or when the visitor has left and the stream has released what it held.
 *
 * @internal
 */
export const send = <R>(
  bytes: Stream.Stream<Uint8Array, never, R>,
  runtime: Runtime.Runtime<R>,
  request: NodeRequest,
  response: NodeResponse,
  headers: Readonly<Record<string, string>>
): Promise<void> =>
  new Promise((resolve) => {
    // The visitor left while the question was read, for example: no close will be told any more, and nothing is asked.
    if (isOver(response) || !writeHeaders(response, headers, runtime)) return resolve()
    if (request.method === "HEAD") {
      response.end()
      return resolve()
    }
    let draining = false
    const batches = Batches.make(bytes, runtime, {
      onBatch: (parts) => {
        for (const part of parts) draining = !response.write(part)
        if (!draining) batches.take()
      },
      onEnd: () => response.end(),
      // A body that ends without its last event was cut, and readers know.
      onFailure: () => response.destroy()
    })
    response.on("drain", () => {
      if (!draining) return
      draining = false
      batches.take()
    })
    // Comes after the end as well, and whenever the connection is gone.
    response.on("close", () => void batches.close().then(resolve))
    // Said of a connection that is gone while something is written; without a listener it would end the process.
    response.on("error", () => {})
    batches.take()
  })
