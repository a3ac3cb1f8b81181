/** A turn of the event loop: fibers alone go on in microtasks, before anything that sockets and timers have to say. */
import * as Effect from "effect/Effect"

/** Lets everything run that the event loop has at hand. @internal */
export const nextTurn: Effect.Effect<void> = Effect.async<void>((resume) => {
  const handle = setImmediate(() => resume(Effect.void))
  return Effect.sync(() => clearImmediate(handle))
})
