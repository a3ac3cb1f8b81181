/** After the finish reason: what is waited for, how long, and by whom; over real sockets and every transport. */
import {
  ChatCompletion,
  ChunkEvent,
  Message,
  RetryPolicy,
  Zhipu,
  ZhipuChat,
  type ZhipuConfig
} from "@effect-zhipu/client"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Stream } from "effect"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { httpLayer, type Transport, transports } from "./support/simulator.js"

type Step = readonly [afterMillis: number, data: object | string]

const choice = (index: number, content: string | undefined, reason?: string) => ({
  id: "c",
  choices: [
    {
      index,
      delta: content === undefined ? {} : { content },
      ...(reason === undefined ? {} : { finish_reason: reason })
    }
  ]
})

const usage = { id: "c", choices: [], usage: { total_tokens: 7 } }

/** Sends each step as one write; the connection stays open after the last one, unless that is `"end"`. */
const serving = (steps: ReadonlyArray<Step>) =>
  Effect.acquireRelease(
    Effect.async<{ readonly baseUrl: string; readonly close: () => void }>((resume) => {
      const server = createServer((request, response) => {
        request.resume()
        response.writeHead(200, { "content-type": "text/event-stream" })
        const send = (at: number): void => {
          const step = steps[at]
          if (step === undefined || response.destroyed) return
          setTimeout(() => {
            if (step[1] === "end") return void response.end()
            response.write(`data: ${typeof step[1] === "string" ? step[1] : JSON.stringify(step[1])}\n\n`)
            send(at + 1)
          }, step[0])
        }
        send(0)
      })
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address() as AddressInfo
        const close = () => {
          server.close()
          server.closeAllConnections()
        }
        resume(Effect.succeed({ baseUrl: `http://127.0.0.1:${port}`, close }))
      })
    }),
    ({ close }) => Effect.sync(close)
  )

const events = (
  transport: Transport,
  steps: ReadonlyArray<Step>,
  consume: (event: ChunkEvent.ChunkEvent) => Effect.Effect<void> = () => Effect.void,
  options: Partial<ZhipuConfig.Options> = {}
) =>
  Effect.gen(function* () {
    const { baseUrl } = yield* serving(steps)
    const client = Zhipu.layer({
      apiKey: Redacted.make("grace-id.grace-secret"),
      baseUrl,
      retry: RetryPolicy.none,
      ...options
    }).pipe(Layer.provide(httpLayer[transport]))
    return yield* ZhipuChat.stream({ model: "glm-4.6", messages: [Message.user("Hello")] }).pipe(
      Stream.tap(consume),
      Stream.runCollect,
      Effect.map((all) => Array.from(all)),
      Effect.provide(client)
    )
  }).pipe(Effect.scoped)

describe.each(transports)("after the finish reason, over %s", { concurrent: true }, (transport) => {
  it.live("a choice that begins later is waited for, however long it takes", () =>
    Effect.gen(function* () {
      const words = Array.from({ length: 8 }, (_, at): Step => [320, choice(1, `w${at} `)])
      const all = yield* events(transport, [
        [0, choice(0, "one")],
        [0, choice(0, undefined, "stop")],
        ...words,
        [0, choice(1, undefined, "stop")],
        [300, usage],
        [0, "[DONE]"],
        [0, "end"]
      ])
      const completion = ChunkEvent.toCompletion(all)
      expect(completion.choices.map((choice) => choice.finish_reason)).toEqual(["stop", "stop"])
      expect(completion.choices[1]?.message.content).toBe("w0 w1 w2 w3 w4 w5 w6 w7 ")
      expect(completion.usage?.total_tokens).toBe(7)
    })
  )

  it.live("a slow consumer costs nothing of what comes last", () =>
    Effect.gen(function* () {
      const search = { id: "c", choices: [], web_search: [{ title: "t" }] }
      const all = yield* events(
        transport,
        [
          [0, choice(0, "one")],
          [30, choice(0, " two")],
          [60, choice(0, undefined, "stop")],
          [60, search],
          [60, usage],
          [60, "[DONE]"],
          [0, "end"]
        ],
        (event) => (event._tag === "ContentDelta" && event.text === " two" ? Effect.sleep("2600 millis") : Effect.void)
      )
      expect(all.map((event) => event._tag)).toEqual([
        "Started",
        "ContentDelta",
        "ContentDelta",
        "WebSearch",
        "Usage",
        "Finished"
      ])
    })
  )

  it.live("a missing [DONE] is not a silence that the idle deadline ends", () =>
    Effect.gen(function* () {
      const all = yield* events(
        transport,
        [
          [0, choice(0, "one")],
          [0, choice(0, undefined, "stop")]
        ],
        undefined,
        { deadlines: { idle: "500 millis" } }
      )
      expect(ChatCompletion.text(ChunkEvent.toCompletion(all))).toBe("one")
      expect(all.at(-1)).toEqual({ _tag: "Finished", choice: 0, reason: "stop" })
    })
  )

  it.live("a finish reason that came too early ends nothing before the idle deadline", () =>
    Effect.gen(function* () {
      const gone = yield* events(transport, [
        [0, choice(0, "one", "stop")],
        [2600, choice(0, " two", "stop")],
        [0, "[DONE]"]
      ])
      expect(ChatCompletion.text(ChunkEvent.toCompletion(gone))).toBe("one two")
      const silent = yield* events(transport, [[0, choice(0, "one", "stop")]], undefined, {
        deadlines: { idle: "500 millis" }
      })
      expect(silent.map((event) => event._tag)).toEqual(["Started", "ContentDelta", "Warning", "Finished"])
    })
  )
})
