import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as Http from "node:http"
import * as Simulator from "../src/Simulator.js"
import { ask, chunksOf, codeOf, dataOf, eventually, post, postText, read, streamed, withSimulator } from "./utils.js"

const stats = Effect.flatMap(Simulator.Simulator, (simulator) => simulator.stats)

/** A request that does not read its answer. */
const unread = (simulator: Simulator.Service, body: unknown, agent?: Http.Agent, fault = "none") =>
  Effect.async<Http.IncomingMessage>((resume) => {
    const request = Http.request(`${simulator.baseUrl}/chat/completions`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${Simulator.defaultApiKey}`,
        "content-type": "application/json",
        "x-zhipu-fault": fault
      },
      ...(agent === undefined ? {} : { agent })
    })
    request.on("error", () => undefined)
    request.on("response", (response) => {
      response.on("error", () => undefined)
      resume(Effect.succeed(response))
    })
    request.end(JSON.stringify(body))
  })

describe("packed answers", () => {
  it.live("that break off leave nothing behind that throws", () =>
    Effect.gen(function* () {
      for (let round = 0; round < 60; round++) {
        const { error } = yield* read(ask("Hi", { stream: true }), { fault: "reset@chunk:3, brotli" })
        expect(error).toBeDefined()
      }
      expect((yield* stats).inFlight).toBe(0)
    }).pipe(withSimulator())
  )
})

describe("limits and pace", () => {
  it.live("refuses what is over the limit at once", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.Simulator
      const fibers = yield* Effect.forEach([1, 2], () => Effect.fork(postText(ask("Hi", { stream: true }))))
      yield* eventually(simulator.stats, (stats) => stats.inFlight === 2)
      expect(yield* codeOf(ask("Hi"))).toEqual([429, "1302"])
      expect(yield* codeOf(ask("Hi"))).toEqual([429, "1302"])
      yield* Fiber.joinAll(fibers)
      expect(yield* codeOf(ask("Hi"))).toEqual([200, undefined])
      yield* simulator.awaitIdle
      expect(yield* simulator.stats).toMatchObject({ refused: 2, peakInFlight: 2, inFlight: 0, completed: 5 })
    }).pipe(withSimulator({ maxInFlight: 2, firstTokenDelay: "1 second" }))
  )

  it.live("lets the next request in as soon as [DONE] is read", () =>
    Effect.gen(function* () {
      for (let round = 0; round < 200; round++) {
        const response = yield* post(ask("Hi", { stream: true, max_tokens: 3 }))
        expect(response.status).toBe(200)
        yield* Effect.promise(async () => {
          let seen = ""
          for await (const piece of response.body ?? []) {
            seen += Buffer.from(piece).toString()
            if (seen.includes("[DONE]")) break
          }
        })
      }
      expect((yield* stats).refused).toBe(0)
    }).pipe(withSimulator({ maxInFlight: 1 }))
  )

  it.live("keeps the pace it is told", () =>
    Effect.gen(function* () {
      const started = Date.now()
      const chunks = yield* streamed(ask("count to 20", { thinking: { type: "disabled" } }))
      const took = Date.now() - started
      const expected = 100 + ((chunks.length - 1) * 1000) / 200
      expect(took).toBeGreaterThan(expected * 0.8)
      expect(took).toBeLessThan(expected + 15_000)
      const before = Date.now()
      yield* codeOf(ask("count to 20", { thinking: { type: "disabled" } }))
      expect(Date.now() - before).toBeGreaterThan(expected * 0.8)
    }).pipe(withSimulator({ tokensPerSecond: 200, firstTokenDelay: "100 millis" }))
  )
})

describe("the layer", () => {
  it.effect("keeps real time under a test clock", () =>
    Effect.gen(function* () {
      const chunks = yield* streamed(ask("Hi", { max_tokens: 5 }))
      expect(chunks).toHaveLength(6)
    }).pipe(Effect.provide(Simulator.layer({ firstTokenDelay: "20 millis", tokensPerSecond: 500 })))
  )
})

describe("connections", () => {
  it.live("are kept for the next request", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.Simulator
      const agent = new Http.Agent({ keepAlive: true, maxSockets: 1 })
      for (let index = 0; index < 20; index++) {
        const response = yield* unread(simulator, ask("Hi", { stream: index % 2 === 0 }), agent)
        yield* Effect.promise(() => response.toArray())
      }
      expect(yield* stats).toMatchObject({ connections: 1, openSockets: 1, requests: 20, completed: 20 })
      agent.destroy()
      yield* eventually(simulator.stats, (stats) => stats.openSockets === 0)
    }).pipe(withSimulator())
  )

  it.live("that the client closes stop the answer, and are counted", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.Simulator
      const response = yield* unread(simulator, ask("Tell me 5000 words", { stream: true }))
      yield* Effect.async<void>((resume) => void response.once("data", () => resume(Effect.void)))
      const left = Date.now()
      response.destroy()
      const after = yield* eventually(simulator.stats, (stats) => stats.disconnects.length === 1)
      expect(after.inFlight).toBe(0)
      const [disconnect] = after.disconnects
      expect(disconnect?.complete).toBe(false)
      // The whole answer would take 50 seconds.
      expect((disconnect?.time ?? 0) - left).toBeLessThan(15_000)
      yield* Effect.sleep("100 millis")
      expect((yield* stats).chunksWritten).toBe(after.chunksWritten)
      yield* simulator.awaitIdle
    }).pipe(withSimulator({ tokensPerSecond: 100 }))
  )

  it.live("that the client closes while waiting for headers are counted", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.Simulator
      const controller = new AbortController()
      const fiber = yield* Effect.fork(
        Effect.exit(
          Effect.tryPromise(() =>
            fetch(`${simulator.baseUrl}/chat/completions`, {
              method: "POST",
              headers: { authorization: `Bearer ${Simulator.defaultApiKey}`, "x-zhipu-fault": "idle@headers" },
              body: JSON.stringify(ask("Hi")),
              signal: controller.signal
            })
          )
        )
      )
      yield* eventually(simulator.stats, (stats) => stats.inFlight === 1)
      controller.abort()
      yield* Fiber.join(fiber)
      yield* eventually(simulator.stats, (stats) => stats.disconnects.length === 1 && stats.inFlight === 0)
    }).pipe(withSimulator())
  )

  it.live("of a slow reader hold the writer back", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.Simulator
      const response = yield* unread(simulator, ask("Hi", { stream: true }), undefined, "big:50000000")
      response.pause()
      // It stands still: two looks half a second apart see the same.
      const still = (before: number): Effect.Effect<number, never, Simulator.Simulator> =>
        Effect.flatMap(Effect.delay(stats, "500 millis"), ({ chunksWritten }) =>
          chunksWritten === before ? Effect.succeed(before) : still(chunksWritten)
        )
      const first = yield* still(-1)
      // 50 MB would be 250,000 chunks; what fits into the buffers of two sockets is far less.
      expect(first).toBeLessThan(60_000)
      response.destroy()
      yield* eventually(simulator.stats, (stats) => stats.disconnects.length === 1)
    }).pipe(withSimulator())
  )

  it.live("are all closed when the scope closes", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const simulator = yield* Scope.extend(Simulator.make({}), scope)
      const response = yield* unread(simulator, ask("Hi", { stream: true }), undefined, "idle@chunk:2")
      const broken = Effect.async<void>((resume) => void response.once("close", () => resume(Effect.void)))
      response.resume()
      // Where it waited for the answer to end, it would wait for ever.
      yield* Scope.close(scope, Exit.void)
      yield* broken
      const refused = yield* Effect.exit(Effect.tryPromise(() => fetch(simulator.baseUrl)))
      expect(Exit.isFailure(refused)).toBe(true)
    })
  )

  it.live("fails with a typed error where the port is taken", () =>
    Effect.gen(function* () {
      const { port } = yield* Simulator.Simulator
      const second = yield* Effect.flip(Effect.scoped(Simulator.make({ port })))
      expect(second._tag).toBe("ServeError")
    }).pipe(withSimulator())
  )
})

describe("cuts and stalls", () => {
  const request = ask("Why is the sky blue?", { stream: true })

  it.live("truncate ends cleanly, after bytes or chunks", () =>
    Effect.gen(function* () {
      const whole = yield* postText(request)
      for (const offset of [0, 1, 100, 512, whole.length - 1]) {
        const { body, error } = yield* read(request, { fault: `truncate@${offset}` })
        expect(error).toBeUndefined()
        expect(body).toBe(whole.slice(0, offset))
      }
      const cut = yield* read(request, { fault: "truncate@chunk:3" })
      expect(cut).toEqual({ body: expect.any(String), error: undefined })
      expect(chunksOf(cut.body)).toHaveLength(3)
      expect((yield* read(request, { fault: "truncate@999999999" })).body).toBe(whole)
      const plain = yield* read(ask("Hi"), { fault: "truncate@20" })
      expect(plain.error).toBeUndefined()
      expect(plain.body).toHaveLength(20)
      expect((yield* stats).disconnects).toEqual([])
    }).pipe(withSimulator())
  )

  it.live("reset breaks the connection, after bytes or chunks or before the headers", () =>
    Effect.gen(function* () {
      const whole = yield* postText(request)
      for (const offset of [0, 1, 512]) {
        const { body, error } = yield* read(request, { fault: `reset@${offset}` })
        expect(error).toBeDefined()
        expect(body).toBe(whole.slice(0, offset))
      }
      const cut = yield* read(request, { fault: "reset@chunk:3" })
      expect(cut.error).toBeDefined()
      expect(chunksOf(cut.body)).toHaveLength(3)
      const simulator = yield* Simulator.Simulator
      const before = yield* Effect.exit(
        Effect.tryPromise(() =>
          fetch(`${simulator.baseUrl}/chat/completions`, {
            method: "POST",
            body: JSON.stringify(request),
            headers: { "x-zhipu-fault": "reset-before-headers" }
          })
        )
      )
      expect(Exit.isFailure(before)).toBe(true)
      yield* simulator.awaitIdle
      expect(yield* stats).toMatchObject({ broken: 5, disconnects: [], inFlight: 0 })
    }).pipe(withSimulator())
  )

  /** Reads until there is enough, and goes on for a while: to what was still to come, or to nothing. */
  const stalled = (fault: string, isEnough: (body: string) => boolean) =>
    Effect.gen(function* () {
      const controller = new AbortController()
      const response = yield* post(request, { fault, signal: controller.signal })
      return yield* Effect.promise(async () => {
        let body = ""
        let leaving = false
        const utf8 = new TextDecoder()
        try {
          for await (const piece of response.body ?? []) {
            body += utf8.decode(piece, { stream: true })
            if (leaving || !isEnough(body)) continue
            leaving = true
            setTimeout(() => controller.abort(), 150)
          }
          return { body, error: undefined }
        } catch (error) {
          return { body, error }
        }
      })
    })

  it.live("idle keeps the socket open, with comments if told to", () =>
    Effect.gen(function* () {
      const silent = yield* stalled("idle@chunk:2", (body) => body.split("\n\n").length > 2)
      expect(silent.error).toBeDefined()
      expect(chunksOf(silent.body)).toHaveLength(2)
      const comments = (body: string) => body.split(": keep-alive\n\n").length - 1
      const noisy = yield* stalled("idle@chunk:2, keepalive:20", (body) => comments(body) > 5)
      expect(comments(noisy.body)).toBeGreaterThan(5)
    }).pipe(withSimulator())
  )

  it.live("the socket can stay open after [DONE], or after the finish chunk", () =>
    Effect.gen(function* () {
      const done = yield* stalled("hang-after-done", (body) => body.includes("[DONE]"))
      expect(done.error).toBeDefined()
      expect(dataOf(done.body).at(-1)).toBe("[DONE]")
      const finish = yield* stalled("hang-after-finish", (body) => body.includes(`"finish_reason":"stop"`))
      expect(finish.error).toBeDefined()
      expect(finish.body).not.toContain("[DONE]")
      expect(chunksOf(finish.body).at(-1)?.["choices"][0].finish_reason).toBe("stop")
      const simulator = yield* Simulator.Simulator
      const after = yield* eventually(simulator.stats, (stats) => stats.disconnects.length === 2)
      expect(after.disconnects.map((one) => one.complete)).toEqual([true, false])
    }).pipe(withSimulator())
  )

  it.live("slow puts a gap before every event", () =>
    Effect.gen(function* () {
      const started = Date.now()
      const chunks = yield* streamed(ask("Hi", { max_tokens: 5 }), { fault: "slow:20" })
      expect(Date.now() - started).toBeGreaterThan(chunks.length * 18)
    }).pipe(withSimulator())
  )

  it.live("a large stream is legal and as large as asked for", () =>
    Effect.gen(function* () {
      const body = yield* postText(request, { fault: "big:10000000" })
      expect(body.length).toBeGreaterThan(10_000_000)
      expect(body.length).toBeLessThan(10_100_000)
      expect(body.endsWith("data: [DONE]\n\n")).toBe(true)
    }).pipe(withSimulator())
  )
})
