// Generated from packages/testing/src/internal/simulator/requests/request.ts by scripts/effect4: change that file.
/**
 * A request as the simulator sees it after validation, and readers of its messages.
 */
import { isObject, type Json } from "../json.js"
import type { ModelInfo } from "./models.js"

/**
 * The language of errors, by the `accept-language` of the request.
 *
 * @internal
 */
export type Language = "zh" | "en"

/** @internal */
export interface FunctionTool {
  readonly name: string
  readonly description: string
  readonly parameters: Json
}

/** @internal */
export interface ValidRequest {
  readonly body: Json
  readonly model: string
  readonly info: ModelInfo
  readonly messages: ReadonlyArray<Json>
  readonly stream: boolean
  readonly functions: ReadonlyArray<FunctionTool>
}

/**
 * The text of a message, parts joined; a part that is no text leaves a mark.
 *
 * @internal
 */
export const textOf = (message: Json | undefined): string => {
  const content = message?.["content"]
  if (typeof content === "string") return content
  if (!Array.isArray(content)) return ""
  return content
    .map((part) =>
      isObject(part) ? (part["type"] === "text" ? String(part["text"]) : `[${String(part["type"])}]`) : ""
    )
    .join(" ")
}

/** @internal */
export const lastOf = (messages: ReadonlyArray<Json>, role: string): Json | undefined =>
  messages.findLast((message) => message["role"] === role)

/** @internal */
export const toolsOf = (body: Json, type: string): ReadonlyArray<Json> => {
  const tools = body["tools"]
  return Array.isArray(tools) ? tools.filter((tool): tool is Json => isObject(tool) && tool["type"] === type) : []
}
