/** A body written to a response of Node's http, at the pace of whoever reads it. */
import type * as Runtime from "effect/Runtime"
import type * as Stream from "effect/Stream"
import * as Batches from "./batches.js"

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
  readonly destroyed: boolean
  readonly headersSent: boolean
  writeHead(status: number, headers: Record<string, string>): unknown
  write(chunk: Uint8Array): boolean
  end(): unknown
  destroy(error?: Error): unknown
  on(event: "close" | "drain" | "error", listener: () => void): unknown
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
    // The visitor left while the question was read: nothing is asked, as nobody would read it.
    if (response.destroyed) return resolve()
    if (!response.headersSent) response.writeHead(200, { ...headers })
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
