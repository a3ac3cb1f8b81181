// Generated from packages/client/src/internal/keys/label.ts by scripts/effect4: change that file.
/** What a key is called where people see it. */
import * as Hash from "effect/Hash"

/** 4 hex digits of a hash of what stands before the dot: they tell keys apart, and nobody can make the key of them. @internal */
export const labelOf = (key: string): string =>
  (Hash.string(key.split(".")[0] ?? "") & 0xffff).toString(16).padStart(4, "0")
