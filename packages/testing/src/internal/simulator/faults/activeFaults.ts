/**
 * Which of the set faults happen to a request.
 */
import type { Fault, Name, Place } from "../../../Fault.js"
import { type Spec, table } from "./faultTable.js"
import * as Random from "../random.js"

/** @internal */
export interface ActiveFaults {
  readonly has: (name: Name) => boolean
  readonly arg: (name: Name) => string | undefined
  /** The argument as a number, for faults whose argument is one. */
  readonly number: (name: Name) => number | undefined
  readonly at: (name: Name) => Place | undefined
  /** The number of chunks of `@chunk:K`, or `fallback` where the fault names no place; `undefined` where it is not active. */
  readonly chunk: (name: Name, fallback: number) => number | undefined
  /** The fault that decides the whole answer, where there is one. */
  readonly terminal: Fault | undefined
}

const specOf = (fault: Fault): Spec => table[fault.name]

const argOf = (fault: Fault): string | undefined => fault.arg ?? specOf(fault).argDefault

/** @internal */
export const make = (faults: ReadonlyArray<Fault>, terminal?: Fault): ActiveFaults => {
  const byName = new Map<Name, Fault>()
  for (const fault of faults) if (!byName.has(fault.name)) byName.set(fault.name, fault)
  const arg = (name: Name): string | undefined => {
    const fault = byName.get(name)
    return fault === undefined ? undefined : argOf(fault)
  }
  return {
    has: (name) => byName.has(name),
    arg,
    number: (name) => {
      const text = arg(name)
      return text === undefined ? undefined : Number(text)
    },
    at: (name) => byName.get(name)?.at,
    chunk: (name, fallback) => {
      const fault = byName.get(name)
      if (fault === undefined) return undefined
      if (fault.at === undefined) return fallback
      return fault.at._tag === "Chunk" ? fault.at.index : undefined
    },
    terminal
  }
}

/** @internal */
export const none: ActiveFaults = make([])

const isTerminal = (fault: Fault): boolean => {
  if (fault.name === "idle") return fault.at?._tag === "Headers"
  return specOf(fault).on === "request" && fault.name !== "clock-skew"
}

/**
 * Whether a fault happens in streams alone, so that it does nothing to a request for a whole answer.
 *
 * @internal
 */
export const isOfStreams = (fault: Fault): boolean => specOf(fault).on === "stream" || fault.at?._tag === "Chunk"

/** What a request is for: a chat, or an operation beside it by its name. @internal */
export type Kind = { readonly chat: "stream" | "whole" } | { readonly operation: string }

/**
 * Why a fault does nothing to a request of a kind; `undefined` where it acts.
 *
 * @internal
 */
export const reasonAgainst = (fault: Fault, kind: Kind): "stream" | "chat" | "operation" | "other" | undefined => {
  const { of, on } = specOf(fault)
  if ("chat" in kind) {
    if (on === "operation") return "operation"
    return isOfStreams(fault) && kind.chat === "whole" ? "stream" : undefined
  }
  if (isOfStreams(fault)) return "chat"
  if (on === "answer" && kind.operation !== "async_chat") return "chat"
  return of === undefined || of.includes(kind.operation) ? undefined : "other"
}

/**
 * Chooses, and counts what is limited to a number of requests. A fault that decides the whole answer hides those that
 * shape an answer, which are then not counted: `code:1305*3, truncate@512*1` refuses three requests and cuts the
 * fourth; of two that decide, the first goes first: `code:1305*3, code:1302*2`.
 *
 * @internal
 */
export const choose = (options: {
  readonly faults: ReadonlyArray<Fault>
  readonly counters: Map<string, number>
  /** What the counters of `*N` are kept by. */
  readonly scope: string
  /** What chance is drawn from. */
  readonly draw: string
  readonly kind: Kind
}): ActiveFaults => {
  const happens = (fault: Fault, index: number): boolean => {
    if (fault.chance !== undefined) {
      if (Random.make(`${options.draw}|${index}`).next() * 100 >= fault.chance) return false
    }
    if (fault.times === undefined) return true
    const key = `${options.scope}|${index}`
    const count = options.counters.get(key) ?? 0
    if (count >= fault.times) return false
    options.counters.set(key, count + 1)
    return true
  }
  const indexed = options.faults.map((fault, index) => ({ fault, index }))
  const isFree = ({ fault }: { readonly fault: Fault }) => fault.name === "clock-skew"
  const decides = indexed.find(({ fault, index }) => isTerminal(fault) && happens(fault, index))
  const rest = indexed.filter((entry) => {
    if (entry === decides) return false
    const { fault } = entry
    if (isFree(entry)) return happens(fault, entry.index)
    if (decides !== undefined) {
      const replacesStatus = fault.name === "status" && decides.fault.name === "code"
      return (specOf(fault).on === "error" || replacesStatus) && happens(fault, entry.index)
    }
    if (isTerminal(fault) || (specOf(fault).on === "error" && fault.name !== "envelope")) return false
    if (reasonAgainst(fault, options.kind) !== undefined) return false
    return happens(fault, entry.index)
  })
  const active = rest.map(({ fault }) => fault)
  return decides === undefined ? make(active) : make([decides.fault, ...active], decides.fault)
}
