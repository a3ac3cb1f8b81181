/**
 * The monitor of another process, read over HTTP from where it has mounted `Dashboard.routes`.
 *
 * @since 0.1.0
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Cause from "effect/Cause"
import * as Chunk from "effect/Chunk"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { AlertChange } from "./AlertChange.js"
import { Job } from "./Job.js"
import * as Monitor from "./Monitor.js"
import * as Figures from "./internal/figures.js"
import { Range, Snapshot } from "./Snapshot.js"

/**
 * There is no monitor at the address, or none that answers. The message says what to look at.
 *
 * @since 0.1.0
 * @category errors
 */
export class MonitorUnreachableError extends Data.TaggedError("MonitorUnreachableError")<{
  readonly message: string
}> {}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** Where the routes are mounted, for example `http://127.0.0.1:3000/monitor`. */
  readonly url: string
  /** How often it is asked. Default 1 second, at least 10 milliseconds. */
  readonly interval?: Duration.DurationInput | undefined
}

const maxHistory = 300

/** Those before the last that was told, the latest first. Not by their times, as a clock may be set back. */
const since = (told: AlertChange | undefined, recent: ReadonlyArray<AlertChange>): ReadonlyArray<AlertChange> => {
  if (told === undefined) return recent
  const { _tag, name, time } = told
  const index = recent.findIndex((one) => one.time === time && one.name === name && one._tag === _tag)
  return index === -1 ? recent : recent.slice(0, index)
}

const decodeSnapshot = HttpClientResponse.schemaBodyJson(Snapshot)

const decodeRange = HttpClientResponse.schemaBodyJson(Range)

const decodeJobs = HttpClientResponse.schemaBodyJson(Schema.Array(Job))

const decodeHistory = HttpClientResponse.schemaBodyJson(Schema.Array(Snapshot))

/**
 * Fails where the monitor cannot be read at first. When it cannot be read later, the last figures stand as they are, with
 * their old `time`, and the next ones are told when they come.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  options: Options
): Effect.Effect<Monitor.Service, MonitorUnreachableError, HttpClient.HttpClient | Scope.Scope> =>
  Effect.gen(function* () {
    const client = yield* HttpClient.HttpClient
    const base = yield* baseOf(options.url)
    const read = reading(client, base)
    const interval = Duration.max(Duration.decode(options.interval ?? "1 second"), Duration.millis(10))
    let history = yield* read("history", decodeHistory)
    let latest = yield* read("snapshot", decodeSnapshot)
    const snapshots = yield* PubSub.sliding<Snapshot>(2)
    const changes = yield* PubSub.sliding<AlertChange>(256)

    const poll = Effect.flatMap(read("snapshot", decodeSnapshot), (snapshot) => {
      const changed = since(latest.alerts.recent[0], snapshot.alerts.recent)
      latest = snapshot
      history = [...history, Figures.past(snapshot)].slice(-maxHistory)
      return Effect.zipRight(PubSub.publishAll(changes, changed.toReversed()), PubSub.publish(snapshots, snapshot))
    })

    yield* poll.pipe(
      // An error is an outage, which passes; a defect, of the HTTP client say, must not end the polling either.
      Effect.catchAllCause((cause) =>
        Cause.isDie(cause) ? Effect.logError("The monitor could not be read", cause) : Effect.void
      ),
      Effect.repeat(Schedule.spaced(interval)),
      Effect.delay(interval),
      Effect.forkScoped
    )

    return {
      snapshot: Effect.sync(() => latest),
      changes: Stream.unwrapScoped(
        Effect.map(PubSub.subscribe(snapshots), (queue) =>
          Stream.concat(Stream.fromChunk(Chunk.of(latest)), Stream.fromQueue(queue))
        )
      ),
      alerts: Stream.fromPubSub(changes),
      history: Effect.sync(() => history),
      range: (last) => Effect.option(read(`range?last=${last}`, decodeRange))
    }
  })

/** What is at a path of a monitor. */
const reading =
  (client: HttpClient.HttpClient, base: string) =>
  <A, E>(
    path: string,
    decode: (response: HttpClientResponse.HttpClientResponse) => Effect.Effect<A, E>
  ): Effect.Effect<A, MonitorUnreachableError> => {
    const unreachable = (why: string) =>
      new MonitorUnreachableError({
        message: `${why} at ${base}. Give the address where the application has mounted the routes of its monitor.`
      })
    return HttpClient.filterStatusOk(client)
      .get(`${base}/${path}`)
      .pipe(
        Effect.mapError((error) =>
          unreachable(
            error._tag === "ResponseError" ? `Status ${error.response.status}, and no monitor,` : "Nobody answers"
          )
        ),
        Effect.flatMap((response) =>
          Effect.mapError(decode(response), () => unreachable("There is something else than a monitor"))
        ),
        Effect.scoped,
        Effect.timeoutFail({ duration: "10 seconds", onTimeout: () => unreachable("No answer comes") })
      )
  }

/**
 * The jobs that the other process shows beside its monitor, for a page of one's own.
 *
 * @since 0.1.0
 * @category constructors
 */
export const jobs = ({
  url
}: Pick<Options, "url">): Effect.Effect<ReadonlyArray<Job>, MonitorUnreachableError, HttpClient.HttpClient> =>
  Effect.flatMap(HttpClient.HttpClient, (client) =>
    Effect.flatMap(baseOf(url), (base) => reading(client, base)("jobs", decodeJobs))
  )

/** Without a slash at the end, a query or a fragment. */
const baseOf = (url: string): Effect.Effect<string, MonitorUnreachableError> => {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol) || parsed.username !== "" || parsed.password !== "") {
    return new MonitorUnreachableError({
      message: "That is not the address of a monitor. Give one such as http://127.0.0.1:3000/monitor."
    })
  }
  return Effect.succeed(parsed.origin + parsed.pathname.replace(/\/+$/, ""))
}

/**
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<Monitor.Monitor, MonitorUnreachableError, HttpClient.HttpClient> =>
  Layer.scoped(Monitor.Monitor, make(options))
