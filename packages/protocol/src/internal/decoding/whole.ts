/** One document in answer to a plain call: what it comes to, where a success by its status is none, and in the usual form. */
import { isFailedReason, isWellReason } from "./chunkReader.js"
import { adviceForNothing, type DecoderOptions, inferenceFailed, makeDecoder } from "./decoder.js"
import { partsOf } from "./documentParts.js"
import { makeFold } from "./fold.js"
import { madeUpId } from "./toolCalls.js"
import type { ChatCompletion } from "../documents/completion.js"
import { classify } from "../failures/classify.js"
import { corruptStream, type ReadResponse } from "../failures/corruptStream.js"
import type { CorruptStreamFailure, Failure } from "../failures/failure.js"
import { isAbsent, isRecord } from "../text/records.js"
import { withoutSecrets } from "../text/redaction.js"

type Fields = Readonly<Record<string, unknown>>

/** @internal */
export type Whole =
  | { readonly _tag: "Completion"; readonly document: Fields }
  | { readonly _tag: "Failure"; readonly failure: Failure }

/** @internal */
export type WholeOptions = Pick<DecoderOptions, "status" | "requestId" | "resetZone" | "redact" | "toolNames">

/** Finish reasons by which the answer was held back. */
const filtered: ReadonlySet<unknown> = new Set(["content_filter", "sensitive"])

/** @internal */
export const readWhole = (document: Fields, options: WholeOptions): Whole => {
  const choices: unknown = document["choices"]
  const failed = (failure: Failure): Whole => ({ _tag: "Failure", failure })
  const corrupt = (reason: CorruptStreamFailure["reason"], detail: string, message: string): Whole =>
    failed(corruptStream(options, reason, detail, message))
  // Any field may be missing, but JSON without choices is somebody else's answer.
  if (!Array.isArray(choices)) return failed(noCompletion(options))
  const empty = (what: string): Whole =>
    corrupt("EmptyResponse", what, `The service answered, but ${what}. ${adviceForNothing}`)
  if (choices.length === 0) return empty("there is no answer in it")
  for (const choice of choices) {
    if (!isRecord(choice)) continue
    const { error, finish_reason: reason, message } = choice
    if (typeof reason === "string" && isFailedReason(reason)) return failed(inferenceFailed(reason, error, options))
    if (isAbsent(message)) {
      if (!isAbsent(reason) && reason !== "" && !filtered.has(reason) && !isWellReason(reason)) continue
      if (!filtered.has(reason)) return empty("its message is empty")
      const body = { code: "content_filter", message: undefined, requestId: undefined, contentFilter: undefined }
      return failed(classify({ ...options, body }))
    }
    const said = isEmpty(message) && options.toolNames.size > 0 && (reason === "stop" || reason === "tool_calls")
    if (said) return empty("the answer is empty, though tools were offered")
  }
  const id = typeof document["id"] === "string" ? document["id"] : undefined
  return {
    _tag: "Completion",
    document: { ...document, choices: choices.map((choice, i) => usual(choice, id, i, options.redact)) }
  }
}

/** JSON that is somebody else's answer. @internal */
export const noCompletion = (response: ReadResponse): CorruptStreamFailure =>
  corruptStream(
    response,
    "UnexpectedContentType",
    "the document is not a chat completion",
    "The answer is JSON, but not a chat completion. Check the base URL."
  )

/** A document that is none. @internal */
export class FailedDocument {
  readonly failure: Failure
  constructor(failure: Failure) {
    this.failure = failure
  }
}

/** @internal */
export const isFailed = (u: unknown): u is FailedDocument => u instanceof FailedDocument

/** The completion that a stream comes to, which was sent in answer to a plain call. @internal */
export const wholeOfEvents = (
  text: string,
  options: Omit<WholeOptions, "toolNames">
): ChatCompletion | FailedDocument => {
  const decoder = makeDecoder({
    ...options,
    maxEventSize: Number.POSITIVE_INFINITY,
    onMalformed: "fail",
    toolNames: new Set()
  })
  decoder.feed(new TextEncoder().encode(text))
  decoder.end()
  const failure = decoder.error()
  if (failure !== undefined) return new FailedDocument(failure)
  const fold = makeFold()
  for (const event of decoder.take()) fold.add(event)
  return fold.result()
}

const isEmpty = (message: unknown): boolean => {
  if (!isRecord(message)) return false
  const { content, tool_calls: toolCalls } = message
  const isSilent = isAbsent(content) || content === "" || (Array.isArray(content) && content.length === 0)
  return (
    isSilent &&
    !(Array.isArray(toolCalls) && toolCalls.length > 0) &&
    !hasReasoning(message) &&
    (message["audio"] ?? null) === null
  )
}

const hasReasoning = (message: Fields): boolean => {
  const reasoning = message["reasoning_content"] ?? message["reasoning"]
  return typeof reasoning === "string" && reasoning !== ""
}

/** A choice in the vendor's words: `reasoning_content` for what others call `reasoning`, text for parts, an id for each call. */
const usual = (
  choice: unknown,
  id: string | undefined,
  position: number,
  redact: (text: string) => string
): unknown => {
  if (!isRecord(choice) || !isRecord(choice["message"])) return choice
  const { reasoning, ...message } = withoutSecrets(choice["message"], redact)
  const parts = partsOf(message["content"])
  const calls = message["tool_calls"]
  const index = typeof choice["index"] === "number" ? choice["index"] : position
  const { finish_reason: reason } = choice
  return {
    ...choice,
    ...(typeof reason === "string" ? { finish_reason: redact(reason) } : {}),
    message: {
      ...message,
      ...(typeof reasoning === "string"
        ? { reasoning_content: message["reasoning_content"] ?? reasoning }
        : reasoning === undefined
          ? {}
          : { reasoning }),
      ...(parts === undefined
        ? {}
        : { content: parts.text, ...(parts.others.length === 0 ? {} : { content_parts: parts.others }) }),
      ...(Array.isArray(calls) ? { tool_calls: withOwnIds(calls, id, index, redact) } : {})
    }
  }
}

/** Some servers give all calls of an answer one id, by which their results could not be told apart. */
const withOwnIds = (
  calls: ReadonlyArray<unknown>,
  id: string | undefined,
  choice: number,
  redact: (text: string) => string
): ReadonlyArray<unknown> => {
  const seen = new Set<unknown>()
  return calls.map((told, i) => {
    if (!isRecord(told)) return told
    const fn = told["function"]
    const call = withoutSecrets(isRecord(fn) ? { ...told, function: withoutSecrets(fn, redact) } : told, redact)
    if (typeof call["id"] !== "string" || call["id"] === "") return call
    if (!seen.has(call["id"])) {
      seen.add(call["id"])
      return call
    }
    return { ...call, id: madeUpId(id, choice, i) }
  })
}
