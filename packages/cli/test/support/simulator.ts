import * as Simulator from "@effect-zhipu/testing/Simulator"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { type Options, type Result, run, type Running, start } from "./zhipu.js"

/** A simulator of this test, and the environment in which the command talks to it. */
export const simulated = (options: Simulator.Options = {}) =>
  Effect.gen(function* () {
    const simulator = yield* Simulator.make(options)
    const env = { ZHIPU_BASE_URL: simulator.baseUrl, ZHIPU_API_KEY: Redacted.value(simulator.apiKey) }
    const merged = (given: Options): Options => ({ ...given, env: { ...env, ...given.env } })
    return {
      ...simulator,
      env,
      zhipu: (args: ReadonlyArray<string>, given: Options = {}): Effect.Effect<Result> =>
        Effect.promise(() => run(args, merged(given))),
      start: (args: ReadonlyArray<string>, given: Options = {}): Running => start(args, merged(given))
    }
  })
