/** Who asks: an `Authorization` value of a key, of a key that an effect gives, or of several. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { AuthenticationError } from "../../ZhipuError.js"
import { checkedKeys, problemOfGiven, problemOfKeys } from "./checkKey.js"
import type { Authorizer, KeySource } from "./lease.js"
import { isKeyPool, type KeyPool, type LeaseSettings } from "./poolDescription.js"
import * as Signer from "./tokenCache.js"

type Kind = LeaseSettings["auth"]

/** What can be said of a source before it is asked, as a sentence; never repeats a key. @internal */
export const problemOf = (source: KeySource, auth: Kind): string | undefined => {
  if (isKeyPool(source)) return Effect.isEffect(source.keys) ? undefined : problemOfKeys(source.keys, auth)
  return Effect.isEffect(source) ? undefined : sentence(problemOfGiven(source, auth))
}

const sentence = (problem: string | undefined): string | undefined =>
  problem === undefined ? undefined : `The API key ${problem}.`

/** The key of a source, of several the first. @internal */
export const keyOf = (source: KeySource, auth: Kind): Effect.Effect<Redacted.Redacted, AuthenticationError> => {
  if (isKeyPool(source)) {
    return Effect.flatMap(checkedKeys(source.keys, auth), (keys) => Effect.orDie(Effect.fromNullable(keys[0])))
  }
  const checked = (key: Redacted.Redacted): Effect.Effect<Redacted.Redacted, AuthenticationError> => {
    const message = sentence(problemOfGiven(key, auth))
    return message === undefined ? Effect.succeed(key) : new AuthenticationError({ message })
  }
  return Effect.isEffect(source) ? Effect.flatMap(source, checked) : checked(source)
}

/** Of a pool, or of what `keyOf` gave. @internal */
export const make = (
  source: KeyPool | Effect.Effect<Redacted.Redacted, AuthenticationError>,
  settings: LeaseSettings
): Effect.Effect<Authorizer> => {
  const forKey = anotherKey(settings)
  if (isKeyPool(source)) return Effect.succeed({ ...pooled(source, settings), forKey })
  if (settings.auth === "api-key") {
    return Effect.succeed({
      authorization: Effect.map(source, (key) => Signer.bearer(Redacted.value(key))),
      renew: Effect.succeed(false),
      forKey
    })
  }
  return Effect.map(Signer.make(settings.jwtTtl), (signer) => ({
    authorization: Effect.flatMap(source, (key) => signer.authorization(Redacted.value(key))),
    renew: Effect.as(signer.forget, true),
    signedWith: source,
    forKey
  }))
}

/** The keys of a pool are leased by `keys`; `authorization` is for whoever wants to look at one, without a lease. */
const pooled = (pool: KeyPool, settings: LeaseSettings): Authorizer => {
  const keys = pool.lease(settings)
  return {
    authorization: keys
      .withKey(undefined, ({ authorization }) => Effect.succeed(authorization))
      .pipe(
        Effect.mapError((error) =>
          error._tag === "AuthenticationError" ? error : new AuthenticationError({ message: error.message })
        )
      ),
    renew: Effect.as(keys.forget, settings.auth === "jwt"),
    keys
  }
}

/**
 * Keys of single calls. What is known of one, its token or how the keys of a pool are doing, is kept as long as the source
 * itself, which the program may hold for a tenant, or make anew for each call.
 */
const anotherKey = (settings: LeaseSettings): NonNullable<Authorizer["forKey"]> => {
  const known = new WeakMap<KeySource, Authorizer>()
  return (source) =>
    Effect.suspend(() => {
      const message = problemOf(source, settings.auth)
      if (message !== undefined) return new AuthenticationError({ message })
      const found = known.get(source)
      if (found !== undefined) return Effect.succeed(found)
      return Effect.map(make(isKeyPool(source) ? source : keyOf(source, settings.auth), settings), (made) => {
        // Somebody else may have been faster.
        const authorizer = known.get(source) ?? made
        known.set(source, authorizer)
        return authorizer
      })
    })
}
