// Generated from packages/api/src/internal/task.ts by scripts/effect4: change that file.
/** What was created, by its id. */
import * as Effect from "effect/Effect"
import type { CorruptStreamError } from "../../ZhipuError.js"
import { unfit } from "./errors.js"

/** The id to ask for a task by. @internal */
export const identified = ({ id }: { readonly id?: string | undefined }): Effect.Effect<string, CorruptStreamError> =>
  id === undefined || id === ""
    ? Effect.fail(unfit("The service created a task, and told no id to ask for it.", "no id"))
    : Effect.succeed(id)
