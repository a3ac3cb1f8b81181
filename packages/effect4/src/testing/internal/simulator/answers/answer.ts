// Generated from packages/testing/src/internal/simulator/answers/answer.ts by scripts/effect4: change that file.
/**
 * The whole answer to a request, before it is put on the wire: a pure function of the seed, the request, the faults, and
 * the reply of the script if there is one.
 */
import * as Result from "effect/Result"
import type { ActiveFaults } from "../faults/activeFaults.js"
import { isObject, type Json, stringifySorted } from "../json.js"
import * as Random from "../random.js"
import { lastOf, textOf, toolsOf, type ValidRequest } from "../requests/request.js"
import { compose, countTokens, snippet, tokenize } from "./prose.js"
import type { Scripted } from "./script.js"
import { beijing } from "./serviceErrors.js"
import { type PlannedCall, planCalls } from "./toolChoice.js"

/** @internal */
export interface AnswerCall {
  /** A string, but for the fault that makes it a number. */
  readonly id: string | number
  readonly name: string
  /** A string, but for the fault that makes it an object. */
  readonly arguments: string | Json
}

/** @internal */
export interface Answer {
  readonly id: string
  readonly requestId: string
  /** Unix seconds. */
  readonly created: number
  readonly model: string
  readonly reasoning: ReadonlyArray<string>
  readonly content: ReadonlyArray<string>
  readonly calls: ReadonlyArray<AnswerCall>
  readonly finishReason: string
  readonly usage: Json | undefined
  readonly webSearch: ReadonlyArray<Json> | undefined
  /** What it takes to generate, whatever the usage says. */
  readonly tokens: number
}

/** Fields that say how an answer travels, not what it is. */
const transportFields = new Set(["stream", "stream_options", "tool_stream", "request_id", "user_id"])

/** 2026-01-01 in Beijing; answers are created within the year that follows. */
const firstCreated = Date.UTC(2025, 11, 31, 16) / 1000
const createdRange = 365 * 86_400

const idOf = (created: number, random: Random.Random): string => {
  const { date, time } = beijing(created * 1000)
  return (date + time).replace(/\D/g, "") + random.hex(16)
}

const wantsThinking = ({ body, info }: ValidRequest): boolean => {
  if (info.thinking === "no") return false
  const thinking = body["thinking"]
  if (isObject(thinking) && thinking["type"] === "disabled") return false
  const effort = body["reasoning_effort"]
  return body["model"] !== "glm-5.2" || (effort !== "none" && effort !== "minimal")
}

const searchFor = (request: ValidRequest): ReadonlyArray<Json> | undefined => {
  const tool = toolsOf(request.body, "web_search")[0]?.["web_search"]
  if (!isObject(tool) || tool["enable"] === false) return undefined
  const prompt = textOf(lastOf(request.messages, "user"))
  const asked =
    /\b(search|look up|latest|news|online|web)\b/i.test(prompt) || /搜索|搜一下|查找|最新|新闻|联网/.test(prompt)
  if (!asked && tool["require_search"] !== true) return undefined
  const { count, search_query: query } = tool
  const about = snippet(typeof query === "string" ? query : prompt, 40)
  return Array.from({ length: typeof count === "number" ? Math.max(1, Math.min(count, 10)) : 3 }, (_, index) => ({
    content: `${about}: page ${index + 1}.`,
    icon: "",
    link: `https://example.com/search/${index + 1}`,
    media: "example.com",
    publish_date: "2026-01-15",
    refer: `ref_${index + 1}`,
    title: `${about} (${index + 1})`
  }))
}

const toolQuirks = [
  "no-tool-id",
  "numeric-tool-id",
  "empty-tool-id",
  "no-tool-index",
  "tool-index-minus-one",
  "tool-index-from-1",
  "tool-index",
  "same-tool-index",
  "late-tool-name",
  "null-tool-name",
  "repeat-tool-name",
  "tool-name-tail",
  "args-object",
  "args-empty",
  "args-double",
  "dup-args",
  "cut-args"
] as const

const faultyCalls = (planned: ReadonlyArray<PlannedCall>, faults: ActiveFaults): ReadonlyArray<PlannedCall> => {
  const unknown = faults.arg("unknown-tool")
  const count = faults.number("tools")
  const made: PlannedCall = { name: "simulated_tool", arguments: "{}" }
  const base = planned.length > 0 || (unknown === undefined && count === undefined) ? planned : [made]
  const named = unknown === undefined ? base : base.map((call) => ({ ...call, name: unknown }))
  if (count === undefined) return named
  return Array.from({ length: count }, (_, index) => {
    const call = named[index % named.length] ?? made
    // Parallel calls never share an id.
    return index < named.length ? call : { ...call, id: undefined }
  })
}

const parseObject = (text: string): Json | undefined => {
  const parsed = Result.try((): unknown => JSON.parse(text))
  if (Result.isFailure(parsed)) return undefined
  return isObject(parsed.success) ? parsed.success : {}
}

const quirkyCall = (call: PlannedCall, faults: ActiveFaults, random: Random.Random): AnswerCall => {
  const id = faults.has("numeric-tool-id")
    ? random.below(2 ** 31)
    : faults.has("empty-tool-id")
      ? ""
      : (call.id ?? `call_${random.hex(24)}`)
  const name = faults.has("tool-name-tail") ? `${call.name}</arg_value>` : call.name
  if (faults.has("args-empty")) return { id, name, arguments: "" }
  if (faults.has("args-double")) return { id, name, arguments: "{}{}" }
  if (faults.has("cut-args"))
    return { id, name, arguments: call.arguments.slice(0, -Math.ceil(call.arguments.length / 3)) }
  // Arguments that were cut by a limit, or are written so in a script, are no object.
  const value = faults.has("args-object") ? parseObject(call.arguments) : undefined
  return { id, name, arguments: value ?? call.arguments }
}

interface Generated {
  readonly reasoning: ReadonlyArray<string>
  readonly content: ReadonlyArray<string>
  readonly calls: ReadonlyArray<PlannedCall>
  readonly reason: string
}

const applyStop = (generated: Generated, body: Json): Generated => {
  const stop: ReadonlyArray<unknown> = Array.isArray(body["stop"]) ? body["stop"] : []
  const text = generated.content.join("")
  const found = stop
    .map((word) => (typeof word === "string" && word !== "" ? text.indexOf(word) : -1))
    .filter((index) => index >= 0)
  if (found.length === 0) return generated
  return { ...generated, content: tokenize(text.slice(0, Math.min(...found))), calls: [], reason: "stop" }
}

/** Thinking counts first, then the text, then the calls, as they are generated. */
const applyLimit = (generated: Generated, body: Json): Generated => {
  const limit = body["max_tokens"]
  if (typeof limit !== "number") return generated
  let left = limit
  const take = (tokens: ReadonlyArray<string>): ReadonlyArray<string> => {
    const taken = tokens.slice(0, left)
    left -= taken.length
    return taken
  }
  const reasoning = take(generated.reasoning)
  const content = take(generated.content)
  let cut = reasoning.length < generated.reasoning.length || content.length < generated.content.length
  const calls: Array<PlannedCall> = []
  for (const call of generated.calls) {
    if (left === 0) {
      cut = true
      break
    }
    const whole = tokenize(call.arguments)
    const taken = take(whole)
    cut ||= taken.length < whole.length
    calls.push({ name: call.name, arguments: taken.join("") })
  }
  return { reasoning, content, calls, reason: cut ? "length" : generated.reason }
}

const tokensOf = ({ calls, content, reasoning }: Generated): number =>
  calls.reduce((sum, call) => sum + tokenize(call.arguments).length, reasoning.length + content.length)

const sizesOf = ({ messages }: Pick<ValidRequest, "messages">): ReadonlyArray<number> =>
  messages.map((message) => 4 + countTokens(textOf(message)))

/**
 * What the messages of a request count, by an estimate.
 *
 * @internal
 */
export const promptTokens = (request: Pick<ValidRequest, "messages">): number =>
  sizesOf(request).reduce((sum, size) => sum + size, 3)

const counted = (request: ValidRequest, generated: Generated): Json => {
  const sizes = sizesOf(request)
  const prompt = promptTokens(request)
  const cached = sizes.slice(0, -1).reduce((sum, size) => sum + size, 0)
  const completion = tokensOf(generated)
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: cached },
    completion_tokens_details: { reasoning_tokens: generated.reasoning.length }
  }
}

const usageOf = (usage: Json, faults: ActiveFaults): Json | undefined => {
  if (faults.has("usage-none")) return undefined
  if (!faults.has("usage-null-details")) return usage
  return { ...usage, prompt_tokens_details: null, completion_tokens_details: null }
}

const reasonOf = (calls: ReadonlyArray<PlannedCall>): string => (calls.length > 0 ? "tool_calls" : "stop")

/** As it is written: a limit or a stop word that cut it would make another answer of it. */
const played = (reply: Scripted, faults: ActiveFaults): Generated => {
  const calls = faultyCalls(reply.calls, faults)
  return {
    reasoning: reply.reasoning,
    content: reply.content,
    calls,
    reason: reply.finishReason ?? reasonOf(calls)
  }
}

const composed = (
  request: ValidRequest,
  random: Random.Random,
  faults: ActiveFaults,
  webSearch: ReadonlyArray<Json>
): Generated => {
  const force = toolQuirks.some((name) => faults.has(name)) || faults.has("tools")
  const calls = faultyCalls(planCalls(request, random, force), faults)
  const references = webSearch.map((page) => String(page["refer"]))
  const prose = compose(request, random, calls.length, references)
  const whole: Generated = {
    reasoning: wantsThinking(request) ? tokenize(prose.reasoning) : [],
    content: tokenize(prose.content),
    calls,
    reason: reasonOf(calls)
  }
  return applyLimit(applyStop(whole, request.body), request.body)
}

/** @internal */
export const answerTo = (
  request: ValidRequest,
  seed: number,
  faults: ActiveFaults,
  reply: Scripted | undefined
): Answer => {
  const asked = Object.fromEntries(Object.entries(request.body).filter(([field]) => !transportFields.has(field)))
  // Two replies to the same request are two answers, with ids of their own.
  const place = reply === undefined ? "" : `\n${reply.index}`
  const random = Random.make(`${seed}\n${stringifySorted(asked)}${place}`)
  const created = firstCreated + random.below(createdRange)
  const id = idOf(created, random)
  const webSearch = reply === undefined ? searchFor(request) : undefined
  const generated = reply === undefined ? composed(request, random, faults, webSearch ?? []) : played(reply, faults)
  const requestId = request.body["request_id"]
  return {
    id,
    requestId: typeof requestId === "string" ? requestId : id,
    created,
    model: faults.arg("model") ?? request.model,
    reasoning: generated.reasoning,
    content: generated.content,
    calls: generated.calls.map((call) => quirkyCall(call, faults, random)),
    finishReason: faults.arg("finish") ?? generated.reason,
    usage: usageOf(reply?.usage ?? counted(request, generated), faults),
    webSearch,
    tokens: tokensOf(generated)
  }
}
