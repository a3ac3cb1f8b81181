// Generated from packages/client/src/internal/call/judged.ts by scripts/effect4: change that file.
/** Answers that somebody judges: a cache does not keep, or give again, what turned out to be no good. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"

/** Whoever judges the answer of a call, as a cache of answers sees them. @internal */
export interface Judge {
  /** The service is asked, whatever is kept. */
  readonly isAnew: boolean
  /** The answer was kept from an earlier call. */
  readonly onKept: () => void
  /** The answer is whole: to be kept by this effect, if it is good. */
  readonly onWhole: (keep: Effect.Effect<void>) => void
}

/** The judge of the calls that start here. @internal */
export const Judged: Context.Reference<Judge | undefined> = Context.Reference<Judge | undefined>(
  "@effect-zhipu/effect4/Judged",
  { defaultValue: () => undefined }
)
