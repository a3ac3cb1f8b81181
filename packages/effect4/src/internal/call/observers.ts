// Generated from packages/client/src/internal/call/observers.ts by scripts/effect4: change that file.
/**
 * The observers of a client, told as one.
 *
 * Hot: `events` runs once a network read, and only where somebody listens.
 */
import * as Effect from "effect/Effect"
import { type CallEnd, type CallListener, type CallObserver, type CallStart, inContext } from "../../CallObserver.js"

/** What tells all listeners of a call. @internal */
export interface Listeners {
  readonly attemptStarted: NonNullable<CallListener["attemptStarted"]>
  readonly attemptFailed: NonNullable<CallListener["attemptFailed"]>
  readonly events: NonNullable<CallListener["events"]>
  readonly ended: (end: CallEnd) => Effect.Effect<void>
}

/** How a call is announced; `undefined` where there is nobody to tell. @internal */
export type Announce = (call: CallStart) => Listeners | undefined

/** @internal */
export const announce: Effect.Effect<Announce | undefined> = Effect.map(Effect.context<never>(), (context) => {
  const observers = inContext(context)
  return observers.length === 0 ? undefined : (call) => listenersOf(observers, call)
})

const listenersOf = (observers: ReadonlyArray<CallObserver>, call: CallStart): Listeners | undefined => {
  let listeners: ReadonlyArray<CallListener> = []
  const defects: Array<unknown> = []

  /** A call does not fail because somebody who looks on does. */
  const each = (tell: (listener: CallListener) => void): void => {
    for (const listener of listeners) {
      try {
        tell(listener)
      } catch (defect) {
        defects.push(defect)
        listeners = listeners.filter((other) => other !== listener)
      }
    }
  }

  for (const observer of observers) {
    try {
      const listener = observer.start(call)
      if (listener !== undefined) listeners = [...listeners, listener]
    } catch (defect) {
      defects.push(defect)
    }
  }
  if (listeners.length === 0 && defects.length === 0) return undefined

  return {
    attemptStarted: (attempt, queuedMillis) => each((listener) => listener.attemptStarted?.(attempt, queuedMillis)),
    attemptFailed: (failure) => each((listener) => listener.attemptFailed?.(failure)),
    events: (count, elapsedMillis) => each((listener) => listener.events?.(count, elapsedMillis)),
    ended: (end) =>
      Effect.forEach(
        listeners,
        (listener) =>
          Effect.catchCause(
            Effect.suspend(() => listener.ended?.(end) ?? Effect.void),
            (cause) => Effect.logWarning("An observer of calls failed.", cause)
          ),
        { discard: true }
      ).pipe(
        Effect.andThen(
          Effect.forEach(defects, (defect) => Effect.logWarning("An observer of calls failed.", defect), {
            discard: true
          })
        )
      )
  }
}
