/** `zhipu simulate`: the simulator until Ctrl-C. */
import type { FaultParseError } from "@effect-zhipu/testing/Fault"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { type BrokenPipe, ListenError, UsageError } from "../errors.js"
import { say } from "../language.js"
import * as Host from "../host.js"
import { Output } from "../output.js"

/** @internal */
export interface Options {
  readonly port: number
  readonly host: string
  readonly seed: number | undefined
  readonly ttft: number | undefined
  readonly tps: number | undefined
  readonly maxInFlight: number | undefined
  readonly fault: string | undefined
  readonly json: boolean
}

/** @internal */
export const run = (
  options: Options
): Effect.Effect<never, BrokenPipe | UsageError | ListenError | FaultParseError, Output> =>
  Effect.scoped(
    Effect.gen(function* () {
      const output = yield* Output
      yield* check(options)
      const Simulator = yield* Effect.promise(() => import("@effect-zhipu/testing/Simulator"))
      const { apiKey, baseUrl, port } = yield* Effect.catchTag(
        Simulator.make({
          port: options.port,
          host: options.host,
          acceptHost: Host.accepted(options.host),
          seed: options.seed,
          firstTokenDelay: options.ttft,
          tokensPerSecond: options.tps,
          maxInFlight: options.maxInFlight,
          faults: options.fault,
          // Nobody asks for them here.
          maxRecordedRequests: 0
        }),
        "ServeError",
        (error) =>
          new ListenError({
            message: `The simulator cannot listen on ${options.host}:${options.port}: ${reasonOf(error.cause)}.`
          })
      )
      const key = Redacted.value(apiKey)
      yield* output.out(
        options.json
          ? `${JSON.stringify({ baseUrl, apiKey: key, port })}\n`
          : `export ZHIPU_BASE_URL=${baseUrl}\nexport ZHIPU_API_KEY=${key}\n`
      )
      yield* output.notice(say("simulatorAnswersAt", { baseUrl }))
      return yield* Effect.never
    })
  )

const check = (options: Options): Effect.Effect<void, UsageError> => {
  const problem =
    options.port < 0 || options.port > 65535
      ? "--port takes a number from 0 to 65535."
      : options.ttft !== undefined && options.ttft < 0
        ? "--ttft takes milliseconds, zero or more."
        : options.tps !== undefined && !(options.tps > 0)
          ? "--tps takes a number above zero."
          : options.maxInFlight !== undefined && options.maxInFlight < 1
            ? "--max-in-flight takes a number from 1."
            : undefined
  return problem === undefined ? Effect.void : new UsageError({ message: problem })
}

/** Why a port cannot be had. @internal */
export const reasonOf = (cause: unknown): string => {
  const code = typeof cause === "object" && cause !== null ? Reflect.get(cause, "code") : undefined
  switch (code) {
    case "EADDRINUSE":
      return "the port is taken"
    case "EACCES":
      return "permission is denied"
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return "this machine has no such address"
    default:
      return typeof code === "string" ? code : "it failed"
  }
}
