/**
 * The answer to a chat request, as the service sends it, or as the fold of a stream builds it.
 *
 * @since 0.1.0
 */
export * as ChatCompletion from "./ChatCompletion.js"

/**
 * What a chat completion is asked with, as it goes over the wire.
 *
 * @since 0.1.0
 */
export * as ChatRequest from "./ChatRequest.js"

/**
 * What a streamed completion yields.
 *
 * The wire says everything in one shape, the chunk; here each thing that can happen has a tag of its own, and comes
 * in a fixed order: `Started` first, then deltas as they arrive, then completed tool calls and usage, and
 * one `Finished` per choice last. A stream that ends without `Finished` has failed.
 *
 * @since 0.1.0
 */
export * as ChunkEvent from "./ChunkEvent.js"

/**
 * How long each phase of a call may take. Each has its own `phase` in `DeadlineExceededError`, and counts only the
 * time spent waiting for the service, not a slow consumer.
 *
 * @since 0.1.0
 */
export * as Deadlines from "./Deadlines.js"

/**
 * The messages of a conversation, as they go over the wire.
 *
 * Field names are the vendor's (`tool_calls`, `reasoning_content`), so its documentation applies word for
 * word. Unknown fields are allowed everywhere and sent as given.
 *
 * @since 0.1.0
 */
export * as Message from "./Message.js"

/**
 * What each model can do, as data. A model that is not in the table is passed through: the service knows best.
 *
 * @since 0.1.0
 */
export * as Model from "./Model.js"

/**
 * When a failed call is sent again: Effect Schedules over `ZhipuError`.
 *
 * Whatever the schedule says, a call is sent again only before its first event, and only for errors that are
 * `isRetryable`: an empty wallet, a used-up quota, wrong parameters and filtered content are never retried.
 *
 * @since 0.1.0
 */
export * as RetryPolicy from "./RetryPolicy.js"

/**
 * The tools that a request offers to the model, as they go over the wire.
 *
 * @since 0.1.0
 */
export * as Tool from "./Tool.js"

/**
 * The whole client as one Layer.
 *
 * @since 0.1.0
 */
export * as Zhipu from "./Zhipu.js"

/**
 * The `Authorization` value of each call: the key itself, or a JWT signed with it.
 *
 * @since 0.1.0
 */
export * as ZhipuAuth from "./ZhipuAuth.js"

/**
 * Chat completions: whole, or as a stream of events.
 *
 * @since 0.1.0
 */
export * as ZhipuChat from "./ZhipuChat.js"

/**
 * Where the service is, who asks, and within which limits.
 *
 * @since 0.1.0
 */
export * as ZhipuConfig from "./ZhipuConfig.js"

/**
 * Everything that can go wrong, as a union of tagged errors.
 *
 * Each error is a `Schema.TaggedError`, so it can cross a process border; each says in its message what the
 * reader can do, carries the business `code`, the HTTP `status`, the `requestId` and the delay the service asked for
 * (`retryAfter`) where they are known, and never holds the request, a header or a key.
 *
 * @since 0.1.0
 */
export * as ZhipuError from "./ZhipuError.js"

/**
 * Sends one call: URL, authorization, headers, error classification, retry, deadlines, span.
 *
 * @since 0.1.0
 */
export * as ZhipuHttpClient from "./ZhipuHttpClient.js"

/**
 * How many requests of this process are in flight at once.
 *
 * The service limits concurrency by account (for a free model to one), and refuses what is over it at once, with 1302.
 * A permit is held until the stream has ended, not only until its headers came, and is given back while a retry is waited for.
 *
 * @since 0.1.0
 */
export * as ZhipuLimits from "./ZhipuLimits.js"
