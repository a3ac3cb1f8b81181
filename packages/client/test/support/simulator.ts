/** The client against the simulator, over real sockets and every transport. */
import {
  type ChatRequest,
  type ChunkEvent,
  Message,
  RetryPolicy,
  Tool,
  Zhipu,
  type ZhipuConfig,
  type ZhipuError
} from "@effect-zhipu/client"
import { UndiciHttpClient } from "@effect-zhipu/node"
import { Simulator } from "@effect-zhipu/testing"
import { FetchHttpClient, HttpClient, HttpClientRequest } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { Cause, Duration, Effect, Exit, FiberRef, Layer, Option, Redacted, Stream } from "effect"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

export type Transport = "fetch" | "undici" | "node"

const isBun = process.versions["bun"] !== undefined

/** In Bun, platform's undici is one of Bun's own, which has no dispatchers. */
export const transports: ReadonlyArray<Transport> = isBun ? ["fetch", "node"] : ["undici", "fetch", "node"]

export const httpLayer = {
  fetch: FetchHttpClient.layer,
  undici: NodeHttpClient.layerUndici,
  node: UndiciHttpClient.layer
}

/**
 * The faults of the requests that the current fiber sends, besides those of the simulator; `""` for the simulator's own.
 */
export const requestFaults = FiberRef.unsafeMake("")

export const withFaults = (faults: string) => Effect.locally(requestFaults, faults)

export const sendFaults = HttpClient.mapRequestEffect((request: HttpClientRequest.HttpClientRequest) =>
  Effect.map(FiberRef.get(requestFaults), (faults) =>
    faults === "" ? request : HttpClientRequest.setHeader(request, "x-zhipu-fault", faults)
  )
)

/** A client that talks to the simulator, and can be closed before it. */
export const clientLayer = (transport: Transport, options: Partial<ZhipuConfig.Options> = {}) =>
  Layer.unwrapEffect(
    Effect.map(Simulator.Simulator, ({ apiKey, baseUrl }) =>
      Zhipu.layer({ apiKey, baseUrl, transformClient: sendFaults, ...options }).pipe(
        Layer.provide(httpLayer[transport])
      )
    )
  )

/** A simulator and a client that talks to it; `options` replace those of the client. */
export const layer = (
  transport: Transport,
  options: Partial<ZhipuConfig.Options> = {},
  simulator: Simulator.Options = {}
) => clientLayer(transport, options).pipe(Layer.provideMerge(Simulator.layer(simulator)))

/** Sends a call again so often, a few milliseconds apart. */
export const again = (retries: number): RetryPolicy.RetryPolicy =>
  RetryPolicy.backoff({ base: "1 millis", cap: "2 millis", retries, elapsed: "30 seconds" })

/** Looks until it sees what it looks for, or 20 seconds have passed; gives what it saw last. */
export const eventually = <A, E, R>(
  look: Effect.Effect<A, E, R>,
  found: (a: A) => boolean,
  within: Duration.DurationInput = "20 seconds"
): Effect.Effect<A, E, R> =>
  Effect.suspend(() => {
    const last = Date.now() + Duration.toMillis(within)
    const step: Effect.Effect<A, E, R> = Effect.flatMap(look, (a) =>
      found(a) || Date.now() > last ? Effect.succeed(a) : Effect.zipRight(Effect.sleep("5 millis"), step)
    )
    return step
  })

/**
 * How many sockets may be open though nothing is asked: after an abort, `fetch` of Node opens a spare connection, over which
 * it sends nothing. It does so without this client as well.
 */
export const spareSockets = (transport: Transport): number => (transport === "fetch" ? 2 : 0)

const collector = (): unknown => {
  // Bun's collects at once only where it is told so; V8 takes the same argument for a collection of new objects alone.
  if (isBun) return Reflect.get(Reflect.get(globalThis, "Bun"), "gc").bind(undefined, true)
  setFlagsFromString("--expose-gc")
  return runInNewContext("gc")
}

const gc = collector()

/** Bytes in use after a collection of garbage. */
export const usedMemory = (): number => {
  if (typeof gc !== "function") throw new Error("garbage cannot be collected on demand")
  gc()
  const { arrayBuffers, heapUsed } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** The bytes that the simulator sends in answer to a request, as they are without the client. */
export const bodyOf = (request: ChatRequest.ChatRequest) =>
  Effect.flatMap(Simulator.Simulator, ({ apiKey, baseUrl }) =>
    Effect.promise(async () => {
      const response = await fetch(`${baseUrl}/chat/completions`, {
        method: "POST",
        headers: { authorization: `Bearer ${Redacted.value(apiKey)}`, "content-type": "application/json" },
        body: JSON.stringify({ ...request, stream: true })
      })
      return new Uint8Array(await response.arrayBuffer())
    })
  )

export const question: ChatRequest.ChatRequest = {
  model: "glm-4.6",
  messages: [Message.user("Why is the sky blue? Answer in a few sentences.")]
}

export const weatherTool = Tool.fn({
  name: "get_weather",
  description: "The weather in a city, now",
  parameters: {
    type: "object",
    properties: { city: { type: "string" }, unit: { type: "string", enum: ["celsius", "fahrenheit"] } },
    required: ["city", "unit"]
  }
})

export const toolQuestion: ChatRequest.ChatRequest = {
  model: "glm-4.6",
  messages: [Message.user("What is the weather in Paris and in London?")],
  tools: [weatherTool],
  tool_stream: true
}

export interface Outcome {
  readonly events: ReadonlyArray<ChunkEvent.ChunkEvent>
  readonly error: ZhipuError.ZhipuError | undefined
}

/** Runs a stream to its end, whatever that is. A defect stays one. */
export const outcomeOf = <R>(
  stream: Stream.Stream<ChunkEvent.ChunkEvent, ZhipuError.ZhipuError, R>
): Effect.Effect<Outcome, never, R> =>
  Effect.suspend(() => {
    const events: Array<ChunkEvent.ChunkEvent> = []
    return Stream.runForEach(stream, (event) => Effect.sync(() => events.push(event))).pipe(
      Effect.exit,
      Effect.flatMap((exit) => {
        if (Exit.isSuccess(exit)) return Effect.succeed<Outcome>({ events, error: undefined })
        const failure = Cause.failureOption(exit.cause)
        return Option.isSome(failure)
          ? Effect.succeed<Outcome>({ events, error: failure.value })
          : Effect.failCause(exit.cause)
      }),
      Effect.orDie
    )
  })

export const textOf = (events: ReadonlyArray<ChunkEvent.ChunkEvent>): string =>
  events.map((event) => (event._tag === "ContentDelta" ? event.text : "")).join("")

export const reasoningOf = (events: ReadonlyArray<ChunkEvent.ChunkEvent>): string =>
  events.map((event) => (event._tag === "ReasoningDelta" ? event.text : "")).join("")

export const callsOf = (events: ReadonlyArray<ChunkEvent.ChunkEvent>): ReadonlyArray<ChunkEvent.ToolCallCompleted> =>
  events.filter((event) => event._tag === "ToolCallCompleted")

export const warningsOf = (events: ReadonlyArray<ChunkEvent.ChunkEvent>): ReadonlyArray<string> =>
  events.flatMap((event) => (event._tag === "Warning" ? [event.code] : []))

/** An outcome in a few words, for tables. */
export const describeOutcome = ({ error, events }: Outcome, whole: Outcome): string => {
  if (error !== undefined) {
    const detail = "reason" in error ? ` ${error.reason}` : "phase" in error ? ` ${error.phase}` : ""
    const code = error.code === undefined ? "" : ` ${error.code}`
    return `${error._tag}${code}${error._tag === "ConnectionError" ? ` ${error.phase}` : detail}`
  }
  const finished = events.flatMap((event) => (event._tag === "Finished" ? [event.reason] : []))
  const same = textOf(events) === textOf(whole.events) && reasoningOf(events) === reasoningOf(whole.events)
  const warnings = warningsOf(events).map((code) => `, ${code}`)
  return `${same ? "the same" : "other text"}, ${finished.join(" ")}${warnings.join("")}`
}
