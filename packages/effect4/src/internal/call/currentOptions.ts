// Generated from packages/client/src/internal/call/currentOptions.ts by scripts/effect4: change that file.
/** Where a call finds what it has of its own. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { ZhipuError } from "../../ZhipuError.js"
import type { Options } from "./callOptions.js"
import type { Settings, Terms } from "./settings.js"

/**
 * Options beside what makes terms of them: a program that gives none loads nothing of that.
 *
 * @internal
 */
export interface OwnOptions {
  readonly options: Options
  readonly terms: (usual: Terms, config: Settings) => Effect.Effect<Terms, ZhipuError>
}

/** Those of the calls that start here. @internal */
export const Own: Context.Reference<OwnOptions | undefined> = Context.Reference<OwnOptions | undefined>(
  "@effect-zhipu/effect4/ZhipuCall",
  { defaultValue: () => undefined }
)
