/** Calls that end with their client, whoever waits for them. */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import type { ZhipuError } from "../../ZhipuError.js"
import * as transport from "../body/transportError.js"

/**
 * Runs a call in a fiber of its client, so that the end of the client ends it as well: while it waits for a permit, for its next
 * attempt, or for the answer. A program that only releases the layer interrupts no fiber of its own.
 *
 * @internal
 */
export const whileOpen = <A>(
  clientScope: Scope.Scope,
  call: Effect.Effect<A, ZhipuError>
): Effect.Effect<A, ZhipuError> =>
  Effect.uninterruptibleMask((restore) =>
    // What comes of the call is the value of the fiber: one that was interrupted from outside has none.
    Effect.flatMap(Effect.forkIn(Effect.interruptible(Effect.exit(call)), clientScope), (fiber) =>
      restore(Fiber.await(fiber)).pipe(
        Effect.onInterrupt(() => Fiber.interrupt(fiber)),
        Effect.flatMap((exit) => (Exit.isSuccess(exit) ? exit.value : transport.closed()))
      )
    )
  )
