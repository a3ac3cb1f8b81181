/**
 * Platform's `HttpClient` for Node, on undici: what `NodeHttpClient.layerUndici` of `@effect/platform-node` does, at a
 * lower price for streamed responses.
 *
 * It is written on `Dispatcher.dispatch`, without a Node stream in between: what the socket brings is kept until the
 * consumer of `response.stream` asks, and handed over all at once. A consumer that does not ask stops the socket when
 * 256 KiB have come.
 *
 * Importing it leaves the global `fetch` as it was: Node's own undici, or the dispatcher that the program has set.
 *
 * @since 0.1.0
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Undici from "undici/index.js"
import { withDirectBody } from "./internal/directBody.js"
import { Exchange } from "./internal/exchange.js"
import * as requestBody from "./internal/requestBody.js"
import { NodeResponse } from "./internal/response.js"
import { Agent } from "./internal/undici.js"

/**
 * The undici dispatcher that requests go through: an `Agent`, a `ProxyAgent`, an `EnvHttpProxyAgent`, a `MockAgent`. One of undici 6 will do, such as
 * the global one of Node 20 and 22.
 *
 * @since 0.1.0
 * @category tags
 */
export class Dispatcher extends Context.Tag("@effect-zhipu/node/UndiciHttpClient/Dispatcher")<
  Dispatcher,
  Undici.Dispatcher
>() {}

/**
 * A client over a dispatcher, which stays with whoever made it.
 *
 * Redirects are not followed, compressed bodies not unpacked, and nothing ends by time: that is for `Effect.timeout`.
 * A body can be read once, as `stream`, as text (`text`, `json` and `urlParamsBody` share it) or as bytes
 * (`arrayBuffer` and `formData` share them).
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (dispatcher: Undici.Dispatcher): HttpClient.HttpClient =>
  HttpClient.make((request, url, signal) =>
    request.body._tag === "Stream"
      ? Effect.flatMap(requestBody.streamed(request.body), (body) => send(dispatcher, request, url, signal, body))
      : send(dispatcher, request, url, signal, requestBody.plain(request.body))
  ).pipe(HttpClient.transformResponse(Effect.map(withDirectBody)))

const send = (
  dispatcher: Undici.Dispatcher,
  request: HttpClientRequest.HttpClientRequest,
  url: URL,
  signal: AbortSignal,
  body: requestBody.Body
): Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.RequestError> =>
  Effect.async((resume) => {
    const exchange = new Exchange(body, signal, {
      onStart: (exchange, status, headers) =>
        resume(Effect.succeed(new NodeResponse(request, exchange, status, headers))),
      onFailure: (cause) =>
        resume(Effect.fail(new HttpClientError.RequestError({ request, reason: "Transport", cause })))
    })
    exchange.start(dispatcher, {
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method,
      headers: request.headers,
      body,
      headersTimeout: 0,
      bodyTimeout: 0
    })
    return Effect.sync(() => exchange.release())
  })

/**
 * A client over the `Dispatcher` of the context, for proxies and for dispatchers that are shared.
 *
 * @example
 * ```ts
 * import { UndiciHttpClient } from "@effect-zhipu/node"
 * import { Effect, Layer } from "effect"
 * import { EnvHttpProxyAgent } from "undici"
 *
 * // Proxies of the environment: HTTPS_PROXY, HTTP_PROXY, NO_PROXY.
 * export const proxied = UndiciHttpClient.layerDispatcher.pipe(
 *   Layer.provide(
 *     Layer.scoped(
 *       UndiciHttpClient.Dispatcher,
 *       Effect.acquireRelease(
 *         Effect.sync(() => new EnvHttpProxyAgent()),
 *         (agent) => Effect.promise(() => agent.destroy())
 *       )
 *     )
 *   )
 * )
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layerDispatcher: Layer.Layer<HttpClient.HttpClient, never, Dispatcher> = Layer.effect(
  HttpClient.HttpClient,
  Effect.map(Dispatcher, make)
)

/**
 * A client with an `Agent` of its own, made with options of undici: connections per origin, TLS, keep-alive. The agent
 * is destroyed with the scope of the layer, together with whatever still goes through it.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerAgent = (options?: Undici.Agent.Options): Layer.Layer<HttpClient.HttpClient> =>
  Layer.provide(
    layerDispatcher,
    Layer.scoped(
      Dispatcher,
      Effect.acquireRelease(
        Effect.sync(() => new Agent(options)),
        (agent) => Effect.promise(() => agent.destroy())
      )
    )
  )

/**
 * A client with an `Agent` of its own.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<HttpClient.HttpClient> = layerAgent()
