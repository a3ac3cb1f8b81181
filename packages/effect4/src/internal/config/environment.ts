// Generated from packages/client/src/internal/config/environment.ts by scripts/effect4: change that file.
/**
 * What the environment says, under the names that are in use for this service; explicit options come before it.
 */
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type { Region } from "../../Region.js"

/** In the order in which they are read. Keys are bound to a host: the region is the one that a name speaks of. @internal */
export const keyVariables: ReadonlyArray<{ readonly name: string; readonly region: Region | undefined }> = [
  { name: "ZHIPU_API_KEY", region: "cn" },
  { name: "ZHIPUAI_API_KEY", region: "cn" },
  { name: "ZAI_API_KEY", region: "global" },
  { name: "GLM_API_KEY", region: undefined },
  { name: "Z_AI_API_KEY", region: "global" },
  { name: "BIGMODEL_API_KEY", region: "cn" }
]

/** In the order in which they are read. @internal */
export const baseUrlVariables: ReadonlyArray<string> = ["ZHIPU_BASE_URL", "ZHIPUAI_BASE_URL", "ZAI_BASE_URL"]

/** @internal */
export interface Settings {
  readonly apiKey: { readonly name: string; readonly value: Redacted.Redacted; readonly region: Region } | undefined
  /** Names that hold another key than the one used. */
  readonly ignoredKeys: ReadonlyArray<string>
  readonly baseUrl: string | undefined
  readonly auth: AuthKind | undefined
  readonly region: Region | undefined
  /** Seconds. */
  readonly timeout: number | undefined
  readonly maxRetries: number | undefined
  readonly maxInFlight: number | undefined
}

type AuthKind = "api-key" | "jwt"

/** A variable that is set to nothing counts as not set, as shells and CI systems leave it. */
const optional = <A>(config: Config.Config<A>, isEmpty: (a: A) => boolean): Config.Config<Option.Option<A>> =>
  Config.map(
    Config.option(config),
    Option.filter((a) => !isEmpty(a))
  )

const text = (name: string) => optional(Config.String(name), (value) => value.trim() === "")

const key = (name: string) => optional(Config.Redacted(name), (value) => Redacted.value(value).trim() === "")

const oneOf = <A>(name: string, values: Readonly<Record<string, A>>): Config.Config<Option.Option<A>> =>
  Config.mapEffect(text(name), (given) =>
    Effect.fromResult(
      Option.match(given, {
        onNone: () => Result.succeed(Option.none<A>()),
        onSome: (value) => {
          const found = Object.entries(values).find(([known]) => known === value.trim().toLowerCase())
          return found === undefined
            ? Result.fail(
                new Config.ConfigError(
                  new ConfigProvider.SourceError({
                    message: `${name} must be one of ${Object.keys(values).join(", ")}.`
                  })
                )
              )
            : Result.succeed(Option.some(found[1]))
        }
      })
    )
  )

const number = (name: string): Config.Config<Option.Option<number>> =>
  Config.mapEffect(text(name), (given) =>
    Effect.fromResult(
      Option.match(given, {
        onNone: () => Result.succeed(Option.none<number>()),
        onSome: (value) => {
          const parsed = Number(value)
          return Number.isFinite(parsed) && parsed >= 0
            ? Result.succeed(Option.some(parsed))
            : Result.fail(
                new Config.ConfigError(
                  new ConfigProvider.SourceError({ message: `${name} must be a number, zero or more.` })
                )
              )
        }
      })
    )
  )

const authKinds: Record<string, AuthKind> = { "api-key": "api-key", bearer: "api-key", jwt: "jwt" }

const regionNames: Record<string, Region> = { cn: "cn", global: "global" }

const isDenied = (defect: unknown): defect is Error =>
  defect instanceof Error && (defect.name === "NotCapable" || defect.name === "PermissionDenied")

const ofProcess = (): Readonly<Record<string, unknown>> | undefined => {
  const host: unknown = Reflect.get(globalThis, "process")
  return Predicate.hasProperty(host, "env") && Predicate.isObject(host.env) ? host.env : undefined
}

/** One variable after the other, where Effect's own provider reads all of them, which Deno may not allow. */
const oneByOne = ConfigProvider.make((path) =>
  Effect.sync(() => {
    const value = ofProcess()?.[path.join("_")]
    return typeof value === "string" && value !== "" ? ConfigProvider.makeValue(value) : undefined
  })
)

/** By the provider of the program where it has one. */
const inTurn = <A>(reading: Effect.Effect<A, Config.ConfigError>): Effect.Effect<A, Config.ConfigError> =>
  Effect.contextWith((context: Context.Context<never>) =>
    "Deno" in globalThis && !context.mapUnsafe.has(ConfigProvider.ConfigProvider.key)
      ? Effect.provideService(reading, ConfigProvider.ConfigProvider, oneByOne)
      : reading
  )

/**
 * Deno throws where a program reads a variable that it has no permission for, and Effect's provider does not catch that.
 *
 * @internal
 */
export const permitted = <A>(reading: Effect.Effect<A, Config.ConfigError>): Effect.Effect<A, Config.ConfigError> =>
  Effect.catchDefect(inTurn(reading), (defect) =>
    isDenied(defect)
      ? Effect.fail(
          new Config.ConfigError(
            new ConfigProvider.SourceError({
              message: `environment: The environment may not be read. ${defect.message}, or give the options in code.`
            })
          )
        )
      : Effect.die(defect)
  )

const read: Effect.Effect<Settings, Config.ConfigError> = Effect.gen(function* () {
  const keys = yield* Config.all(
    keyVariables.map(({ name, region = "cn" }) => Config.map(key(name), (value) => ({ name, region, value })))
  )
  const set = keys.flatMap(({ value, ...variable }) =>
    Option.isSome(value) ? [{ ...variable, value: value.value }] : []
  )
  const first = set[0]
  const urls = yield* Config.all(baseUrlVariables.map(text))
  const auth = yield* oneOf("ZHIPU_AUTH", authKinds)
  const region = yield* oneOf("ZHIPU_REGION", regionNames)
  const timeout = yield* number("ZHIPU_TIMEOUT")
  const retries = yield* number("ZHIPU_MAX_RETRIES")
  const maxInFlight = yield* number("ZHIPU_MAX_CONCURRENCY")
  return {
    apiKey: first,
    ignoredKeys: set
      .filter(({ value }) => first !== undefined && Redacted.value(value) !== Redacted.value(first.value))
      .map(({ name }) => name),
    baseUrl: Option.getOrUndefined(Option.firstSomeOf(urls)),
    auth: Option.getOrUndefined(auth),
    region: Option.getOrUndefined(region),
    timeout: Option.getOrUndefined(timeout),
    maxRetries: Option.getOrUndefined(retries),
    maxInFlight: Option.getOrUndefined(maxInFlight)
  }
})

/** @internal */
export const settings: Effect.Effect<Settings, Config.ConfigError> = permitted(read)
