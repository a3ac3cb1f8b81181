/**
 * A connection to Redis on which nothing waits for longer than `commandTimeout`: commands are not kept for later while the
 * server is away, nor sent a second time behind the back of whoever sent them.
 */
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { Redis, type RedisOptions } from "ioredis"
import type { Source } from "./options.js"
import * as script from "./script.js"

/**
 * Redis does not answer. `reason` is a code, never a text of ioredis: its errors hold the arguments of the command, which for
 * AUTH are the password.
 *
 * @internal
 */
export class Unavailable extends Data.TaggedError("Unavailable")<{
  readonly reason: string
  /** The connection broke off under the command, which may have arrived or not. */
  readonly isLost?: boolean
}> {}

/** @internal */
export type Commands = Redis & {
  readonly zhipuLeases: (keys: number, ...args: ReadonlyArray<string | number>) => Promise<unknown>
  readonly zhipuFixedWindow: (key: string, ...args: ReadonlyArray<string | number>) => Promise<unknown>
  readonly zhipuTokenBucket: (key: string, ...args: ReadonlyArray<string | number>) => Promise<unknown>
}

/** @internal */
export interface Connection {
  /**
   * Waits for the connection and for the answer, each at most as long as `commandTimeout`. A command under which the
   * connection broke off is sent again, so that a short break is not noticed; it may have been run before.
   */
  readonly run: <A>(command: (redis: Commands) => Promise<A>) => Effect.Effect<A, Unavailable>
  /** Called each time the server can be asked, after it could not. */
  readonly onReady: (listener: () => void) => void
  /** Messages may be lost while the connection is. */
  readonly subscribe: (channel: string, listener: (message: string) => void) => Effect.Effect<void, never, Scope.Scope>
}

/** What a server says of itself in the first word of an error; anything else could repeat what it was sent. */
const replies =
  /\b(WRONGPASS|NOAUTH|NOPERM|LOADING|READONLY|OOM|MISCONF|MASTERDOWN|CLUSTERDOWN|MOVED|CROSSSLOT|NOREPLICAS|BUSY|ERR)\b/

const timedOut = "Command timed out"

/** By the messages of ioredis, which gives these errors no code. */
const isLost = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === "MaxRetriesPerRequestError" ||
    error.message.startsWith("Connection is closed") ||
    error.message.startsWith("Stream isn't writeable"))

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return "unknown"
  if (error.message === timedOut) return "no answer in time"
  if (Predicate.hasProperty(error, "code") && typeof error.code === "string" && /^[A-Z0-9_]+$/.test(error.code)) {
    return error.code
  }
  return replies.exec(error.message)?.[1] ?? "the connection was lost"
}

const connect = (source: Source, overrides: RedisOptions): Redis => {
  if (Redacted.isRedacted(source)) return new Redis(Redacted.value(source), overrides)
  if (typeof source === "string") return new Redis(source, overrides)
  if ("duplicate" in source) return source.duplicate(overrides)
  const { password, ...options } = source
  return new Redis({
    ...options,
    ...(password === undefined
      ? {}
      : { password: Redacted.isRedacted(password) ? Redacted.value(password) : password }),
    ...overrides
  })
}

/** @internal */
export const make = (
  source: Source,
  commandTimeout: Duration.Duration
): Effect.Effect<Connection, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = yield* Effect.clock
    const patience = Duration.toMillis(commandTimeout)
    const overrides: RedisOptions = {
      lazyConnect: false,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      autoResubscribe: false,
      maxRetriesPerRequest: 0,
      commandTimeout: patience,
      // A server that hangs does not say goodbye either.
      disconnectTimeout: 100,
      keepAlive: 10_000,
      retryStrategy: (times) => Math.min(50 * times, 1000),
      // After a failover the old master is a replica.
      reconnectOnError: (error) => error.message.startsWith("READONLY"),
      // Ours is `prefix`. ioredis would put its own before channels, but not inside of scripts.
      keyPrefix: "",
      scripts: {
        zhipuLeases: { lua: script.leases },
        zhipuFixedWindow: { lua: script.fixedWindow, numberOfKeys: 1 },
        zhipuTokenBucket: { lua: script.tokenBucket, numberOfKeys: 1 }
      }
    }
    let reason = "no connection yet"
    let closed = false
    /** Since when the server cannot be asked. It is waited for once an outage, not once a call. */
    let downSince: number | undefined = clock.unsafeCurrentTimeMillis()

    /** Without a listener, ioredis prints errors to the console. */
    const open = Effect.acquireRelease(
      Effect.sync(() => connect(source, overrides).on("error", () => {}) as Commands),
      (redis) => Effect.sync(() => redis.disconnect())
    )
    const redis = yield* open
    redis.on("error", (error) => {
      reason = reasonOf(error)
    })
    const up = Effect.unsafeMakeLatch(false)
    redis.on("ready", () => {
      reason = "the connection was lost"
      downSince = undefined
      up.unsafeOpen()
    })
    const down = (since: number): void => {
      downSince ??= since
      up.unsafeClose()
    }
    redis.on("close", () => down(clock.unsafeCurrentTimeMillis()))
    yield* Effect.addFinalizer(() =>
      Effect.sync(() => {
        closed = true
      })
    )

    const giveUp = (): Unavailable => new Unavailable({ reason })

    const ready: Effect.Effect<void, Unavailable> = Effect.suspend(() => {
      if (closed) return new Unavailable({ reason: "the client was closed" })
      if (downSince === undefined) return Effect.void
      // Only where a Sentinel knows no master does ioredis stop for good.
      if (redis.status === "end") redis.connect().catch(() => {})
      const left = patience - (clock.unsafeCurrentTimeMillis() - downSince)
      if (left <= 0) return giveUp()
      // A finalizer asks as well, where nothing that does not say so can be interrupted, and so not be timed out.
      return Effect.timeoutFail(Effect.interruptible(up.await), { duration: left, onTimeout: giveUp })
    })

    const run: Connection["run"] = (command) =>
      Effect.zipRight(
        ready,
        Effect.tryPromise({
          try: () => command(redis),
          catch: (error) => {
            if (isLost(error)) {
              // The stream has ended, if `close` was not said yet.
              down(clock.unsafeCurrentTimeMillis())
              return new Unavailable({ reason, isLost: true })
            }
            reason = reasonOf(error)
            if (error instanceof Error && error.message === timedOut) {
              // Whoever comes next does not wait for the same silence again.
              down(clock.unsafeCurrentTimeMillis() - patience)
              redis.disconnect(true)
            }
            return giveUp()
          }
        })
      ).pipe(Effect.retry({ times: 2, while: (error) => error.isLost === true }))

    const subscribe: Connection["subscribe"] = (channel, listener) =>
      Effect.map(open, (subscriber) => {
        subscriber.on("message", (_, message) => listener(message))
        subscriber.on("ready", () => {
          subscriber.subscribe(channel).catch(() => {})
        })
      })

    return { run, onReady: (listener) => void redis.on("ready", listener), subscribe }
  })
