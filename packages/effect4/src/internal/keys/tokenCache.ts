// Generated from packages/client/src/internal/keys/tokenCache.ts by scripts/effect4: change that file.
/** Tokens for one key after the other: each is signed once, and used until well before it expires. */
import { useMillis } from "@effect-zhipu/protocol/internal/keys/claims"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as SynchronizedRef from "effect/SynchronizedRef"
import { AuthenticationError } from "../../ZhipuError.js"
import * as jwt from "./jwt.js"

interface Token {
  /** The whole key: a rotated secret under the same id must not find the old token. */
  readonly key: string
  readonly authorization: Redacted.Redacted
  /** Milliseconds of the clock. */
  readonly usableUntil: number
}

/** @internal */
export interface Signer {
  /** The `Authorization` value of a key. Concurrent calls share one signing. */
  readonly authorization: (key: string) => Effect.Effect<Redacted.Redacted, AuthenticationError>
  readonly forget: Effect.Effect<void>
}

/** @internal */
export const bearer = (token: string): Redacted.Redacted => Redacted.make(`Bearer ${token}`)

/** @internal */
export const make = (jwtTtl: Duration.Duration): Effect.Effect<Signer> =>
  Effect.map(SynchronizedRef.make<Token | undefined>(undefined), (cache) => {
    const ttl = Duration.toMillis(jwtTtl)

    const sign = (key: string, now: number): Effect.Effect<Token, AuthenticationError> =>
      Effect.map(
        Effect.tryPromise({
          try: () => jwt.sign(key, now, ttl),
          // The reason is dropped: it could name the secret.
          catch: () => new AuthenticationError({ message: "The API key could not sign a JWT. Check its secret half." })
        }),
        (token) => ({ key, authorization: bearer(token), usableUntil: now + useMillis(ttl) })
      )

    const authorization = (key: string, now: number): Effect.Effect<Redacted.Redacted, AuthenticationError> => {
      const isUsable = (token: Token | undefined): token is Token => token?.key === key && now < token.usableUntil
      // Looked at without the lock first, as nearly every call finds a token.
      return Effect.flatMap(SynchronizedRef.get(cache), (token) =>
        isUsable(token)
          ? Effect.succeed(token.authorization)
          : SynchronizedRef.modifyEffect(cache, (token) =>
              Effect.map(isUsable(token) ? Effect.succeed(token) : sign(key, now), (usable) => [
                usable.authorization,
                usable
              ])
            )
      )
    }

    return {
      authorization: (key) => Effect.flatMap(Clock.currentTimeMillis, (now) => authorization(key, now)),
      forget: SynchronizedRef.set(cache, undefined)
    }
  })
