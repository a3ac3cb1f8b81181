// Generated from packages/testing/src/internal/simulator/requests/validate.ts by scripts/effect4: change that file.
/**
 * What the service checks before it answers: 1210 for what is no JSON or of the wrong type, 1213 for what is missing,
 * 1211 for an unknown model, 1214 for values it does not take.
 */
import * as Option from "effect/Option"
import * as ChatRequest from "../../../../ChatRequest.js"
import { isObject, type Json } from "../json.js"
import * as Models from "./models.js"
import { type FunctionTool, type Language, toolsOf, type ValidRequest } from "./request.js"

/** @internal */
export class Invalid extends Error {
  readonly code: string
  /** Default: that of the code. */
  readonly status: number | undefined
  constructor(code: string, message: string, status?: number) {
    super(message)
    this.code = code
    this.status = status
  }
}

/** @internal */
export interface ValidateOptions {
  readonly models: ReadonlyArray<string>
  readonly language: Language
}

type Say = (zh: string, en: string) => string

const typeNames = { string: "字符串", number: "数字", boolean: "布尔值", array: "数组", object: "对象" } as const

type TypeName = keyof typeof typeNames

const isType = (value: unknown, type: TypeName): boolean =>
  type === "array" ? Array.isArray(value) : type === "object" ? isObject(value) : typeof value === type

const fieldTypes: ReadonlyArray<readonly [field: string, type: TypeName]> = [
  ["model", "string"],
  ["messages", "array"],
  ["stream", "boolean"],
  ["thinking", "object"],
  ["reasoning_effort", "string"],
  ["do_sample", "boolean"],
  ["temperature", "number"],
  ["top_p", "number"],
  ["max_tokens", "number"],
  ["tools", "array"],
  ["tool_stream", "boolean"],
  ["stop", "array"],
  ["response_format", "object"],
  ["request_id", "string"],
  ["user_id", "string"],
  ["seed", "number"],
  ["stream_options", "object"],
  ["meta", "object"]
]

const present = (body: Json, field: string): boolean => body[field] !== undefined && body[field] !== null

/** @internal */
export const parseBody = (text: string, options: ValidateOptions): Json => {
  const say: Say = (zh, en) => (options.language === "zh" ? zh : en)
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw new Invalid(
      "1210",
      say("API 调用参数有误：请求体不是合法的 JSON。", "Invalid API parameter: the body is no JSON.")
    )
  }
  if (!isObject(body)) {
    throw new Invalid(
      "1210",
      say("API 调用参数有误：请求体不是对象。", "Invalid API parameter: the body is no object.")
    )
  }
  return body
}

const checkRange = (body: Json, field: string, low: number, high: number, whole: boolean, say: Say): void => {
  const value = body[field]
  if (typeof value !== "number") return
  if (value >= low && value <= high && (!whole || Number.isInteger(value))) return
  throw new Invalid(
    "1214",
    say(`${field}参数非法：取值范围为[${low},${high}]`, `${field} is illegal: it must be within [${low},${high}]`)
  )
}

const checkLength = (body: Json, field: string, low: number, high: number, say: Say): void => {
  const value = body[field]
  if (typeof value !== "string" || (value.length >= low && value.length <= high)) return
  throw new Invalid(
    "1214",
    say(`${field}参数非法：长度为${low}到${high}`, `${field} is illegal: ${low} to ${high} characters`)
  )
}

const partTypes = ["text", "image_url", "video_url", "file_url", "file", "input_audio"]

const checkParts = (parts: ReadonlyArray<unknown>, path: string, model: Models.ModelInfo, say: Say): void => {
  const illegal = (path: string) => new Invalid("1214", say(`${path}参数非法`, `${path} is illegal`))
  if (parts.length === 0) throw illegal(path)
  parts.forEach((part, index) => {
    const at = `${path}[${index}]`
    if (!isObject(part)) throw new Invalid("1210", say(`API 调用参数有误：${at}`, `Invalid API parameter: ${at}`))
    const type = part["type"]
    if (typeof type !== "string" || !partTypes.includes(type)) throw illegal(`${at}.type`)
    if (type === "text") {
      if (typeof part["text"] !== "string") throw illegal(`${at}.text`)
      return
    }
    if (!isObject(part[type])) throw illegal(`${at}.${type}`)
    if (!model.vision) {
      throw new Invalid(
        "1210",
        say("API 调用参数有误：该模型不支持此输入。", "Invalid API parameter: the model takes text only.")
      )
    }
  })
}

/** Text, or parts of text, which clients of other services send in every role. */
const isText = (content: unknown): boolean =>
  typeof content === "string" ||
  (Array.isArray(content) &&
    content.length > 0 &&
    content.every((part) => isObject(part) && part["type"] === "text" && typeof part["text"] === "string"))

const checkMessages = (messages: ReadonlyArray<unknown>, model: Models.ModelInfo, say: Say): void => {
  const illegal = (path: string) => new Invalid("1214", say(`${path}参数非法`, `${path} is illegal`))
  if (messages.length === 0) throw illegal("messages")
  const open = new Set<string>()
  let hasTurn = false
  messages.forEach((message, index) => {
    const at = `messages[${index}]`
    if (!isObject(message)) throw new Invalid("1210", say(`API 调用参数有误：${at}`, `Invalid API parameter: ${at}`))
    const { content, role } = message
    if (role !== "tool" && open.size > 0) throw illegal(`${at}.tool_call_id`)
    switch (role) {
      case "system":
        if (!isText(content)) throw illegal(`${at}.content`)
        return
      case "user":
        hasTurn = true
        if (Array.isArray(content)) return checkParts(content, `${at}.content`, model, say)
        if (typeof content !== "string" || content === "") throw illegal(`${at}.content`)
        return
      case "assistant": {
        const calls = message["tool_calls"]
        if (content !== undefined && content !== null && !isText(content)) throw illegal(`${at}.content`)
        if (calls === undefined || calls === null) {
          if (!isText(content) || content === "") throw illegal(`${at}.content`)
          return
        }
        if (!Array.isArray(calls)) throw illegal(`${at}.tool_calls`)
        calls.forEach((call: unknown, position) => {
          const path = `${at}.tool_calls[${position}]`
          if (!isObject(call) || typeof call["id"] !== "string" || call["id"] === "") throw illegal(`${path}.id`)
          if (open.has(call["id"])) throw illegal(`${path}.id`)
          const fn = call["function"]
          if (call["type"] === "function") {
            if (!isObject(fn) || typeof fn["name"] !== "string") throw illegal(`${path}.function`)
            if (typeof fn["arguments"] !== "string") throw illegal(`${path}.function.arguments`)
          }
          open.add(call["id"])
        })
        return
      }
      case "tool": {
        hasTurn = true
        const id = message["tool_call_id"]
        if (typeof id !== "string" || !open.delete(id)) throw illegal(`${at}.tool_call_id`)
        if (!isText(content)) throw illegal(`${at}.content`)
        return
      }
      default:
        throw illegal(`${at}.role`)
    }
  })
  if (open.size > 0) throw illegal(`messages[${messages.length - 1}].tool_calls`)
  if (!hasTurn)
    throw new Invalid("1214", say("messages参数非法：缺少用户消息。", "messages is illegal: there is no user turn."))
}

const toolTypes = ["function", "web_search", "retrieval", "mcp"]

const checkTools = (body: Json, say: Say): ReadonlyArray<FunctionTool> => {
  const illegal = (path: string) => new Invalid("1214", say(`${path}参数非法`, `${path} is illegal`))
  const tools = body["tools"]
  if (Array.isArray(tools)) {
    tools.forEach((tool: unknown, index) => {
      const type = isObject(tool) ? tool["type"] : undefined
      if (!isObject(tool) || typeof type !== "string" || !toolTypes.includes(type))
        throw illegal(`tools[${index}].type`)
      if (!isObject(tool[type])) throw illegal(`tools[${index}].${type}`)
    })
  }
  const functions = toolsOf(body, "function")
  if (functions.length > 128) throw illegal("tools")
  const offered = functions.map((tool, index): FunctionTool => {
    const fn = isObject(tool["function"]) ? tool["function"] : {}
    const name = fn["name"]
    if (typeof name !== "string" || !/^[a-zA-Z0-9_-]{1,64}$/.test(name)) throw illegal(`tools[${index}].function.name`)
    const parameters = fn["parameters"]
    if (parameters !== undefined && parameters !== null && !isObject(parameters)) {
      throw illegal(`tools[${index}].function.parameters`)
    }
    const description = fn["description"]
    return {
      name,
      description: typeof description === "string" ? description : "",
      parameters: isObject(parameters) ? parameters : {}
    }
  })
  const choice = body["tool_choice"]
  if (choice !== undefined && choice !== null && choice !== "auto") {
    const fn = isObject(choice) && choice["type"] === "function" ? choice["function"] : undefined
    if (!isObject(fn) || !offered.some((tool) => tool.name === fn["name"])) throw illegal("tool_choice")
  }
  return offered
}

const checkThinking = (body: Json, model: Models.ModelInfo, say: Say): void => {
  const thinking = body["thinking"]
  const type = isObject(thinking) ? thinking["type"] : undefined
  if (type !== undefined && type !== null && type !== "enabled" && type !== "disabled") {
    throw new Invalid("1214", say("thinking.type参数非法", "thinking.type is illegal"))
  }
  if (model.efforts === undefined) return
  const effort = body["reasoning_effort"]
  if (type === "disabled" || (typeof effort === "string" && !model.efforts.includes(effort))) {
    throw new Invalid(
      "1210",
      say(
        `API 调用参数有误：该模型不支持关闭思考，reasoning_effort 可选 ${model.efforts.join("/")}。`,
        `Invalid API parameter: this model always thinks; use reasoning_effort ${model.efforts.join("/")}.`
      )
    )
  }
}

/**
 * Which fields are probably misspelt. They alone are no reason to refuse a request; but where one is refused, they may be.
 *
 * @internal
 */
export const spelling = (body: Json, language: Language): string =>
  Object.keys(body)
    .flatMap((field) =>
      Option.match(ChatRequest.meant(field), { onNone: () => [], onSome: (meant) => [[field, meant]] })
    )
    .map(([field, meant]) =>
      language === "zh"
        ? `没有参数${field}，是否应为${meant}？`
        : ` There is no field ${field}: was it meant to be ${meant}?`
    )
    .join("")

/**
 * Throws `Invalid` at the first thing the service would refuse.
 *
 * @internal
 */
export const validate = (body: Json, options: ValidateOptions): ValidRequest => {
  const say: Say = (zh, en) => (options.language === "zh" ? zh : en)
  try {
    return check(body, options, say)
  } catch (error) {
    throw error instanceof Invalid ? new Invalid(error.code, error.message + spelling(body, options.language)) : error
  }
}

const check = (body: Json, options: ValidateOptions, say: Say): ValidRequest => {
  for (const [field, type] of fieldTypes) {
    if (present(body, field) && !isType(body[field], type)) {
      throw new Invalid(
        "1210",
        say(
          `API 调用参数有误：${field}应为${typeNames[type]}。`,
          `Invalid API parameter: ${field} must be of type ${type}.`
        )
      )
    }
  }
  const { messages, model } = body
  if (typeof model !== "string" || model === "") {
    throw new Invalid("1213", say("未正常接收到model参数。", "The parameter model was not received."))
  }
  if (!Array.isArray(messages)) {
    throw new Invalid("1213", say("未正常接收到messages参数。", "The parameter messages was not received."))
  }
  const info = Models.lookup(model, options.models)
  if (info === undefined) {
    throw new Invalid("1211", say("模型不存在，请检查模型代码。", "Unknown Model, please check the model code."))
  }
  checkMessages(messages, info, say)
  checkRange(body, "temperature", 0, 1, false, say)
  checkRange(body, "top_p", 0.01, 1, false, say)
  checkRange(body, "max_tokens", 1, 131072, true, say)
  checkLength(body, "request_id", 6, 64, say)
  checkLength(body, "user_id", 6, 128, say)
  checkThinking(body, info, say)
  const functions = checkTools(body, say)
  const stop = body["stop"]
  if (Array.isArray(stop) && (stop.length > 4 || stop.some((word) => typeof word !== "string"))) {
    throw new Invalid("1214", say("stop参数非法", "stop is illegal"))
  }
  const format = body["response_format"]
  // `json_schema` is taken, and not acted on.
  if (isObject(format) && !["text", "json_object", "json_schema"].includes(String(format["type"]))) {
    throw new Invalid("1214", say("response_format.type参数非法", "response_format.type is illegal"))
  }
  const seed = body["seed"]
  if (typeof seed === "number" && (!Number.isInteger(seed) || Math.abs(seed) > 2147483647)) {
    throw new Invalid("1210", say("API 调用参数有误：seed。", "Invalid API parameter: seed."))
  }
  const stream = body["stream"] === true
  if (body["tool_stream"] === true && !stream) {
    throw new Invalid("1214", say("tool_stream参数非法：需同时设置stream。", "tool_stream is illegal without stream."))
  }
  return { body, model, info, messages: messages.filter(isObject), stream, functions }
}
