/** What each model can do, as data. A model that is not in the table is passed through: the service knows best. */

/**
 * Whether a model thinks before it answers: never; as it decides, unless switched off; or always.
 *
 * @since 0.1.0
 * @category models
 */
export type Thinking = "none" | "auto" | "always"

/**
 * What a user message may hold beside text.
 *
 * @since 0.1.0
 * @category models
 */
export type Modality = "image" | "video" | "file" | "audio"

/**
 * The capabilities of one model.
 *
 * @since 0.1.0
 * @category models
 */
export interface Capabilities {
  /** The code to send as `model`. */
  readonly id: string
  /** Tokens of prompt and answer together; absent where the vendor does not tell. */
  readonly context?: number
  /** Tokens of the answer, thinking included. */
  readonly maxOutput?: number
  readonly thinking: Thinking
  /** Values of `reasoning_effort` that the model acts on. */
  readonly reasoningEffort?: ReadonlyArray<string>
  /** Whether tool arguments can be streamed by `tool_stream`. */
  readonly toolStream: boolean
  readonly input: ReadonlyArray<Modality>
  /** What the service takes where the request says nothing. */
  readonly defaults: { readonly temperature?: number; readonly topP?: number; readonly maxTokens?: number }
  /** Where the facts stand, and of which date they are. */
  readonly source: string
  readonly asOf: string
}

const K = 1024
const cnModels = "docs.bigmodel.cn, model overview and parameter pages"
const zModels = "docs.z.ai, model overview"

const row = <const Id extends string>(
  id: Id,
  context: number | undefined,
  maxOutput: number | undefined,
  thinking: Thinking,
  [temperature, topP, maxTokens]: readonly [
    temperature?: number | undefined,
    topP?: number | undefined,
    maxTokens?: number
  ],
  rest: Partial<Pick<Capabilities, "toolStream" | "input" | "reasoningEffort">>,
  [source, asOf]: readonly [source: string, asOf: string]
): Capabilities & { readonly id: Id } => ({
  id,
  ...(context === undefined ? {} : { context }),
  ...(maxOutput === undefined ? {} : { maxOutput }),
  thinking,
  toolStream: false,
  input: [],
  ...rest,
  defaults: {
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(maxTokens === undefined ? {} : { maxTokens })
  },
  source,
  asOf
})

const cn2026 = [cnModels, "2026-07-11"] as const
const cn2025 = [cnModels, "2025-12-29"] as const
const z2026 = [zModels, "2026-10-06"] as const

const text5 = [1, 0.95] as const
const text47 = [1, 0.95, 65536] as const
const text45 = [0.6, 0.95, 65536] as const
const vision46 = [0.8, 0.6, 16384] as const
const old = [0.75, 0.9] as const
const seen: ReadonlyArray<Modality> = ["image", "video", "file"]
const streamed = { toolStream: true }
const effort53 = ["low", "high", "max"]

const rows = [
  row("glm-5.3", 1024 * K, 128 * K, "always", text5, { ...streamed, reasoningEffort: effort53 }, z2026),
  row(
    "glm-5.3-flash",
    1024 * K,
    128 * K,
    "always",
    text5,
    { ...streamed, reasoningEffort: effort53, input: seen },
    z2026
  ),
  row(
    "glm-5.3-flashx",
    1024 * K,
    128 * K,
    "always",
    text5,
    { ...streamed, reasoningEffort: effort53, input: seen },
    z2026
  ),
  row("glm-5.2", 1024 * K, 128 * K, "auto", text5, { ...streamed, reasoningEffort: ["none", "high", "max"] }, cn2026),
  row("glm-5.1", 200 * K, 128 * K, "auto", text5, streamed, cn2026),
  row("glm-5", 200 * K, 128 * K, "auto", text5, streamed, cn2026),
  row("glm-5-turbo", 200 * K, 128 * K, "auto", text5, streamed, cn2026),
  row("glm-5v-turbo", 200 * K, 128 * K, "auto", [0.8, 0.6], { input: seen }, cn2026),
  row("glm-4.7", 200 * K, 128 * K, "always", text47, streamed, cn2026),
  row("glm-4.7-flash", 200 * K, 128 * K, "auto", text47, streamed, cn2026),
  row("glm-4.7-flashx", 200 * K, 128 * K, "auto", text47, streamed, cn2026),
  row("glm-4.6", 200 * K, 128 * K, "auto", text47, streamed, cn2026),
  row("glm-4.6v", 128 * K, 32 * K, "auto", vision46, { input: seen }, cn2026),
  row("glm-4.6v-flash", 128 * K, 32 * K, "auto", vision46, { input: seen }, cn2026),
  row("glm-4.6v-flashx", 128 * K, 32 * K, "auto", vision46, { input: seen }, cn2026),
  row("glm-4.5", 128 * K, 96 * K, "auto", text45, {}, cn2026),
  row("glm-4.5-x", 128 * K, 96 * K, "auto", text45, {}, cn2026),
  row("glm-4.5-air", 128 * K, 96 * K, "auto", text45, {}, cn2026),
  row("glm-4.5-airx", 128 * K, 96 * K, "auto", text45, {}, cn2026),
  row("glm-4.5-flash", 128 * K, 96 * K, "auto", text45, {}, cn2026),
  row("glm-4.5v", 64 * K, 16 * K, "always", vision46, { input: seen }, cn2026),
  row("glm-4.1v-thinking-flash", 64 * K, 16 * K, "always", [0.8, 0.6], { input: ["image", "video"] }, cn2026),
  row("glm-4.1v-thinking-flashx", 64 * K, 16 * K, "always", [0.8, 0.6], { input: ["image", "video"] }, cn2026),
  row("glm-4v-plus-0111", 16 * K, 8 * K, "none", [undefined, undefined, 1024], { input: ["image", "video"] }, cn2025),
  row("glm-4v-flash", 16 * K, K, "none", [undefined, undefined, 1024], { input: ["image"] }, cn2025),
  row("glm-4-plus", 128 * K, 4 * K, "none", old, {}, cn2025),
  row("glm-4-air", 128 * K, 4 * K, "none", old, {}, cn2025),
  row("glm-4-airx", 8 * K, 4 * K, "none", old, {}, cn2025),
  row("glm-4-long", 1024 * K, 4 * K, "none", old, {}, cn2025),
  row("glm-4-flash", 128 * K, 4 * K, "none", old, {}, cn2025),
  row("glm-4-flashx", 128 * K, 4 * K, "none", old, {}, cn2025),
  row("glm-4-air-250414", 128 * K, 16 * K, "none", old, {}, cn2025),
  row("glm-4-flash-250414", 128 * K, 16 * K, "none", old, {}, cn2025),
  row("glm-4-flashx-250414", 128 * K, 16 * K, "none", old, {}, cn2025),
  row("glm-4-32b-0414-128k", 128 * K, 16 * K, "none", old, {}, z2026),
  row("autoglm-phone", undefined, 4 * K, "none", [0, 0.85], { input: ["image"] }, cn2026),
  row("autoglm-phone-multilingual", undefined, 4 * K, "none", [0, 0.85], { input: ["image"] }, z2026),
  row("glm-4-voice", undefined, 4 * K, "none", [0.8, 0.6, 1024], { input: ["audio"] }, cn2025),
  row("charglm-4", 8 * K, 4 * K, "none", [0.95, 0.7, 1024], {}, cn2025),
  row("emohaa", 8 * K, 4 * K, "none", [0.95, 0.7, 1024], {}, cn2025),
  row("codegeex-4", 128 * K, 32 * K, "none", [], {}, cn2025)
]

/**
 * The code of a model that this version knows. Any other string can be sent as well.
 *
 * @since 0.1.0
 * @category models
 */
export type KnownModel = (typeof rows)[number]["id"]

/** All models known to this version, newest first. @internal */
export const models: ReadonlyArray<Capabilities> = rows

const byId: ReadonlyMap<string, Capabilities> = new Map(rows.map((model) => [model.id, model]))

/** However the code is written: the vendor's own pages write `GLM-4.6` as well. @internal */
export const modelOf = (id: string): Capabilities | undefined => byId.get(id.toLowerCase())

/** `response_format` is a field of text models alone; a model that is not known is taken for one. @internal */
export const takesFormat = (model: string): boolean =>
  modelOf(model)?.input.length === 0 || modelOf(model) === undefined
