/** When the arguments of a tool call count as whole. Pure. */
import { isJson } from "../text/jsonScan.js"

/** Whether a finish reason says that the answer was broken off. @internal */
export const isCutReason = (reason: string | undefined): boolean =>
  /^(length|model_context_window_exceeded|sensitive)$/.test(reason ?? "")

/**
 * The arguments as JSON where they are whole, given why the answer ended; `undefined` where they are not.
 *
 * @internal
 */
export const wholeArguments = (text: string, finishReason: string | undefined): string | undefined => {
  const wasCut = isCutReason(finishReason)
  // A call without arguments comes with "", unless the answer was broken off before they began.
  if (text.trim() === "") return wasCut ? undefined : "{}"
  // "1" may be the beginning of "12": where the answer was cut, only what closes itself is whole.
  return isJson(text) && !(wasCut && !/[}\]]\s*$/.test(text)) ? text : undefined
}
