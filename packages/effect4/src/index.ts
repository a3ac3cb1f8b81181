// Generated from packages/client/src/index.ts by scripts/effect4: change that file.
/**
 * Images, videos and files as parts of a user message, from a URL, from bytes or from a path, in the encoding that the
 * model takes. What the model cannot take, or is over the vendor's limits, is a typed error, before anything is sent.
 *
 * | part  | from a URL                                                 | from bytes or a path                                | at most |
 * | ----- | ---------------------------------------------------------- | --------------------------------------------------- | ------- |
 * | image | `image_url`                                                | `image_url`, bare base64; not for `glm-4v-flash`     | 5 MiB   |
 * | video | `video_url`                                                | `video_url`, bare base64                            | 200 MiB, `glm-4v-plus` 20 MiB |
 * | file  | `file_url`; `file` for the `glm-5.3-flash` family           | `file` with a data URI, for the `glm-5.3-flash` family alone           | 50 MiB |
 *
 * Bare base64 is what the vendor documents and what its own SDK makes of data URIs: `glm-5.3-flash` and the older
 * `glm-4v` refuse the latter. `encoding: "dataUri"` is for endpoints that want them.
 *
 * @since 0.1.0
 */
export * as Attachment from "./Attachment.js"

/**
 * The metrics of the GenAI semantic conventions, and a few of ours, in Effect's metric registry: what exports that,
 * `Otlp` of `@effect/opentelemetry` for example, exports them.
 *
 * | metric | unit | what is recorded |
 * | --- | --- | --- |
 * | `gen_ai.client.operation.duration` | s | each call, retries and the whole stream included |
 * | `gen_ai.client.token.usage` | {token} | tokens of each call, by `gen_ai.token.type`: `input`, `output` |
 * | `gen_ai.client.operation.time_to_first_chunk` | s | each stream, from the call to its first events |
 * | `gen_ai.client.operation.time_per_output_chunk` | s | the time between reads that brought events, once a read |
 * | `gen_ai.client.inference.usage.cache_read.input_tokens` | {token} | those of the input that came from the cache |
 * | `gen_ai.client.inference.usage.reasoning.output_tokens` | {token} | those of the output that were thinking |
 * | `zhipu.client.failed_attempts` | {attempt} | attempts that failed, those that were sent again included |
 * | `zhipu.client.cost` | {currency} | what calls cost by the table of `Price`, by `zhipu.cost.currency` |
 *
 * The names of the conventions are in development; these are of 1.41, and the two counters of tokens of what comes next.
 * Each carries operation, provider, model, host and port. The model of an answer is told where it is the one asked for, a
 * dated name of it or a known one, and reads `other` elsewhere, so that answers cannot add time series without end. A call that someone stopped reading is recorded with
 * `error.type` `interrupted`.
 *
 * @since 0.1.0
 */
export * as CallMetrics from "./CallMetrics.js"

/**
 * What happens to the calls of a client, told to whoever wants to know: metrics, logs, a monitor.
 *
 * Observers are added by layers under the client, as loggers are, any number of them and in any order. A client looks for
 * them once, when it is built. Without any, nothing runs, neither for a call nor for an event.
 *
 * @since 0.1.0
 */
export * as CallObserver from "./CallObserver.js"

/**
 * The answer to a chat request, as the service sends it, or as the fold of a stream builds it.
 *
 * @since 0.1.0
 */
export * as ChatCompletion from "./ChatCompletion.js"

/**
 * One chunk of a streamed answer, as it stands on the wire: what a `data:` line of the service holds.
 *
 * `ZhipuChat.stream` reads chunks with a check of its own, which is many times faster, and gives `ChunkEvent`s. This
 * Schema says the same rule as a document, for those who read or write chunks themselves: recordings, proxies, test
 * servers. What it takes, the stream takes; what it refuses fails the stream, with the error that the document tells, or
 * else with `CorruptStreamError` for the reason `MalformedFrame`. It does not say what concerns more than the form of
 * one chunk: the id stays the same for a whole stream, an answer makes at most 128 tool calls,
 * `finish_reason: "network_error"` means that the answer has failed, and so does a `code` in place of `choices`.
 *
 * @since 0.1.0
 */
export * as ChatCompletionChunk from "./ChatCompletionChunk.js"

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
 * Stops asking a model that does not answer: after too many failures its calls fail at once, without a request, until a
 * single one has shown that it answers again.
 *
 * Failures are those of the service and the network: overload, HTTP 5xx, a connection that breaks, a deadline. What the
 * service refuses for the sake of the request, the key or the account says nothing of the model.
 *
 * @since 0.1.0
 */
export * as CircuitBreaker from "./CircuitBreaker.js"

/**
 * Going on with an answer that was cut at `max_tokens`.
 *
 * A model that stopped with `length` is asked again, with what it has said as its turn and an instruction to go on, and the parts
 * become one answer. That is what can be relied on; GLM may repeat a word or begin a sentence anew where the parts meet.
 * Whether it goes on by itself from a last turn that is its own, without an instruction, is not documented and was not tried:
 * `instruction: undefined` sends that.
 *
 * @since 0.1.0
 */
export * as Continuation from "./Continuation.js"

/**
 * A history that cannot be sent wrong: every tool call is answered exactly once, before the conversation goes on, and
 * reasoning is kept byte for byte.
 *
 * Take it where a program appends turns by itself, above all where it answers tool calls. For one question an array of
 * `Message`s will do, and `ToolLoop` keeps a history of its own, the `Transcript`.
 *
 * The operations are pure, and give `Result`, which `Effect.fromResult` makes an Effect of. What they refuse, the service would
 * refuse with a bare 1214; the `path` of the error says where.
 *
 * @since 0.1.0
 */
export * as Conversation from "./Conversation.js"

/**
 * How long each phase of a call may take. Each has its own `phase` in `DeadlineExceededError`, and counts only the
 * time spent waiting for the service, not a slow consumer.
 *
 * @since 0.1.0
 */
export * as Deadlines from "./Deadlines.js"

/**
 * The errors that documents of the service tell: for what is no answer to a call of this client, such as a line of a batch, the
 * result of a task, or a body that was stored.
 *
 * @since 0.1.0
 */
export * as ErrorDocument from "./ErrorDocument.js"

/**
 * One line of the log for each call that failed, structured, at the level `Error`.
 *
 * It holds what `CallObserver.CallEnd` knows of the failure: kind, code, HTTP status, request id, attempts and time. It
 * holds no message of the service, which may quote the request, and so neither a key nor a prompt. A call that succeeded
 * after all, or that nobody waited for any more, is not logged.
 *
 * | annotation | example |
 * | --- | --- |
 * | `gen_ai.operation.name` | `chat` |
 * | `gen_ai.request.model` | `glm-4.6` |
 * | `error.type` | `RateLimitError` |
 * | `zhipu.error.code` | `1302` |
 * | `http.response.status_code` | `429` |
 * | `zhipu.request_id` | the id to name when asking the vendor |
 * | `zhipu.attempts` | `4` |
 * | `zhipu.elapsed_ms` | `8120` |
 *
 * @since 0.1.0
 */
export * as ErrorLog from "./ErrorLog.js"

/**
 * Another model, or another client, for a call that failed: by the kind of the error, and only before anything of the
 * answer was given out.
 *
 * Each option has the patience of its own client: with the default retry policy an overloaded model is asked for five
 * minutes before the next one gets its turn. Give a shorter `retry` where that is too long.
 *
 * @since 0.1.0
 */
export * as Fallback from "./Fallback.js"

/**
 * A multipart form, for the operations of the service that take a file.
 *
 * Not `FormData`, which wants each file in memory: a part may be a Stream, which is read while the form is sent.
 *
 * @since 0.1.0
 */
export * as Form from "./Form.js"

/**
 * Several keys for one client: each request takes the key with the fewest requests in flight, and a key that the service
 * refuses for its own sake rests while the others go on.
 *
 * The limits of the service are limits of the account: several keys of one account share them, so a pool helps with keys
 * of several accounts. An overloaded or failing service is no key's fault, and no reason to change the key.
 *
 * @since 0.1.0
 */
export * as KeyPool from "./KeyPool.js"

/**
 * The messages of a conversation, as they go over the wire.
 *
 * Field names are the vendor's (`tool_calls`, `reasoning_content`), so its documentation applies word for
 * word. Unknown fields are sent as given; in a literal the compiler takes them for misspelt.
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
 * What tokens cost, as data, and what a call cost by it.
 *
 * `table`, which clients go by, holds what api.z.ai takes, in US dollars. open.bigmodel.cn bills in yuan and by how long the
 * prompt and the answer are: `tableCn` holds its rows, and `layer(tableCn)` puts them to use. A Coding Plan is not billed by
 * the token at all. A model without a row has no cost.
 *
 * @since 0.1.0
 */
export * as Price from "./Price.js"

/**
 * Prompts and answers in the log, to see what a program says to the model. Nothing logs them without this layer: they hold what
 * people have written.
 *
 * Each call becomes one entry when it has ended, well or not. Keys and tokens are taken out by their shape, and values of fields
 * such as `Authorization`, also in JSON within a text, as the arguments of tool calls are; images and files in base64 are told by
 * their length. Whatever else is confidential stays.
 *
 * @since 0.1.0
 */
export * as PromptLog from "./PromptLog.js"

/**
 * What the tools of the service itself gave: pages of its web search and where an answer cites them, and calls of Model
 * Context Protocol servers, with their output. The service runs these tools; there is nothing to answer.
 *
 * @since 0.1.0
 */
export * as ProviderTool from "./ProviderTool.js"

/**
 * The vendor's two hosts. Accounts, keys and prices are separate.
 *
 * @since 0.1.0
 */
export * as Region from "./Region.js"

/**
 * The tools that a request offers to the model, as they go over the wire: functions of yours, and tools that the service
 * runs itself. `Tool` has the constructors and types of this module too, beside the definitions that `ToolLoop` runs.
 *
 * @since 0.1.0
 */
export * as RequestTool from "./RequestTool.js"

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
 * A stream read from outside of Effect, batch by batch: what the async iterables of `promise`, and the iterables,
 * `ReadableStream`s and responses of `@effect-zhipu/effect4/http` are made of.
 *
 * Events come from the network in batches. One fiber runs the stream; a batch costs one callback and one resumption of it,
 * an element nothing. What does not take stops the stream, and the stream its socket.
 *
 * @since 0.1.0
 */
export * as StreamBatches from "./StreamBatches.js"

/**
 * Values of a Schema instead of text: the model is asked for JSON, and what it answers is read with leave, decoded, and
 * asked for again where it does not fit.
 *
 * GLM has a JSON mode but does not hold to a schema, so the schema is told in the system message and checked here.
 *
 * - Prose around the JSON, code fences, `<think>` blocks, trailing commas, comments and raw line breaks in strings are
 *   read over. Of several values, the last one that decodes counts, those of less than half of the largest one's size
 *   after the others. A `__proto__` key is dropped wherever it is.
 * - A Schema that is no object (an array, a union, a string) is asked for as `{"value": …}`, since JSON mode means
 *   objects; the bare value is taken as well. Whatever the Schema, so is an object whose only property holds the value.
 * - A text model is sent `response_format: {"type": "json_object"}`, unless the request says otherwise; vision models
 *   do not take the field, and are asked by the instructions alone.
 *
 * @since 0.1.0
 */
export * as StructuredOutput from "./StructuredOutput.js"

/**
 * Tools: defined from Schemas by `make`, for `Toolkit` and `ToolLoop` to run, and as a request offers them, by `fn`,
 * `webSearch`, `retrieval` and `mcp`.
 *
 * @since 0.1.0
 */
export * as Tool from "./Tool.js"

/**
 * How a tool loop fails, besides `ZhipuError`.
 *
 * Each error holds the `transcript` up to it, with the results that were there, so that `ToolLoop.resume` can go on from
 * there. It is not printed when an error is logged or written as JSON, and the message holds none of it either; encoding
 * by the Schema keeps it.
 *
 * @since 0.1.0
 */
export * as ToolError from "./ToolError.js"

/**
 * An agent: the model calls tools, their handlers run, the results go back, until it answers. All of it comes as one
 * `Stream`.
 *
 * It fails closed. All calls of a turn are checked before any handler runs: arguments that were cut, are not JSON or do
 * not decode never reach one. Then approvals are asked for, one after the other. Then the handlers run, so many at once,
 * and their results go back in the order of the calls, whatever order they came in.
 *
 * - What goes wrong with a tool is told to the model or fails the loop, by the `policy` of the tool. When one fails the
 *   loop, the handlers that run beside it are interrupted, and those that wait are not run.
 * - Arguments that were cut, are not JSON or lost bytes on the way fail the loop, and no handler of the turn runs.
 * - `finish_reason: "sensitive"` fails it with `ContentFilteredError`, and no handler of the turn runs. A turn without
 *   calls is the answer, whatever else its finish reason is, `length` too.
 * - Reasoning and ids go back byte for byte, so `thinking: { clear_thinking: false }` finds what it needs.
 * - Interrupting the stream interrupts the handlers, and waits for them.
 *
 * Each handler runs in a span `execute_tool {name}`, without arguments and results.
 *
 * @since 0.1.0
 */
export * as ToolLoop from "./ToolLoop.js"

/**
 * Tools with the handlers that run them: what `ToolLoop` offers to the model.
 *
 * A toolkit is a value that holds definitions; its handlers are a Layer, so that they can need services, and be replaced
 * in tests.
 *
 * @since 0.1.0
 */
export * as Toolkit from "./Toolkit.js"

/**
 * What was tried on the way to an answer, or to the error of a call: which model or client was asked, which key was left.
 *
 * @since 0.1.0
 */
export * as Trail from "./Trail.js"

/**
 * What a tool loop has done so far: a value that can be saved as JSON, and taken up again by `ToolLoop.resume`. A program
 * that has no tool loop keeps its history as a `Conversation`.
 *
 * It holds messages, so it is as private as they are.
 *
 * @since 0.1.0
 */
export * as Transcript from "./Transcript.js"

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
 * Answers that are kept, and given again for the same request: a layer between a program and its client. Nothing is kept without
 * it.
 *
 * - Only whole answers are kept: those that ended with `stop` or `tool_calls`, without a warning, and whose tool calls are whole. One
 *   that was cut, filtered or broke off never is, and an error neither.
 * - `StructuredOutput` keeps what fits its Schema alone. An answer of an earlier call that does not fit is asked for anew.
 * - The same request is the same JSON, whatever the order of its fields, to the same base URL. `request_id` does not count. What
 *   was streamed is given as a stream, with its events, and what was asked for whole is given whole: they are kept apart.
 * - No API key goes into the key or the value. Tenants with keys of their own share answers, unless `namespace` tells them apart.
 * - A store that fails, or takes longer than `storeTimeout`, counts as one that holds nothing: the service is asked.
 * - Requests that run at once are not joined: each that finds nothing asks the service.
 *
 * A lookup is told to `onLookup`, to the span around it as `zhipu.cache.hit`, and to the counter `zhipu.client.cache_lookups`, by
 * `zhipu.cache.hit`. The usage of an answer that was kept is that of the call that was paid; no call is counted for it.
 *
 * @since 0.1.0
 */
export * as ZhipuCache from "./ZhipuCache.js"

/**
 * What is different for one call, or for one part of a program: deadlines, headers, retries, the key, the request id; and
 * the headers of its responses.
 *
 * Options are read when a call starts, from the effect or stream that they were put around. What is set further in wins.
 * Programs that set none pay nothing for it.
 *
 * @since 0.1.0
 */
export * as ZhipuCall from "./ZhipuCall.js"

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

/**
 * The client without Effect: promises, async iterables and `AbortSignal`, over the same layers.
 *
 * Errors are thrown as what they are, the tagged errors of `ZhipuError`; `_tag` tells them apart, and `isRetryable`, `code` and
 * `retryAfter` are there. Where a signal was aborted its reason is thrown, by default a `DOMException` named `AbortError`.
 *
 * @example
 * ```ts
 * import { createZhipu } from "@effect-zhipu/effect4/promise"
 *
 * const zhipu = createZhipu({ apiKey: "id.secret" })
 *
 * export const show = async (question: string, signal: AbortSignal) => {
 *   for await (const text of zhipu.text(question, { signal })) process.stdout.write(text)
 * }
 * ```
 *
 * @since 0.1.0
 */
export * as promise from "./promise.js"
export * from "./api/index.js"
