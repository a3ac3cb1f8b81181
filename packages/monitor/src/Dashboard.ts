/**
 * Shows a monitor: a page with live figures and plots, Prometheus text, and the figures as JSON.
 *
 * | path | what |
 * | --- | --- |
 * | `/` | the page |
 * | `/events` | server-sent events: one `history`, then a `snapshot` at each interval |
 * | `/snapshot` | the figures now, as JSON of `Snapshot.Snapshot` |
 * | `/history` | the figures of the time past, as JSON |
 * | `/range?last=1h` | the figures of the last `5m`, `1h` or `24h`, and of its parts, as JSON of `Snapshot.Range` |
 * | `/jobs` | the jobs, as JSON of a list of `Job.Job` |
 * | `/metrics` | Prometheus text |
 *
 * The page loads nothing from elsewhere. Nothing here asks who looks: the figures hold neither keys nor prompts, but put
 * your own authentication before them where the world can reach them.
 *
 * @since 0.1.0
 */
import type * as HttpPlatform from "@effect/platform/HttpPlatform"
import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { html } from "./internal/html.js"
import { Job } from "./Job.js"
import * as Monitor from "./Monitor.js"
import * as Prometheus from "./Prometheus.js"
import { Last } from "./Snapshot.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options<E = never, R = never> {
  /** What the page calls itself. Default `GLM calls`. */
  readonly title?: string | undefined
  /** Jobs to show: `Bulk.list` of `@effect-zhipu/bulk`. The page asks for them every two seconds. Default: none. */
  readonly jobs?: Effect.Effect<ReadonlyArray<Job>, E, R> | undefined
}

// The page has no inline code and loads nothing from elsewhere, and the browser holds it to that.
const headers = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
    "base-uri 'self'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-cache"
}

const assets = fileURLToPath(new URL("../assets", import.meta.url))

const uplot = dirname(createRequire(import.meta.url).resolve("uplot"))

const file = (folder: string, name: string, contentType: string) =>
  Effect.orDie(HttpServerResponse.file(join(folder, name), { headers, contentType }))

const script = "text/javascript; charset=utf-8"
const style = "text/css; charset=utf-8"

const page = (title: string) =>
  Effect.map(HttpServerRequest.HttpServerRequest, ({ originalUrl }) =>
    HttpServerResponse.text(html(originalUrl, title), { headers, contentType: "text/html; charset=utf-8" })
  )

const json = (value: unknown) => HttpServerResponse.unsafeJson(value, { headers })

const frame = (event: string, data: unknown): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

const events = Effect.map(Monitor.Monitor, ({ changes, history }) =>
  HttpServerResponse.stream(
    Stream.fromEffect(Effect.map(history, (past) => frame("history", past))).pipe(
      Stream.concat(Stream.map(changes, (snapshot) => frame("snapshot", snapshot))),
      Stream.encodeText
    ),
    // nginx and what is built on it buffer bodies otherwise.
    { headers: { ...headers, "x-accel-buffering": "no" }, contentType: "text/event-stream; charset=utf-8" }
  )
)

const encodeJobs = Schema.encode(Schema.Array(Job))

const jobsOf = <E, R>(jobs: Options<E, R>["jobs"]) =>
  jobs === undefined
    ? Effect.sync(() => json([]))
    : Effect.flatMap(jobs, encodeJobs).pipe(
        Effect.map(json),
        Effect.catchAll((error) =>
          Effect.as(
            Effect.logWarning("The page of the monitor cannot show the jobs", error),
            HttpServerResponse.text("The jobs cannot be read.", { headers, status: 503 })
          )
        )
      )

const isLast = Schema.is(Last)

const range = Effect.gen(function* () {
  const { originalUrl } = yield* HttpServerRequest.HttpServerRequest
  const last = new URLSearchParams(originalUrl.replace(/^[^?]*/, "")).get("last")
  if (!isLast(last)) {
    return HttpServerResponse.text(`Ask for ?last=${Last.literals.join(", ")}.`, { headers, status: 400 })
  }
  const { range } = yield* Monitor.Monitor
  return Option.match(yield* range(last), {
    onNone: () => HttpServerResponse.text("The monitor does not answer.", { headers, status: 503 }),
    onSome: json
  })
})

/**
 * The paths above, to be served as they are or mounted below a path of a server of one's own.
 *
 * @example
 * ```ts
 * import { Dashboard, Monitor } from "@effect-zhipu/monitor"
 * import { HttpRouter, HttpServer } from "@effect/platform"
 * import { Layer } from "effect"
 *
 * const monitor = Monitor.layer()
 *
 * const app = HttpRouter.empty.pipe(HttpRouter.mount("/monitor", Dashboard.routes()))
 *
 * // Put `monitor` under the client as well: what it does not observe, it does not show.
 * export const server = HttpServer.serve(app).pipe(Layer.provide(monitor))
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const routes = <E = never, R = never>(
  options: Options<E, R> = {}
): HttpRouter.HttpRouter<never, Monitor.Monitor | HttpPlatform.HttpPlatform | R> =>
  HttpRouter.empty.pipe(
    HttpRouter.get("/", page(options.title ?? "GLM calls")),
    HttpRouter.get("/page.js", file(assets, "page.js", script)),
    HttpRouter.get("/page.css", file(assets, "page.css", style)),
    HttpRouter.get("/uplot.js", file(uplot, "uPlot.esm.js", script)),
    HttpRouter.get("/uplot.css", file(uplot, "uPlot.min.css", style)),
    HttpRouter.get("/events", events),
    HttpRouter.get(
      "/snapshot",
      Effect.flatMap(Monitor.Monitor, ({ snapshot }) => Effect.map(snapshot, json))
    ),
    HttpRouter.get(
      "/history",
      Effect.flatMap(Monitor.Monitor, ({ history }) => Effect.map(history, json))
    ),
    HttpRouter.get("/range", range),
    HttpRouter.get("/jobs", jobsOf(options.jobs)),
    HttpRouter.get(
      "/metrics",
      Effect.flatMap(Monitor.Monitor, ({ snapshot }) =>
        Effect.map(snapshot, (snapshot) =>
          HttpServerResponse.text(Prometheus.render(snapshot), { headers, contentType: Prometheus.contentType })
        )
      )
    )
  )
