// Generated from packages/testing/src/Simulator.ts by scripts/effect4: change that file.
/**
 * A simulator of the service over real HTTP: chat, and the operations of `operations`, for tests of programs that talk to it, and for trying them without a key.
 *
 * It checks keys, tokens and requests as the service does, answers in the shape the service answers in, streamed or
 * not, and breaks in every way of `Fault` where it is told to. Its answers depend on its seed and the request alone:
 * the same request gets the same id, time, text and tool calls, streamed or not. A script makes it say what a test needs.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { ServeError } from "effect/http/HttpServerError"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import type * as Http from "node:http"
import * as Fault from "./Fault.js"
import { listen } from "./internal/listen.js"
import { prepare, type Reply } from "./internal/simulator/answers/script.js"
import { table } from "./internal/simulator/operations/routes.js"
import type { GivenFile, GivenPage } from "./internal/simulator/operations/store.js"
import * as Cors from "./internal/simulator/server/cors.js"
import { handle } from "./internal/simulator/server/handler.js"
import { type RecordedRequest, State, type Stats } from "./internal/simulator/server/state.js"

export type { Reply, ReplyCall } from "./internal/simulator/answers/script.js"
export type { GivenFile, GivenPage } from "./internal/simulator/operations/store.js"
export type { Disconnect, RecordedRequest, Stats } from "./internal/simulator/server/state.js"

/**
 * The key that every simulator accepts unless it is given others. It opens nothing else.
 *
 * @since 0.1.0
 * @category data
 */
export const defaultApiKey = "simulator.simulator-secret"

/**
 * An operation of the service.
 *
 * @since 0.1.0
 * @category models
 */
export interface Operation {
  /** As spans and `MockApi` call it: `files.upload`. */
  readonly name: string
  readonly method: "GET" | "POST" | "PUT" | "DELETE"
  /** Below `/api`, as the vendor's OpenAPI document writes it: `/paas/v4/files/{file_id}`. */
  readonly path: string
}

/**
 * What a simulator answers: chat, and these. Files, tasks and batches are kept until `reset`; links of images and videos lead to the
 * simulator itself, which refuses a request for them that brings a key, as it would be one for another host.
 *
 * @since 0.1.0
 * @category data
 */
export const operations: ReadonlyArray<Operation> = [
  { name: "chat", method: "POST", path: "/paas/v4/chat/completions" },
  ...table.map(({ method, name, path }) => ({ name, method, path }))
]

/**
 * What a simulator can be told. Everything is optional.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The port to listen on. Default 0: any free one. */
  readonly port?: number | undefined
  /** The address to listen on. Default `127.0.0.1`. */
  readonly host?: string | undefined
  /**
   * Which `Host` headers are answered; the others get 403. For a server that a browser on the same machine could be led to
   * by a name (DNS rebinding). Default: all.
   */
  readonly acceptHost?: ((host: string) => boolean) | undefined
  /** Another seed, other answers. Default 1. */
  readonly seed?: number | undefined
  /** The keys that are accepted, each `id.secret`. Default: `defaultApiKey` alone. */
  readonly apiKeys?: ReadonlyArray<string> | undefined
  /** Accepts every key, and every token that is well-formed and in time. Default false. */
  readonly acceptAnyKey?: boolean | undefined
  /** Models that are accepted besides the service's own. */
  readonly models?: ReadonlyArray<string> | undefined
  /**
   * Replies that are played one after the other, whatever is asked; after the last one it answers as usual. Pace and
   * faults apply to them. A request that is refused uses up none; an answer that breaks off on its way uses up one.
   */
  readonly script?: ReadonlyArray<Reply> | undefined
  /** How long the model takes before its first token. Default 0. */
  readonly firstTokenDelay?: Duration.Input | undefined
  /** How fast it generates. Default: as fast as the client reads. */
  readonly tokensPerSecond?: number | undefined
  /** How many requests may be in flight; more are refused at once with 429 and code 1302. Default: any number. */
  readonly maxInFlight?: number | undefined
  /** Faults that happen to every request that brings none of its own. */
  readonly faults?: string | ReadonlyArray<Fault.Fault> | undefined
  /** Refuses a `request_id` that was used before with code 1231. Default false. */
  readonly uniqueRequestIds?: boolean | undefined
  /**
   * Lets pages of every origin ask, for tests in a browser: answers preflights, which are not counted, and sends the
   * headers of CORS. Default false.
   */
  readonly cors?: boolean | undefined
  /** How often a task (a video, a batch) is asked for before it is done. Default 2. */
  readonly taskPolls?: number | undefined
  /** How long a task takes at least. Default 0. */
  readonly taskDuration?: Duration.Input | undefined
  /** Answers an upload with `fileName` in the place of `filename`, as the service has been seen to. Default false. */
  readonly legacy?: boolean | undefined
  /** Files that the service has from the beginning, and again after a `reset`. Default: none. */
  readonly files?: ReadonlyArray<GivenFile> | undefined
  /** The pages that every web search finds, up to its count and of its domain. Default: pages made up from the query. */
  readonly searchResults?: ReadonlyArray<GivenPage> | undefined
  /** How many requests are kept for `requests`, 0 for none; older ones are dropped. Default 1000. */
  readonly maxRecordedRequests?: number | undefined
  /** How many characters of bodies are kept at most; older requests are dropped, the last one never. Default 32 Mi. */
  readonly maxRecordedText?: number | undefined
  /**
   * The clock for pace, tokens and times. Default: the real one, even under a test clock, since the network does not
   * wait for a test to move time on.
   */
  readonly clock?: Clock.Clock | undefined
}

/**
 * A running simulator.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** Where it answers, for example `http://127.0.0.1:45123/api/paas/v4`. */
  readonly baseUrl: string
  /** A key that it accepts. */
  readonly apiKey: Redacted.Redacted
  readonly port: number
  readonly stats: Effect.Effect<Stats>
  /** The requests in order of arrival of their bodies. */
  readonly requests: Effect.Effect<ReadonlyArray<RecordedRequest>>
  /**
   * Forgets requests, counts, used request ids and how often faults have happened, and plays the script from its
   * beginning. The faults stay set.
   */
  readonly reset: Effect.Effect<void>
  /** Replaces the faults of all requests that bring none of their own; `[]` or `""` for none. */
  readonly setFaults: (faults: string | ReadonlyArray<Fault.Fault>) => Effect.Effect<void, Fault.FaultParseError>
  /** Waits until no request is being handled. */
  readonly awaitIdle: Effect.Effect<void>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class Simulator extends Context.Service<Simulator, Service>()("@effect-zhipu/effect4/testing/Simulator") {}

const parseFaults = (
  faults: string | ReadonlyArray<Fault.Fault>
): Effect.Effect<ReadonlyArray<Fault.Fault>, Fault.FaultParseError> =>
  // Printed and read again, so that faults built by hand are checked too.
  Result.match(Fault.parse(typeof faults === "string" ? faults : Fault.print(faults)), {
    onFailure: Effect.fail,
    onSuccess: Effect.succeed
  })

const makeState = (options: Options): Effect.Effect<State, Fault.FaultParseError> =>
  Effect.map(
    parseFaults(options.faults ?? []),
    (faults) =>
      new State(
        {
          seed: options.seed ?? 1,
          apiKeys: options.apiKeys ?? [defaultApiKey],
          acceptAnyKey: options.acceptAnyKey ?? false,
          models: options.models ?? [],
          script: prepare(options.script ?? []),
          firstTokenDelay: Duration.toMillis(options.firstTokenDelay ?? 0),
          tokensPerSecond: options.tokensPerSecond ?? Infinity,
          maxInFlight: options.maxInFlight ?? Infinity,
          uniqueRequestIds: options.uniqueRequestIds ?? false,
          maxRecordedRequests: options.maxRecordedRequests ?? 1000,
          maxRecordedText: options.maxRecordedText ?? 32 * 1024 * 1024,
          clock: options.clock ?? Clock.Clock.defaultValue(),
          taskPolls: options.taskPolls ?? 2,
          taskDuration: Duration.toMillis(options.taskDuration ?? 0),
          legacy: options.legacy ?? false,
          files: options.files ?? [],
          searchResults: options.searchResults
        },
        faults
      )
  )

const answer =
  (state: State, cors: boolean) =>
  (request: Http.IncomingMessage, response: Http.ServerResponse): Effect.Effect<void> => {
    const preflight = cors ? Cors.preflight(request) : undefined
    if (cors) Cors.allow(response)
    if (preflight === undefined) return handle(state, request, response)
    return Effect.sync(() => {
      response.writeHead(204, preflight)
      response.end()
    })
  }

/**
 * Starts a simulator that stops, with all its connections, when the scope closes.
 *
 * Fails with `ServeError` where the port is taken, and with `FaultParseError` where `faults` is no list of faults.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options = {}): Effect.Effect<Service, ServeError | Fault.FaultParseError, Scope.Scope> =>
  Effect.gen(function* () {
    const state = yield* makeState(options)
    const { origin, port } = yield* listen(
      {
        host: options.host ?? "127.0.0.1",
        port: options.port ?? 0,
        acceptHost: options.acceptHost,
        onConnection: (socket) => {
          state.connections++
          state.sockets.add(socket)
          socket.on("close", () => state.sockets.delete(socket))
        },
        onClose: () => {
          state.closing = true
        }
      },
      answer(state, options.cors ?? false)
    )
    return Simulator.of({
      baseUrl: `${origin}/api/paas/v4`,
      apiKey: Redacted.make(state.settings.apiKeys[0] ?? defaultApiKey),
      port,
      stats: Effect.sync(() => state.stats()),
      requests: Effect.sync(() => state.requests()),
      reset: Effect.sync(() => state.reset()),
      setFaults: (faults) => Effect.map(parseFaults(faults), (parsed) => state.setFaults(parsed)),
      awaitIdle: Effect.callback<void>((resume) => {
        const stop = state.onIdle(() => resume(Effect.void))
        return Effect.sync(stop)
      })
    })
  })

/**
 * A simulator as a Layer.
 *
 * @example
 * ```ts
 * import { Simulator } from "@effect-zhipu/effect4/testing"
 * import * as Effect from "effect/Effect"
 *
 * export const program = Effect.gen(function* () {
 *   const simulator = yield* Simulator.Simulator
 *   yield* simulator.setFaults("code:1305*3")
 *   return simulator.baseUrl
 * }).pipe(Effect.provide(Simulator.layer({ tokensPerSecond: 50, maxInFlight: 2 })))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<Simulator, ServeError | Fault.FaultParseError> =>
  Layer.effect(Simulator, make(options))
