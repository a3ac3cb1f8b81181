/** `zhipu token`: a JWT signed with the key. */
import * as ZhipuAuth from "@effect-zhipu/client/ZhipuAuth"
import * as ZhipuConfig from "@effect-zhipu/client/ZhipuConfig"
import type { AuthenticationError } from "@effect-zhipu/client/ZhipuError"
import * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { BrokenPipe, UsageError } from "../errors.js"
import { readStdin } from "../input.js"
import { Output } from "../output.js"

/** @internal */
export const run = (options: {
  readonly ttl: number | undefined
  readonly keyStdin: boolean
}): Effect.Effect<void, BrokenPipe | UsageError | ConfigError.ConfigError | AuthenticationError, Output> =>
  Effect.gen(function* () {
    const output = yield* Output
    const key = options.keyStdin
      ? (yield* readStdin({ wanted: false, keyStdin: true, dispensable: false }, output)).key
      : undefined
    const given = yield* ZhipuConfig.fromEnvironment({
      auth: "jwt",
      jwtTtl: options.ttl,
      ...(key === undefined ? {} : { apiKey: Redacted.make(key) })
    }).pipe(
      Effect.catchIf(ConfigError.isMissingData, () =>
        Effect.fail(
          ConfigError.MissingData(
            ["ZHIPU_API_KEY"],
            "There is no API key to sign with. Set ZHIPU_API_KEY, or give it by --key-stdin."
          )
        )
      )
    )
    const config = yield* ZhipuConfig.make(given)
    const auth = yield* Effect.provideService(ZhipuAuth.makeJwt, ZhipuConfig.ZhipuConfig, config)
    const authorization = Redacted.value(yield* auth.authorization)
    yield* output.out(`${authorization.slice("Bearer ".length)}\n`)
  })
