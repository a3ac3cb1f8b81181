/** `zhipu monitor`: the page of a monitor until Ctrl-C, of an application that runs, or of a demonstration. */
import * as Message from "@effect-zhipu/client/Message"
import * as Zhipu from "@effect-zhipu/client/Zhipu"
import * as ZhipuChat from "@effect-zhipu/client/ZhipuChat"
import * as Dashboard from "@effect-zhipu/monitor/Dashboard"
import type { Job } from "@effect-zhipu/monitor/Job"
import * as Monitor from "@effect-zhipu/monitor/Monitor"
import * as RemoteMonitor from "@effect-zhipu/monitor/RemoteMonitor"
import * as UndiciHttpClient from "@effect-zhipu/node/UndiciHttpClient"
import * as HttpMiddleware from "@effect/platform/HttpMiddleware"
import * as HttpServer from "@effect/platform/HttpServer"
import type { ServeError } from "@effect/platform/HttpServerError"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { createServer } from "node:http"
import { type BrokenPipe, ListenError, UsageError } from "../errors.js"
import * as Host from "../host.js"
import { say } from "../language.js"
import { Output } from "../output.js"
import { reasonOf } from "./simulate.js"

/** @internal */
export interface Options {
  readonly port: number
  readonly host: string
  readonly url: string | undefined
}

/** @internal */
export const run = (options: Options): Effect.Effect<never, BrokenPipe | UsageError | ListenError, Output> =>
  Effect.scoped(
    Effect.gen(function* () {
      const output = yield* Output
      if (options.port < 0 || options.port > 65535) {
        return yield* new UsageError({ message: "--port takes a number from 0 to 65535." })
      }
      const { jobs, monitor } = yield* options.url === undefined ? demonstration : watched(options.url)
      const address = yield* serve(options, monitor, jobs)
      yield* output.out(`${address}\n`)
      yield* output.notice(
        say(options.url === undefined ? "demonstration" : "watchedMonitor"),
        say("openInBrowser", { address })
      )
      return yield* Effect.never
    })
  )

/** Only for names that `host` lets in. */
const guarded = (host: string) =>
  HttpMiddleware.make((app) =>
    Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ headers }) =>
      Host.accepted(host)(headers["host"] ?? "")
        ? app
        : HttpServerResponse.text("This server does not answer to the name in the Host header of the request.\n", {
            status: 403
          })
    )
  )

const serve = (
  { host, port }: Options,
  monitor: Monitor.Service,
  jobs: Shown["jobs"]
): Effect.Effect<string, ListenError, Scope.Scope> =>
  Effect.gen(function* () {
    // Loaded only here: it brings the whole of undici, which sets the dispatcher of the global `fetch`.
    const NodeHttpServer = yield* Effect.promise(() => import("@effect/platform-node/NodeHttpServer"))
    const server = createServer()
    const context = yield* Layer.build(
      HttpServer.serve(Dashboard.routes({ jobs }), guarded(host)).pipe(
        Layer.provideMerge(NodeHttpServer.layer(() => server, { host, port })),
        Layer.provide(Layer.succeed(Monitor.Monitor, monitor))
      )
    )
    // Added last, so that it runs first: a page that is open would hold the server up when the command is stopped.
    yield* Effect.addFinalizer(() => Effect.sync(() => server.closeAllConnections()))
    return context
  }).pipe(
    Effect.map((context) => HttpServer.formatAddress(Context.get(context, HttpServer.HttpServer).address)),
    Effect.mapError(
      ({ cause }: ServeError) =>
        new ListenError({ message: `The monitor cannot listen on ${host}:${port}: ${reasonOf(cause)}.` })
    )
  )

interface Shown {
  readonly monitor: Monitor.Service
  readonly jobs: Effect.Effect<ReadonlyArray<Job>, RemoteMonitor.MonitorUnreachableError> | undefined
}

const watched = (url: string): Effect.Effect<Shown, UsageError, Scope.Scope> =>
  // Built into the scope of the command: the transport has to outlive the first answer.
  Layer.build(Layer.provideMerge(RemoteMonitor.layer({ url }), UndiciHttpClient.layer)).pipe(
    Effect.map((context) => ({
      monitor: Context.get(context, Monitor.Monitor),
      jobs: Effect.provide(RemoteMonitor.jobs({ url }), context)
    })),
    Effect.mapError(({ message }) => new UsageError({ message }))
  )

/** Most of the time a call in a hundred fails; for a while one in eight, so that the alert is seen to come and go. */
const moods = [
  { faults: "code:1305~4, truncate@900~1", lasts: "40 seconds" },
  { faults: "code:1305~20, code:1113~6, truncate@900~6", lasts: "25 seconds" }
] as const

const demonstration: Effect.Effect<Shown, never, Scope.Scope> = Effect.gen(function* () {
  const Simulator = yield* Effect.promise(() => import("@effect-zhipu/testing/Simulator"))
  const simulator = yield* Effect.orDie(
    Simulator.make({ firstTokenDelay: "250 millis", tokensPerSecond: 120, maxRecordedRequests: 0 })
  )
  const { monitor, observer } = yield* Monitor.make()
  const CallObserver = yield* Effect.promise(() => import("@effect-zhipu/client/CallObserver"))
  const client = Zhipu.layer({ apiKey: simulator.apiKey, baseUrl: simulator.baseUrl }).pipe(
    Layer.provide([UndiciHttpClient.layer, CallObserver.add(observer)])
  )
  const context = yield* Effect.orDie(Layer.build(client))
  const ask = ZhipuChat.stream({ model: "glm-4.6", messages: [Message.user("Tell me about the sea.")] }).pipe(
    Stream.runDrain,
    Effect.ignore,
    Effect.provide(context)
  )
  const caller = Effect.zipRight(
    ask,
    Effect.flatMap(Random.nextIntBetween(100, 1500), (millis) => Effect.sleep(millis))
  )
  yield* Effect.replicateEffect(Effect.forkScoped(Effect.forever(caller)), 8)
  yield* Effect.forEach(moods, ({ faults, lasts }) =>
    Effect.zipRight(Effect.orDie(simulator.setFaults(faults)), Effect.sleep(lasts))
  ).pipe(Effect.forever, Effect.forkScoped)
  return { monitor, jobs: undefined }
})
