// Generated from packages/client/src/internal/call/resend.ts by scripts/effect4: change that file.
/** What is tried again when an attempt failed: with another key, with a new token, or after a while. */
import * as Effect from "effect/Effect"
import type { RetryPolicy } from "../../RetryPolicy.js"
import type { ZhipuError } from "../../ZhipuError.js"
import type { Authorizer } from "../keys/lease.js"
import type { CallState } from "./callState.js"
import type { Call } from "./exchange.js"

/** Whether a call may be sent again after this error, whoever wants it to. @internal */
export type MayResend = (error: ZhipuError) => boolean

/** Where there are several keys, an attempt is made with one of them. @internal */
export const leasing = <A>(
  auth: Authorizer,
  call: Call,
  state: CallState,
  once: Effect.Effect<A, ZhipuError>
): Effect.Effect<A, ZhipuError> =>
  auth.keys === undefined
    ? once
    : auth.keys.withKey(call.model, (key) => {
        state.key = key
        return once
      })

/** A key that is refused for its own sake is left for another one at once; that is no retry of the policy. @internal */
export const rotating = <A>(
  auth: Authorizer,
  state: CallState,
  once: Effect.Effect<A, ZhipuError>,
  mayResend: MayResend
): Effect.Effect<A, ZhipuError> => {
  const { keys } = auth
  if (keys === undefined) return once
  return Effect.suspend(() => {
    let left = 0
    const next: Effect.Effect<A, ZhipuError> = Effect.catch(
      Effect.suspend(() => {
        state.key = undefined
        return once
      }),
      (error) => {
        // Without a key nothing was sent: all of them rest.
        if (state.key === undefined || !keys.blames(error) || left >= state.key.count || !mayResend(error)) {
          return Effect.fail(error)
        }
        left++
        return next
      }
    )
    return next
  })
}

/** A token that the service calls expired is signed anew, once a call. @internal */
export const renewing = <A>(
  auth: Authorizer,
  state: CallState,
  once: Effect.Effect<A, ZhipuError>,
  mayResend: MayResend
): Effect.Effect<A, ZhipuError> =>
  Effect.catchTag(once, "AuthenticationError", (error) => {
    if (error.code !== "1003" || state.renewed || !mayResend(error)) return Effect.fail(error)
    state.renewed = true
    return Effect.flatMap(auth.renew, (worthwhile) => (worthwhile ? once : Effect.fail(error)))
  })

/** `Effect.retry` prepares its schedule; most calls never fail. @internal */
export const retrying = <A>(
  schedule: RetryPolicy,
  once: Effect.Effect<A, ZhipuError>,
  mayRetry: MayResend
): Effect.Effect<A, ZhipuError> =>
  Effect.catch(once, (error) => {
    if (!mayRetry(error)) return Effect.fail(error)
    let replayed = false
    const again = Effect.suspend(() => {
      if (replayed) return once
      replayed = true
      return Effect.fail(error)
    })
    return Effect.retry(again, { schedule, while: mayRetry })
  })
