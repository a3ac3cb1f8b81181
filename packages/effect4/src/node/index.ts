// Generated from packages/node/src/index.ts by scripts/effect4: change that file.
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
export * as UndiciHttpClient from "./UndiciHttpClient.js"
