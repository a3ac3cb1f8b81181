/** The client without Effect, against the simulator over real sockets. */
import { ChatCompletion, type ChunkEvent, Message, ZhipuError } from "@effect-zhipu/client"
import {
  createZhipu,
  OptionsError,
  type Options,
  type PromiseClient,
  type Question
} from "@effect-zhipu/client/promise"
import { UndiciHttpClient } from "@effect-zhipu/node"
import { Simulator } from "@effect-zhipu/testing"
import { Cause, Effect, Exit, Layer, Option, Redacted, Scope } from "effect"
import { inspect } from "node:util"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, expectTypeOf, it } from "vitest"

const scope = Effect.runSync(Scope.make())
let simulator: Simulator.Service
let zhipu: PromiseClient

const run = <A, E>(effect: Effect.Effect<A, E>): Promise<A> => Effect.runPromise(effect)

const clientOf = (options: Options = {}): PromiseClient =>
  createZhipu({ apiKey: Redacted.value(simulator.apiKey), baseUrl: simulator.baseUrl, maxRetries: 0, ...options })

beforeAll(async () => {
  simulator = await run(Scope.extend(Simulator.make(), scope))
})

afterAll(() => run(Scope.close(scope, Exit.void)))

beforeEach(async () => {
  await run(Effect.zipRight(simulator.setFaults(""), simulator.awaitIdle))
  await run(simulator.reset)
  zhipu = clientOf()
})

afterEach(() => zhipu.close())

const collect = async <A>(iterable: AsyncIterable<A>): Promise<ReadonlyArray<A>> => {
  const all: Array<A> = []
  for await (const a of iterable) all.push(a)
  return all
}

/** What a promise was rejected with. */
const thrown = (promise: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(promise).then(
    () => expect.fail("it did not fail"),
    (error: unknown) => error
  )

const disconnected = () =>
  expect.poll(async () => (await run(simulator.stats)).disconnects.length, { timeout: 20_000, interval: 5 }).toBe(1)

const busy = () =>
  expect.poll(async () => (await run(simulator.stats)).inFlight, { timeout: 20_000, interval: 5 }).toBe(1)

describe("an answer", () => {
  it("is a ChatCompletion, events, or text in parts and as a whole, each asked for anew", async () => {
    const whole = await zhipu.complete("Say: hello")
    expect(ChatCompletion.text(whole)).toBe("hello")
    const events = await collect(zhipu.stream("Say: hello"))
    expect(events.map(({ _tag }) => _tag)).toEqual(expect.arrayContaining(["Started", "ContentDelta", "Finished"]))
    const text = zhipu.text("Count to 20")
    const parts = await collect(text)
    expect(parts.length).toBeGreaterThan(1)
    expect(await text).toBe(parts.join(""))
    const { requests } = await run(simulator.stats)
    expect(requests).toBe(4)
  })

  it("is to a text, to a conversation or to a request, whose model may be left out", async () => {
    const said = { role: "user", content: "Say: hello" } as const
    for (const question of ["Say: hello", [said], { messages: [said] }, { model: "glm-4.5", messages: [said] }]) {
      expect(await zhipu.text(question)).toBe("hello")
    }
    const requests = await run(simulator.requests)
    expect(requests.map(({ body }) => Reflect.get(Object(body), "model"))).toEqual([
      "glm-4.6",
      "glm-4.6",
      "glm-4.6",
      "glm-4.5"
    ])
  })

  it("comes by another transport, and with what a call has of its own", async () => {
    await using other = clientOf({ httpClient: UndiciHttpClient.layer, model: "glm-4.5-air" })
    let status = 0
    const onResponse = (response: { readonly status: number }) => Effect.sync(() => void (status = response.status))
    const { model } = await other.complete("Hello", { onResponse, headers: { "x-tenant": "7" } })
    expect([model, status]).toEqual(["glm-4.5-air", 200])
    const requests = await run(simulator.requests)
    expect(requests.at(-1)?.headers).toMatchObject({ "x-tenant": "7" })
  })

  it("is asked for with the key of one call, which is a text", async () => {
    const nobody = clientOf({ apiKey: "nobody.nobodys-secret" })
    const apiKey = Redacted.value(simulator.apiKey)
    expect(ChatCompletion.text(await nobody.complete("Say: hello", { apiKey }))).toBe("hello")
    expect(await nobody.text("Say: hello", { apiKey })).toBe("hello")
    expect(await thrown(nobody.complete("Say: hello"))).toMatchObject({ _tag: "AuthenticationError" })
    const error = await thrown(nobody.complete("Say: hello", { apiKey: "other.SENTINEL" }))
    expect(error).toMatchObject({ _tag: "AuthenticationError" })
    expect(inspect(error, { depth: 9 })).not.toContain("SENTINEL")
    await nobody.close()
  })

  it("that reached max_tokens is no text, but all of it was given", async () => {
    const question = {
      messages: [Message.user("Count to 500")],
      max_tokens: 20,
      thinking: { type: "disabled" }
    } as const
    const error = await thrown(zhipu.text(question))
    expect(error).toBeInstanceOf(ChatCompletion.IncompleteAnswerError)
    expect(error).toMatchObject({ _tag: "IncompleteAnswerError", reason: "length" })
    const parts: Array<string> = []
    const later = await thrown(
      (async () => {
        for await (const text of zhipu.text(question)) parts.push(text)
      })()
    )
    expect(later).toMatchObject({ _tag: "IncompleteAnswerError", reason: "length" })
    expect(parts.join("")).toMatch(/^1, 2, 3/)
    expect(inspect(later)).not.toContain("1, 2, 3")
    const { choices } = await zhipu.complete(question)
    expect(choices[0]?.finish_reason).toBe("length")
  })
})

describe("an error", () => {
  it("is thrown as it is, from a promise and from a loop", async () => {
    await run(simulator.setFaults("code:1113"))
    for (const ask of [
      () => zhipu.complete("Hello"),
      () => zhipu.text("Hello"),
      () => collect(zhipu.stream("Hello"))
    ]) {
      const error = await thrown(ask())
      expect(error).toBeInstanceOf(ZhipuError.InsufficientBalanceError)
      expect(error).toMatchObject({ _tag: "InsufficientBalanceError", code: "1113", isRetryable: false })
    }
  })

  it("in mid-stream comes after the events before it, with what there was of the answer", async () => {
    await run(simulator.setFaults("truncate@chunk:10"))
    const events: Array<ChunkEvent.ChunkEvent> = []
    const error = await thrown(
      (async () => {
        for await (const event of zhipu.stream("Hello")) events.push(event)
      })()
    )
    expect(error).toMatchObject({ _tag: "StreamTruncatedError" })
    expect(error).toHaveProperty("partial")
    expect(events.length).toBeGreaterThan(1)
  })

  it("of a text that was waited for as a whole has what there was of it, one of `complete` has not", async () => {
    await run(simulator.setFaults("truncate@chunk:10"))
    const error = await thrown(
      zhipu.text({ messages: [{ role: "user", content: "Count to 50" }], thinking: { type: "disabled" } })
    )
    expect(error).toMatchObject({ _tag: "StreamTruncatedError" })
    expect(error).toHaveProperty("partial.choices.0.message.content", expect.stringMatching(/^1, 2/))
    await run(simulator.setFaults("truncate@40"))
    expect(await thrown(zhipu.complete("Hello"))).not.toHaveProperty("partial")
  })

  it("of a request that the service would refuse comes before it is sent", async () => {
    expect(await thrown(zhipu.complete([]))).toMatchObject({ _tag: "InvalidRequestError" })
    expect((await run(simulator.stats)).requests).toBe(0)
  })

  it("of options is thrown when the client is made, and says what to do without the key", () => {
    expect(() => createZhipu({ apiKey: "no-key", auth: "jwt" })).toThrow(OptionsError)
    expect(() => createZhipu({ apiKey: "id.secret", baseUrl: "nowhere" })).toThrow(/base URL/)
    expect(() => createZhipu({ apiKey: "id.secret", deadlines: { total: Number.NaN } })).toThrow(/total/)
    try {
      createZhipu({ apiKey: "topsecretvalue", auth: "jwt" })
    } catch (error) {
      expect(inspect(error)).not.toContain("topsecretvalue")
    }
  })

  it("never shows the key", async () => {
    const client = clientOf({ apiKey: "fictional-id.very-secret" })
    const error = await thrown(client.complete("Hello"))
    expect(error).toMatchObject({ _tag: "AuthenticationError" })
    expect(inspect([error, client], { depth: 10, showHidden: true })).not.toContain("very-secret")
    await client.close()
  })

  it("of a transport that cannot be built is thrown by the first call", async () => {
    const broken = new Error("no transport")
    await using other = clientOf({ httpClient: Layer.fail(broken) })
    expect(await thrown(other.complete("Hello"))).toBe(broken)
    expect(await thrown(collect(other.stream("Hello")))).toBe(broken)
  })
})

describe("a signal", () => {
  const ways = {
    complete: (signal: AbortSignal) => zhipu.complete("Tell me about the sea.", { signal }),
    stream: (signal: AbortSignal) => collect(zhipu.stream("Tell me about the sea.", { signal })),
    "text as a whole": (signal: AbortSignal) => zhipu.text("Tell me about the sea.", { signal }),
    "text in parts": (signal: AbortSignal) => collect(zhipu.text("Tell me about the sea.", { signal }))
  }

  it.each(Object.keys(ways) as ReadonlyArray<keyof typeof ways>)(
    "that is aborted while nothing comes closes the request: %s",
    async (name) => {
      await run(simulator.setFaults(name === "complete" ? "idle@headers" : "idle@chunk:0"))
      const stop = new AbortController()
      const failing = thrown(ways[name](stop.signal))
      await busy()
      stop.abort()
      expect(await failing).toBe(stop.signal.reason)
      expect(await failing).toMatchObject({ name: "AbortError" })
      await disconnected()
    }
  )

  it.each(Object.keys(ways) as ReadonlyArray<keyof typeof ways>)(
    "that was aborted before sends nothing: %s",
    async (name) => {
      const reason = new Error("no more")
      expect(await thrown(ways[name](AbortSignal.abort(reason)))).toBe(reason)
      expect((await run(simulator.stats)).requests).toBe(0)
    }
  )

  it("that is aborted within a loop drops the events that wait, and throws once", async () => {
    const stop = new AbortController()
    const iterator = zhipu.stream("Count to 50", { signal: stop.signal })[Symbol.asyncIterator]()
    await iterator.next()
    stop.abort()
    expect(await thrown(iterator.next())).toBe(stop.signal.reason)
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
  })

  it("keeps no listener of calls that have ended", async () => {
    const stop = new AbortController()
    let listeners = 0
    const { addEventListener, removeEventListener } = stop.signal
    Object.assign(stop.signal, {
      addEventListener: (...args: Parameters<typeof addEventListener>) => {
        listeners++
        addEventListener.apply(stop.signal, args)
      },
      removeEventListener: (...args: Parameters<typeof removeEventListener>) => {
        listeners--
        removeEventListener.apply(stop.signal, args)
      }
    })
    const { signal } = stop
    await collect(zhipu.stream("Say: hello", { signal }))
    for await (const _ of zhipu.stream("Count to 50", { signal })) break
    expect(listeners).toBe(0)
  })
})

it.each([undefined, null, 5, {}])(
  "refuses %s as a question, in the promise or the loop that asks it",
  async (nothing) => {
    // As a program without types asks.
    const question: Question = Object({ nothing }).nothing
    for (const failing of [zhipu.complete(question), zhipu.text(question), collect(zhipu.stream(question))]) {
      expect(await thrown(failing)).toMatchObject({ _tag: "InvalidRequestError" })
    }
    expect((await run(simulator.stats)).requests).toBe(0)
  }
)

describe("leaving", () => {
  it.each(["stream", "text"] as const)("the loop of %s closes the request", async (name) => {
    await run(simulator.setFaults("slow:20"))
    for await (const _ of zhipu[name]("Tell me about the sea.")) break
    await disconnected()
  })

  it("the block of await using closes the client", async () => {
    let left: PromiseClient
    {
      await using own = clientOf()
      left = own
      expect(await own.text("Say: hello")).toBe("hello")
    }
    for (const ask of [() => left.complete("Hello"), () => left.text("Hello"), () => collect(left.stream("Hello"))]) {
      expect(await thrown(ask())).toMatchObject({ _tag: "ConnectionError", phase: "closed" })
    }
    await left.close()
  })

  it("by close ends what runs with an error", async () => {
    await run(simulator.setFaults("idle@chunk:3"))
    const failing = thrown(collect(zhipu.stream("Hello")))
    await busy()
    await zhipu.close()
    expect(await failing).toMatchObject({ _tag: "ConnectionError", phase: "closed" })
    await disconnected()
  })

  it("by close ends a whole answer that is waited for, and sends none that waits for its turn", async () => {
    await run(simulator.setFaults("idle@headers"))
    const own = clientOf({ limits: { maxInFlight: 1 } })
    const failing = [own.complete("Hello"), own.complete("Hello"), own.text("Hello")].map(thrown)
    await busy()
    await own.close()
    for (const error of await Promise.all(failing)) {
      expect(error).toMatchObject({ _tag: "ConnectionError", phase: "closed", isRetryable: false })
    }
    await disconnected()
    expect((await run(simulator.stats)).requests).toBe(1)
  })

  it("by close ends a whole answer that is to be asked for again", async () => {
    await run(simulator.setFaults("status:503"))
    const own = clientOf({ maxRetries: 5 })
    const failing = thrown(own.complete("Hello"))
    await expect.poll(async () => (await run(simulator.stats)).requests, { timeout: 20_000, interval: 5 }).toBe(1)
    await run(simulator.awaitIdle)
    await own.close()
    expect(await failing).toMatchObject({ _tag: "ConnectionError", phase: "closed" })
  })

  it("by close in the same moment sends nothing", async () => {
    const own = clientOf()
    const failing = [own.complete("Hello"), own.text("Hello"), collect(own.stream("Hello"))].map(thrown)
    await own.close()
    for (const error of await Promise.all(failing)) {
      expect(error).toMatchObject({ _tag: "ConnectionError", phase: "closed" })
    }
    expect((await run(simulator.stats)).requests).toBe(0)
  })
})

describe("ChatCompletion.whole", () => {
  const completion = (finish_reason?: string): ChatCompletion.ChatCompletion => ({
    choices: [{ message: { content: "Hel" }, ...(finish_reason === undefined ? {} : { finish_reason }) }]
  })

  it.each(["stop", "tool_calls", undefined, "eos"])("lets an answer with %s pass", (reason) => {
    const answer = completion(reason)
    expect(Effect.runSync(ChatCompletion.whole(answer))).toBe(answer)
  })

  it.each(["length", "model_context_window_exceeded", "sensitive"])("fails for %s, with what there is", (reason) => {
    const answer = completion(reason)
    const exit = Effect.runSyncExit(ChatCompletion.whole(answer))
    const error = Exit.isFailure(exit) ? Option.getOrUndefined(Cause.failureOption(exit.cause)) : undefined
    expect(error).toMatchObject({ _tag: "IncompleteAnswerError", reason })
    expect(error?.completion).toBe(answer)
    expect(inspect(error)).not.toContain("Hel")
  })
})

it("has the types of what it gives", () => {
  expectTypeOf(zhipu.text).returns.resolves.toEqualTypeOf<string>()
  expectTypeOf(zhipu.complete).returns.resolves.toEqualTypeOf<ChatCompletion.ChatCompletion>()
  // @ts-expect-error a misspelt field
  const question: Question = { messages: [], temprature: 1 }
  expect(question).toHaveProperty("temprature")
})
