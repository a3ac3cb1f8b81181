/**
 * Watches the calls of clients: rates, errors by kind, latencies, tokens and alerts, over a window that slides.
 *
 * Put its layer under the clients that it shall watch, and under what reads it; the same value in both places is the same
 * monitor. It costs a few numbers a call and nothing an event, and its memory does not grow with the calls.
 *
 * @since 0.1.0
 */
import * as CallObserver from "@effect-zhipu/client/CallObserver"
import * as Cause from "effect/Cause"
import * as Chunk from "effect/Chunk"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as PubSub from "effect/PubSub"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Alert from "./Alert.js"
import type { AlertChange } from "./AlertChange.js"
import * as Figures from "./internal/figures.js"
import * as Rules from "./internal/watchRules.js"
import type { Last, Range, Snapshot } from "./Snapshot.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** How far back figures and alerts look. Default 1 minute, from 1 second to 1 day. It is kept by the second, a longer one than 10 minutes in 600 parts. */
  readonly window?: Duration.DurationInput | undefined
  /** How often the figures are published and the rules checked. Default 1 second, at least 10 milliseconds. */
  readonly interval?: Duration.DurationInput | undefined
  /** How far back `history` goes. Default 5 minutes, at most 1 day and 86,400 intervals. */
  readonly history?: Duration.DurationInput | undefined
  /** Default `Alert.defaults`: more than 5 % of the calls fail. One that throws counts as `null`, and is logged once. */
  readonly rules?: ReadonlyArray<Alert.Rule> | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** The figures as they are now. */
  readonly snapshot: Effect.Effect<Snapshot>
  /** The figures at once, and then at each interval. A slow reader misses some, and gets the latest. */
  readonly changes: Stream.Stream<Snapshot>
  /** Alerts as they are raised and cleared from now on. A reader may be 256 behind before it misses the oldest. */
  readonly alerts: Stream.Stream<AlertChange>
  /** The figures at each interval of the time past, the oldest first, without those by model and by key. */
  readonly history: Effect.Effect<ReadonlyArray<Snapshot>>
  /** The figures of a longer time than the window; `None` where a remote monitor does not answer. */
  readonly range: (last: Last) => Effect.Effect<Option.Option<Range>>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class Monitor extends Context.Tag("@effect-zhipu/monitor/Monitor")<Monitor, Service>() {}

interface Thrown {
  readonly rule: string
  readonly cause: unknown
}

/** A rule of the user may throw at figures that it did not expect: that counts as `null`, and the other rules go on. */
const guarded = (rule: Alert.Rule, onThrow: (thrown: Thrown) => void): Alert.Rule => {
  let hasThrown = false
  return {
    ...rule,
    value: (snapshot) => {
      try {
        return rule.value(snapshot)
      } catch (cause) {
        if (!hasThrown) onThrow({ rule: rule.name, cause })
        hasThrown = true
        return null
      }
    }
  }
}

/** More would take the memory of a machine, and less its processor. */
const within = (duration: Duration.DurationInput, minimum: Duration.Duration): Duration.Duration =>
  Duration.clamp(Duration.decode(duration), { minimum, maximum: Duration.days(1) })

/** The most snapshots of a history: a day by the second. */
const maxKept = 86_400

/** How many changes of alerts a snapshot tells of. */
const recentAlerts = 20

/**
 * A monitor and what tells it of calls: hand `observer` to clients by `CallObserver.add`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  options: Options = {}
): Effect.Effect<{ readonly monitor: Service; readonly observer: CallObserver.CallObserver }, never, Scope.Scope> =>
  Effect.gen(function* () {
    const interval = within(options.interval ?? "1 second", Duration.millis(10))
    const history = within(options.history ?? "5 minutes", interval)
    const kept = Math.min(maxKept, Math.round(Duration.toMillis(history) / Duration.toMillis(interval)))
    const window = within(options.window ?? "1 minute", Duration.seconds(1))
    const figures = Figures.make(Duration.toMillis(window), yield* Effect.clock)
    let thrown: Array<Thrown> = []
    const rules = Rules.make(
      (options.rules ?? Alert.defaults).map((rule) => guarded(rule, (what) => void thrown.push(what)))
    )
    const snapshots = yield* PubSub.sliding<Snapshot>(2)
    const changes = yield* PubSub.sliding<AlertChange>(256)
    let recent: ReadonlyArray<AlertChange> = []
    let snapshotsKept: Chunk.Chunk<Snapshot> = Chunk.empty()

    const withAlerts = (now: ReturnType<typeof figures.at>): Snapshot => ({
      ...now,
      alerts: { active: rules.active(), recent }
    })
    const snapshotAt = (time: number): Snapshot => withAlerts(figures.at(time))

    const tick = Effect.gen(function* () {
      const time = yield* Clock.currentTimeMillis
      const now = figures.at(time)
      const changed = rules.look(withAlerts(now))
      recent = [...changed, ...recent].slice(0, recentAlerts)
      const snapshot = withAlerts(now)
      snapshotsKept = Chunk.takeRight(Chunk.append(snapshotsKept, Figures.past(snapshot)), kept)
      yield* PubSub.publishAll(changes, changed)
      yield* PubSub.publish(snapshots, snapshot)
    })

    const logThrown = Effect.suspend(() => {
      const latest = thrown
      thrown = []
      return Effect.forEach(
        latest,
        ({ cause, rule }) =>
          Effect.logError(`The alert rule ${rule} throws, and is taken for null wherever it does`, Cause.die(cause)),
        { discard: true }
      )
    })

    yield* Effect.zipRight(tick, logThrown).pipe(
      // A tick that fails is logged, and the next one runs all the same.
      Effect.catchAllCause((cause) => Effect.logError("The monitor could not tell its figures", cause)),
      Effect.repeat(Schedule.fixed(interval)),
      Effect.forkScoped
    )

    const snapshot = Effect.map(Clock.currentTimeMillis, snapshotAt)
    return {
      observer: figures.observer,
      monitor: {
        snapshot,
        changes: Stream.unwrapScoped(
          Effect.map(PubSub.subscribe(snapshots), (queue) =>
            Stream.concat(Stream.fromEffect(snapshot), Stream.fromQueue(queue))
          )
        ),
        alerts: Stream.fromPubSub(changes),
        history: Effect.sync(() => Chunk.toReadonlyArray(snapshotsKept)),
        range: (last) => Effect.map(Clock.currentTimeMillis, (time) => Option.some(figures.range(last, time)))
      }
    }
  })

/**
 * A monitor of all clients that this layer is provided to.
 *
 * @example
 * ```ts
 * import { Zhipu } from "@effect-zhipu/client"
 * import { Monitor } from "@effect-zhipu/monitor"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Console, Effect, Layer, Stream } from "effect"
 *
 * const monitor = Monitor.layer({ window: "1 minute" })
 *
 * const zhipu = Zhipu.layerConfig().pipe(Layer.provide([FetchHttpClient.layer, monitor]))
 *
 * const pager = Layer.scopedDiscard(
 *   Effect.gen(function* () {
 *     const { alerts } = yield* Monitor.Monitor
 *     yield* alerts.pipe(Stream.runForEach(Console.log), Effect.forkScoped)
 *   })
 * ).pipe(Layer.provide(monitor))
 *
 * export const live = Layer.merge(zhipu, pager)
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<Monitor> =>
  Layer.scoped(
    Monitor,
    Effect.gen(function* () {
      const { monitor, observer } = yield* make(options)
      yield* CallObserver.register(observer)
      return monitor
    })
  )
