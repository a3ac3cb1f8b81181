/** The telemetry example against a receiver of OTLP over real HTTP: what arrives, and under which names. */
import { Simulator } from "@effect-zhipu/testing"
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { createServer } from "node:http"
import { join } from "node:path"
import { beforeAll, describe } from "vitest"
import { compiled } from "../../../scripts/built.mjs"
import { environmentOf, node, root } from "./support/child.js"

const folder = join(root, "packages", "examples")

beforeAll(() => compiled("examples"), 120_000)

/** Takes what a collector takes: JSON posted to /v1/traces, /v1/metrics and /v1/logs. */
const receiver = Effect.acquireRelease(
  Effect.async<{ readonly url: string; readonly got: Map<string, Array<unknown>>; readonly close: () => void }>(
    (resume) => {
      const got = new Map<string, Array<unknown>>()
      const server = createServer((request, response) => {
        let text = ""
        request.setEncoding("utf8").on("data", (part: string) => (text += part))
        request.on("end", () => {
          const path = request.url ?? ""
          got.set(path, [...(got.get(path) ?? []), JSON.parse(text)])
          response.setHeader("content-type", "application/json").end("{}")
        })
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" ? address?.port : undefined
        resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, got, close: () => server.close() }))
      })
    }
  ),
  ({ close }) => Effect.sync(close)
)

type Json = { readonly [key: string]: Json } & { readonly [index: number]: Json }

const isList = (value: unknown): value is ReadonlyArray<Json> => Array.isArray(value)

const list = (value: unknown): ReadonlyArray<Json> => (isList(value) ? value : [])

/** OTLP attributes as a record. */
const attributesOf = (value: unknown): Record<string, unknown> =>
  Object.fromEntries(list(value).map(({ key, value }) => [String(key), scalar(value)]))

const scalar = (value: Json | undefined): unknown => {
  const [[kind, content] = []] = Object.entries(value ?? {})
  if (kind === "arrayValue") return list(content?.["values"]).map(scalar)
  return kind === "intValue" ? Number(content) : content
}

const exported = (fault: string) =>
  Effect.gen(function* () {
    const simulator = yield* Simulator.make({ faults: fault, tokensPerSecond: 400, firstTokenDelay: 30 })
    const { got, url } = yield* receiver
    const outcome = yield* node([join(folder, "dist", "telemetry.js")], {
      env: { ...environmentOf(simulator), OTEL_EXPORTER_OTLP_ENDPOINT: url }
    })
    const all = (path: string) => got.get(path) ?? []
    const spans = all("/v1/traces").flatMap((document) =>
      list(Object(document).resourceSpans).flatMap(({ scopeSpans }) =>
        list(scopeSpans).flatMap(({ spans }) => list(spans))
      )
    )
    // Metrics are sent again and again, with all that came so far: the last ones count.
    const metrics = all("/v1/metrics")
      .slice(-1)
      .flatMap((document) =>
        list(Object(document).resourceMetrics).flatMap(({ scopeMetrics }) =>
          list(scopeMetrics).flatMap(({ metrics }) => list(metrics))
        )
      )
    const logs = all("/v1/logs").flatMap((document) =>
      list(Object(document).resourceLogs).flatMap(({ scopeLogs }) =>
        list(scopeLogs).flatMap(({ logRecords }) => list(logRecords))
      )
    )
    return { ...outcome, spans, metrics, logs, everything: JSON.stringify([...got]) }
  })

const pointsOf = (metric: Json | undefined) =>
  list(metric?.["histogram"]?.["dataPoints"] ?? metric?.["sum"]?.["dataPoints"]).map((point) => ({
    ...point,
    attributes: attributesOf(point["attributes"])
  }))

describe("the telemetry example", () => {
  it.scopedLive("exports the span and the metrics of a streamed call that was sent twice", () =>
    Effect.gen(function* () {
      const { code, everything, metrics, spans, stdout } = yield* exported("code:1302*1")
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("What is a span?") })

      const example = spans.find(({ name }) => Object.is(name, "example"))
      const calls = spans.filter(({ name }) => Object.is(name, "chat glm-4.6"))
      expect(calls).toHaveLength(1)
      const [call] = calls
      expect(call).toMatchObject({ kind: 3, traceId: example?.["traceId"], parentSpanId: example?.["spanId"] })
      expect(attributesOf(call?.["attributes"])).toMatchObject({
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "zhipuai",
        "gen_ai.request.model": "glm-4.6",
        "gen_ai.request.stream": true,
        "gen_ai.response.id": expect.any(String),
        "gen_ai.response.model": "glm-4.6",
        "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.response.time_to_first_chunk": expect.any(Number),
        "gen_ai.usage.input_tokens": expect.any(Number),
        "gen_ai.usage.output_tokens": expect.any(Number),
        "server.address": "127.0.0.1",
        "server.port": expect.any(Number),
        "zhipu.retry.count": 1,
        "zhipu.queue.wait_ms": expect.any(Number),
        "zhipu.cost.amount": expect.any(Number),
        "zhipu.cost.currency": "USD"
      })
      const events = list(call?.["events"]).map(({ attributes, name }) => ({ name, ...attributesOf(attributes) }))
      expect(events).toEqual([
        expect.objectContaining({
          name: "zhipu.attempt.failed",
          "error.type": "RateLimitError",
          "zhipu.error.code": "1302",
          "zhipu.attempt": 1
        })
      ])
      // Each attempt has a span of its own below, which ends at the headers; that of the call covers the stream.
      const attempts = spans.filter(({ parentSpanId }) => parentSpanId === call?.["spanId"])
      expect(attempts).toHaveLength(2)
      for (const attempt of attempts) {
        expect(BigInt(String(attempt["endTimeUnixNano"]))).toBeLessThan(BigInt(String(call?.["endTimeUnixNano"])))
      }

      const named = new Map(metrics.map((metric) => [String(metric["name"]), metric]))
      expect(Array.from(named.keys())).toEqual(
        expect.arrayContaining([
          "gen_ai.client.operation.duration",
          "gen_ai.client.operation.time_to_first_chunk",
          "gen_ai.client.operation.time_per_output_chunk",
          "gen_ai.client.token.usage",
          "zhipu.client.failed_attempts",
          "zhipu.client.cost"
        ])
      )
      expect(named.get("gen_ai.client.operation.duration")).toMatchObject({ unit: "s" })
      expect(pointsOf(named.get("gen_ai.client.operation.duration"))).toMatchObject([
        { count: 1, attributes: { "gen_ai.request.model": "glm-4.6", "gen_ai.response.model": "glm-4.6" } }
      ])
      expect(pointsOf(named.get("gen_ai.client.operation.time_to_first_chunk"))).toMatchObject([{ count: 1 }])
      const types = pointsOf(named.get("gen_ai.client.token.usage")).map(
        (point) => point.attributes["gen_ai.token.type"]
      )
      expect(types.sort()).toEqual(["input", "output"])
      expect(pointsOf(named.get("zhipu.client.failed_attempts"))).toMatchObject([
        { attributes: { "error.type": "RateLimitError" } }
      ])
      // Neither what was asked, nor who asked.
      expect(everything).not.toMatch(/What is a span|simulator-secret/)
    })
  )

  it.scopedLive("exports one line of the log for a call that failed", () =>
    Effect.gen(function* () {
      const { code, everything, logs, metrics, spans } = yield* exported("code:1113")
      expect(code).toBe(1)
      const lines = logs.filter(({ body }) => scalar(body) === "A call of the GLM service failed.")
      expect(lines.map(({ attributes }) => attributesOf(attributes))).toEqual([
        expect.objectContaining({
          "gen_ai.operation.name": "chat",
          "error.type": "InsufficientBalanceError",
          "zhipu.error.code": "1113",
          "http.response.status_code": 429,
          "zhipu.attempts": 1,
          "zhipu.elapsed_ms": expect.any(Number)
        })
      ])
      const [call] = spans.filter(({ name }) => Object.is(name, "chat glm-4.6"))
      expect(call).toMatchObject({ status: { code: 2 } })
      expect(attributesOf(call?.["attributes"])).toMatchObject({
        "error.type": "InsufficientBalanceError",
        "zhipu.error.code": "1113"
      })
      const duration = metrics.find(({ name }) => Object.is(name, "gen_ai.client.operation.duration"))
      expect(pointsOf(duration)).toMatchObject([{ count: 1, attributes: { "error.type": "InsufficientBalanceError" } }])
      expect(everything).not.toMatch(/What is a span|simulator-secret/)
    })
  )
})
