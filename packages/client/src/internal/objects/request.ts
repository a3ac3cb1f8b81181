/** Asks for a value of a schema: what is said to the model, once and again. Pure. */
import { isRecord } from "effect/Predicate"
import type * as Schema from "effect/Schema"
import * as ChatCompletion from "../../ChatCompletion.js"
import type { ChatRequest } from "../../ChatRequest.js"
import * as Message from "../../Message.js"
import * as Model from "../../Model.js"
import { plainSchema } from "@effect-zhipu/protocol/internal/requests/plainSchema"
import * as JsonSchema from "../schema/jsonSchema.js"

/** @internal */
export interface ObjectRequest {
  readonly request: ChatRequest
  /** Whether the schema describes no object, and the model was asked for an object with the one property `value`. */
  readonly wrapped: boolean
}

/**
 * The request that asks for JSON: the schema goes into the first system message, or into one of its own. Throws where
 * the schema has no JSON Schema.
 *
 * @internal
 */
export const make = <A, I, R>(
  request: ChatRequest,
  schema: Schema.Schema<A, I, R>,
  name: string | undefined
): ObjectRequest => {
  const { $defs, root } = JsonSchema.of(schema)
  const wrapped = !isObject(root, $defs ?? {}, 0)
  const definitions = $defs === undefined ? {} : { $defs }
  const described = wrapped
    ? { type: "object", properties: { value: root }, required: ["value"], additionalProperties: false, ...definitions }
    : { ...root, ...definitions }
  const instruction = instructionOf(JSON.stringify(plainSchema(described)), name ?? JsonSchema.nameOf(schema))
  return {
    request: {
      ...request,
      messages: instructed(request.messages, instruction),
      ...(request.response_format === undefined && Model.takesResponseFormat(request.model)
        ? { response_format: { type: "json_object" } }
        : {})
    },
    wrapped
  }
}

const instructionOf = (schema: string, name: string | undefined): string =>
  "Answer with one JSON object" +
  (name === undefined ? "" : ` (${name})`) +
  " and nothing else: no text before or after it, no code fence, no comments. " +
  `It has to be valid for this JSON Schema:\n${schema}`

const instructed = (messages: ReadonlyArray<Message.Message>, instruction: string): ReadonlyArray<Message.Message> => {
  const index = messages.findIndex((message) => message.role === "system")
  const system = messages[index]
  return system?.role === "system"
    ? messages.with(index, {
        ...system,
        content:
          typeof system.content === "string"
            ? `${system.content}\n\n${instruction}`
            : [...system.content, Message.text(instruction)]
      })
    : [Message.system(instruction), ...messages]
}

/** Whether every value of a JSON Schema is an object. */
const isObject = (schema: unknown, definitions: Readonly<Record<string, unknown>>, depth: number): boolean => {
  if (!isRecord(schema) || depth > 8) return false
  const { $ref: reference, anyOf, type } = schema
  if (typeof reference === "string") {
    return isObject(definitions[reference.replace(/^#\/\$defs\//, "")], definitions, depth + 1)
  }
  if (Array.isArray(anyOf)) return anyOf.every((member) => isObject(member, definitions, depth + 1))
  return type === "object"
}

/**
 * The same request, once more: after it the answer that was no good, with its reasoning as it came, and what is wrong with
 * it. Of several such answers only the last is told, so that the prompt does not grow with each.
 *
 * @internal
 */
export const again = (
  { request }: ObjectRequest,
  completion: ChatCompletion.ChatCompletion,
  issue: string
): ChatRequest => {
  const turn = ChatCompletion.toMessage(completion)
  return {
    ...request,
    messages: [
      ...request.messages,
      // A turn without content is left out: the service may refuse it.
      ...(ChatCompletion.text(completion).trim() === "" ? [] : [turn]),
      Message.user(`${issue}\n\nAnswer again with the whole JSON object, and nothing else.`)
    ]
  }
}
