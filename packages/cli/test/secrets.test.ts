/** What the command prints of a service that repeats the key wherever it can. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { createServer, type ServerResponse } from "node:http"
import { run } from "./support/zhipu.js"

const key = "SENTINELidhalf01.SENTINELsecret02"
const by = `a ${key} b 0a1b2c3d4e5f60718293a4b5c6d7e8f9.SENTINELforeign3 c`

const chunk = (delta: unknown, choice: object = {}) => ({
  id: by,
  object: by,
  model: by,
  request_id: by,
  system_fingerprint: by,
  choices: [{ index: 0, delta, ...choice }]
})

const sse = (...documents: ReadonlyArray<unknown>) =>
  documents.map((document) => `data: ${JSON.stringify(document)}\n\n`).join("")

const fine = chunk({ role: by, content: "fine" })
const error = { error: { code: by, message: by, type: by, param: by }, request_id: by, contentFilter: [{ role: by }] }

/** Bodies by the first part of the path. */
const answers: Readonly<Record<string, readonly [status: number, type: string, body: string]>> = {
  whole: [200, "text/event-stream", sse(fine, chunk({}, { finish_reason: "stop" })) + "data: [DONE]\n\n"],
  odd: [
    200,
    "text/event-stream",
    sse(
      fine,
      chunk({ tool_calls: [{ id: by, function: { name: by, arguments: "{" } }] }),
      chunk({}, { finish_reason: by })
    )
  ],
  cut: [200, "text/event-stream", sse(fine)],
  error: [200, "text/event-stream", sse(error)],
  late: [200, "text/event-stream", sse(fine, error)],
  named: [200, "text/event-stream", `${sse(fine)}event: error\ndata: ${by}\n\n`],
  refused: [401, "application/json", JSON.stringify(error)],
  limited: [429, "application/json", JSON.stringify({ error: { code: "1302", message: by } })],
  page: [502, "text/html", `<html><h1>${by}</h1></html>`],
  text: [200, "text/plain", by],
  task: [200, "application/json", JSON.stringify({ id: "t1", request_id: by, task_status: "FAIL", error: by })]
}

const served = Effect.acquireRelease(
  Effect.async<{ readonly url: string; readonly close: () => void }>((resume) => {
    const server = createServer((request, response: ServerResponse) => {
      const [status, type, body] = answers[request.url?.split("/")[1] ?? ""] ?? [404, "text/plain", by]
      request.resume().on("end", () => {
        response.writeHead(status, {
          "content-type": type,
          "x-request-id": by,
          "x-log-id": by,
          trailer: "x-request-id"
        })
        response.addTrailers({ "x-request-id": by })
        response.end(body)
      })
    })
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      resume(
        Effect.succeed({
          url: `http://127.0.0.1:${port}`,
          close: () => {
            server.close()
            server.closeAllConnections()
          }
        })
      )
    })
  }),
  ({ close }) => Effect.sync(close)
)

describe("no key is printed", () => {
  it.scopedLive(
    "whatever the service repeats, in any form of the output",
    () =>
      Effect.gen(function* () {
        const { url } = yield* served
        const commands = Object.keys(answers).flatMap((path): ReadonlyArray<readonly [string, ReadonlyArray<string>]> =>
          path === "task"
            ? [
                [path, ["task", "wait", "t1"]],
                [path, ["task", "get", "t1", "--json"]]
              ]
            : [
                [path, ["Hello"]],
                [path, ["Hello", "--json"]],
                ...(path === "page" || path === "refused" ? [[path, ["models", "--remote"]] as const] : [])
              ]
        )
        const results = yield* Effect.forEach(
          commands,
          ([path, args]) =>
            Effect.promise(() =>
              run(args, {
                env: {
                  ZHIPU_API_KEY: key,
                  ZHIPU_BASE_URL: `${url}/${path}/api/paas/v4`,
                  ZHIPU_MAX_RETRIES: "0"
                }
              })
            ),
          { concurrency: 2 }
        )
        for (const [i, { code, stderr, stdout }] of results.entries()) {
          const where = `${commands[i]?.join(" ")} (${code})`
          expect(stdout + stderr, where).not.toMatch(/SENTINEL|0a1b2c3d/i)
          if (commands[i]?.[0] === "whole") expect([code, stdout.includes("fine")], where).toEqual([0, true])
          else if (!where.startsWith("odd") && !where.includes("get")) expect(code, where).not.toBe(0)
        }
      }),
    180_000
  )
})
