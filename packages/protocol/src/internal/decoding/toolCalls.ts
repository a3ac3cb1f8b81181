/**
 * Assembles the tool calls of one choice from whole calls and from the fragments of `tool_stream`. Pure, but for its
 * own state.
 *
 * The wire is loose here: later fragments may lack id, name and type or repeat them, an index
 * may be missing, -1, start at 1 or be used twice, arguments may be an object, come twice, or break off. Nothing is
 * taken for complete before the stream says that it ended.
 */
import type { ChunkEvent, WarningCode } from "../documents/chunkEvent.js"
import { isJson, type JsonScan, makeScan } from "../text/jsonScan.js"
import { type ChunkProblem, corrupt, malformed } from "./chunkProblem.js"
import { unfitArguments } from "./callSafety.js"
import { append, type GrowingText, lengthOf, makeGrowingText, maxTextLength, textOf } from "./growingText.js"
import { wholeArguments } from "./wholeArguments.js"

/** More calls than tools that one request may offer (128) are a fault of the stream, not an answer. @internal */
export const maxToolCalls = 128

/** @internal */
export interface ToolCallContext {
  readonly choice: number
  /** Makes up an id for a call that came without one. */
  readonly makeId: (index: number) => string
  /** The functions that the request offered. */
  readonly toolNames: ReadonlySet<string>
  /** Takes secrets out of an id or a name. */
  readonly redact: (text: string) => string
  readonly emit: (event: ChunkEvent) => void
}

/** @internal */
export interface ToolCalls {
  /** Takes one entry of `delta.tool_calls`; gives what is wrong with it, if anything. */
  readonly add: (call: Readonly<Record<string, unknown>>) => ChunkProblem | undefined
  /** The stream has ended properly: completes what is whole and warns of the rest. */
  readonly finish: (reason: string) => void
}

const tooMany = corrupt("TooManyToolCalls", "more tool calls than one answer makes")

interface OpenCall {
  readonly index: number
  /** The index that the service gave it. */
  readonly wireIndex: number | undefined
  /** The id that it came under is that of another call. */
  idRepeated: boolean
  readonly scan: JsonScan
  id: string | undefined
  /** The service had sent no id when the call began. */
  idMadeUp: boolean
  name: string | undefined
  started: boolean
  /** Arguments so far, as they came. */
  readonly arguments: GrowingText
  /** The last fragment, which may repeat all that came before it. */
  last: string
}

/** @internal */
export const makeToolCalls = (context: ToolCallContext): ToolCalls => {
  const calls: Array<OpenCall> = []
  const byIndex = new Map<number, OpenCall>()
  const byId = new Map<string, OpenCall>()
  const { choice, emit } = context

  const open = (wireIndex: number | undefined): OpenCall => {
    const call: OpenCall = {
      index: calls.length,
      wireIndex,
      idRepeated: false,
      scan: makeScan(),
      id: undefined,
      idMadeUp: false,
      name: undefined,
      started: false,
      arguments: makeGrowingText(maxTextLength),
      last: ""
    }
    calls.push(call)
    if (wireIndex !== undefined) byIndex.set(wireIndex, call)
    return call
  }

  /** The call that a fragment belongs to: by id, then by index, then the latest. */
  const find = (
    id: string | undefined,
    index: number | undefined,
    name: string | undefined,
    fragment: string
  ): OpenCall | undefined => {
    const sameId = id === undefined ? undefined : byId.get(id)
    if (sameId !== undefined) {
      const sameIndex = index === undefined ? undefined : byIndex.get(index)
      if (sameIndex?.idRepeated === true) return sameIndex
      return isOther(sameId, index, name, fragment) ? undefined : sameId
    }
    const candidate = index === undefined ? calls[calls.length - 1] : byIndex.get(index)
    if (candidate === undefined || name === undefined || candidate.name === undefined) return candidate
    // A name on a call that has one: a new call under a new id, or, without ids, when the old call is whole.
    if (id !== undefined && candidate.id !== undefined && !candidate.idMadeUp) return undefined
    const opensAnew = id === undefined && fragment.startsWith("{") && isWholeCall(candidate)
    const repeats = isAllOf(candidate, fragment) && name === candidate.name && index !== undefined
    if (opensAnew && !repeats) return undefined
    return index === undefined && name !== candidate.name ? undefined : candidate
  }

  /** Some servers give all calls of an answer one id: with a name and another index, or when the first is whole, it is another. */
  const isOther = (call: OpenCall, index: number | undefined, name: string | undefined, fragment: string): boolean => {
    if (name === undefined || call.name === undefined) return false
    if (index !== undefined && call.wireIndex !== undefined) return index !== call.wireIndex
    if (!isWholeCall(call)) return false
    return name !== call.name || (fragment.startsWith("{") && !isAllOf(call, fragment))
  }

  const warn = (code: WarningCode, { index }: OpenCall, what: string): void =>
    emit({ _tag: "Warning", code, detail: `tool call ${index} has ${what}`, choice, index })

  const start = (call: OpenCall): void => {
    if (call.started || call.name === undefined) return
    if (call.id === undefined) {
      call.id = context.makeId(call.index)
      call.idMadeUp = true
      if (call.idRepeated) warn("ToolCallIdRepeated", call, "the id of another")
      else warn("ToolCallIdMissing", call, "no id")
    }
    call.started = true
    emit({ _tag: "ToolCallStarted", choice, index: call.index, id: call.id, name: call.name })
    delta(call, textOf(call.arguments))
  }

  const delta = ({ index }: OpenCall, fragment: string): void => {
    if (fragment !== "") emit({ _tag: "ToolCallDelta", choice, index, arguments: fragment })
  }

  const add = (raw: Readonly<Record<string, unknown>>): ChunkProblem | undefined => {
    const fn = raw["function"]
    if (fn === undefined || fn === null) {
      // A call that the service itself makes (`type: "mcp"`) has no function; it is kept as it came.
      if (raw["type"] !== "function" && typeof raw["type"] === "string") {
        emit({ _tag: "Extra", choice, fields: { tool_calls: [raw] } })
        return undefined
      }
    } else if (typeof fn !== "object" || Array.isArray(fn)) {
      return malformed("function: expected an object")
    }
    const { arguments: args, name: rawName } = (fn ?? {}) as { readonly name?: unknown; readonly arguments?: unknown }
    if (rawName !== undefined && rawName !== null && typeof rawName !== "string") {
      return malformed("function.name: expected a string")
    }
    const rawIndex = raw["index"]
    if (rawIndex !== undefined && rawIndex !== null && !Number.isSafeInteger(rawIndex)) {
      return malformed("index: expected an integer")
    }
    const index = typeof rawIndex === "number" && rawIndex >= 0 ? rawIndex : undefined
    if (index !== undefined && index >= 10 * maxToolCalls) return tooMany
    const rawId = raw["id"]
    if (rawId !== undefined && rawId !== null && typeof rawId !== "string" && typeof rawId !== "number") {
      return malformed("id: expected a string")
    }
    const id = idOf(rawId)
    const name = rawName === null || rawName === "" ? undefined : rawName
    const fragment = typeof args === "string" ? args : args === undefined || args === null ? "" : jsonOf(args)
    if (fragment === undefined) return malformed("function.arguments: nested too deeply")

    let call = find(id, index, name, fragment)
    if (call === undefined) {
      if (calls.length >= maxToolCalls) return tooMany
      call = open(index)
      call.idRepeated = id !== undefined && byId.has(id)
    }
    if (id !== undefined && !call.idRepeated && (call.id === undefined || call.idMadeUp)) {
      call.id ??= context.redact(id)
      byId.set(id, call)
    }
    if (call.name === undefined && name !== undefined) call.name = repairName(call, context.redact(name))
    const wasStarted = call.started
    if (fragment !== "") {
      append(call.arguments, fragment)
      call.last = fragment
      call.scan.add(fragment)
    }
    if (wasStarted) delta(call, fragment)
    else start(call)
    return undefined
  }

  /** GLM's own markup sometimes leaks behind a name (`get_weather</arg_value>`). */
  const repairName = (call: OpenCall, name: string): string => {
    const markup = name.indexOf("<")
    if (markup <= 0 || context.toolNames.has(name)) return name
    const clean = name.slice(0, markup).trim()
    if (!context.toolNames.has(clean)) return name
    warn("ToolCallNameRepaired", call, "markup in its name")
    return clean
  }

  const finish = (reason: string): void => {
    for (const call of calls) {
      if (call.name === undefined || call.id === undefined || !call.started) {
        warn("ToolCallNameMissing", call, "no name")
        continue
      }
      const text = textOf(call.arguments)
      const whole = wholeArguments(text, reason) ?? withoutRepetition(text, call.last)
      if (whole === undefined) {
        const code = unfitArguments(text, reason)
        const how = code === "ToolArgumentsTruncated" ? "broke off" : "are not JSON"
        warn(code, call, `arguments that ${how} (finish reason ${reason})`)
        continue
      }
      if (whole !== text && text !== "") {
        warn("ToolArgumentsRepeated", call, "arguments that came twice")
      }
      emit({ _tag: "ToolCallCompleted", choice, index: call.index, id: call.id, name: call.name, arguments: whole })
    }
  }

  return { add, finish }
}

/** The id of a call that came without one: the same on every reading of the same answer. @internal */
export const madeUpId = (completionId: string | undefined, choice: number, call: number): string =>
  `call_${completionId ?? "unknown"}_${choice}_${call}`

/** The text of what was parsed, `undefined` where it is nested too deeply for the stack: parsing goes deeper than writing. @internal */
export const jsonOf = (json: unknown): string | undefined => {
  try {
    return JSON.stringify(json)
  } catch {
    return undefined
  }
}

const idOf = (id: unknown): string | undefined =>
  typeof id === "string" ? (id === "" ? undefined : id) : typeof id === "number" ? String(id) : undefined

/** Parsed only where all brackets are closed, so that growing arguments are not parsed again and again. */
const isWholeCall = ({ arguments: text, scan }: OpenCall): boolean => !scan.isOpen() && isWhole(textOf(text))

/** Whether a fragment is all that has come of a call. */
const isAllOf = ({ arguments: text }: OpenCall, fragment: string): boolean =>
  lengthOf(text) === fragment.length && textOf(text) === fragment

const isWhole = (text: string): boolean => text.endsWith("}") && isJson(text)

/** Some servers send all arguments again in the last fragment, or twice. */
const withoutRepetition = (text: string, last: string): string | undefined => {
  const before = text.slice(0, text.length - last.length)
  if (before !== "" && last.startsWith(before) && isWhole(last)) return last
  const half = text.slice(0, text.length / 2)
  return half + half === text && isWhole(half) ? half : undefined
}
