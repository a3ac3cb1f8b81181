/** Calls that end with their client, whoever waits for them. */
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Scope from "effect/Scope"
import type { ConnectionError, ZhipuError } from "../../ZhipuError.js"
import * as transport from "../body/transportError.js"
import { guarded } from "./deadlineWatch.js"

/**
 * Runs calls so that the end of their client ends them as well: while they wait for a permit, for their next attempt, or for the
 * answer. A program that only releases the layer interrupts no fiber of its own.
 *
 * @internal
 */
export const whileOpen = (
  clientScope: Scope.Scope
): Effect.Effect<<A>(call: Effect.Effect<A, ZhipuError>) => Effect.Effect<A, ZhipuError>> => {
  let end: ConnectionError | undefined
  const strikes = new Set<(error: ConnectionError) => void>()
  const guard = (_: unknown, strike: (error: ConnectionError) => void): (() => void) => {
    strikes.add(strike)
    return () => strikes.delete(strike)
  }
  const close = Effect.sync(() => {
    end = transport.closed()
    for (const strike of strikes) strike(end)
  })
  return Effect.as(Scope.addFinalizer(clientScope, close), (call) =>
    Effect.suspend(() => (end === undefined ? guarded(call, guard, identity) : Effect.fail(end)))
  )
}
