// Generated from packages/ai/src/internal/answer.ts by scripts/effect4: change that file.
/** What streamed and whole answers have in common: their sources, and how they end. Pure. */
import type * as AiError from "effect/ai/AiError"
import type * as Response from "effect/ai/Response"
import * as Tool from "effect/ai/Tool"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import { isObject as isRecord } from "effect/Predicate"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { Span } from "effect/Tracer"
import type { ContentFilter, FunctionCall, Usage, WebSearchResult } from "../../ChatCompletion.js"
import type { Warning } from "../../ChunkEvent.js"
import { ContentFilteredError } from "../../ZhipuError.js"
import * as ZhipuTelemetry from "../ZhipuTelemetry.js"
import { fromZhipu, malformedOutput, type Method } from "./errors.js"
import type { Offer } from "./tools.js"

/** What an answer is read with. @internal */
export interface Context {
  readonly method: Method
  readonly span: Span
  readonly tools: ReadonlyArray<Tool.Any>
  readonly offer: Offer
}

/** What is known when an answer ends. @internal */
export interface Ending {
  /** Of the completion; ids of calls that the service made and did not name are made from it. */
  readonly id: string | undefined
  /** As the service told it. */
  readonly reason: string | undefined
  readonly calls: ReadonlyArray<FunctionCall>
  /** Why a call of a function cannot be run, if there is one. */
  readonly broken: Warning | undefined
  /** Calls that the service made itself, as they came. */
  readonly otherCalls: ReadonlyArray<unknown>
  readonly searched: ReadonlyArray<WebSearchResult> | undefined
  readonly usage: Usage | undefined
  readonly contentFilter: ReadonlyArray<ContentFilter> | undefined
  readonly warnings: ReadonlyArray<Warning>
}

/** As it is written: without what is undefined. */
const json = <A>(value: unknown): A => JSON.parse(JSON.stringify(value))

type EndingPart = Response.ToolCallPartEncoded | Response.ToolResultPartEncoded | Response.FinishPartEncoded

const finishReasons: ReadonlyMap<string, Response.FinishReason> = new Map([
  ["stop", "stop"],
  ["length", "length"],
  ["tool_calls", "tool-calls"],
  ["sensitive", "content-filter"],
  // The client fails with ServerError before this is seen.
  ["network_error", "error"],
  ["model_context_window_exceeded", "length"],
  ["unknown", "unknown"]
])

/** Relays say `stop` beside calls; a loop over calls looks at the reason. */
const finishReasonOf = (reason: string | undefined, hasCalls: boolean): Response.FinishReason => {
  const known = reason === undefined ? "unknown" : (finishReasons.get(reason) ?? "other")
  return hasCalls && (known === "stop" || known === "unknown") ? "tool-calls" : known
}

/** @internal */
export const metadataPart = (
  { span }: Context,
  {
    created,
    id,
    model,
    requestId
  }: {
    readonly id: string | undefined
    readonly model: string | undefined
    /** Unix seconds. */
    readonly created: number | undefined
    readonly requestId?: string | undefined
  }
): Response.ResponseMetadataPartEncoded => {
  ZhipuTelemetry.addGenAIAnnotations(span, { response: { id, model }, zhipu: { response: { requestId } } })
  // A time that is out of range is left out: the answer is whole without it.
  const time = created === undefined ? Option.none() : DateTime.make(created * 1000)
  return {
    type: "response-metadata",
    ...(id === undefined ? {} : { id }),
    ...(model === undefined ? {} : { modelId: model }),
    ...(Option.isSome(time) ? { timestamp: DateTime.formatIso(time.value) } : {}),
    ...(requestId === undefined ? {} : { metadata: { zhipu: { requestId } } })
  }
}

/**
 * A source for each page. `search_std` and `search_pro` often give no link: such a page is a document. `before` is
 * how many there were already.
 *
 * @internal
 */
export const sourceParts = (
  results: ReadonlyArray<WebSearchResult>,
  before: number
): ReadonlyArray<Response.UrlSourcePartEncoded | Response.DocumentSourcePartEncoded> =>
  results.map((result, index) => {
    const { content, icon, link, media, publish_date: publishDate, refer, title } = result
    const common = {
      type: "source",
      id: refer === undefined || refer === "" ? `source_${before + index + 1}` : refer,
      title: title ?? "",
      metadata: { zhipu: json<Record<string, string>>({ content, icon, media, publishDate }) }
    } as const
    return link !== undefined && URL.canParse(link)
      ? { ...common, sourceType: "url", url: link }
      : { ...common, sourceType: "document", mediaType: "text/plain" }
  })

/**
 * The last parts of an answer, or why it fails: moderation blocked an answer with calls; a call was cut, is malformed, or is
 * of a tool that was not offered; or there is no call where one was required. Then no call of the answer is given out:
 * handlers would run, and their results be lost.
 *
 * @internal
 */
export const endingParts = (
  context: Context,
  ending: Ending
): Result.Result<ReadonlyArray<EndingPart>, AiError.AiError> =>
  Result.gen(function* () {
    const { method, offer } = context
    annotate(context, ending)
    // Blocked calls are not run, even where they are whole. Without calls, the reason of the finish part tells of the block.
    if (ending.reason === "sensitive" && (ending.calls.length > 0 || ending.broken !== undefined)) {
      return yield* Result.fail(filtered(method, ending))
    }
    if (ending.broken !== undefined) return yield* Result.fail(brokenCall(method, ending.broken))
    const calls: Array<EndingPart> = []
    for (const call of ending.calls) calls.push(yield* callPart(call, context))
    const provided = providerParts(context, ending)
    const ended = ending.reason === "stop" || ending.reason === "tool_calls"
    if (
      offer.required &&
      ended &&
      calls.length === 0 &&
      ending.otherCalls.length === 0 &&
      ending.searched === undefined
    ) {
      return yield* Result.fail(
        malformedOutput(
          method,
          "The model called no tool although the tool choice demands it. Ask again, or allow `auto`."
        )
      )
    }
    return [...provided.parts, ...calls, finishPart(ending, provided.unknown)]
  })

const filtered = (method: Method, { contentFilter, id }: Ending): AiError.AiError =>
  fromZhipu(method)(
    new ContentFilteredError({
      message: "Moderation blocked the answer (finish_reason sensitive): withdraw what was shown. No tool was run.",
      code: "sensitive",
      status: 200,
      ...(id === undefined ? {} : { requestId: id }),
      ...(contentFilter === undefined ? {} : { contentFilter })
    })
  )

const brokenCall = (method: Method, warning: Warning): AiError.AiError =>
  malformedOutput(
    method,
    `The model called a tool, but the call is not whole: ${warning.detail}. No tool was run. ` +
      (warning.code === "ToolArgumentsTruncated" ? "Raise max_tokens, or ask for less at once." : "Ask again."),
    warning
  )

const callPart = (
  { arguments: text, id, name }: FunctionCall,
  { method, offer }: Context
): Result.Result<Response.ToolCallPartEncoded, AiError.AiError> =>
  offer.names.has(name)
    ? Result.try({
        try: () => ({ type: "tool-call", id, name, params: Tool.unsafeSecureJsonParse(text) }),
        catch: (cause) =>
          malformedOutput(method, `The arguments for the tool ${name} cannot be read. Ask again.`, cause)
      })
    : Result.fail(malformedOutput(method, `The model called a tool that it was not offered: ${name}. Ask again.`))

/** What the service ran itself, where the toolkit has the tool for it: parts of other tools do not pass its schema. */
const providerParts = (
  { tools }: Context,
  { id, otherCalls, searched }: Ending
): { readonly parts: ReadonlyArray<EndingPart>; readonly unknown: ReadonlyArray<unknown> } => {
  const parts: Array<EndingPart> = []
  const unknown: Array<unknown> = []
  const add = (providerName: string, callId: string, result: unknown): boolean => {
    const tool = tools.find((tool) => Tool.isProviderDefined(tool) && tool.id === `zhipu.${providerName}`)
    if (tool === undefined) return false
    const common = { id: callId, name: tool.name, providerName, providerExecuted: true } as const
    const params = providerName === "mcp" && isRecord(result) ? paramsOfMcp(result) : {}
    parts.push({ type: "tool-call", ...common, params })
    parts.push({ type: "tool-result", ...common, result, isFailure: false })
    return true
  }
  if (searched !== undefined) add("web_search", `${id ?? "unknown"}_web_search`, searched)
  for (const [index, call] of otherCalls.entries()) {
    const type = isRecord(call) ? call["type"] : undefined
    if (!isRecord(call) || typeof type !== "string") continue
    const callId = typeof call["id"] === "string" && call["id"] !== "" ? call["id"] : `${id ?? "unknown"}_${index}`
    // The results of a search stand beside the answer, not in the call.
    const isTold = type !== "web_search" && add(type, callId, call[type] ?? {})
    if (!isTold) unknown.push(call)
  }
  return { parts, unknown }
}

const paramsOfMcp = (result: { readonly [field: PropertyKey]: unknown }): Record<string, unknown> =>
  Object.fromEntries(
    ["server_label", "name", "arguments"].flatMap((field) =>
      result[field] === undefined ? [] : [[field, result[field]]]
    )
  )

const finishPart = (ending: Ending, toolCalls: ReadonlyArray<unknown>): Response.FinishPartEncoded => {
  const { contentFilter, reason, usage, warnings } = ending
  return {
    type: "finish",
    reason: finishReasonOf(reason, ending.calls.length > 0),
    usage: {
      inputTokens: json({ total: usage?.prompt_tokens, cacheRead: usage?.prompt_tokens_details?.cached_tokens }),
      outputTokens: json({
        total: usage?.completion_tokens,
        reasoning: usage?.completion_tokens_details?.reasoning_tokens
      })
    },
    metadata: {
      zhipu: {
        ...(reason === undefined ? {} : { finishReason: reason }),
        ...(contentFilter === undefined ? {} : { contentFilter: json<Schema.Json>(contentFilter) }),
        ...(toolCalls.length === 0 ? {} : { toolCalls: json<Schema.Json>(toolCalls) }),
        ...(warnings.length === 0 ? {} : { warnings: warnings.map(({ code, detail }) => ({ code, detail })) })
      }
    }
  }
}

const annotate = ({ span }: Context, { reason, usage }: Ending): void =>
  ZhipuTelemetry.addGenAIAnnotations(span, {
    response: { finishReasons: [reason ?? "unknown"] },
    usage: { inputTokens: usage?.prompt_tokens, outputTokens: usage?.completion_tokens },
    zhipu: {
      usage: {
        cachedInputTokens: usage?.prompt_tokens_details?.cached_tokens,
        reasoningTokens: usage?.completion_tokens_details?.reasoning_tokens
      }
    }
  })
