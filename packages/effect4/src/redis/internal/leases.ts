// Generated from packages/redis/src/internal/leases.ts by scripts/effect4: change that file.
/**
 * The leases of this process and its places in the queue of all processes.
 *
 * One fiber sends Redis what has changed and gets back what was granted; what happens while it waits for an answer goes
 * with the next command. So commands never overtake each other, and a lost answer costs nothing: what was not confirmed is
 * sent again.
 */
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import type { ConnectionError, QueueFullError } from "../../ZhipuError.js"
import type { Connection } from "./connection.js"
import * as elapsed from "./elapsed.js"
import { closed as closedError, type Settings, share, unavailable } from "./settings.js"

/** A call on its way through the limits. */
export interface Call {
  readonly model: string | undefined
  /** Called when the call has to wait: gives the error where there is no room to wait in. */
  readonly mustWait: () => QueueFullError | undefined
  /** Its lease, or its place in the queue. */
  entry: Entry | undefined
}

interface Entry {
  readonly id: string
  readonly group: number
  readonly call: Call
  held: boolean
  /** Redis may know of it. */
  isSent: boolean
  readonly granted: Deferred.Deferred<void, ConnectionError | QueueFullError>
}

/** @internal */
export interface Leases {
  /** Waits for a lease. Who stops waiting must `leave`, whether the lease was granted in that moment or not. */
  readonly take: (call: Call) => Effect.Effect<void, ConnectionError | QueueFullError>
  /** Gives back a lease or a place in the queue. */
  readonly leave: (call: Call) => void
}

/** Without a message from the subscription, which may be lost, this is how late a lease is noticed. */
const pollEveryMillis = 1000

/** How often a server that is away is asked again, besides when its connection comes back. */
const retryEveryMillis = 500

/** @internal */
export const make = (connection: Connection, settings: Settings): Effect.Effect<Leases, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = yield* Effect.clockWith(Effect.succeed)
    const now = (): number => elapsed.millis(clock)
    const name = yield* Effect.sync(() => crypto.randomUUID())
    const renewEveryMillis = Duration.toMillis(settings.renewEvery)
    const latch = Latch.makeUnsafe(false)

    /** Models with a limit of their own, and first the group of all others. */
    const groups: ReadonlyArray<readonly [model: string, limit: number]> = [
      ["", Number.POSITIVE_INFINITY],
      ...settings.perModel
    ]
    const groupOf = new Map(groups.map(([model], index) => [model, index]))
    const keys = [
      "leases",
      "alive",
      "tickets",
      ...groups.flatMap(([model]) => [`queue:${model}`, `leases:${model}`])
    ].map((key) => `{${settings.prefix}}:${key}`)
    const channel = `{${settings.prefix}}:granted:`
    const limitOf = (limit: number): number => (Number.isFinite(limit) ? limit : -1)
    const head = [
      Math.ceil(Duration.toMillis(settings.leaseDuration)),
      limitOf(settings.maxInFlight),
      channel,
      groups.length,
      ...groups.map(([, limit]) => limitOf(limit))
    ]

    /** In order of arrival. */
    const entries = new Map<string, Entry>()
    const fresh = new Set<Entry>()
    const gone = new Map<string, { readonly group: number; readonly at: number }>()
    let held = 0
    let number = 0
    let state: "shared" | "alone" | "closed" = "shared"
    let lastReason = ""
    let sendAll = false
    let lastBeat = now()

    const fail = (entry: Entry, error: ConnectionError | QueueFullError): void => {
      drop(entry)
      Deferred.doneUnsafe(entry.granted, Effect.fail(error))
    }

    const hold = (entry: Entry): void => {
      if (entry.held) return
      entry.held = true
      held++
      Deferred.doneUnsafe(entry.granted, Effect.void)
    }

    const drop = (entry: Entry): void => {
      if (!entries.delete(entry.id)) return
      if (entry.held) held--
      fresh.delete(entry)
      // Whether or not Redis has answered: the command may have arrived though its answer did not.
      if (entry.isSent) gone.set(entry.id, { group: entry.group, at: now() })
    }

    const wait = (entry: Entry): void => {
      const error = entry.call.mustWait()
      if (error !== undefined) fail(entry, error)
    }

    const heldIn = (group: number): number => {
      let count = 0
      for (const entry of entries.values()) if (entry.held && entry.group === group) count++
      return count
    }

    const hasLocalRoom = (group: number): boolean =>
      held < share(settings.maxInFlight, settings.processes) &&
      heldIn(group) < share(groups[group]?.[1] ?? Number.POSITIVE_INFINITY, settings.processes)

    /** Without Redis. What is held then is sent when Redis is back, so that it counts for the others. */
    const decide = (): void => {
      for (const entry of entries.values()) {
        if (entry.held) continue
        if (state === "closed") fail(entry, closedError())
        else if (settings.onUnavailable === "fail") fail(entry, unavailable(lastReason))
        else if (settings.onUnavailable === "allow" || hasLocalRoom(entry.group)) hold(entry)
        else wait(entry)
      }
    }

    /** What has expired by itself need not be sent, so that a long outage does not fill the memory. */
    const prune = (): void => {
      const oldest = now() - Duration.toMillis(settings.leaseDuration)
      for (const [id, { at }] of gone) {
        if (at >= oldest) return
        gone.delete(id)
      }
    }

    const send = (batch: Iterable<Entry>, left: typeof gone) => {
      const args: Array<string | number> = [...keys, ...head]
      for (const [id, { group }] of left) args.push("gone", id, group + 1)
      for (const entry of batch) {
        entry.isSent = true
        args.push(entry.held ? "held" : "waiting", entry.id, entry.group + 1)
      }
      return connection.run((redis) => redis.zhipuLeases(keys.length, ...args))
    }

    const answered = (batch: ReadonlyArray<Entry>, left: typeof gone, reply: unknown): void => {
      for (const id of left.keys()) gone.delete(id)
      for (const id of Array.isArray(reply) ? reply : []) {
        const entry = entries.get(String(id))
        if (entry !== undefined) hold(entry)
      }
      for (const entry of batch) if (!entry.held && entries.has(entry.id)) wait(entry)
    }

    const went = (next: "shared" | "alone", reason: string): Effect.Effect<void> => {
      if (state === next || state === "closed") return Effect.void
      state = next
      lastReason = reason
      if (next === "shared") return Effect.logInfo("Redis answers again: the limits are shared")
      const now = { fail: "calls fail", local: "this process keeps to its share", allow: "calls are not limited" }
      return Effect.logWarning(
        `Redis, which shares the limits, does not answer (${reason}): ${now[settings.onUnavailable]} until it does`
      )
    }

    const sync = Effect.suspend(() => {
      prune()
      const all = sendAll || state === "alone" || beatIn() <= 0
      if (!all && fresh.size === 0 && gone.size === 0) return Effect.void
      const batch = Array.from(all ? entries.values() : fresh)
      const left = new Map(gone)
      sendAll = false
      fresh.clear()
      if (all) lastBeat = now()
      return Effect.flatMap(Effect.result(send(batch, left)), (result) =>
        Effect.andThen(
          Result.isSuccess(result) ? went("shared", "") : went("alone", result.failure.reason),
          Effect.sync(() => {
            if (Result.isSuccess(result)) return answered(batch, left, result.success)
            lastReason = result.failure.reason
            decide()
          })
        )
      )
    })

    const beatIn = (): number => {
      const every =
        state === "alone"
          ? retryEveryMillis
          : entries.size > held
            ? Math.min(pollEveryMillis, renewEveryMillis)
            : renewEveryMillis
      // At most the whole interval: a clock that stands still or jumps may delay a renewal, not stop it.
      return Math.min(every, lastBeat + every - now())
    }

    const loop = Effect.suspend(() => Effect.timeoutOption(latch.await, Math.max(1, beatIn()))).pipe(
      Effect.andThen(
        Effect.suspend(() => {
          latch.closeUnsafe()
          return sync
        })
      ),
      Effect.forever
    )

    yield* connection.subscribe(channel + name, (id) => {
      const entry = entries.get(id)
      if (entry !== undefined) hold(entry)
    })
    // A server that was started anew knows of no lease: all are sent at once, before other processes ask if possible.
    connection.onReady(() => {
      sendAll = true
      latch.openUnsafe()
    })
    yield* Effect.addFinalizer(() =>
      Effect.suspend(() => {
        state = "closed"
        decide()
        for (const entry of Array.from(entries.values())) drop(entry)
        return gone.size === 0 ? Effect.void : Effect.ignore(send([], gone))
      })
    )
    yield* Effect.forkScoped(loop)

    return {
      take: (call) =>
        Effect.suspend(() => {
          const group = (call.model === undefined ? undefined : groupOf.get(call.model)) ?? 0
          if (!Number.isFinite(settings.maxInFlight) && group === 0) return Effect.void
          const entry: Entry = {
            id: `${name}:${number++}`,
            group,
            call,
            held: false,
            isSent: false,
            granted: Deferred.makeUnsafe()
          }
          call.entry = entry
          entries.set(entry.id, entry)
          if (state === "shared") {
            fresh.add(entry)
            latch.openUnsafe()
          } else {
            decide()
          }
          return Deferred.await(entry.granted)
        }),
      leave: (call) => {
        if (call.entry === undefined) return
        drop(call.entry)
        call.entry = undefined
        if (state === "shared") latch.openUnsafe()
        else decide()
      }
    }
  })
