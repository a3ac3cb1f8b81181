// Generated from packages/http/src/index.ts by scripts/effect4: change that file.
/**
 * An answer for consumers that do not speak Effect: as an async iterable and as a `ReadableStream`.
 *
 * Events come from the network in batches, and both hand on what a batch holds without a step of Effect per event.
 * A consumer that does not read stops the stream, the stream its socket, and the socket the service: no more than one
 * batch waits in between, and `backlog` counts it. A consumer that leaves (`break`, `return`, `cancel`) interrupts the
 * stream, and its request is closed.
 *
 * @since 0.1.0
 */
export * as AnswerStream from "./AnswerStream.js"

/**
 * Answers between a web server and its browsers, as server-sent events.
 *
 * Every `ChunkEvent` is one event with its tag as the name, its place in the answer as the id, and itself as JSON:
 *
 * ```text
 * : open
 *
 * id: 0
 * event: Started
 * data: {"_tag":"Started","id":"...","model":"glm-4.6","created":1760000000}
 *
 * id: 1
 * event: ContentDelta
 * data: {"_tag":"ContentDelta","choice":0,"text":"Hello"}
 *
 * : keep-alive
 *
 * event: done
 * data: {}
 * ```
 *
 * - `: open` goes out with the headers at once, `: keep-alive` whenever nothing was sent for the time of the heartbeat,
 *   also while the model thinks before its first event. Both are comments, which every reader skips.
 * - `event: done` is last in an answer that is complete, and `event: error` in one that is not; its data is the
 *   `ZhipuError` as JSON with `isRetryable` beside. It holds no key, no header and, unless asked for, no part of the answer.
 *   Its `message` is the client's, and may quote up to some 500 characters of the service's own words, which may repeat parts
 *   of the prompt: where visitors must not read them, map the error before. A body that ends with neither was cut.
 * - A browser that leaves ends the stream, and with it the request to the service. A browser that reads slowly stops the
 *   reading from the service: one batch of events waits for it in memory and one to be offered. One that reads nothing for
 *   `idle` ends the stream as well.
 *
 * `EventSource` of the browser asks again when a body ends, which costs an answer each time: read with `fetch`, as
 * `fromWebResponse` does.
 *
 * @since 0.1.0
 */
export * as ServerSentEvents from "./ServerSentEvents.js"

/**
 * Reads on a page what `ServerSentEvents` of a server sends, without Effect and without a bundler: this module imports
 * nothing. Serve `dist/reader.js` of this package beside the page, or let a bundler take `@effect-zhipu/effect4/http/reader.js`.
 *
 * @example
 * ```ts
 * import { read } from "@effect-zhipu/effect4/http/reader.js"
 *
 * export const ask = async (question: string, output: HTMLElement, signal: AbortSignal) => {
 *   const response = await fetch("/ask", { method: "POST", body: question, signal })
 *   for await (const event of read(response)) if (event._tag === "ContentDelta") output.append(event.text)
 * }
 * ```
 *
 * @since 0.1.0
 */
export * as reader from "./reader.js"
