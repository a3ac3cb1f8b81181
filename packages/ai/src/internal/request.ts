/** The request on the wire: configuration, messages, tools, and instructions for what GLM has no field for. Pure. */
import type * as AiError from "@effect/ai/AiError"
import type * as LanguageModel from "@effect/ai/LanguageModel"
import * as Tool from "@effect/ai/Tool"
import type { ChatRequest } from "@effect-zhipu/client/ChatRequest"
import * as Message from "@effect-zhipu/client/Message"
import * as Model from "@effect-zhipu/client/Model"
import { plainSchema } from "@effect-zhipu/protocol/internal/requests/plainSchema"
import * as Either from "effect/Either"
import { malformedInput, type Method } from "./errors.js"
import * as prompt from "./prompt.js"
import * as tools from "./tools.js"

/**
 * The configured fields of a request. What the prompt, the toolkit and the operation say is not configured.
 *
 * @internal
 */
export interface Settings extends Partial<ChatRequest> {
  readonly model: string
  readonly messages?: never
  readonly tools?: never
  readonly stream?: never
}

/** @internal */
export interface Prepared {
  readonly request: ChatRequest
  readonly offer: tools.Offer
}

/** @internal */
export const prepare = (
  options: LanguageModel.ProviderOptions,
  settings: Settings,
  method: Method
): Either.Either<Prepared, AiError.AiError> =>
  Either.gen(function* () {
    const { responseFormat } = options
    const { tool_choice: toolChoice, tool_stream: toolStream, ...fields } = settings
    const offer = yield* tools.toOffer(options, method)
    const messages = yield* prompt.toMessages(options.prompt, {
      method,
      tools: options.tools,
      clearThinking: settings.thinking?.clear_thinking === true
    })
    const instructions = [
      ...(offer.required ? [mustCall] : []),
      ...(responseFormat.type === "json" ? [yield* mustConform(responseFormat, method)] : [])
    ]
    const request: ChatRequest = {
      ...fields,
      messages: instruct(messages, instructions),
      ...(offer.tools.length === 0 ? {} : { tools: offer.tools }),
      ...(offer.names.size === 0 || toolChoice === undefined ? {} : { tool_choice: toolChoice }),
      // The service refuses it without a stream.
      ...(method === "streamText" && toolStream !== undefined ? { tool_stream: toolStream } : {}),
      ...(responseFormat.type === "json" && Model.takesResponseFormat(settings.model)
        ? { response_format: { type: "json_object" } }
        : {})
    }
    return { request, offer }
  })

const mustCall = "You must call one of the tools that you are offered. Do not answer without calling a tool."

/** GLM enforces that an answer is JSON, but knows no schemas. */
const mustConform = (
  { objectName, schema }: Extract<LanguageModel.ProviderOptions["responseFormat"], { readonly type: "json" }>,
  method: Method
): Either.Either<string, AiError.AiError> =>
  Either.try({
    try: () => {
      const description = Tool.getDescriptionFromSchemaAst(schema.ast)
      return (
        `Answer with one JSON object and nothing else: no explanation and no code fence. The object ("${objectName}"` +
        `${description === undefined ? "" : `: ${description}`}) must conform to this JSON Schema:\n` +
        JSON.stringify(plainSchema({ ...Tool.getJsonSchemaFromSchemaAst(schema.ast) }))
      )
    },
    catch: (cause) =>
      malformedInput(method, "The schema of the object cannot be described as a JSON Schema. Annotate it.", cause)
  })

/** Adds to the first system message, or makes one. */
const instruct = (
  messages: ReadonlyArray<Message.Message>,
  instructions: ReadonlyArray<string>
): ReadonlyArray<Message.Message> => {
  if (instructions.length === 0) return messages
  const index = messages.findIndex(({ role }) => role === "system")
  const system = messages[index]
  // `prompt.ts` makes system messages of texts alone.
  return system?.role === "system" && typeof system.content === "string"
    ? messages.with(index, Message.system([system.content, ...instructions].join("\n\n")))
    : [Message.system(instructions.join("\n\n")), ...messages]
}
