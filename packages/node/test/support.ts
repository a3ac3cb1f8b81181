/** Servers of node:http, and the transports they are asked over. */
import { UndiciHttpClient } from "@effect-zhipu/node"
import { HttpClient, HttpClientRequest, type HttpClientResponse } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { Duration, Effect, Stream } from "effect"
import * as Http from "node:http"
import type { AddressInfo, Socket } from "node:net"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

/** Where both should do the same, both are asked. */
export const transports = [
  { name: "UndiciHttpClient", layer: UndiciHttpClient.layer },
  { name: "NodeHttpClient.layerUndici", layer: NodeHttpClient.layerUndici }
] as const

export interface Server {
  readonly url: string
  readonly port: number
  /** Connections that were opened. */
  readonly connections: () => number
  /** Connections that are open now. */
  readonly open: () => number
}

export const serve = (handler: Http.RequestListener) =>
  Effect.acquireRelease(
    Effect.async<Server & { readonly server: Http.Server }>((resume) => {
      let connections = 0
      const sockets = new Set<Socket>()
      const server = Http.createServer(handler)
      server.keepAliveTimeout = 60_000
      server.on("connection", (socket) => {
        connections++
        sockets.add(socket)
        socket.on("error", () => undefined)
        socket.on("close", () => sockets.delete(socket))
      })
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address() as AddressInfo
        resume(
          Effect.succeed({
            server,
            url: `http://127.0.0.1:${port}`,
            port,
            connections: () => connections,
            open: () => sockets.size
          })
        )
      })
    }),
    ({ server }) =>
      Effect.async<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
  )

/** What a request was, as JSON. */
export const echo: Http.RequestListener = (request, response) => {
  const chunks: Array<Buffer> = []
  request.on("data", (chunk: Buffer) => chunks.push(chunk))
  request.on("end", () => {
    response.setHeader("content-type", "application/json")
    response.end(
      JSON.stringify({
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: Buffer.concat(chunks).toString("latin1")
      })
    )
  })
}

export interface Echo {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export const execute = (request: HttpClientRequest.HttpClientRequest) =>
  Effect.flatMap(HttpClient.HttpClient, (client) => client.execute(request))

export const get = (url: string) => execute(HttpClientRequest.get(url))

export const echoed = (request: HttpClientRequest.HttpClientRequest) =>
  Effect.map(
    Effect.flatMap(execute(request), (response) => response.json),
    (json) => json as Echo
  )

export const collect = (response: HttpClientResponse.HttpClientResponse) =>
  Effect.map(Stream.runCollect(response.stream), (chunks) => Buffer.concat([...chunks]))

/** Looks until it sees what it looks for, or some seconds have passed; gives what it saw last. */
export const eventually = <A>(
  look: () => A,
  found: (a: A) => boolean,
  within: Duration.DurationInput = "20 seconds"
): Effect.Effect<A> =>
  Effect.suspend(() => {
    const last = Date.now() + Duration.toMillis(within)
    const step: Effect.Effect<A> = Effect.suspend(() => {
      const a = look()
      return found(a) || Date.now() > last ? Effect.succeed(a) : Effect.zipRight(Effect.sleep("10 millis"), step)
    })
    return step
  })

setFlagsFromString("--expose-gc")

const gc: unknown = runInNewContext("gc")

export const collectGarbage = (): void => {
  if (typeof gc !== "function") throw new Error("garbage cannot be collected on demand")
  gc()
}
