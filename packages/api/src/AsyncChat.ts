/**
 * A chat as a task: `POST /async/chat/completions`. The answer is asked for until it is there, so no connection is held meanwhile.
 * The task counts against the limit of requests in flight all the same. Source: the vendor's OpenAPI document of bigmodel.cn,
 * 2026-07-11; z.ai is said to have it, undocumented.
 *
 * @since 0.1.0
 */
import type { ZhipuHttpClient } from "@effect-zhipu/client/ZhipuHttpClient"
import type { ZhipuError } from "@effect-zhipu/client/ZhipuError"
import type { ChatCompletion } from "@effect-zhipu/client/ChatCompletion"
import type { ChatRequest } from "@effect-zhipu/client/ChatRequest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { post } from "./internal/endpoint.js"
import * as polling from "./internal/polling.js"
import { identified } from "./internal/task.js"
import { unstreamed } from "./internal/unstreamed.js"
import * as Tasks from "./Tasks.js"

/**
 * A chat request without what is for streams.
 *
 * @since 0.1.0
 * @category models
 */
export type AsyncChatRequest = Omit<ChatRequest, "stream" | "tool_stream" | "stream_options">

/**
 * Creates the task. It is not created twice where the first may have arrived.
 *
 * @since 0.1.0
 * @category operations
 */
export const create = (request: AsyncChatRequest): Effect.Effect<Tasks.Task, ZhipuError, ZhipuHttpClient> =>
  post("async_chat", "/async/chat/completions", unstreamed({ ...request }), Tasks.Task, { creates: true })

/**
 * Waits for the answer of a task that was created before.
 *
 * @since 0.1.0
 * @category operations
 */
const await_ = (id: string, options?: Tasks.WaitOptions): Effect.Effect<ChatCompletion, ZhipuError, ZhipuHttpClient> =>
  awaiting(id, "now", options)

const awaiting = (
  id: string,
  look: "now" | "later",
  options?: Tasks.WaitOptions
): Effect.Effect<ChatCompletion, ZhipuError, ZhipuHttpClient> =>
  polling.wait(
    { id, kind: "chat", look },
    polling.paces.quick,
    Tasks.get(id),
    Tasks.read(id, "chat", (task) => Option.getOrUndefined(Tasks.completion(task))),
    options
  )

export { await_ as await }

/**
 * Creates the task, waits, and gives the answer. The model that answers may be another than the one asked for: `model` tells.
 *
 * @example
 * ```ts
 * import { AsyncChat } from "@effect-zhipu/api"
 * import { Message } from "@effect-zhipu/client"
 *
 * export const answer = AsyncChat.complete(
 *   { model: "glm-4.6", messages: [Message.user("Write a long story.")] },
 *   { timeout: "10 minutes" }
 * )
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const complete = (
  request: AsyncChatRequest,
  options?: Tasks.WaitOptions
): Effect.Effect<ChatCompletion, ZhipuError, ZhipuHttpClient> =>
  Effect.flatMap(Effect.flatMap(create(request), identified), (id) => awaiting(id, "later", options))
