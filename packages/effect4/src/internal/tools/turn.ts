// Generated from packages/client/src/internal/tools/turn.ts by scripts/effect4: change that file.
/** One turn of the model, as its events come: the completion, and which of its tool calls did not come whole. */
import { type BrokenReason, brokenReason, mayBeReplaced } from "@effect-zhipu/protocol/internal/decoding/callSafety"
import { makeFold } from "@effect-zhipu/protocol/internal/decoding/fold"
import { type ChatCompletion, toMessage } from "../../ChatCompletion.js"
import type { ChunkEvent, ToolCallCompleted, ToolCallStarted } from "../../ChunkEvent.js"
import type { AssistantMessage } from "../../Message.js"

/** @internal */
export interface BrokenCall {
  readonly id: string | undefined
  readonly name: string | undefined
  readonly reason: BrokenReason | "CallMissing"
  /** Bytes of the answer were replaced or skipped: what is JSON all the same may not be what the model wrote. */
  readonly damaged: boolean
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
  const started = new Map<string, ToolCallStarted>()
  const open = new Set<string>()
  const complaints: Array<{ readonly reason: BrokenCall["reason"]; readonly call: string }> = []
  let firstStarted: ToolCallStarted | undefined
  let firstReplaced: ToolCallCompleted | undefined
  let invalidUtf8 = false
  let skippedFrame = false

  const add = (event: ChunkEvent): void => {
    fold.add(event)
    if (event._tag === "ToolCallStarted") {
      firstStarted ??= event
      started.set(keyOf(event), event)
      if (event.choice === 0) open.add(keyOf(event))
    } else if (event._tag === "ToolCallCompleted") {
      if (firstReplaced === undefined && mayBeReplaced(event.arguments)) firstReplaced = event
      open.delete(keyOf(event))
    } else if (event._tag === "Warning") {
      const reason = brokenReason(event.code)
      if (reason !== undefined) complaints.push({ reason, call: keyOf(event) })
      else if (event.code === "InvalidUtf8") invalidUtf8 = true
      else if (event.code === "MalformedFrame") skippedFrame = true
    }
  }

  const end = (): EndedTurn => {
    const completion = fold.result()
    const message = toMessage(completion)
    const finishReason = completion.choices[0]?.finish_reason
    return { completion, message, finishReason, broken: brokenCall(message, finishReason) }
  }

  const brokenCall = (message: AssistantMessage, finishReason: string | undefined): BrokenCall | undefined => {
    // A call of another choice that did not come whole fails the turn as well: no handler shall run of an answer that broke.
    const unfit = complaints.find(({ reason }) => reason !== "NameMissing")
    const [left] = open
    const call = started.get(unfit?.call ?? "") ?? started.get(left ?? "")
    if (unfit !== undefined || call !== undefined) {
      return { id: call?.id, name: call?.name, reason: unfit?.reason ?? "ArgumentsTruncated", damaged: false }
    }
    if (complaints.length > 0) return nameless("NameMissing")
    if (invalidUtf8 && firstReplaced !== undefined) return damaged(firstReplaced)
    // Without the fragment of a skipped frame, arguments may be whole and say something else.
    if (skippedFrame && firstStarted !== undefined) return damaged(firstStarted)
    // Relays are known to lose the calls and keep the reason.
    if (finishReason === "tool_calls" && (message.tool_calls ?? []).length === 0) {
      return nameless("CallMissing")
    }
    return undefined
  }

  return { add, end }
}

const keyOf = ({ choice, index }: { readonly choice?: number | undefined; readonly index?: number | undefined }) =>
  `${choice}:${index}`

const nameless = (reason: BrokenCall["reason"]): BrokenCall => ({
  id: undefined,
  name: undefined,
  reason,
  damaged: false
})

const damaged = ({ id, name }: { readonly id: string; readonly name: string }): BrokenCall => ({
  id,
  name,
  reason: "ArgumentsMalformed",
  damaged: true
})
