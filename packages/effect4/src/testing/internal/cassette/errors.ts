// Generated from packages/testing/src/internal/cassette/errors.ts by scripts/effect4: change that file.
/** What goes wrong with a cassette. */
import * as Data from "effect/Data"

/**
 * - `NotFound`: there is no such file
 * - `Unreadable`: the file cannot be read
 * - `Unwritable`: the file cannot be written
 * - `Malformed`: the file is no cassette, or was edited into something else
 * - `Version`: the file is of a later version of the format
 * - `Mismatch`: no recorded request is like the one that was made
 * - `Exhausted`: the request was recorded, but not as often as it was made
 *
 * @internal
 */
export type Reason = "NotFound" | "Unreadable" | "Unwritable" | "Malformed" | "Version" | "Mismatch" | "Exhausted"

/** @internal */
export class CassetteError extends Data.TaggedError("CassetteError")<{
  readonly reason: Reason
  /** The file. */
  readonly path: string
  readonly message: string
}> {}
