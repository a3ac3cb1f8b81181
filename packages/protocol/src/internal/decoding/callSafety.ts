/** Which tool calls of an answer may not be run. Whoever runs calls asks here. */
import type { WarningCode } from "../documents/chunkEvent.js"
import { isOpen } from "../text/jsonScan.js"
import { isCutReason } from "./wholeArguments.js"

/** Why a call of an answer cannot be run. @internal */
export type BrokenReason = "ArgumentsTruncated" | "ArgumentsMalformed" | "NameMissing"

/** Why there is a call that cannot be run after a warning; `undefined` for a warning of something else. @internal */
export const brokenReason = (code: WarningCode): BrokenReason | undefined => {
  switch (code) {
    case "ToolArgumentsTruncated":
      return "ArgumentsTruncated"
    case "ToolArgumentsMalformed":
      return "ArgumentsMalformed"
    case "ToolCallNameMissing":
      return "NameMissing"
    default:
      return undefined
  }
}

/** Which of the two it is for arguments that are not whole, given why the answer ended. @internal */
export const unfitArguments = (
  text: string,
  finishReason: string | undefined
): "ToolArgumentsTruncated" | "ToolArgumentsMalformed" =>
  text === "" || isOpen(text) || isCutReason(finishReason) ? "ToolArgumentsTruncated" : "ToolArgumentsMalformed"

/** A model may write U+FFFD itself; after a warning that bytes were replaced nobody can tell whether it did. @internal */
export const mayBeReplaced = (text: string): boolean => text.includes("\uFFFD")

/**
 * Whether whole calls cannot be trusted after a warning that says nothing of calls: a frame that was skipped may have held
 * a piece of the arguments, without which they are JSON still, and replaced bytes leave other words than the model wrote.
 *
 * @internal
 */
export const damages = (code: WarningCode, calls: ReadonlyArray<{ readonly arguments: string }>): boolean =>
  (code === "MalformedFrame" && calls.length > 0) ||
  (code === "InvalidUtf8" && calls.some((call) => mayBeReplaced(call.arguments)))
