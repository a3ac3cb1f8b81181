/**
 * What this transport takes of undici, each from the file it is in. `undici/index.js` sets the dispatcher of the global
 * `fetch` where there is none, and so every `fetch` of a program would go through this undici and not Node's own, as soon as
 * this transport is imported.
 */
import type * as Undici from "undici/index.js"
import allErrors from "undici/lib/core/errors.js"
import agent from "undici/lib/dispatcher/agent.js"
import unwrapHandler from "undici/lib/handler/unwrap-handler.js"
import formData from "undici/lib/web/fetch/formdata.js"

/** @internal */
export const Agent: typeof Undici.Agent = agent

/** @internal */
export const errors: typeof Undici.errors = allErrors

/** @internal */
export const FormData: typeof Undici.FormData = formData.FormData

/** Dispatchers of an undici before 7, which take handlers of the form of then. */
const older = new WeakSet<Undici.Dispatcher>()

const refusesHandler = (cause: unknown): boolean =>
  cause instanceof Error &&
  "code" in cause &&
  cause.code === "UND_ERR_INVALID_ARG" &&
  /^invalid on[A-Z]\w+ method$/.test(cause.message)

/**
 * Sends a request. The dispatcher may be one of another undici: that of Node 20 and 22 itself, which
 * `getGlobalDispatcher` gives as well once `fetch` was called, is of version 6.
 *
 * @internal
 */
export const dispatch = (
  dispatcher: Undici.Dispatcher,
  options: Undici.Dispatcher.DispatchOptions,
  handler: Undici.Dispatcher.DispatchHandler
): void => {
  if (!older.has(dispatcher)) {
    try {
      dispatcher.dispatch(options, handler)
      return
    } catch (cause) {
      if (!refusesHandler(cause)) throw cause
      older.add(dispatcher)
    }
  }
  dispatcher.dispatch(options, unwrapHandler.unwrap(handler))
}
