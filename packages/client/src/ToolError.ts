/**
 * How a tool loop fails, besides `ZhipuError`.
 *
 * Each error holds the `transcript` up to it, with the results that were there, so that `ToolLoop.resume` can go on from
 * there. It is not printed when an error is logged or written as JSON, and the message holds none of it either; encoding
 * by the Schema keeps it.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Transcript } from "./Transcript.js"

const common = {
  message: Schema.String,
  /** The round of the loop, from 1. */
  round: Schema.Number,
  transcript: Transcript
} as const

/** Effect's errors write all that they were made of, also what is not enumerable. */
const withoutConversation = ({ message, ...rest }: Error): unknown => {
  const { calls: _calls, issue: _issue, transcript: _transcript, ...shown } = Object.fromEntries(Object.entries(rest))
  return { message, ...shown }
}

/**
 * Why a call cannot be run.
 *
 * - `ArgumentsTruncated`: the answer broke off within them. With finish reason `length`, give more `max_tokens`.
 * - `ArgumentsMalformed`: they are whole, but not JSON; or bytes of the answer were lost (they hold replaced bytes that were
 *   no UTF-8, or a broken frame was skipped), so that they may not be what the model wrote
 * - `ArgumentsInvalid`: they do not decode by the Schema of the tool, and its policy is to fail: `issue` says all that is wrong
 * - `UnknownTool`: there is no tool of that name, and the loop was told to fail then
 * - `NameMissing`: the call has no name
 * - `CallMissing`: the finish reason says that tools are called, but no call came
 *
 * @since 0.1.0
 * @category models
 */
export const CallReason = Schema.Literal(
  "ArgumentsTruncated",
  "ArgumentsMalformed",
  "ArgumentsInvalid",
  "UnknownTool",
  "NameMissing",
  "CallMissing"
)

/**
 * @since 0.1.0
 * @category models
 */
export type CallReason = typeof CallReason.Type

/**
 * The model called a tool in a way that cannot be run. No handler of its turn has run. Where the call could not be sent
 * back, `transcript` ends before the turn: resuming asks the model again.
 *
 * @since 0.1.0
 * @category errors
 */
export class ToolCallError extends Schema.TaggedError<ToolCallError>("@effect-zhipu/client/ToolCallError")(
  "ToolCallError",
  {
    ...common,
    reason: CallReason,
    /** As the model wrote it. */
    tool: Schema.optional(Schema.String),
    id: Schema.optional(Schema.String),
    /**
     * All that is wrong with the arguments, of at most about 2000 characters. It may quote from them: like the transcript, it is
     * not printed.
     */
    issue: Schema.optional(Schema.String)
  }
) {
  override toJSON(): unknown {
    return withoutConversation(this)
  }
}

/**
 * What became of a handler.
 *
 * - `Failure`: it failed with its `failure`
 * - `Defect`: it died, or its result does not fit its `success`; or its `parameters` or `needsApproval` threw, then no
 *   handler of the turn has run
 * - `Timeout`: it was not done within its `timeout`
 * - `Interrupted`: something other than the loop interrupted it
 *
 * @since 0.1.0
 * @category models
 */
export const ExecutionReason = Schema.Literal("Failure", "Defect", "Timeout", "Interrupted")

/**
 * @since 0.1.0
 * @category models
 */
export type ExecutionReason = typeof ExecutionReason.Type

/**
 * A handler went wrong, and the policy of its tool is to fail. `cause` is its failure or defect. The handlers beside it
 * were interrupted; `transcript` holds the results of those that were done, and resuming runs the others again. One that
 * cannot be interrupted ends without a result too: Effect drops what an interrupted fiber gives.
 *
 * @since 0.1.0
 * @category errors
 */
export class ToolExecutionError extends Schema.TaggedError<ToolExecutionError>(
  "@effect-zhipu/client/ToolExecutionError"
)("ToolExecutionError", {
  ...common,
  reason: ExecutionReason,
  tool: Schema.String,
  id: Schema.String,
  cause: Schema.optional(Schema.Defect)
}) {
  override toJSON(): unknown {
    return withoutConversation(this)
  }
}

/**
 * The model still called tools in the last turn it was given (`maxRounds`). These calls have not been run: `transcript`
 * holds them, and resuming runs them.
 *
 * @since 0.1.0
 * @category errors
 */
export class ToolLoopLimit extends Schema.TaggedError<ToolLoopLimit>("@effect-zhipu/client/ToolLoopLimit")(
  "ToolLoopLimit",
  { ...common, maxRounds: Schema.Number }
) {
  override toJSON(): unknown {
    return withoutConversation(this)
  }
}

/**
 * A call that waits for an approval.
 *
 * @since 0.1.0
 * @category models
 */
export const HeldCall = Schema.Struct({ id: Schema.String, name: Schema.String, arguments: Schema.String })

/**
 * @since 0.1.0
 * @category models
 */
export interface HeldCall extends Schema.Schema.Type<typeof HeldCall> {}

/**
 * Calls wait for an approval that was not there yet: `approve` said to hold them, or the loop has none and they need it.
 * The other calls of the turn have been run. Save `transcript`, ask, and resume with an `approve` that knows.
 *
 * @since 0.1.0
 * @category errors
 */
export class ToolLoopHeld extends Schema.TaggedError<ToolLoopHeld>("@effect-zhipu/client/ToolLoopHeld")(
  "ToolLoopHeld",
  { ...common, calls: Schema.Array(HeldCall) }
) {
  override toJSON(): unknown {
    return withoutConversation(this)
  }
}

/**
 * The union of these errors, as a Schema.
 *
 * @since 0.1.0
 * @category errors
 */
export const ToolError = Schema.Union(ToolCallError, ToolExecutionError, ToolLoopLimit, ToolLoopHeld)

/**
 * @since 0.1.0
 * @category errors
 */
export type ToolError = typeof ToolError.Type

/**
 * Whether a value is an error of a tool loop.
 *
 * @since 0.1.0
 * @category guards
 */
export const isToolError: (u: unknown) => u is ToolError = Schema.is(ToolError)
