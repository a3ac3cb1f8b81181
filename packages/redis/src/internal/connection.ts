/**
 * A connection to Redis on which nothing waits for longer than `commandTimeout`: commands are not kept for later while the
 * server is away, and ioredis does not send them a second time by itself.
 */
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { Redis, type RedisOptions } from "ioredis"
import * as elapsed from "./elapsed.js"
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
  readonly zhipuRates: (keys: number, ...args: ReadonlyArray<string | number>) => Promise<unknown>
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

/** The codes that errors of Redis begin with. The rest of an error is not shown: it may repeat the command, with a password. */
const replies =
  /\b(WRONGTYPE|WRONGPASS|NOAUTH|NOPERM|LOADING|READONLY|OOM|MISCONF|MASTERDOWN|CLUSTERDOWN|MOVED|CROSSSLOT|NOREPLICAS|BUSY|ERR)\b/

const timedOut = "no answer in time"

/** By the messages of ioredis, which gives these errors no code. */
const isLost = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === "MaxRetriesPerRequestError" ||
    error.message.startsWith("Connection is closed") ||
    error.message.startsWith("Stream isn't writeable"))

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return "unknown"
  if (error.message === "Command timed out") return timedOut
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
    const overrides: RedisOptions = {
      lazyConnect: false,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      autoResubscribe: false,
      maxRetriesPerRequest: 0,
      // For the commands that ioredis sends by itself when it connects. Ours have a timeout of their own, see `elapsed.ts`.
      commandTimeout: 5 * Duration.toMillis(commandTimeout),
      // A server that hangs does not answer QUIT either.
      disconnectTimeout: 100,
      keepAlive: 10_000,
      retryStrategy: (times) => Math.min(50 * times, 1000),
      // After a failover the old master is a replica.
      reconnectOnError: (error) => error.message.startsWith("READONLY"),
      // Ours is `prefix`. ioredis would put its own before channels, but not inside of scripts.
      keyPrefix: "",
      scripts: {
        zhipuLeases: { lua: script.leases },
        zhipuRates: { lua: script.rates }
      }
    }
    let reason = "no connection yet"
    let closed = false
    let isUp = false
    /** It was waited for in vain: that is done once an outage, not once a call. */
    let gaveUp = false
    let waiting: Fiber.Fiber<void> | undefined
    /** Open while the server is up, or known to be away. */
    const known = Effect.unsafeMakeLatch(false)

    /** Without a listener, ioredis prints errors to the console. */
    const open = Effect.acquireRelease(
      Effect.sync(() => connect(source, overrides).on("error", () => {}) as Commands),
      (redis) => Effect.sync(() => redis.disconnect())
    )
    const redis = yield* open
    redis.on("error", (error) => {
      reason = reasonOf(error)
    })
    const up = (): void => {
      reason = "the connection was lost"
      isUp = true
      gaveUp = false
      known.unsafeOpen()
    }
    const down = (): void => {
      isUp = false
      if (!gaveUp) known.unsafeClose()
    }
    redis.on("ready", up)
    redis.on("close", down)
    yield* Effect.addFinalizer(() =>
      Effect.suspend(() => {
        closed = true
        known.unsafeOpen()
        return waiting === undefined ? Effect.void : Fiber.interruptFork(waiting)
      })
    )

    const giveUp = (): Unavailable => new Unavailable({ reason })

    /** From the first command on: a layer may be built long before it is used. */
    const wait = Effect.suspend(() => {
      if (waiting !== undefined) return Effect.void
      return Effect.map(
        Effect.forkDaemon(
          Effect.interruptible(
            Effect.map(elapsed.patience(commandTimeout), () => {
              waiting = undefined
              if (isUp) return
              gaveUp = true
              known.unsafeOpen()
            })
          )
        ),
        (fiber) => {
          waiting = fiber
        }
      )
    })

    const ready: Effect.Effect<void, Unavailable> = Effect.suspend(() => {
      if (closed) return new Unavailable({ reason: "the client was closed" })
      if (isUp) return Effect.void
      // ioredis stops reconnecting only where a Sentinel knows no master.
      if (redis.status === "end") redis.connect().catch(() => {})
      if (gaveUp) return giveUp()
      // Also run by a finalizer, which is uninterruptible unless this says otherwise.
      return Effect.zipRight(wait, Effect.zipRight(Effect.interruptible(known.await), ready))
    })

    const answer = <A>(command: (redis: Commands) => Promise<A>): Effect.Effect<A, Unavailable> =>
      Effect.tryPromise({
        try: () => command(redis),
        catch: (error) => {
          if (isLost(error)) {
            // The socket has ended, though its `close` event may still be to come.
            down()
            return new Unavailable({ reason, isLost: true })
          }
          reason = reasonOf(error)
          return giveUp()
        }
      })

    const silence: Effect.Effect<never, Unavailable> = Effect.flatMap(elapsed.patience(commandTimeout), () => {
      reason = timedOut
      // The next command fails at once, instead of waiting for the same timeout.
      isUp = false
      gaveUp = true
      known.unsafeOpen()
      redis.disconnect(true)
      return giveUp()
    })

    const run: Connection["run"] = (command) =>
      Effect.zipRight(ready, Effect.interruptible(Effect.raceFirst(answer(command), silence))).pipe(
        Effect.retry({ times: 2, while: (error) => error.isLost === true })
      )

    const subscribe: Connection["subscribe"] = (channel, listener) =>
      Effect.map(open, (subscriber) => {
        subscriber.on("message", (_, message) => listener(message))
        subscriber.on("ready", () => {
          subscriber.subscribe(channel).catch(() => {})
        })
      })

    return { run, onReady: (listener) => void redis.on("ready", listener), subscribe }
  })
