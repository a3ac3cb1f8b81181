/** The options, checked and completed from the configuration of the client. */
import type { Service as ClientConfig } from "@effect-zhipu/client/ZhipuConfig"
import { ConnectionError } from "@effect-zhipu/client/ZhipuError"
import * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import type { OnUnavailable, Options, Rate, Source } from "./options.js"

/** @internal */
export interface RateSettings {
  readonly requests: number
  readonly window: Duration.Duration
  readonly algorithm: "fixed-window" | "token-bucket"
}

/** @internal */
export interface Settings {
  readonly redis: Source
  readonly prefix: string
  /** Infinite for no limit. */
  readonly maxInFlight: number
  readonly perModel: ReadonlyMap<string, number>
  readonly rate: RateSettings | undefined
  readonly ratePerModel: ReadonlyMap<string, RateSettings>
  readonly leaseDuration: Duration.Duration
  readonly renewEvery: Duration.Duration
  readonly commandTimeout: Duration.Duration
  readonly onUnavailable: OnUnavailable
  readonly processes: number
  readonly maxQueue: number
  readonly queue: Duration.Duration
}

/**
 * What this process may use of a limit without asking the others.
 *
 * @internal
 */
export const share = (limit: number, processes: number): number =>
  Number.isFinite(limit) ? Math.max(1, Math.floor(limit / processes)) : limit

/** @internal */
export const unavailable = (reason: string): ConnectionError =>
  new ConnectionError({
    message:
      `The limits that are shared through Redis cannot be asked (${reason}), so nothing was sent. ` +
      "Check the Redis server and the `redis` option; `onUnavailable` chooses what happens without it.",
    phase: "connect",
    reason: `redis: ${reason}`
  })

/** @internal */
export const closed = (): ConnectionError =>
  new ConnectionError({ message: "The client was closed while the call waited for a permit.", phase: "closed" })

type Checked<A> = Either.Either<A, ConfigError.ConfigError>

const invalid = (path: ReadonlyArray<string>, problem: string): Checked<never> =>
  Either.left(ConfigError.InvalidData([...path], `${path.join(".")} ${problem}`))

/** The URL is not repeated: it may hold a password. */
const checkSource = (source: Source): Checked<Source> => {
  const url = Redacted.isRedacted(source) ? Redacted.value(source) : source
  if (typeof url !== "string") return Either.right(source)
  const path = url.startsWith("/")
  if (path || (URL.canParse(url) && ["redis:", "rediss:"].includes(new URL(url).protocol))) return Either.right(source)
  return invalid(["redis"], "must be a URL that begins with redis:// or rediss://, or the path of a socket.")
}

const checkCount = (path: ReadonlyArray<string>, count: number | undefined): Checked<number> =>
  count === undefined || count === Number.POSITIVE_INFINITY
    ? Either.right(Number.POSITIVE_INFINITY)
    : Number.isInteger(count) && count >= 1
      ? Either.right(count)
      : invalid(path, "must be a whole number from 1.")

const checkTime = (path: ReadonlyArray<string>, input: Duration.DurationInput): Checked<Duration.Duration> => {
  const duration = Duration.decodeUnknown(input)
  return duration._tag === "Some" && Duration.isFinite(duration.value) && Duration.toMillis(duration.value) >= 1
    ? Either.right(duration.value)
    : invalid(path, "must be a finite time of at least a millisecond.")
}

const checkRate = (path: ReadonlyArray<string>, rate: Rate): Checked<RateSettings> =>
  Either.gen(function* () {
    const requests = yield* checkCount([...path, "requests"], rate.requests)
    if (!Number.isFinite(requests)) return yield* invalid([...path, "requests"], "must be finite.")
    return {
      requests,
      window: yield* checkTime([...path, "window"], rate.window),
      algorithm: rate.algorithm ?? "fixed-window"
    }
  })

const checkEach = <A, B>(
  path: string,
  record: Readonly<Record<string, A>> | undefined,
  check: (path: ReadonlyArray<string>, value: A) => Checked<B>
): Checked<ReadonlyMap<string, B>> =>
  Either.map(
    Either.all(
      Object.entries(record ?? {}).map(([key, value]) =>
        Either.map(check([path, key], value), (b) => [key, b] as const)
      )
    ),
    (entries) => new Map(entries)
  )

/** @internal */
export const make = (options: Options, { deadlines, limits }: ClientConfig): Checked<Settings> =>
  Either.gen(function* () {
    const leaseDuration = yield* checkTime(["leaseDuration"], options.leaseDuration ?? "30 seconds")
    const renewEvery = yield* checkTime(["renewEvery"], options.renewEvery ?? Duration.unsafeDivide(leaseDuration, 3))
    if (Duration.greaterThanOrEqualTo(renewEvery, leaseDuration)) {
      return yield* invalid(["renewEvery"], "must be shorter than leaseDuration, or every lease expires in use.")
    }
    const onUnavailable = options.onUnavailable ?? "fail"
    if (onUnavailable === "local" && options.processes === undefined) {
      return yield* invalid(["processes"], `must be given with onUnavailable "local": each keeps to its share then.`)
    }
    return {
      redis: yield* checkSource(options.redis),
      prefix: options.prefix ?? "zhipu",
      maxInFlight: yield* checkCount(["maxInFlight"], options.maxInFlight ?? limits.maxInFlight),
      perModel: yield* checkEach("perModel", options.perModel ?? limits.perModel, checkCount),
      rate: options.rate === undefined ? undefined : yield* checkRate(["rate"], options.rate),
      ratePerModel: yield* checkEach("ratePerModel", options.ratePerModel, checkRate),
      leaseDuration,
      renewEvery,
      commandTimeout: yield* checkTime(["commandTimeout"], options.commandTimeout ?? "2 seconds"),
      onUnavailable,
      processes: yield* checkCount(["processes"], options.processes ?? 1),
      maxQueue: limits.maxQueue ?? Number.POSITIVE_INFINITY,
      queue: deadlines.queue
    }
  })

/** @internal */
export interface CacheSettings {
  readonly redis: Source
  readonly prefix: string
  readonly commandTimeout: Duration.Duration
}

/** @internal */
export const makeCache = (options: {
  readonly redis: Source
  readonly prefix?: string | undefined
  readonly commandTimeout?: Duration.DurationInput | undefined
}): Checked<CacheSettings> =>
  Either.gen(function* () {
    return {
      redis: yield* checkSource(options.redis),
      prefix: options.prefix ?? "zhipu",
      commandTimeout: yield* checkTime(["commandTimeout"], options.commandTimeout ?? "1 second")
    }
  })
