/**
 * The fold of a stream's events to the completion that the service would have sent without streaming.
 *
 * Hot: `add` runs once an event. It appends to texts and sets fields, nothing else.
 */
import type { ChatCompletion, Choice, ToolCall, Usage, WebSearchResult } from "../documents/completion.js"
import type { ChunkEvent } from "../documents/chunkEvent.js"
import { defined, isRecord } from "../text/records.js"
import { append, type GrowingText, makeGrowingText, maxTextLength, textOf } from "./growingText.js"

interface OpenToolCall {
  readonly id: string
  readonly name: string
  readonly arguments: GrowingText
  /** All of them, as the service ended them. */
  readonly complete: string | undefined
}

interface OpenChoice {
  readonly content: GrowingText
  reasoning: GrowingText | undefined
  readonly toolCalls: Map<number, OpenToolCall>
  readonly others: Array<ToolCall>
  /** Fields of its message. */
  readonly extra: Record<string, unknown>
  /** Fields of its own. */
  readonly own: Record<string, unknown>
  /** Its finish reason. */
  reason: string | undefined
}

/**
 * Events so far.
 *
 * @since 0.1.0
 * @category models
 */
export interface Fold {
  readonly add: (event: ChunkEvent) => void
  readonly isEmpty: () => boolean
  /**
   * Whether a text of the answer has become longer than 500 million characters, about the longest that a text can be: what
   * came after that is not kept, and the answer is not whole. Looked at every 16 thousand characters.
   */
  readonly isFull: () => boolean
  /** The completion so far; may be called at any time. */
  readonly result: () => ChatCompletion
  /** The same for a stream that failed: a tool call that was not completed is marked `incomplete: true`. */
  readonly partial: () => ChatCompletion
}

/**
 * A fold of no events yet.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeFold = (): Fold => makeFoldOf(maxTextLength)

/** With another bound on the length of each text. @internal */
export const makeFoldOf = (maxLength: number): Fold => {
  let empty = true
  let full = false
  let id: string | undefined
  let model: string | undefined
  let created: number | undefined
  let usage: Usage | undefined
  let webSearch: Array<WebSearchResult> | undefined
  const extra: Record<string, unknown> = {}
  const choices = new Map<number, OpenChoice>()
  /**
   * Lists and objects of `extra` and the like that were made here and not given out yet: what comes is added to them. To copy
   * them with each chunk would take the square of their length.
   */
  let owned = new WeakSet<object>()

  const choiceAt = (index: number): OpenChoice => {
    let choice = choices.get(index)
    if (choice === undefined) {
      choice = {
        content: makeGrowingText(maxLength),
        reasoning: undefined,
        toolCalls: new Map(),
        others: [],
        extra: {},
        own: {},
        reason: undefined
      }
      choices.set(index, choice)
    }
    return choice
  }

  const keep = (text: GrowingText, piece: string): void => {
    append(text, piece)
    full ||= text.isFull
  }

  const add = (event: ChunkEvent): void => {
    empty = false
    switch (event._tag) {
      case "ContentDelta": {
        keep(choiceAt(event.choice).content, event.text)
        return
      }
      case "ReasoningDelta": {
        keep((choiceAt(event.choice).reasoning ??= makeGrowingText(maxLength)), event.text)
        return
      }
      case "ToolCallDelta": {
        const call = choiceAt(event.choice).toolCalls.get(event.index)
        if (call !== undefined) keep(call.arguments, event.arguments)
        return
      }
      case "ToolCallStarted":
      case "ToolCallCompleted": {
        choiceAt(event.choice).toolCalls.set(event.index, {
          id: event.id,
          name: event.name,
          arguments: makeGrowingText(maxLength),
          complete: "arguments" in event ? event.arguments : undefined
        })
        return
      }
      case "Started": {
        id = event.id
        model = event.model
        created = event.created
        return
      }
      case "Usage": {
        usage = event.usage
        return
      }
      case "WebSearch": {
        webSearch ??= []
        for (const page of event.results) webSearch.push(page)
        return
      }
      case "Finished": {
        choiceAt(event.choice).reason = event.reason
        return
      }
      case "Extra": {
        if (event.choice === undefined) {
          assign(extra, event.fields, owned)
        } else {
          const choice = choiceAt(event.choice)
          const { tool_calls: toolCalls, ...rest } = event.fields
          if (Array.isArray(toolCalls)) choice.others.push(...toolCalls)
          assign(event.of === "choice" ? choice.own : choice.extra, rest, owned)
        }
        return
      }
      case "Warning":
        return
    }
  }

  const build = (markIncomplete: boolean): ChatCompletion => {
    owned = new WeakSet()
    return defined({
      ...extra,
      id,
      object: "chat.completion",
      created,
      model,
      choices: Array.from(choices.keys())
        .sort((a, b) => a - b)
        .map((index) => toChoice(index, choiceAt(index), markIncomplete)),
      usage,
      web_search: webSearch && [...webSearch]
    })
  }

  return { add, isEmpty: () => empty, isFull: () => full, result: () => build(false), partial: () => build(true) }
}

/**
 * Adds own fields; `__proto__` as a key of the wire becomes a field, not a prototype. Lists go on in the next chunk, as
 * `logprobs` do: they are joined, in objects as well. Anything else replaces what was there.
 */
const assign = (
  target: Record<string, unknown>,
  fields: Readonly<Record<string, unknown>>,
  owned: WeakSet<object>,
  depth = 0
): void => {
  for (const key of Object.keys(fields)) {
    const value = Object.hasOwn(target, key) ? joined(target[key], fields[key], owned, depth) : fields[key]
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
  }
}

/** Deeper than any list of the service stands. */
const deepestJoin = 4

const joined = (before: unknown, next: unknown, owned: WeakSet<object>, depth: number): unknown => {
  if (Array.isArray(before) && Array.isArray(next)) {
    const list: Array<unknown> = owned.has(before) ? before : [...before]
    owned.add(list)
    for (const item of next) list.push(item)
    return list
  }
  if (!isRecord(before) || !isRecord(next) || depth >= deepestJoin) return next
  const both = owned.has(before) ? before : { ...before }
  owned.add(both)
  assign(both, next, owned, depth + 1)
  return both
}

const toChoice = (index: number, choice: OpenChoice, markIncomplete: boolean): Choice => {
  const toolCalls: Array<ToolCall> = Array.from(choice.toolCalls, ([index, call]) => ({
    id: call.id,
    index,
    type: "function",
    function: { name: call.name, arguments: call.complete ?? textOf(call.arguments) },
    ...(markIncomplete && call.complete === undefined ? { incomplete: true } : {})
  }))
  toolCalls.push(...choice.others)
  return defined({
    ...choice.own,
    index,
    finish_reason: choice.reason,
    message: defined({
      ...choice.extra,
      role: "assistant",
      content: textOf(choice.content),
      reasoning_content: choice.reasoning && textOf(choice.reasoning),
      tool_calls: toolCalls.length === 0 ? undefined : toolCalls
    })
  })
}
