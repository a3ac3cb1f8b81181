/**
 * What can be said of a request before it is sent.
 *
 * @since 0.1.0
 */
export * as ChatRequest from "./ChatRequest.js"

/**
 * A streamed answer of the service, from bytes to events.
 *
 * `events` reads a response of `fetch`, or any bytes. `make` gives the decoder itself, which is synchronous and knows
 * nothing of where bytes come from.
 *
 * @since 0.1.0
 */
export * as Decoder from "./Decoder.js"

/**
 * The documents of a chat call, with the names that they have on the wire, and the events of a streamed answer.
 *
 * Types alone. A field that is not typed here may be there all the same, as the service adds some between versions.
 *
 * @since 0.1.0
 */
export * as Documents from "./Documents.js"

/**
 * What can go wrong with a call, as plain data, and what follows from it.
 *
 * Out of quota, out of balance, overloaded, refused by moderation, cut, corrupt and too slow are different failures, though
 * the service tells several of them by the same HTTP status: its business code decides.
 *
 * @since 0.1.0
 */
export * as Failure from "./Failure.js"

/**
 * The events of a stream as the completion that the service would have sent without streaming.
 *
 * @since 0.1.0
 */
export * as Fold from "./Fold.js"
