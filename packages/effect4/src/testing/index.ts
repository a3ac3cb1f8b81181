// Generated from packages/testing/src/index.ts by scripts/effect4: change that file.
/**
 * Records what goes over the wire into a file, and answers from it later: tests of programs that talk to the service,
 * without a network, a key or a cost, with the service's own answers, its errors, cuts and pauses.
 *
 * A cassette is one JSON document, made to be committed and to be read in a diff:
 *
 * ```text
 * {
 *   "version": 1,
 *   "exchanges": [
 *     {
 *       "request": { "method": "POST", "url": "https://…/chat/completions", "headers": { … }, "body": { … } },
 *       "response": { "ms": 120, "status": 200, "headers": { "content-type": "text/event-stream" } },
 *       "body": [
 *         [130, "data: {…}\n\n"],
 *         [155, "data: [DONE]\n\n"]
 *       ],
 *       "end": { "ms": 156, "how": "whole" }
 *     }
 *   ]
 * }
 * ```
 *
 * Of a form that was sent, `body` of the request holds its texts, and files by name, size and hash.
 *
 * `body` holds the reads of the wire, each with the milliseconds since the request; bytes that are no UTF-8 stand as
 * `{"base64": "…"}`. `end` says how it ended: `whole`, `broken` with the message of the transport, or `interrupted` by
 * whoever read it. `response` is absent where none came. Exchanges that ran at once stand in the order of their beginning.
 *
 * **What is in it.** Prompts and answers are: look at them before you publish a cassette. Keys are not. Of the headers only
 * a few harmless ones are written, of a query only the names, and a key that is repeated in a body, a path or an error is
 * replaced by `<redacted>`: whole, in halves, masked from its middle on, percent-encoded, escaped, within base64, in
 * hexadecimal digits, backwards, cut by the network, and the tokens that were signed with it. What the headers and parameters carry whose names say so counts as a
 * key (`authorization`, `cookie`, `x-gateway-key`, `access_token`). Where tokens are sent, the secret half of their key is
 * known from the environment (`ZHIPU_API_KEY` and the other names that the client reads) or from `secrets`.
 *
 * @since 0.1.0
 */
export * as Cassette from "./Cassette.js"

/**
 * Faults of the simulator: a small language of names, for a header, an option or a flag.
 *
 * A text is a list of faults with commas between them. Each is
 *
 * ```text
 * name [:argument] [@place] [~percent] [*times]
 * ```
 *
 * - `place` says where: `@512` after that many bytes of the body, `@chunk:3` after that many chunks of the stream,
 *   `@headers` before the headers, and `@line:3` on that line of a file.
 * - `~30` lets the fault happen to 30 of 100 requests, drawn from the seed of the simulator and the number of the
 *   request, so that a run can be repeated.
 * - `*3` lets it happen to the first 3 requests only.
 * - In an argument `%XX` stands for a byte (UTF-8), as in URLs: a comma is `%2C`.
 *
 * `code:1305*3, truncate@512` refuses three requests as overloaded, then cuts every answer after 512 bytes.
 *
 * @since 0.1.0
 */
export * as Fault from "./Fault.js"

/**
 * `ZhipuHttpClient` from canned answers by operation: for tests of programs that use `@effect-zhipu/effect4/api`, without a network.
 *
 * @since 0.1.0
 */
export * as MockApi from "./MockApi.js"

/**
 * `ZhipuChat` from a script: for tests of programs that ask a model, without a network and without waiting.
 *
 * @since 0.1.0
 */
export * as MockChat from "./MockChat.js"

/**
 * Platform's `HttpClient` from canned bytes: for tests of what a client makes of them, whatever way they are cut.
 *
 * @since 0.1.0
 */
export * as MockHttpClient from "./MockHttpClient.js"

/**
 * A simulator of the service over real HTTP: chat, and the operations of `operations`, for tests of programs that talk to it, and for trying them without a key.
 *
 * It checks keys, tokens and requests as the service does, answers in the shape the service answers in, streamed or
 * not, and breaks in every way of `Fault` where it is told to. Its answers depend on its seed and the request alone:
 * the same request gets the same id, time, text and tool calls, streamed or not. A script makes it say what a test needs.
 *
 * @since 0.1.0
 */
export * as Simulator from "./Simulator.js"
