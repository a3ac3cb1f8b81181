/** One turn of the model, as its events come: the completion, and which of its tool calls did not come whole. */
import { type ChatCompletion, toMessage } from "../ChatCompletion.js"
import type { ChunkEvent } from "../ChunkEvent.js"
import type { AssistantMessage } from "../Message.js"
import { makeFold } from "./fold.js"

/** @internal */
export interface BrokenCall {
  readonly id: string | undefined
  readonly name: string | undefined
  readonly reason: "ArgumentsTruncated" | "ArgumentsMalformed" | "NameMissing" | "CallMissing"
}

/** @internal */
export interface EndedTurn {
  readonly completion: ChatCompletion
  readonly message: AssistantMessage
  readonly finishReason: string | undefined
  readonly broken: BrokenCall | undefined
}

/** @internal */
export interface Turn {
  readonly add: (event: ChunkEvent) => void
  readonly end: () => EndedTurn
}

/** @internal */
export const makeTurn = (): Turn => {
  const fold = makeFold()
  const open = new Map<number, { readonly id: string; readonly name: string }>()
  const complaints: Array<BrokenCall["reason"]> = []

  const add = (event: ChunkEvent): void => {
    fold.add(event)
    if (event._tag === "ToolCallStarted") {
      if (event.choice === 0) open.set(event.index, event)
    } else if (event._tag === "ToolCallCompleted") {
      if (event.choice === 0) open.delete(event.index)
    } else if (event._tag === "Warning") {
      if (event.code === "ToolArgumentsTruncated") complaints.push("ArgumentsTruncated")
      else if (event.code === "ToolArgumentsMalformed") complaints.push("ArgumentsMalformed")
      else if (event.code === "ToolCallNameMissing") complaints.push("NameMissing")
    }
  }

  const end = (): EndedTurn => {
    const completion = fold.result()
    const message = toMessage(completion)
    const finishReason = completion.choices[0]?.finish_reason
    return { completion, message, finishReason, broken: brokenCall(message, finishReason) }
  }

  const brokenCall = (message: AssistantMessage, finishReason: string | undefined): BrokenCall | undefined => {
    // Warnings come in the order of the calls; the first that is not about a name is about the first call left open.
    const [first] = open.values()
    const unfit = complaints.find((reason) => reason !== "NameMissing")
    if (first !== undefined) return { id: first.id, name: first.name, reason: unfit ?? "ArgumentsTruncated" }
    if (complaints.includes("NameMissing")) return { id: undefined, name: undefined, reason: "NameMissing" }
    // Relays are known to lose the calls and keep the reason.
    if (finishReason === "tool_calls" && (message.tool_calls ?? []).length === 0) {
      return { id: undefined, name: undefined, reason: "CallMissing" }
    }
    return undefined
  }

  return { add, end }
}
