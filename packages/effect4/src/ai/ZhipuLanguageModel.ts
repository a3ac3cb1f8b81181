// Generated from packages/ai/src/ZhipuLanguageModel.ts by scripts/effect4: change that file.
/**
 * GLM as the language model of `effect/ai`: programs that are written against `LanguageModel`, `Chat` and `Toolkit`
 * run with it unchanged. Deadlines, retries, limits and errors are those of `@effect-zhipu/effect4`, over which
 * everything goes.
 *
 * Parts come in the order of the answer: `response-metadata` first, then reasoning, text, sources and tool parameters
 * as they arrive, and at last, in one chunk, tool calls and `finish`.
 *
 * Every failure of a call is an `AiError`, whose `reason` says what came of it: `InvalidRequestError` where the request was refused
 * or not sent, `InvalidOutputError` where the answer was cut or is corrupt, `RateLimitError`, `QuotaExhaustedError` and so on.
 * An answer with a tool call that is not whole, or of a tool that was not offered, fails with `InvalidOutputError`, and no handler
 * runs; neither does one of an answer that moderation blocked, which fails with `ContentPolicyError`.
 *
 * @since 0.1.0
 */
import type * as AiError from "effect/ai/AiError"
import * as LanguageModel from "effect/ai/LanguageModel"
import * as AiModel from "effect/ai/Model"
import * as Channel from "effect/Channel"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import type { ChatRequest } from "../ChatRequest.js"
import * as ZhipuChat from "../ZhipuChat.js"
import * as completion from "./internal/completion.js"
import { fromZhipu, type Method } from "./internal/errors.js"
import { type Prepared, prepare } from "./internal/request.js"
import * as stream from "./internal/stream.js"
import * as ZhipuTelemetry from "./ZhipuTelemetry.js"

/**
 * Codes of models. Others are passed through: the service knows best.
 *
 * @since 0.1.0
 * @category models
 */
export type Model =
  | "glm-5.3"
  | "glm-5.3-flash"
  | "glm-5.3-flashx"
  | "glm-5.2"
  | "glm-5.1"
  | "glm-5"
  | "glm-5-turbo"
  | "glm-5v-turbo"
  | "glm-4.7"
  | "glm-4.7-flash"
  | "glm-4.7-flashx"
  | "glm-4.6"
  | "glm-4.6v"
  | "glm-4.6v-flash"
  | "glm-4.6v-flashx"
  | "glm-4.5"
  | "glm-4.5-x"
  | "glm-4.5-air"
  | "glm-4.5-airx"
  | "glm-4.5-flash"
  | "glm-4.5v"
  | (string & {})

/**
 * Settings for the calls of a part of the program; see `withConfigOverride`.
 *
 * @since 0.1.0
 * @category tags
 */
export class Config extends Context.Service<Config, Config.Service>()(
  "@effect-zhipu/effect4/ai/ZhipuLanguageModel/Config"
) {
  /**
   * @since 0.1.0
   */
  static readonly getOrUndefined: Effect.Effect<Config.Service | undefined> = Effect.map(
    Effect.serviceOption(Config),
    Option.getOrUndefined
  )
}

/**
 * @since 0.1.0
 */
export declare namespace Config {
  /**
   * Fields of every request, by the vendor's names; see `ChatRequest` of the client. Unknown fields are sent as
   * given.
   *
   * - `thinking: { clear_thinking: false }` preserves thinking over turns. The reasoning of earlier turns is then
   *   sent back exactly as it came; with `true`, only the reasoning that led to the calls being answered is. Where it
   *   is not set, everything is sent, and the endpoint decides.
   * - `tool_stream: true` streams the parameters of tools in fragments (GLM-4.6 and later); `generateText` leaves it
   *   out.
   * - `tool_choice` is sent as it is beside functions, for models that take more than the documented `auto`. Without
   *   it none is sent: z.ai answers all others with HTTP 400.
   *
   * @since 0.1.0
   * @category models
   */
  export interface Settings extends Partial<
    Pick<
      ChatRequest,
      | "thinking"
      | "reasoning_effort"
      | "do_sample"
      | "temperature"
      | "top_p"
      | "max_tokens"
      | "tool_choice"
      | "tool_stream"
      | "stop"
      | "response_format"
      | "request_id"
      | "user_id"
      | "seed"
      | "stream_options"
      | "meta"
      | "sensitive_word_check"
      | "watermark_enabled"
      | "extra"
    >
  > {
    /** Comes from the prompt. */
    readonly messages?: never
    /** Come from the toolkit. */
    readonly tools?: never
    /** Is set by the operation. */
    readonly stream?: never
    readonly [field: string]: unknown
  }

  /**
   * The same, and another model.
   *
   * @since 0.1.0
   * @category models
   */
  export interface Service extends Settings {
    readonly model?: Model
  }
}

declare module "effect/ai/Prompt" {
  export interface FilePartOptions extends ProviderOptions {
    readonly zhipu?: {
      /** The id of an upload with `purpose=user_data`, sent in place of the data. */
      readonly fileId?: string
      /** How a file with a URL is sent: `file_url` (default; GLM-4.5V, 4.6V, 5V) or `file` (the newer models). */
      readonly part?: "file_url" | "file"
    }
  }
}

/**
 * What the vendor's web search tells of a page beside its title and address.
 *
 * @since 0.1.0
 * @category models
 */
export type PageMetadata = {
  readonly content?: string
  readonly icon?: string
  /** Who published the page. */
  readonly media?: string
  readonly publishDate?: string
}

declare module "effect/ai/Response" {
  export interface ResponseMetadataPartMetadata extends ProviderMetadata {
    readonly zhipu?: {
      /** The id to name when asking the vendor's support; answers that were not streamed have it. */
      readonly requestId?: string
    }
  }

  export interface UrlSourcePartMetadata extends ProviderMetadata {
    readonly zhipu?: PageMetadata
  }

  export interface DocumentSourcePartMetadata extends ProviderMetadata {
    readonly zhipu?: PageMetadata
  }

  export interface FinishPartMetadata extends ProviderMetadata {
    readonly zhipu?: {
      /** As the service told it, for example `sensitive` or `model_context_window_exceeded`. */
      readonly finishReason?: string
      /** What moderation saw. */
      readonly contentFilter?: Schema.Json
      /** Calls that the service made itself, of tools that are not in the toolkit, as they came. */
      readonly toolCalls?: Schema.Json
      /** What was odd about the answer but could be read: the warnings of the client. */
      readonly warnings?: ReadonlyArray<{ readonly code: string; readonly detail: string }>
    }
  }
}

/**
 * A model to be provided to a program, as a layer of `LanguageModel`.
 *
 * @example
 * ```ts
 * import { ZhipuLanguageModel } from "@effect-zhipu/effect4/ai"
 * import { Zhipu } from "@effect-zhipu/effect4"
 * import { LanguageModel } from "effect/ai"
 * import { FetchHttpClient } from "effect/http"
 * import { Effect, Layer } from "effect"
 *
 * const glm = ZhipuLanguageModel.model("glm-4.6", { thinking: { type: "disabled" } }).pipe(
 *   Layer.provide(Zhipu.layerConfig()),
 *   Layer.provide(FetchHttpClient.layer)
 * )
 *
 * export const program = LanguageModel.generateText({ prompt: "Why is the sky blue?" }).pipe(
 *   Effect.map((response) => response.text),
 *   Effect.provide(glm)
 * )
 * ```
 *
 * @since 0.1.0
 * @category models
 */
export const model = (
  model: Model,
  config?: Config.Settings
): AiModel.Model<"zhipu", LanguageModel.LanguageModel, ZhipuChat.ZhipuChat> =>
  AiModel.make("zhipu", model, layer({ model, config }))

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: {
  readonly model: Model
  readonly config?: Config.Settings | undefined
}): Effect.Effect<LanguageModel.LanguageModel, never, ZhipuChat.ZhipuChat> =>
  Effect.flatMap(ZhipuChat.ZhipuChat, (chat) => {
    const prepared = (
      providerOptions: LanguageModel.ProviderOptions,
      method: Method
    ): Effect.Effect<Prepared, AiError.AiError> =>
      Effect.flatMap(Config.getOrUndefined, (overrides) =>
        Effect.map(
          Effect.fromResult(
            prepare(
              providerOptions,
              { ...options.config, ...overrides, model: overrides?.model ?? options.model },
              method
            )
          ),
          (prepared) => {
            annotateRequest(providerOptions, prepared, method)
            return prepared
          }
        )
      )

    return LanguageModel.make({
      generateText: (providerOptions) =>
        Effect.flatMap(prepared(providerOptions, "generateText"), ({ offer, request }) =>
          chat.complete(request).pipe(
            Effect.mapError(fromZhipu("generateText")),
            Effect.flatMap((answer) =>
              Effect.fromResult(
                completion.toParts(answer, {
                  method: "generateText",
                  span: providerOptions.span,
                  tools: providerOptions.tools,
                  offer,
                  json: providerOptions.responseFormat.type === "json"
                })
              )
            )
          )
        ),
      streamText: (providerOptions) =>
        // Not `Stream.unwrap`, which passes every part on through one more stage.
        Stream.fromChannel(
          Channel.unwrap(
            Effect.map(prepared(providerOptions, "streamText"), ({ offer, request }) =>
              Stream.toChannel(
                stream.toParts(chat.stream(request), {
                  method: "streamText",
                  span: providerOptions.span,
                  tools: providerOptions.tools,
                  offer
                })
              )
            )
          )
        ).pipe(
          // effect/ai does this for whole answers alone; the span of the call belongs under it here as well.
          Stream.provideService(Tracer.ParentSpan, providerOptions.span)
        )
    })
  })

const annotateRequest = (
  { responseFormat, span }: LanguageModel.ProviderOptions,
  { request }: Prepared,
  method: Method
): void =>
  ZhipuTelemetry.addGenAIAnnotations(span, {
    operation: { name: "chat" },
    request: {
      model: request.model,
      temperature: request.temperature,
      topP: request.top_p,
      maxTokens: request.max_tokens,
      stopSequences: request.stop,
      seed: request.seed
    },
    zhipu: {
      request: {
        stream: method === "streamText",
        reasoningLevel: request.reasoning_effort,
        outputType: responseFormat.type
      }
    }
  })

/**
 * A model as a layer, for programs that do not need to know its provider.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: {
  readonly model: Model
  readonly config?: Config.Settings | undefined
}): Layer.Layer<LanguageModel.LanguageModel, never, ZhipuChat.ZhipuChat> =>
  Layer.effect(LanguageModel.LanguageModel, make(options))

/**
 * Other settings, or another model, for the calls of one part of the program. What is given replaces what the model
 * was made with, and what an outer override gave, field by field. For a stream, wrap the effect that runs it.
 *
 * @example
 * ```ts
 * import { ZhipuLanguageModel } from "@effect-zhipu/effect4/ai"
 * import { LanguageModel } from "effect/ai"
 *
 * export const quick = LanguageModel.generateText({ prompt: "Is 91 a prime?" }).pipe(
 *   ZhipuLanguageModel.withConfigOverride({ thinking: { type: "disabled" }, max_tokens: 200 })
 * )
 * ```
 *
 * @since 0.1.0
 * @category configuration
 */
export const withConfigOverride: {
  (overrides: Config.Service): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, overrides: Config.Service): Effect.Effect<A, E, R>
} = dual(2, <A, E, R>(self: Effect.Effect<A, E, R>, overrides: Config.Service): Effect.Effect<A, E, R> =>
  Effect.flatMap(Config.getOrUndefined, (config) => Effect.provideService(self, Config, { ...config, ...overrides }))
)
