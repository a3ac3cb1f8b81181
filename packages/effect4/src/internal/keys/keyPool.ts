// Generated from packages/client/src/internal/keys/keyPool.ts by scripts/effect4: change that file.
/**
 * The keys of one client: which is taken, how long one rests, and what takes all of them out of a text.
 *
 * What is counted changes in single steps between two suspensions of a fiber, so it needs no lock; a lock around the
 * source of keys would let one slow read of it hold up every call.
 */
import { judge } from "@effect-zhipu/protocol/internal/policy/judge"
import { redactor } from "@effect-zhipu/protocol/internal/text/redaction"
import * as Cause from "effect/Cause"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { record } from "../../Trail.js"
import {
  AccountError,
  AuthenticationError,
  InsufficientBalanceError,
  QuotaExceededError,
  RateLimitError,
  type ZhipuError
} from "../../ZhipuError.js"
import * as elapsed from "../elapsed.js"
import * as names from "../telemetry/attributeNames.js"
import { spanEvent } from "../telemetry/spanEvent.js"
import { checkedKeys } from "./checkKey.js"
import { labelOf } from "./label.js"
import type { KeyErrorTag, KeyPool, Keys, KeyState, LeaseSettings } from "./poolDescription.js"
import * as Signer from "./tokenCache.js"

type KeyError = Extract<ZhipuError, { readonly _tag: KeyErrorTag }>

interface Entry {
  readonly key: string
  readonly label: string
  readonly signer: Signer.Signer
  /** Takes the key out of a text. */
  readonly redact: (text: string) => string
  inFlight: number
  /** Elapsed milliseconds, as the others here. */
  restsUntil: number
  /** The same as a date: a rest is over as soon as one of both says so, as the clock on the wall may be set back. */
  restsUntilDate: number
  error: KeyError | undefined
  seenAt: number
}

/** A key that its source gives no more is remembered so long, as streams may run with it and texts may repeat it. */
const forgottenAfter = Duration.toMillis("1 hour")

/** @internal */
export const make = (pool: KeyPool, { auth, connect, jwtTtl }: LeaseSettings): Keys => {
  const entries = new Map<string, Entry>()
  const refresh = Effect.isEffect(pool.keys) ? Duration.toMillis(pool.refresh) : Number.POSITIVE_INFINITY
  let current: { readonly keys: ReadonlyArray<Entry>; readonly until: number } | undefined

  const entryOf = (key: string, now: number): Effect.Effect<Entry> =>
    Effect.suspend(() => {
      const known = entries.get(key)
      if (known !== undefined) return Effect.succeed(known)
      return Effect.map(Signer.make(jwtTtl), (signer) => {
        // Somebody else may have been faster.
        const entry: Entry = entries.get(key) ?? {
          key,
          label: labelOf(key),
          signer,
          redact: redactor(key),
          inFlight: 0,
          restsUntil: Number.NEGATIVE_INFINITY,
          restsUntilDate: Number.NEGATIVE_INFINITY,
          error: undefined,
          seenAt: now
        }
        entries.set(key, entry)
        return entry
      })
    })

  const read: Effect.Effect<ReadonlyArray<Entry>, AuthenticationError> = Effect.gen(function* () {
    const given = yield* checkedKeys(pool.keys, auth).pipe(
      Effect.timeoutOrElse({
        duration: connect,
        orElse: () =>
          Effect.fail(
            new AuthenticationError({
              message: `The source of API keys gave none within ${Duration.format(connect)} (deadline connect).`
            })
          )
      })
    )
    const now = yield* elapsed.millis
    const unique = Array.from(new Set(given.map(Redacted.value)))
    const keys = yield* Effect.forEach(unique, (key) => entryOf(key, now))
    for (const entry of keys) entry.seenAt = now
    for (const entry of entries.values()) {
      if (entry.inFlight === 0 && entry.seenAt < now - forgottenAfter) entries.delete(entry.key)
    }
    current = { keys, until: now + refresh }
    return keys
  })

  const keys = Effect.flatMap(elapsed.millis, (now) =>
    current !== undefined && now < current.until ? Effect.succeed(current.keys) : read
  )

  const redact = (text: string): string =>
    Array.from(entries.values()).reduce((clean, entry) => entry.redact(clean), text)

  const cooldownOf = (error: ZhipuError, date: number): number => {
    // A token that was refused as expired once more after it was renewed: the clock is wrong, and for every key.
    if (!isKeyError(error) || (auth === "jwt" && error.code === "1003")) return 0
    const usual = Duration.toMillis(pool.cooldown[error._tag])
    if (usual === 0) return 0
    if (error._tag === "QuotaExceededError" && error.resetAt !== undefined) {
      const left = DateTime.toEpochMillis(error.resetAt) - date
      if (left > 0) return left
    }
    return error.retryAfter === undefined ? usual : Math.max(1, Duration.toMillis(error.retryAfter))
  }

  const rest = (entry: Entry, model: string | undefined, error: ZhipuError): Effect.Effect<void> =>
    Effect.flatMap(moment, ({ date, now }) => {
      const cooldown = cooldownOf(error, date)
      if (cooldown === 0 || !isKeyError(error)) return Effect.void
      // A rate limit does not shorten the rest of a key whose quota is used up.
      if (now + cooldown > entry.restsUntil) {
        entry.restsUntil = now + cooldown
        entry.restsUntilDate = Math.min(date + cooldown, forEver)
        entry.error = error
      }
      return Effect.andThen(
        record({ of: "key", model, name: entry.label, error: error._tag, code: error.code }),
        spanEvent("zhipu.key.resting", {
          [names.key]: entry.label,
          [names.errorType]: error._tag,
          "zhipu.key.cooldown_ms": cooldown
        })
      )
    })

  const withKey: Keys["withKey"] = (model, use) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(restore(keys), (keys) =>
        Effect.flatMap(moment, (at) => {
          const entry = leastLoaded(keys, at)
          if (entry === undefined) return Effect.fail(allResting(keys, at))
          entry.inFlight++
          return Effect.annotateCurrentSpan(names.key, entry.label).pipe(
            Effect.andThen(
              auth === "jwt" ? entry.signer.authorization(entry.key) : Effect.succeed(Signer.bearer(entry.key))
            ),
            Effect.flatMap((authorization) => {
              const redactToken = redactor(Redacted.value(authorization).slice("Bearer ".length))
              return use({
                label: entry.label,
                count: keys.length,
                authorization,
                redact: (text) => redact(redactToken(text))
              })
            }),
            restore,
            Effect.onExit((exit) => {
              entry.inFlight--
              const error = Exit.isFailure(exit) ? Cause.findErrorOption(exit.cause) : Option.none()
              return Option.isSome(error) ? rest(entry, model, error.value) : Effect.void
            })
          )
        })
      )
    )

  return {
    withKey,
    blames: (error) => cooldownOf(error, Number.POSITIVE_INFINITY) > 0,
    forget: Effect.suspend(() => Effect.forEach(entries.values(), ({ signer }) => signer.forget, { discard: true })),
    states: Effect.map(moment, (at) => (current?.keys ?? []).map((entry) => stateOf(entry, at)))
  }
}

const isKeyError = (error: ZhipuError): error is KeyError => judge(error).anotherKey

/** The last millisecond that has a date: a cooldown may be infinite. */
const forEver = 8.64e15

interface Moment {
  /** Elapsed milliseconds. */
  readonly now: number
  readonly date: number
}

const moment: Effect.Effect<Moment> = Effect.clockWith((clock) =>
  Effect.sync(() => ({ now: elapsed.nowOf(clock)(), date: clock.currentTimeMillisUnsafe() }))
)

/** Milliseconds that a key still rests. */
const leftOf = ({ restsUntil, restsUntilDate }: Entry, { date, now }: Moment): number =>
  Math.min(restsUntil - now, restsUntilDate - date)

/** The first of those with the fewest requests: without load it is always the same key, whose prompts are cached. */
const leastLoaded = (keys: ReadonlyArray<Entry>, at: Moment): Entry | undefined =>
  keys.reduce<Entry | undefined>(
    (best, entry) => (leftOf(entry, at) > 0 || (best !== undefined && best.inFlight <= entry.inFlight) ? best : entry),
    undefined
  )

const stateOf = (entry: Entry, at: Moment): KeyState => ({
  label: entry.label,
  inFlight: entry.inFlight,
  resting:
    entry.error === undefined || leftOf(entry, at) <= 0
      ? undefined
      : { error: entry.error._tag, until: DateTime.makeUnsafe(entry.restsUntilDate) }
})

/**
 * The error of the key that can be used first: where that one only met a rate limit, waiting helps, whatever the
 * others met.
 */
const allResting = (keys: ReadonlyArray<Entry>, at: Moment): ZhipuError => {
  const first = keys.reduce((first, entry) => (leftOf(entry, at) < leftOf(first, at) ? entry : first))
  const { error, restsUntilDate } = first
  const who = keys.length === 1 ? "The only API key rests" : `All ${keys.length} API keys rest`
  const why = `Its error: ${error?.message ?? "unknown"}`
  if (restsUntilDate >= forEver) return restated(error, `${who} for ever after errors of the service. Add keys. ${why}`)
  // The clock that counts what has elapsed has nanoseconds, which nobody wants to read.
  const left = Duration.millis(Math.ceil(leftOf(first, at)))
  const message =
    `${who} after errors of the service; the first can be used again in ${Duration.format(left)} ` +
    `(${new Date(restsUntilDate).toISOString()}). Add keys, or wait. ${why}`
  return restated(error, message, left)
}

const restated = (error: KeyError | undefined, message: string, retryAfter?: Duration.Duration): ZhipuError => {
  const fields = { message, code: error?.code, status: error?.status, requestId: error?.requestId, retryAfter }
  switch (error?._tag) {
    case "AccountError":
      return new AccountError(fields)
    case "InsufficientBalanceError":
      return new InsufficientBalanceError(fields)
    case "QuotaExceededError":
      return new QuotaExceededError({ ...fields, resetAt: error.resetAt })
    case "RateLimitError":
      return new RateLimitError(fields)
    default:
      return new AuthenticationError(fields)
  }
}
