/**
 * What a person sees of a stream: the answer on standard output, reasoning and notices on standard error. Pure.
 */
import type * as ChatCompletion from "@effect-zhipu/client/ChatCompletion"
import type * as ChunkEvent from "@effect-zhipu/client/ChunkEvent"
import { type Language, language, say, sayIn } from "./language.js"
import { harmless, isJson, printable } from "./text.js"
import * as Wrap from "./wrap.js"

/**
 * A text for one of the two outputs. A `notice` is whole lines of standard error; an `answer` is harmless Markdown that is
 * laid out on standard output, and leaves no line open.
 *
 * @internal
 */
export type Piece = { readonly to: "out" | "answer" | "err" | "notice"; readonly text: string }

/** @internal */
export interface Options {
  /** Whether standard error is a terminal. */
  readonly tty: boolean
  /** Whether reasoning is dimmed. */
  readonly color: boolean
  /** Whether the arguments of tool calls are shown as they come. */
  readonly toolStream: boolean
  /** Of the terminal that reasoning is shown on, where it breaks between words. */
  readonly columns?: (() => number) | undefined
  /** Reasoning is not shown. */
  readonly noReasoning?: boolean | undefined
  /** Whether the answer is laid out as Markdown; else it is shown as it comes. */
  readonly markdown: boolean
}

/** @internal */
export interface Renderer {
  readonly add: (event: ChunkEvent.ChunkEvent) => ReadonlyArray<Piece>
  /** What is still to be said when the stream has ended, well or not. */
  readonly end: () => ReadonlyArray<Piece>
}

const dim = "\u001b[2m"
const reset = "\u001b[0m"

/** Text that is dimmed where that is wanted. @internal */
export const dimmed = (text: string, color: boolean): string => (color && text !== "" ? `${dim}${text}${reset}` : text)

/** A tool call while its arguments come. */
interface Call {
  readonly name: string
  /** What came of the arguments. */
  text: string
  /** How much of it is shown. */
  shown: number
  state: "waiting" | "open" | "closed"
}

/** @internal */
export const make = (options: Options): Renderer => {
  let reasoning = false
  let lineOpen = false
  let hasAnswer = false
  const calls = new Map<string, Call>()
  let open: Call | undefined
  const wrapper = options.columns === undefined ? undefined : Wrap.make(options.columns)

  const out = (text: string): Piece => {
    if (text !== "") lineOpen = !text.endsWith("\n")
    return { to: "out", text }
  }
  const freshLine = (): string => (lineOpen ? "\n" : "")

  const endReasoning = (): ReadonlyArray<Piece> => {
    if (!reasoning) return []
    reasoning = false
    const rest = wrapper === undefined ? "" : dimmed(wrapper.end(), options.color)
    return [{ to: "err", text: `${rest}${options.tty ? "\n\n" : "\n"}` }]
  }

  const close = (call: Call): string => {
    call.state = "closed"
    if (open === call) open = undefined
    return ")\n"
  }

  const started = (call: Call): ReadonlyArray<Piece> => {
    if (!options.toolStream) return []
    // The service tells only at the end which calls are complete; until then, one that parses makes room.
    if (open !== undefined && !isJson(open.text)) return []
    const before = open === undefined ? freshLine() : close(open)
    call.state = "open"
    open = call
    return [out(`${before}${printable(call.name)}(`)]
  }

  const delta = (call: Call, fragment: string): ReadonlyArray<Piece> => {
    call.text += fragment
    if (call.state !== "open") return []
    call.shown = call.text.length
    return [out(fragment)]
  }

  const completed = (call: Call | undefined, name: string, args: string): ReadonlyArray<Piece> => {
    const line = `${printable(name)}(${args})\n`
    if (call === undefined || call.state === "waiting") {
      const before = open === undefined ? freshLine() : close(open)
      return [out(before + line)]
    }
    const shown = call.text.slice(0, call.shown)
    if (call.state === "open") {
      if (args.startsWith(shown) && call.name === name) return [out(args.slice(shown.length) + close(call))]
      return [out(`${close(call)}${line}`)]
    }
    return shown === args && call.name === name ? [] : [out(freshLine() + line)]
  }

  const add = (event: ChunkEvent.ChunkEvent): ReadonlyArray<Piece> => {
    switch (event._tag) {
      case "ReasoningDelta": {
        if (event.choice !== 0 || options.noReasoning === true) return []
        reasoning = true
        const text = options.tty ? harmless(event.text) : event.text
        return [{ to: "err", text: dimmed(wrapper === undefined ? text : wrapper.add(text), options.color) }]
      }
      case "ContentDelta": {
        if (event.choice !== 0) return []
        hasAnswer = true
        if (options.markdown) return [...endReasoning(), { to: "answer", text: harmless(event.text) }]
        return [...endReasoning(), out(event.text)]
      }
      case "ToolCallStarted": {
        hasAnswer = true
        const call: Call = { name: event.name, text: "", shown: 0, state: "waiting" }
        calls.set(`${event.choice}/${event.index}`, call)
        return [...endReasoning(), ...started(call)]
      }
      case "ToolCallDelta": {
        const call = calls.get(`${event.choice}/${event.index}`)
        return call === undefined ? [] : delta(call, event.arguments)
      }
      case "ToolCallCompleted": {
        hasAnswer = true
        const call = calls.get(`${event.choice}/${event.index}`)
        return [...endReasoning(), ...completed(call, event.name, event.arguments)]
      }
      case "Finished": {
        if (hasAnswer || (event.reason !== "stop" && event.reason !== "unknown")) return []
        return [...endReasoning(), { to: "notice", text: say("noText") }]
      }
      default:
        return []
    }
  }

  return {
    add,
    end: () => {
      const pieces = [...endReasoning()]
      return lineOpen ? [...pieces, out("\n")] : pieces
    }
  }
}

/**
 * What is to be said about an answer, for standard error, in every mode. They come after the answer, so that they do
 * not stand in its middle.
 *
 * @internal
 */
export const notices = (events: Iterable<ChunkEvent.ChunkEvent>): ReadonlyArray<string> => {
  const lines: Array<string> = []
  for (const event of events) {
    switch (event._tag) {
      case "Warning":
        lines.push(`zhipu: warning: ${event.code}: ${printable(event.detail)}`)
        break
      case "WebSearch":
        for (const { link, refer, title } of event.results) {
          const words = [refer === undefined ? undefined : `[${refer}]`, title, link]
          lines.push(printable(words.filter((word) => word !== undefined && word !== "").join(" ")))
        }
        break
      case "Finished":
        lines.push(...finishNotice(event.reason))
        break
    }
  }
  return lines
}

const finishNotice = (reason: string): ReadonlyArray<string> => {
  switch (reason) {
    case "stop":
    case "tool_calls":
      return []
    case "length":
      return [say("cutAtMaxTokens")]
    case "sensitive":
      return [say("blocked")]
    case "model_context_window_exceeded":
      return [say("contextFull")]
    case "unknown":
      return [say("noFinishReason")]
    default:
      return [say("finishedBecause", { reason: printable(reason) })]
  }
}

/** One line on what an answer cost. @internal */
export const usageLine = (
  model: string | undefined,
  usage: ChatCompletion.Usage | undefined,
  elapsedMillis: number,
  spoken: Language = language
): string => {
  const cached = usage?.prompt_tokens_details?.cached_tokens
  const reasoned = usage?.completion_tokens_details?.reasoning_tokens
  const inside = cached ? sayIn(spoken, "ofThemCached", { count: cached }) : ""
  const thought = reasoned ? sayIn(spoken, "ofThemReasoning", { count: reasoned }) : ""
  const parts = [
    model === undefined ? undefined : printable(model),
    usage?.prompt_tokens === undefined ? undefined : sayIn(spoken, "tokensIn", { count: usage.prompt_tokens }) + inside,
    usage?.completion_tokens === undefined
      ? undefined
      : sayIn(spoken, "tokensOut", { count: usage.completion_tokens }) + thought,
    sayIn(spoken, "seconds", { count: (elapsedMillis / 1000).toFixed(1) })
  ]
  return parts.filter((text) => text !== undefined).join(sayIn(spoken, "comma"))
}

/** A completion that came whole, as the events that a stream of it would have had. @internal */
export const eventsOf = (completion: ChatCompletion.ChatCompletion): ReadonlyArray<ChunkEvent.ChunkEvent> => [
  {
    _tag: "Started",
    ...(completion.id === undefined ? {} : { id: completion.id }),
    ...(completion.model === undefined ? {} : { model: completion.model }),
    ...(completion.created === undefined ? {} : { created: completion.created })
  },
  ...completion.choices.flatMap((choice, position): ReadonlyArray<ChunkEvent.ChunkEvent> => {
    const at = choice.index ?? position
    const { content, reasoning_content, tool_calls } = choice.message
    return [
      ...(reasoning_content ? [{ _tag: "ReasoningDelta", choice: at, text: reasoning_content } as const] : []),
      ...(content ? [{ _tag: "ContentDelta", choice: at, text: content } as const] : []),
      ...(tool_calls ?? []).flatMap((call, index): ReadonlyArray<ChunkEvent.ChunkEvent> => {
        const common = { choice: at, index }
        const named = { ...common, id: call.id ?? "", name: call.function?.name ?? "" }
        const args = call.function?.arguments || "{}"
        return [
          { _tag: "ToolCallStarted", ...named },
          { _tag: "ToolCallDelta", ...common, arguments: args },
          { _tag: "ToolCallCompleted", ...named, arguments: args }
        ]
      })
    ]
  }),
  ...(completion.web_search === undefined ? [] : [{ _tag: "WebSearch", results: completion.web_search } as const]),
  ...(completion.usage === undefined ? [] : [{ _tag: "Usage", usage: completion.usage } as const]),
  ...completion.choices.map((choice, position) => ({
    _tag: "Finished" as const,
    choice: choice.index ?? position,
    reason: choice.finish_reason ?? "unknown"
  }))
]
