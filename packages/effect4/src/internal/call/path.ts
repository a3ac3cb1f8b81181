// Generated from packages/client/src/internal/call/path.ts by scripts/effect4: change that file.
/** Paths with ids in them. */
import * as Result from "effect/Result"
import { InvalidRequestError } from "../../ZhipuError.js"

/** @internal */
export const path = (
  strings: TemplateStringsArray,
  ...segments: ReadonlyArray<string>
): Result.Result<string, InvalidRequestError> => {
  let whole = strings[0] ?? ""
  for (const [index, segment] of segments.entries()) {
    // An empty id would ask for the list in place of the one, and the URL would lose what is a dot or two.
    if (typeof segment !== "string" || /^(\.\.?)?$/.test(segment.trim())) {
      const shown = typeof segment === "string" ? JSON.stringify(segment) : typeof segment
      return Result.fail(
        new InvalidRequestError({
          message: `${shown} cannot be an id in the path ${strings.join("…")}. Nothing was sent. Give the id that the service gave.`,
          path: strings.join("…")
        })
      )
    }
    // Half a character throws there.
    whole += encodeURIComponent(segment.replace(loneSurrogate, "\ufffd")) + (strings[index + 1] ?? "")
  }
  return Result.succeed(whole)
}

const loneSurrogate = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g
