// Generated from packages/node/src/internal/undici.ts by scripts/effect4: change that file.
/**
 * What this transport takes of undici, each from the file it is in. `undici/index.js` sets the dispatcher of the global
 * `fetch` where there is none, and so every `fetch` of a program would go through this undici and not Node's own, as soon as
 * this transport is imported.
 */
import type * as Undici from "undici/index.js"
import allErrors from "undici/lib/core/errors.js"
import agent from "undici/lib/dispatcher/agent.js"
import formData from "undici/lib/web/fetch/formdata.js"

/** @internal */
export const Agent: typeof Undici.Agent = agent

/** @internal */
export const errors: typeof Undici.errors = allErrors

/** @internal */
export const FormData: typeof Undici.FormData = formData.FormData
