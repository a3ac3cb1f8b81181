/** The rules for a request, wherever it is written. Pure. */
import * as ChatRequest from "@effect-zhipu/client/ChatRequest"
import * as Model from "@effect-zhipu/client/Model"
import * as Price from "@effect-zhipu/client/Price"
import * as Option from "effect/Option"
import * as Finding from "./finding.js"
import { type Change, type Edit, replace } from "./fix.js"
import { foreignFields } from "./rules.js"
import { type Field, type Group, isAfter, type Place, type Span, type Value } from "./scan.js"
import type { Writer } from "./writer.js"

/** Names that SDKs of other makes give to the fields. */
const aliases: Readonly<Record<string, string>> = {
  topP: "top_p",
  maxTokens: "max_tokens",
  toolStream: "tool_stream",
  requestId: "request_id"
}

/** Objects whose fields an SDK puts into the request. */
const merged = new Set(["extra_body", "extraBody"])

interface Request {
  readonly line: number
  readonly fields: ReadonlyMap<string, Field>
  readonly isPartial: boolean
}

const marks = ["messages", "stream", "tools", "temperature", "top_p", "max_tokens", "thinking", "tool_stream", "prompt"]

/** How the declarations of schema libraries and command lines begin: they name the fields, and set none. */
const declaring = /^(z|v|t|s|S|Schema|Type|yup|[jJ]oi|Field|Options?|optional|str|string|String)$/

/** Whether these are the fields of a request, and of one for this service. @internal */
export const isRequest = (group: Group, isAboutGlm: boolean): boolean => {
  if (group.isType) return false
  const names = new Set(group.fields.map(({ name }) => aliases[name] ?? name))
  const count = marks.filter((mark) => names.has(mark)).length
  if (!(names.has("model") && count >= 1) && !(names.has("messages") && count >= 2)) return false
  const model = group.fields.find(({ name }) => name === "model")?.value
  if (model?._tag === "Other" && declaring.test(model.head)) return false
  return isAboutGlm || (model?._tag === "String" && isGlm(model.text))
}

/** @internal */
export const isGlm = (model: string): boolean => /^(chat)?glm-|^(charglm|codegeex|emohaa|autoglm)/i.test(model)

const requestOf = (group: Group): Request => {
  const fields = new Map<string, Field>()
  let isPartial = group.isPartial
  for (const field of group.fields) {
    if (merged.has(field.name)) {
      if (field.value._tag !== "Group") isPartial = true
      else {
        isPartial ||= field.value.group.isPartial
        for (const inner of field.value.group.fields) fields.set(aliases[inner.name] ?? inner.name, inner)
      }
    } else fields.set(aliases[field.name] ?? field.name, field)
  }
  return { line: group.line, fields, isPartial }
}

/**
 * `mayStream`: the program around it speaks of streams, so that a method may set `stream` where the request does not.
 *
 * @internal
 */
export const check = (group: Group, mayStream: boolean): ReadonlyArray<Finding.Draft> => {
  const request = requestOf(group)
  return [
    ...checkModel(request),
    ...checkSampling(request),
    ...checkThinking(request),
    ...checkToolStream(request, mayStream),
    ...checkOutput(request),
    ...checkHistory(request),
    ...checkForeign(request),
    ...checkSpelling(request)
  ]
}

const text = (value: Value | undefined): string | undefined => (value?._tag === "String" ? value.text : undefined)

const is = (field: Field | undefined, wanted: boolean): boolean =>
  field?.value._tag === "Boolean" && field.value.boolean === wanted

/** A field that is there, and not set to nothing. */
const given = (request: Request, name: string): Field | undefined => {
  const field = request.fields.get(name)
  return field === undefined || field.value._tag === "Null" ? undefined : field
}

const capabilities = (request: Request): Model.Capabilities | undefined => {
  const model = text(given(request, "model")?.value)
  return model === undefined ? undefined : Option.getOrUndefined(Model.find(model))
}

/** What the model is before GLM-4.6, and what takes its place; `undefined` where it is not before, or of another kind. @internal */
export const successor = (model: string): string | undefined => {
  const code = model.toLowerCase()
  if (/^glm-4(\.[015])?v|^glm-4\.1v/.test(code)) return "glm-4.6v"
  if (/voice|realtime|phone|^charglm|^codegeex|^emohaa|-tts|-asr|-ocr|-image/.test(code)) return undefined
  return /^(chatglm|glm-(3|4|z1))/.test(code) && !/^glm-4\.([6-9]|\d\d)/.test(code) ? "glm-4.6" : undefined
}

/** By every table that has a price of the old model. What costs more, or nobody knows, is not changed for anybody. */
const costsNoMore = (next: string, model: string): boolean => {
  const pairs = [Price.table, Price.tableCn].flatMap((table) => {
    const old = table.find((price) => price.model === model.toLowerCase())
    return old === undefined ? [] : [[table.find((price) => price.model === next), old] as const]
  })
  const isDearer = (next: Price.Price, old: Price.Price) =>
    next.input > old.input || next.output > old.output || (next.cachedInput ?? 0) > (old.cachedInput ?? old.input)
  return pairs.length > 0 && pairs.every(([next, old]) => next !== undefined && !isDearer(next, old))
}

/** @internal */
export const modelFindings = (model: string, at: Place, span?: Span): ReadonlyArray<Finding.Draft> => {
  const next = successor(model)
  if (next !== undefined) {
    return [
      Finding.make("model-code", at, {
        what: `The model is ${model}.`,
        instead: (write) => write.field("model", `"${next}"`),
        fix: () => (costsNoMore(next, model) ? replace(span, model, next) : undefined)
      })
    ]
  }
  return model !== model.toLowerCase() && isGlm(model)
    ? [
        Finding.make("model-case", at, {
          what: `The model code ${model} has capital letters.`,
          instead: () => model.toLowerCase(),
          fix: () => replace(span, model, model.toLowerCase())
        })
      ]
    : []
}

const checkModel = (request: Request): ReadonlyArray<Finding.Draft> => {
  const field = given(request, "model")
  const model = text(field?.value)
  if (field === undefined || model === undefined) return []
  if (!isGlm(model) && /^(gpt|o\d|claude|gemini|deepseek|qwen|moonshot|kimi|llama|mistral)/i.test(model)) {
    return [Finding.make("model-code", field, { what: `The model is ${model}, of another vendor.` })]
  }
  return modelFindings(model, field, field.valueSpan)
}

const ranges: ReadonlyArray<readonly [name: string, low: number, high: number]> = [
  ["temperature", 0, 1],
  ["top_p", 0.01, 1]
]

const checkSampling = (request: Request): ReadonlyArray<Finding.Draft> => {
  const temperature = given(request, "temperature")
  const topP = given(request, "top_p")
  const outside = ranges.flatMap(([name, low, high]) => {
    const field = given(request, name)
    if (field?.value._tag !== "Number") return []
    const { number } = field.value
    return number >= low && number <= high
      ? []
      : [
          Finding.make("sampling-range", field, {
            what: `${name} is ${number}, outside of ${low} to ${high}.`,
            // Who asks for more than there is wants variety: how to get the same answer each time is no advice to them.
            ...(number > high ? { instead: (write) => `${write.field(name, String(high))} or less` } : {})
          })
        ]
  })
  return temperature !== undefined && topP !== undefined
    ? [Finding.make("sampling-pair", isAfter(temperature, topP) ? temperature : topP), ...outside]
    : outside
}

const checkThinking = (request: Request): ReadonlyArray<Finding.Draft> => {
  const thinking = given(request, "thinking")
  const other = ["enable_thinking", "enableThinking", "chat_template_kwargs"].flatMap((name) => {
    const field = given(request, name)
    return field === undefined
      ? []
      : [
          Finding.make("thinking-form", field, {
            what: `${name} is no field of this API.`,
            fix: (write) => {
              const value = switched(field, write)
              const renamed = replace(field.nameSpan, name, "thinking")
              return name === "chat_template_kwargs" ||
                !isSaidOnce(request, "thinking") ||
                value === undefined ||
                renamed === undefined
                ? undefined
                : [...renamed, ...value]
            }
          })
        ]
  })
  if (thinking === undefined) {
    const old = capabilities(request)
    const model = given(request, "model")
    const moves = old?.thinking === "none" && successor(old.id) !== undefined
    return moves && model !== undefined && !request.isPartial && other.length === 0
      ? [Finding.make("thinking-default", model)]
      : other
  }
  return [...other, ...thinkingForm(thinking)]
}

/** `true` and `false` as the object that switches thinking; Python may have to write it elsewhere. */
const switched = ({ value, valueSpan }: Field, write: Writer): ReadonlyArray<Edit> | undefined =>
  value._tag !== "Boolean" || write.isPython
    ? undefined
    : replace(
        valueSpan,
        String(value.boolean),
        write
          .field("thinking", `{ "type": "${value.boolean ? "enabled" : "disabled"}" }`)
          .replace(/^"?thinking"?: /, "")
      )

const thinkingForm = (field: Field): ReadonlyArray<Finding.Draft> => {
  const { value } = field
  if (value._tag === "Other") return []
  if (value._tag !== "Group")
    return [
      Finding.make("thinking-form", field, {
        what: "thinking is not an object.",
        fix: (write) => switched(field, write)
      })
    ]
  const type = value.group.fields.find(({ name }) => name === "type")
  const budget = value.group.fields.find(({ name }) => /^budget_?tokens$/i.test(name))
  return [
    ...(type?.value._tag === "String" && !["enabled", "disabled"].includes(type.value.text)
      ? [Finding.make("thinking-form", type, { what: `thinking.type is "${type.value.text}".` })]
      : type !== undefined && type.value._tag !== "String" && type.value._tag !== "Other"
        ? [Finding.make("thinking-form", type, { what: "thinking.type is not a text." })]
        : []),
    ...(budget === undefined
      ? []
      : [Finding.make("thinking-form", budget, { what: `thinking has no ${budget.name} in this API.` })])
  ]
}

const checkToolStream = (request: Request, mayStream: boolean): ReadonlyArray<Finding.Draft> => {
  const stream = request.fields.get("stream")
  const toolStream = request.fields.get("tool_stream")
  const model = capabilities(request)
  if (is(toolStream, true) && toolStream !== undefined) {
    const alone = is(stream, false) || (stream === undefined && !request.isPartial && !mayStream)
    return [
      ...(alone ? [Finding.make("tool-stream-alone", toolStream)] : []),
      ...(model !== undefined && !model.toolStream
        ? [
            Finding.make("tool-stream-model", toolStream, {
              what: `${model.id} cannot stream the arguments of tool calls.`
            })
          ]
        : [])
    ]
  }
  const tools = given(request, "tools")
  const canStream = model === undefined || model.toolStream || successor(model.id) === "glm-4.6"
  return tools !== undefined && is(stream, true) && toolStream === undefined && !request.isPartial && canStream
    ? [Finding.make("tool-stream-off", tools)]
    : []
}

const maxOutput = 131_072
const room = 1024

const checkOutput = (request: Request): ReadonlyArray<Finding.Draft> => {
  const field = given(request, "max_tokens")
  if (field?.value._tag !== "Number") return []
  const { number, written } = field.value
  const model = capabilities(request)
  const next = model === undefined ? undefined : successor(model.id)
  // What counts is what the model to come can do.
  const target = next === undefined ? model : Option.getOrUndefined(Model.find(next))
  const limit = target?.maxOutput ?? maxOutput
  if (number > limit || number < 1 || !Number.isInteger(number)) {
    const name = target?.id ?? "The service"
    return [
      Finding.make("output-limit", field, {
        what: `max_tokens is ${number}.`,
        why: `${name} takes 1 to ${limit} output tokens.`,
        instead: () => `max_tokens up to ${limit}`,
        fix: () => (number > limit ? replace(field.valueSpan, written, String(limit)) : undefined)
      })
    ]
  }
  const type = given(request, "thinking")?.value
  const switched = type?._tag === "Group" ? type.group.fields.find(({ name }) => name === "type") : undefined
  const off = text(switched?.value) === "disabled" || type?._tag === "Other" || switched?.value._tag === "Other"
  const unsure = request.isPartial && type === undefined
  return number < room && !off && !unsure && target !== undefined && target.thinking !== "none"
    ? [Finding.make("output-room", field, { what: `max_tokens is ${number}, and ${target.id} thinks first.` })]
    : []
}

const checkHistory = (request: Request): ReadonlyArray<Finding.Draft> => {
  const thinking = given(request, "thinking")
  const messages = given(request, "messages")
  if (thinking?.value._tag !== "Group" || messages?.value._tag !== "Group") return []
  if (
    !is(
      thinking.value.group.fields.find(({ name }) => name === "clear_thinking"),
      false
    )
  )
    return []
  return messages.value.group.items.flatMap((turn) =>
    turn.fields.some(({ name, value }) => name === "role" && text(value) === "assistant") &&
    !turn.isPartial &&
    !turn.fields.some(({ name }) => name === "reasoning_content")
      ? [Finding.make("reasoning-lost", turn)]
      : []
  )
}

/** Fields of other vendors that have another name here, and mean the same. */
const renames: Readonly<Record<string, string>> = {
  max_completion_tokens: "max_tokens",
  max_output_tokens: "max_tokens"
}

/** What a name stands for here, where it is no name of this API. */
const meaning = (name: string): string | undefined =>
  renames[name] ?? (/^enable_?thinking$/i.test(name) ? "thinking" : Option.getOrUndefined(ChatRequest.meant(name)))

/** Where the request says the same under several names, somebody has to choose. */
const isSaidOnce = ({ fields, isPartial }: Request, meant: string): boolean =>
  !isPartial && Array.from(fields.keys()).filter((name) => name === meant || meaning(name) === meant).length === 1

const renamed =
  (request: Request, field: Field, meant: string | undefined): Change =>
  () =>
    meant === undefined || !isSaidOnce(request, meant) ? undefined : replace(field.nameSpan, field.name, meant)

const checkForeign = (request: Request): ReadonlyArray<Finding.Draft> => {
  const format = given(request, "response_format")
  const formatType =
    format?.value._tag === "Group" ? format.value.group.fields.find(({ name }) => name === "type") : undefined
  return [
    ...Object.entries(foreignFields).flatMap(([name, instead]) => {
      const field = request.fields.get(name)
      return field === undefined
        ? []
        : [
            Finding.make("unknown-field", field, {
              what: `This API does not document the field ${name}.`,
              instead,
              fix: renamed(request, field, renames[name])
            })
          ]
    }),
    ...(formatType !== undefined && text(formatType.value) === "json_schema"
      ? [
          Finding.make("unknown-field", formatType, {
            what: "response_format json_schema is not documented.",
            instead: (write) =>
              `${write.field("response_format", '{ "type": "json_object" }')}, with the schema in the prompt`
          })
        ]
      : [])
  ]
}

const lettersOf = (name: string): string => name.toLowerCase().replaceAll("_", "")

/** SDKs have spellings of their own, which they write as the field: those have the same letters. */
const checkSpelling = (request: Request): ReadonlyArray<Finding.Draft> =>
  Array.from(request.fields).flatMap(([name, field]) =>
    Option.match(
      Option.filter(ChatRequest.meant(name), (meant) => lettersOf(meant) !== lettersOf(name)),
      {
        onNone: () => [],
        onSome: (meant) => [
          Finding.make("misspelt-field", field, {
            what: `There is no field ${name}.`,
            instead: () => meant,
            fix: renamed(request, field, meant)
          })
        ]
      }
    )
  )
