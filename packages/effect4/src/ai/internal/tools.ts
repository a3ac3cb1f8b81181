// Generated from packages/ai/src/internal/tools.ts by scripts/effect4: change that file.
/** Tools of a toolkit, and which of them may be called, on the wire. Pure. */
import { plainSchema } from "@effect-zhipu/protocol/internal/requests/plainSchema"
import type * as AiError from "effect/ai/AiError"
import type * as LanguageModel from "effect/ai/LanguageModel"
import * as Tool from "effect/ai/Tool"
import * as Result from "effect/Result"
import * as SchemaAST from "effect/SchemaAST"
import { documentOf as jsonSchemaOf } from "../../internal/schema/jsonSchema.js"
import type * as Wire from "../../Tool.js"
import { malformedInput, type Method } from "./errors.js"

/** @internal */
export interface Offer {
  readonly tools: ReadonlyArray<Wire.Tool>
  /** The functions among them. */
  readonly names: ReadonlySet<string>
  /** Whether the answer has to call one of them. */
  readonly required: boolean
}

const none: Offer = { tools: [], names: new Set(), required: false }

/** @internal */
export const toOffer = (
  { toolChoice, tools }: LanguageModel.ProviderOptions,
  method: Method
): Result.Result<Offer, AiError.AiError> => {
  // Only `auto` is documented as a choice, and z.ai answers everything else with HTTP 400. What must not be called is
  // therefore not offered; that something must be called is said in the system message and checked in the answer.
  if (tools.length === 0 || toolChoice === "none") return Result.succeed(none)
  const chosen = toolChoiceOf(toolChoice)
  const allowed = tools.filter((tool) => chosen.names === undefined || chosen.names.includes(tool.name))
  if (chosen.required && allowed.length === 0) {
    return Result.fail(malformedInput(method, "The tool choice names no tool of the toolkit. Check the names."))
  }
  return Result.map(Result.all(allowed.map((tool) => toWire(tool, method))), (offered) => ({
    tools: offered,
    names: new Set(allowed.flatMap((tool) => (Tool.isProviderDefined(tool) ? [] : [tool.name]))),
    required: chosen.required
  }))
}

const toolChoiceOf = (
  choice: LanguageModel.ToolChoice<string>
): { readonly names: ReadonlyArray<string> | undefined; readonly required: boolean } => {
  if (typeof choice === "string") return { names: undefined, required: choice === "required" }
  return "tool" in choice
    ? { names: [choice.tool], required: true }
    : { names: choice.oneOf, required: choice.mode === "required" }
}

const toWire = (tool: Tool.Any, method: Method): Result.Result<Wire.Tool, AiError.AiError> => {
  if (Tool.isProviderDefined(tool)) {
    switch (tool.id) {
      case "zhipu.web_search":
        return Result.succeed({ type: "web_search", web_search: tool.args })
      case "zhipu.retrieval":
        return Result.succeed({ type: "retrieval", retrieval: tool.args })
      case "zhipu.mcp":
        return Result.succeed({ type: "mcp", mcp: tool.args })
      default:
        return Result.fail(
          malformedInput(method, `The tool ${tool.name} belongs to another provider. Take it out of the toolkit.`)
        )
    }
  }
  return Result.try({
    try: (): Wire.Tool => ({
      type: "function",
      function: {
        name: tool.name,
        // The description is documented as required; a name is better than an empty one.
        description: tool.description ?? SchemaAST.resolveDescription(tool.parametersSchema.ast) ?? tool.name,
        parameters: plainSchema(jsonSchemaOf(tool.parametersSchema))
      }
    }),
    catch: (cause) =>
      malformedInput(method, `The parameters of the tool ${tool.name} cannot be described as a JSON Schema.`, cause)
  })
}
