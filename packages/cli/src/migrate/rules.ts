/** The checklist for GLM-4.6, as data: what each rule asks for, why, and where that stands. Pure. */

import * as Record from "effect/Record"
import { type Advice, js } from "./writer.js"

/** `must`: the service refuses it, or the result is wrong. `should`: it works, but not as meant. @internal */
export type Level = "must" | "should"

/** @internal */
export interface Rule {
  readonly level: Level
  readonly what: string
  readonly why: string
  readonly instead: string
  readonly source: string
}

const guide = "GLM-4.6 migration guide"
const parameters = "chat completion reference, parameters"
const models = "model overview and parameter table"

const row = (level: Level, what: string, why: string, instead: Advice | string, source: string) => ({
  level,
  what,
  why,
  instead: typeof instead === "string" ? () => instead : instead,
  source
})

const thinking =
  (type: "enabled" | "disabled"): Advice =>
  (write) =>
    write.field("thinking", `{ "type": "${type}" }`)

const rows = {
  "model-code": row(
    "must",
    "The model code is not that of GLM-4.6.",
    "The code chooses the model. GLM-4.6 has a context of 200K and answers of up to 128K tokens.",
    (write) => `${write.field("model", '"glm-4.6"')} (for pictures: "glm-4.6v")`,
    guide
  ),
  "model-case": row(
    "should",
    "The model code has capital letters.",
    "The service takes them, but prices, limits and telemetry are kept by the code that the vendor writes, in lower case.",
    "The same code in lower case.",
    models
  ),
  "sampling-pair": row(
    "should",
    "temperature and top_p are both set.",
    "Both narrow the same choice; together they cannot be tuned. The defaults are temperature 1.0 and top_p 0.95.",
    "Keep the one that you tune, and leave the other out: it then has its default",
    guide
  ),
  "sampling-range": row(
    "must",
    "The value is outside of the range.",
    "temperature is 0 to 1 and top_p 0.01 to 1. Other vendors allow up to 2, here it is refused (1214).",
    (write) => `A value in the range; for the same answer each time ${write.field("do_sample", "false")}`,
    parameters
  ),
  "thinking-form": row(
    "must",
    "Thinking is not switched in the form of this API.",
    "It is an object with a type; other forms and fields of other vendors have no effect or are refused.",
    (write) => `${thinking("enabled")(write)}, or "disabled"`,
    guide
  ),
  "thinking-default": row(
    "should",
    "The old model does not think, GLM-4.6 does by default.",
    "Thinking takes time and output tokens before the answer begins. It helps with hard reasoning and code.",
    (write) => `${thinking("disabled")(write)} to answer as before, or "enabled" to say that it is meant`,
    guide
  ),
  "tool-stream-alone": row(
    "must",
    "tool_stream is set without stream.",
    "Arguments of tool calls come in fragments only inside a stream.",
    (write) => `${write.field("stream", "true")} beside ${write.field("tool_stream", "true")}`,
    guide
  ),
  "tool-stream-off": row(
    "should",
    "Tools are offered in a stream without tool_stream.",
    "It is off by default: each tool call then comes as one chunk, after a silence while it is written.",
    (write) => `${write.field("tool_stream", "true")} beside ${write.field("stream", "true")}`,
    guide
  ),
  "tool-stream-model": row(
    "must",
    "This model cannot stream the arguments of tool calls.",
    "tool_stream works from GLM-4.6 on, in text models.",
    (write) => `${write.field("model", '"glm-4.6"')} with ${write.field("tool_stream", "true")}`,
    models
  ),
  "output-limit": row(
    "must",
    "max_tokens is outside of what the model can do.",
    "GLM-4.6 takes 1 to 131072 (128K) output tokens.",
    (write) => `${write.field("max_tokens", "65536")}, the default, or up to 131072`,
    guide
  ),
  "output-room": row(
    "should",
    "max_tokens is small for a model that thinks.",
    "It counts the thinking too: the answer may be empty and end with finish_reason length.",
    (write) => `${write.field("max_tokens", "1024")} or more, or ${thinking("disabled")(write)}`,
    parameters
  ),
  "reasoning-unread": row(
    "must",
    "The stream's content is read, its reasoning_content never.",
    "With thinking, which is on by default, the model says nothing in content at first: users see a long silence.",
    (write) =>
      write.isPython
        ? 'Read getattr(delta, "reasoning_content", None) beside delta.content'
        : "Read delta.reasoning_content beside delta.content",
    guide
  ),
  "reasoning-lost": row(
    "must",
    "An earlier answer has no reasoning_content, though clear_thinking is false.",
    "Preserved thinking wants every earlier reasoning_content back, complete and unchanged.",
    "Keep reasoning_content in the assistant turn, or leave clear_thinking out",
    "chat completion reference, thinking"
  ),
  "empty-choices": row(
    "should",
    "The first choice of a chunk is read without looking whether there is one.",
    "A chunk may have no choices, for example one that holds only the usage.",
    (write) =>
      write.isPython
        ? "Skip such chunks: if not chunk.choices: continue, before chunk.choices[0].delta"
        : "Skip such chunks: chunk.choices[0]?.delta",
    guide
  ),
  "tool-arguments-join": row(
    "must",
    "Tool calls of the stream are read without their index.",
    "With tool_stream, arguments come in fragments; only those of the same index belong together.",
    "Join delta.tool_calls[i].function.arguments by index, and parse them at the end",
    guide
  ),
  "unknown-field": row(
    "should",
    "This API does not document the field.",
    "Fields of other vendors are ignored or refused.",
    "Leave it out.",
    parameters
  ),
  "misspelt-field": row(
    "must",
    "The field is probably misspelt.",
    "A field that the service does not know has no effect, and nobody is told.",
    "The field that was meant",
    parameters
  ),
  "wrong-path": row(
    "must",
    "The address is not that of this API.",
    "Requests to another path are answered with 404, and over http:// the key travels unencrypted.",
    "https://open.bigmodel.cn/api/paas/v4 or https://api.z.ai/api/paas/v4",
    "HTTP guide, hosts"
  ),
  "key-in-code": row(
    "should",
    "A key stands in the code.",
    "Whoever reads the code can use it.",
    "Read it from the environment, for example ZHIPU_API_KEY, and replace the key",
    "HTTP guide, authentication"
  )
} as const satisfies Readonly<Record<string, ReturnType<typeof row>>>

/** @internal */
export type RuleId = keyof typeof rows

/** What to write instead, by the language of the file. @internal */
export const advice: Readonly<Record<RuleId, Advice>> = Record.map(rows, ({ instead }) => instead)

/** All rules, with advice as JavaScript has it. @internal */
export const rules: Readonly<Record<RuleId, Rule>> = Record.map(rows, (rule) => ({
  ...rule,
  instead: rule.instead(js)
}))

/** Fields of other vendors, and what stands for them here. @internal */
export const foreignFields: Readonly<Record<string, Advice>> = {
  n: () => "Ask several times.",
  logprobs: () => "Leave it out.",
  top_logprobs: () => "Leave it out.",
  logit_bias: () => "Leave it out.",
  presence_penalty: () => "Leave it out.",
  frequency_penalty: () => "Leave it out.",
  parallel_tool_calls: () => "Leave it out.",
  max_completion_tokens: () => "max_tokens",
  max_output_tokens: () => "max_tokens",
  functions: (write) => write.field("tools", '[{ "type": "function", "function": { ... } }]'),
  function_call: (write) => write.field("tool_choice", '"auto"'),
  user: () => "user_id, 6 to 128 characters",
  stop_sequences: () => "stop"
}
