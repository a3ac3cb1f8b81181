// Generated from packages/api/src/Tokenizer.ts by scripts/effect4: change that file.
/**
 * How many tokens messages are, before they are sent: `POST /tokenizer`. It is a call like any other: it needs a key, counts
 * against limits and takes a round trip.
 *
 * The documented models are old ones (glm-4.6, glm-4.6v, glm-4.5, glm-4.5-air, glm-4-0520, glm-4-long, glm-4-air, glm-4-flash;
 * on z.ai glm-4.6, glm-4.6v, glm-4.5): for others the service may answer 1211, which `fallbackModel` helps over. Source: the
 * vendor's OpenAPI documents of bigmodel.cn, 2026-07-11, and of z.ai, 2026-01-24.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { ChatRequest } from "../ChatRequest.js"
import { Message } from "../Message.js"
import * as Model from "../Model.js"
import { Tool } from "../Tool.js"
import type { ZhipuError } from "../ZhipuError.js"
import type { ZhipuHttpClient } from "../ZhipuHttpClient.js"
import { answerIds, ids } from "./internal/document.js"
import { post } from "./internal/endpoint.js"
import { invalid, unfit } from "./internal/errors.js"
import { nullable, open } from "./internal/wire.js"

/**
 * The request of `POST /tokenizer`. Unknown fields pass.
 *
 * @since 0.1.0
 * @category models
 */
export const TokenizerRequest = open({
  model: Schema.String,
  /** As for a chat, parts that are no text included. */
  messages: Schema.Array(Message),
  /** They count too. */
  tools: Schema.optional(Schema.Array(Tool)),
  ...ids
})

/**
 * @since 0.1.0
 * @category models
 */
export interface TokenizerRequest extends Schema.Schema.Type<typeof TokenizerRequest> {}

/**
 * The answer of `POST /tokenizer`.
 *
 * @since 0.1.0
 * @category models
 */
export const TokenizerResponse = open({
  ...answerIds,
  usage: nullable(
    open({
      /** Of text. */
      prompt_tokens: nullable(Schema.Number),
      image_tokens: nullable(Schema.Number),
      video_tokens: nullable(Schema.Number),
      total_tokens: nullable(Schema.Number)
    })
  )
})

/**
 * @since 0.1.0
 * @category models
 */
export interface TokenizerResponse extends Schema.Schema.Type<typeof TokenizerResponse> {}

/**
 * What `tokens` takes.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly model: string
  readonly tools?: ReadonlyArray<Tool> | undefined
  /** Counts by this model where the service does not know the first here. */
  readonly fallbackModel?: string | undefined
}

/**
 * What `fits` finds, in tokens.
 *
 * @since 0.1.0
 * @category models
 */
export interface Fit {
  readonly prompt: number
  /** What the context of the model leaves for the answer, thinking included; below zero where the prompt is too long. */
  readonly left: number
  /** Whether the answer has the room it may take: `max_tokens` of the request, or a single token where that is not set. */
  readonly fits: boolean
}

/**
 * Counts, and gives the answer as it came.
 *
 * @since 0.1.0
 * @category operations
 */
export const count = (request: TokenizerRequest): Effect.Effect<TokenizerResponse, ZhipuError, ZhipuHttpClient> =>
  post("tokenizer", "/tokenizer", request, TokenizerResponse)

/**
 * The tokens of messages, images and videos included.
 *
 * @example
 * ```ts
 * import { Tokenizer } from "@effect-zhipu/effect4/api"
 * import { Message } from "@effect-zhipu/effect4"
 *
 * export const size = (text: string) =>
 *   Tokenizer.tokens([Message.user(text)], { model: "glm-5.2", fallbackModel: "glm-4.6" })
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const tokens = (
  messages: ReadonlyArray<Message>,
  options: Options
): Effect.Effect<number, ZhipuError, ZhipuHttpClient> => {
  const { fallbackModel, tools } = options
  const by = (model: string) => count({ model, messages, ...(tools === undefined ? {} : { tools }) })
  return by(options.model).pipe(
    Effect.catchTag("ModelNotFoundError", (error) => (fallbackModel === undefined ? error : by(fallbackModel))),
    Effect.flatMap(({ usage = {} }) => {
      const parts = [usage.prompt_tokens, usage.image_tokens, usage.video_tokens].filter((part) => part !== undefined)
      const total = usage.total_tokens ?? (parts.length === 0 ? undefined : parts.reduce((sum, part) => sum + part, 0))
      return total === undefined ? unfit("The answer tells no number of tokens.", "no usage") : Effect.succeed(total)
    })
  )
}

/**
 * Whether a chat request has room in the context of its model. The context is that of `Model.table`, or of `context` for
 * a model that is not in it.
 *
 * @since 0.1.0
 * @category operations
 */
export const fits = (
  request: ChatRequest,
  options: { readonly context?: number | undefined; readonly fallbackModel?: string | undefined } = {}
): Effect.Effect<Fit, ZhipuError, ZhipuHttpClient> => {
  const { max_tokens, messages, model, tools } = request
  const known = Option.flatMapNullishOr(Model.find(model), ({ context }) => context)
  const context = options.context ?? Option.getOrUndefined(known)
  if (context === undefined) {
    return invalid("model", `The context of ${model} is not in Model.table: say it by the option context, in tokens.`)
  }
  return Effect.map(tokens(messages, { model, tools, fallbackModel: options.fallbackModel }), (prompt) => {
    const left = context - prompt
    return { prompt, left, fits: left >= (max_tokens ?? 1) }
  })
}
