/** What a loop is given, and what it tells: of its calls, its turns and its end. */
import type * as Effect from "effect/Effect"
import type { ChatCompletion } from "../../ChatCompletion.js"
import type { ChatRequest } from "../../ChatRequest.js"
import type { ChunkEvent } from "../../ChunkEvent.js"
import type { FunctionTool } from "../../RequestTool.js"
import type { AnyDefinition, OnError } from "../../Tool.js"
import type { CallReason, ExecutionReason, ToolError } from "../../ToolError.js"
import type * as Transcript from "../../Transcript.js"
import type { ZhipuError } from "../../ZhipuError.js"

/**
 * What may be said to a call.
 *
 * @since 0.1.0
 * @category approval
 */
export type Approval =
  | { readonly _tag: "Approved" }
  | { readonly _tag: "Denied"; readonly reason: string | undefined }
  | { readonly _tag: "Held" }

/** @internal */
export type Event =
  | { readonly _tag: "Chunk"; readonly round: number; readonly event: ChunkEvent }
  | {
      readonly _tag: "TurnFinished"
      readonly round: number
      readonly completion: ChatCompletion
      readonly transcript: Transcript.Transcript
    }
  | Answered
  | { readonly _tag: "RoundFinished"; readonly round: number; readonly transcript: Transcript.Transcript }
  | {
      readonly _tag: "Finished"
      readonly round: number
      readonly completion: ChatCompletion
      readonly transcript: Transcript.Transcript
    }

/** The event that a call has its result. @internal */
export type Answered = {
  readonly round: number
  readonly id: string
  readonly name: string
  readonly content: string
} & (
  | { readonly _tag: "ToolResult"; readonly result: unknown }
  | { readonly _tag: "ToolFailed"; readonly reason: CallReason | ExecutionReason }
  | { readonly _tag: "ApprovalDenied" }
)

/**
 * A request without messages.
 *
 * @since 0.1.0
 * @category options
 */
export type RequestSettings = { readonly [Key in keyof ChatRequest as Exclude<Key, "messages">]: ChatRequest[Key] }

/** @internal */
export interface Options<E, R> {
  readonly settings: RequestSettings
  readonly tools: Readonly<Record<string, AnyDefinition>>
  readonly wire: ReadonlyArray<FunctionTool>
  readonly transcript: Transcript.Transcript
  readonly maxRounds: number
  readonly concurrency: number | "unbounded"
  readonly unknownTool: OnError
  /** Whether texts in arguments may be read as what the tool wants, where the tool itself does not say. */
  readonly coerceArguments: boolean
  /** Whether a call needs an approval, where the tool itself does not say. */
  readonly needsApproval: boolean
  readonly approve:
    | ((call: {
        readonly id: string
        readonly name: string
        readonly round: number
        readonly parameters: unknown
      }) => Effect.Effect<Approval, E, R>)
    | undefined
}

/** @internal */
export type Failure = ZhipuError | ToolError
