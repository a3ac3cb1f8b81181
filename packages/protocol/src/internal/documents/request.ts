/**
 * What a chat completion is asked with, as it goes over the wire. Ranges and defaults are those of the vendor's chat completion
 * reference (docs.bigmodel.cn and docs.z.ai, 2026-10), where no other source is named.
 */
import type { Message } from "./message.js"
import type { KnownModel } from "./models.js"
import type { Open } from "./open.js"

/**
 * A function of yours. `name` matches `^[a-zA-Z0-9_-]{1,64}$`; `parameters` is a JSON Schema.
 *
 * @since 0.1.0
 * @category models
 */
export interface FunctionTool extends Open {
  readonly type: "function"
  readonly function: Open & {
    readonly name: string
    readonly description?: string | undefined
    readonly parameters?: Open | undefined
  }
}

/**
 * The vendor's web search.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebSearchTool extends Open {
  readonly type: "web_search"
  readonly web_search: {
    /** `search_std`, `search_pro`, `search_pro_sogou`, `search_pro_quark` (bigmodel.cn), `search_pro_jina` (z.ai). */
    readonly search_engine?: string | undefined
    /** Whether it may search at all. */
    readonly enable?: boolean | undefined
    /** What to search for. Default: what the model makes of the question. */
    readonly search_query?: string | undefined
    /** Whether the service first asks itself if a search is meant. */
    readonly search_intent?: boolean | undefined
    /** How many pages: 1 to 50. */
    readonly count?: number | undefined
    /** Pages of this domain alone. */
    readonly search_domain_filter?: string | undefined
    /** `oneDay`, `oneWeek`, `oneMonth`, `oneYear` or `noLimit`. */
    readonly search_recency_filter?: string | undefined
    /** How much of a page: `medium` or `high`. */
    readonly content_size?: string | undefined
    /** Whether the pages come `before` or `after` the answer. */
    readonly result_sequence?: string | undefined
    /** Whether the answer has the pages, as `web_search`. */
    readonly search_result?: boolean | undefined
    /** Whether the answer must rest on a search. */
    readonly require_search?: boolean | undefined
    /** How the model shall use the pages. */
    readonly search_prompt?: string | undefined
  }
}

/**
 * Retrieval from a knowledge base of the account.
 *
 * @since 0.1.0
 * @category models
 */
export interface RetrievalTool extends Open {
  readonly type: "retrieval"
  readonly retrieval: { readonly knowledge_id: string; readonly prompt_template?: string | undefined }
}

/**
 * A Model Context Protocol server that the service calls.
 *
 * @since 0.1.0
 * @category models
 */
export interface McpTool extends Open {
  readonly type: "mcp"
  readonly mcp: {
    readonly server_label: string
    readonly server_url?: string | undefined
    readonly transport_type?: string | undefined
    readonly allowed_tools?: ReadonlyArray<string> | undefined
    readonly headers?: { readonly [name: string]: string } | undefined
  }
}

/**
 * A tool of a kind that this version does not know; it is sent as given.
 *
 * @since 0.1.0
 * @category models
 */
export interface OtherTool extends Open {
  readonly type: string
}

/**
 * Anything that `tools` of a request may hold.
 *
 * @since 0.1.0
 * @category models
 */
export type Tool = FunctionTool | WebSearchTool | RetrievalTool | McpTool | OtherTool

/**
 * `"auto"`, or the name of a function.
 *
 * @since 0.1.0
 * @category models
 */
export type ToolChoice =
  | string
  | (Open & { readonly type: "function"; readonly function: Open & { readonly name: string } })

/**
 * Whether the model thinks before it answers, and what becomes of earlier thinking.
 *
 * @since 0.1.0
 * @category models
 */
export interface Thinking {
  /** GLM-4.5 and later. Default: `enabled`, which lets most models decide. `glm-5.3` cannot be switched off. */
  readonly type?: "enabled" | "disabled" | undefined
  /**
   * Whether the service drops the `reasoning_content` of earlier turns. `false` preserves it, and wants every one of them
   * back, complete and unchanged. Default: `true`; `false` on the Coding endpoint.
   */
  readonly clear_thinking?: boolean | undefined
}

/**
 * The form of the answer.
 *
 * @since 0.1.0
 * @category models
 */
export interface ResponseFormat {
  /**
   * `json_object` makes the answer JSON, in text models; ask for JSON in the prompt, too. `json_schema` is a form of other
   * servers: the service does not document it, and pays no heed to the schema. `StructuredOutput` needs neither.
   */
  readonly type: "text" | "json_object" | "json_schema"
  /** The schema for servers that enforce one. */
  readonly json_schema?: Open | undefined
}

/**
 * What a stream says besides its text.
 *
 * @since 0.1.0
 * @category models
 */
export interface StreamOptions {
  /** Without effect at the service, whose streams always tell the usage; other servers want it. */
  readonly include_usage?: boolean | undefined
}

/**
 * Who talks to whom, for role-play models (`charglm-4`, `emohaa`).
 *
 * @since 0.1.0
 * @category models
 */
export interface Meta {
  readonly user_info?: string | undefined
  readonly bot_info?: string | undefined
  readonly bot_name?: string | undefined
  readonly user_name?: string | undefined
}

/**
 * The check of words by the service. To switch it off needs a contract (known from the vendor's SDKs).
 *
 * @since 0.1.0
 * @category models
 */
export interface SensitiveWordCheck {
  readonly type: "ALL"
  readonly status: "ENABLE" | "DISABLE"
}

/**
 * The request of `POST /chat/completions`. Only `model` and `messages` are required; what is not set is not sent.
 *
 * A literal with a field that is not here does not compile, as it is mostly a misspelt one. What these types do not know goes
 * into `extra_body`.
 *
 * @since 0.1.0
 * @category models
 */
export interface ChatRequest {
  /** The code of a model: one that is known here, or any other. */
  readonly model: KnownModel | (string & {})
  /** At least one, and not of system and assistant turns alone. */
  readonly messages: ReadonlyArray<Message>
  /** Set by the operation (`ZhipuChat.stream` or `ZhipuChat.complete`), whatever stands here. */
  readonly stream?: boolean | undefined
  /** GLM-4.5 and later. Default: enabled. */
  readonly thinking?: Thinking | undefined
  /**
   * How long the model thinks: `max`, `xhigh`, `high`, `medium`, `low`, `minimal` or `none`. GLM-5.2 and later act on it; GLM-5.3
   * takes `low`, `high` and `max` alone. Default: `max`.
   */
  readonly reasoning_effort?: string | undefined
  /** `false` takes the likeliest token each time; `temperature` and `top_p` are then ignored. Default: `true`. */
  readonly do_sample?: boolean | undefined
  /** 0 to 1, with two decimals. Change it or `top_p`, not both. Default: by model, see `Model.find`. */
  readonly temperature?: number | undefined
  /** 0.01 to 1, with two decimals. Change it or `temperature`, not both. Default: by model, see `Model.find`. */
  readonly top_p?: number | undefined
  /** Tokens of the answer, thinking included: 1 to 131072, or what the model can do. Default: by model, see `Model.find`. */
  readonly max_tokens?: number | undefined
  /** At most 128 functions, and tools of the service. */
  readonly tools?: ReadonlyArray<Tool> | undefined
  /** Documented is `"auto"`, the default; the name of a function is obeyed at least by `glm-4.7-flash`. */
  readonly tool_choice?: ToolChoice | undefined
  /** Streams the arguments of tool calls in fragments: with a stream alone, GLM-4.6 and later. Default: `false`. */
  readonly tool_stream?: boolean | undefined
  /** Texts that end the answer and are not part of it: at most 4; the vendor's text says that one works. */
  readonly stop?: ReadonlyArray<string> | undefined
  /** Text models alone. Default: `text`. */
  readonly response_format?: ResponseFormat | undefined
  /** 6 to 64 characters, another for each request: a request that has one is never sent again. Default: made by the service. */
  readonly request_id?: string | undefined
  /** Who of your users asks: 6 to 128 characters. */
  readonly user_id?: string | undefined
  /** An integer, at most 2147483647. In the vendor's SDKs, not in its reference. */
  readonly seed?: number | undefined
  /** Not documented, and without effect at the service. */
  readonly stream_options?: StreamOptions | undefined
  /** For role-play models alone. */
  readonly meta?: Meta | undefined
  /** In the vendor's SDKs, not in its reference. */
  readonly sensitive_word_check?: SensitiveWordCheck | undefined
  /** Whether sound has a watermark, `glm-4-voice` alone. Default: `true`. */
  readonly watermark_enabled?: boolean | undefined
  /** What `codegeex-4` completes: `target` and `contexts`. A field of the wire; others go into `extra_body`. */
  readonly extra?: Open | undefined
  /**
   * Fields that these types do not know, as in the vendor's Python SDK: they are sent beside the others, and in place of those of
   * the same name. Not a field of the wire: the client puts them in their places.
   */
  readonly extra_body?: Open | undefined
}
