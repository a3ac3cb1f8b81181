// Generated from packages/testing/src/internal/listen.ts by scripts/effect4: change that file.
/**
 * HTTP on the raw requests and responses of Node, which can be broken in every way. Not `NodeHttpServer` of
 * `@effect/platform-node`: that loads the HTTP client as well, and undici with it, which sets the dispatcher of the global
 * `fetch` of whoever imports it.
 */
import * as Effect from "effect/Effect"
import { ServeError } from "effect/http/HttpServerError"
import type * as Scope from "effect/Scope"
import * as Http from "node:http"
import type { Socket } from "node:net"

/** @internal */
export interface Options {
  readonly host: string
  readonly port: number
  /** Which `Host` headers are answered; the others get 403. */
  readonly acceptHost?: ((host: string) => boolean) | undefined
  readonly onConnection?: ((socket: Socket) => void) | undefined
  /** Called before the connections are cut at the end. */
  readonly onClose?: (() => void) | undefined
}

/** @internal */
export interface Listening {
  /** For example `http://127.0.0.1:45123`. */
  readonly origin: string
  readonly port: number
}

const refuseHost = (response: Http.ServerResponse): void => {
  response.writeHead(403, { "content-type": "text/plain; charset=utf-8", connection: "close" })
  response.end("This server does not answer to the name in the Host header of the request.\n")
}

/**
 * Listens until the scope closes, and then cuts every connection. A request whose connection is closed is interrupted.
 *
 * @internal
 */
export const listen = (
  options: Options,
  handle: (request: Http.IncomingMessage, response: Http.ServerResponse) => Effect.Effect<void>
): Effect.Effect<Listening, ServeError, Scope.Scope> =>
  Effect.gen(function* () {
    const runFork = Effect.runForkWith(yield* Effect.context<never>())
    const sockets = new Set<Socket>()
    // Idle connections stay open longer than a client keeps them, so that it is never the server that closes first.
    const server = Http.createServer({ keepAliveTimeout: 120_000, requestTimeout: 0, noDelay: true })
    server.on("connection", (socket) => {
      sockets.add(socket)
      socket.on("close", () => sockets.delete(socket))
      options.onConnection?.(socket)
    })
    server.on("request", (request, response) => {
      if (options.acceptHost?.(request.headers.host ?? "") === false) return refuseHost(response)
      const fiber = runFork(Effect.withTracerEnabled(handle(request, response), false))
      response.on("close", () => {
        if (!response.writableEnded) fiber.interruptUnsafe()
      })
    })
    yield* Effect.addFinalizer(() =>
      Effect.callback<void>((resume) => {
        options.onClose?.()
        if (!server.listening) return resume(Effect.void)
        server.close(() => resume(Effect.void))
        for (const socket of sockets) socket.destroy()
      })
    )
    yield* Effect.callback<void, ServeError>((resume) => {
      server.once("error", (cause) => resume(new ServeError({ cause })))
      server.listen({ host: options.host, port: options.port }, () => resume(Effect.void))
    })
    const address = server.address()
    const { host, port } =
      address === null || typeof address === "string"
        ? { host: options.host, port: options.port }
        : { host: address.address, port: address.port }
    const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host
    return { origin: `http://${reachable}:${port}`, port }
  })
