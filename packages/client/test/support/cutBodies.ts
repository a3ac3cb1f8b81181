/** A server whose bodies end too early, at any byte, and what a client may make of that: nothing that is cut may pass for whole. */
import { type ChatRequest, Message, RetryPolicy, Tool, Zhipu, ZhipuChat } from "@effect-zhipu/client"
import { afterAll, expect } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import * as Http from "node:http"
import { seeded } from "./random.js"
import * as Sim from "./simulator.js"

/** How the server ends a body: in good order, by closing the socket, or by resetting it. */
type Ending = "end" | "destroy" | "reset"

const endings: ReadonlyArray<Ending> = ["end", "destroy", "reset"]

const cutsPerBody = 200

const question: ChatRequest.ChatRequest = {
  model: "glm-4.6",
  messages: [Message.user("Cut me off.")],
  tools: [Tool.fn({ name: "note", description: "Takes a note", parameters: { type: "object", properties: {} } })]
}

// What may be known from a beginning of a body, by a reader of its own.

interface Known {
  readonly content: string
  readonly reasoning: string
  readonly finished: boolean
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const knownFrom = (bytes: Uint8Array): Known => {
  let content = ""
  let reasoning = ""
  let finished = false
  for (const frame of new TextDecoder().decode(bytes).split("\n\n")) {
    const chunk = parsed(frame.replace(/^data: ?/, ""))
    for (const choice of Object(chunk).choices ?? []) {
      content += choice.delta.content ?? ""
      reasoning += choice.delta.reasoning_content ?? ""
      finished ||= choice.finish_reason !== undefined
    }
  }
  return { content, reasoning, finished }
}

// A server that sends as many bytes of a body as a header of the request says, and ends it as that says.

interface Cut {
  readonly offset: number
  readonly ending: Ending
}

const finishBy = (ending: Ending, response: Http.ServerResponse): void => {
  if (ending === "end") response.end()
  else if (ending === "destroy") response.socket?.destroy()
  else response.socket?.resetAndDestroy()
}

const serve = (body: Uint8Array) =>
  Effect.acquireRelease(
    Effect.async<Http.Server>((resume) => {
      const server = Http.createServer((request, response) => {
        const [offset, ending] = String(request.headers["x-zhipu-fault"]).split(" ")
        request.resume()
        request.on("end", () => {
          response.writeHead(200, { "content-type": "text/event-stream;charset=UTF-8" })
          response.flushHeaders()
          const by = endings.find((one) => one === ending) ?? "end"
          const part = body.subarray(0, Number(offset))
          if (part.length === 0) setImmediate(() => finishBy(by, response))
          else response.write(part, () => finishBy(by, response))
        })
      })
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  )

const portOf = (server: Http.Server): number => {
  const address = server.address()
  return typeof address === "object" && address !== null ? address.port : 0
}

const tally = { whole: 0, truncated: 0, broken: 0, empty: 0 }

/** Tells at the end of a file how the streams of all cuts ended. */
export const tellTally = () => afterAll(() => console.log(`cut bodies: ${JSON.stringify(tally)}`))

const ask = ({ ending, offset }: Cut) =>
  Sim.outcomeOf(ZhipuChat.stream(question)).pipe(Sim.withFaults(`${offset} ${ending}`))

const check = (body: Uint8Array, cut: Cut, whole: Sim.Outcome, outcome: Sim.Outcome): void => {
  const { ending, offset } = cut
  const { error, events } = outcome
  const known = knownFrom(body.subarray(0, offset))
  const got = { content: Sim.textOf(events), reasoning: Sim.reasoningOf(events) }
  const partial = error?.partial?.choices[0]?.message
  const told = { content: partial?.content ?? "", reasoning: partial?.reasoning_content ?? "" }
  const context = { cut, tag: error?._tag }

  if (error === undefined) {
    tally.whole++
    expect({ ...context, finished: known.finished }).toStrictEqual({ ...context, finished: true })
    expect({ cut, ...got }).toStrictEqual({ cut, content: known.content, reasoning: known.reasoning })
    expect(Sim.callsOf(events)).toStrictEqual(Sim.callsOf(whole.events))
    return
  }
  expect({ cut, calls: Sim.callsOf(events), finished: known.finished && ending === "end" }).toStrictEqual({
    cut,
    calls: [],
    finished: false
  })
  expect({ cut, ...told }).toStrictEqual({ cut, ...got })
  if (ending === "end") {
    expect(context).toStrictEqual({ cut, tag: offset === 0 ? "CorruptStreamError" : "StreamTruncatedError" })
    expect({ cut, ...got }).toStrictEqual({ cut, content: known.content, reasoning: known.reasoning })
    if (error._tag === "StreamTruncatedError") expect(error.receivedBytes).toBe(offset)
  } else {
    // What was in flight may be lost.
    expect(["ConnectionError", "StreamTruncatedError"]).toContain(error._tag)
    if (error._tag === "ConnectionError") expect(error.phase).not.toBe("closed")
    expect({ cut, known: known.content.startsWith(got.content) }).toStrictEqual({ cut, known: true })
    expect({ cut, known: known.reasoning.startsWith(got.reasoning) }).toStrictEqual({ cut, known: true })
  }
  if (error._tag === "StreamTruncatedError") tally.truncated++
  else if (error._tag === "ConnectionError") tally.broken++
  else tally.empty++
}

/** Cuts a body at 200 places, and ends it there in three ways. */
export const cutEverywhere = (transport: Sim.Transport, body: Uint8Array, seed: number) =>
  Effect.gen(function* () {
    const port = portOf(yield* serve(body))
    const live = Zhipu.layer({
      apiKey: Redacted.make("id.secret"),
      baseUrl: `http://127.0.0.1:${port}/api/paas/v4`,
      retry: RetryPolicy.none,
      transformClient: Sim.sendFaults
    }).pipe(Layer.provide(Sim.httpLayer[transport]))
    const random = seeded(seed)
    const cuts = endings.flatMap((ending) => [
      { ending, offset: 0 },
      { ending, offset: body.length },
      ...Array.from({ length: cutsPerBody }, () => ({ ending, offset: random.below(body.length) }))
    ])
    yield* Effect.gen(function* () {
      const whole = yield* ask({ ending: "end", offset: body.length })
      expect(whole.error).toBeUndefined()
      yield* Effect.forEach(cuts, (cut) => Effect.map(ask(cut), (outcome) => check(body, cut, whole, outcome)), {
        concurrency: 16,
        discard: true
      })
    }).pipe(Effect.provide(live))
  }).pipe(Effect.scoped)
