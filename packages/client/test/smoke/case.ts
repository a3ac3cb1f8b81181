/** What a case of the smoke suite is, and how one is run: by the web's globals alone, in every runtime. */
import { Cause, type ConfigError, Duration, Effect, Exit, type Layer, Redacted, Stream } from "effect"
import {
  ChunkEvent,
  type ChatRequest,
  Message,
  RetryPolicy,
  Zhipu,
  ZhipuChat,
  type ZhipuConfig
} from "@effect-zhipu/client"
import type { Simulator } from "@effect-zhipu/testing"
import * as HttpClient from "@effect/platform/HttpClient"

/** What the runtime lets the client read: a key is set, reading is not permitted, or there is no environment. */
export type Environment = "set" | "denied" | "none"

/** Where a case runs. */
export interface At {
  /** That the simulators accept. */
  readonly key: string
  /** Of the simulator of this case alone. */
  readonly baseUrl: string
  /** Where nobody listens. */
  readonly closedUrl: string
  readonly environment: Environment
  /** What the simulator of this case has seen. */
  readonly seen: Effect.Effect<Seen, unknown, HttpClient.HttpClient>
}

export interface Seen {
  readonly stats: Simulator.Stats
  readonly requests: ReadonlyArray<Simulator.RecordedRequest>
}

export interface Case {
  readonly name: string
  readonly simulator?: Simulator.Options
  readonly run: (at: At) => Effect.Effect<void, unknown, HttpClient.HttpClient>
}

/** What a driver tells the program that runs the suite. */
export interface Stage {
  readonly key: string
  readonly closedUrl: string
  readonly environment: Environment
  /** The base URLs of the simulators, by the name of the case. */
  readonly baseUrls: Readonly<Record<string, string>>
}

/** One line for each case. */
export interface Outcome {
  readonly name: string
  readonly ok: boolean
  readonly millis: number
  readonly problem?: string
}

export const assert: (condition: boolean, message: string) => asserts condition = (condition, message) => {
  if (!condition) throw new Error(message)
}

export const equal = (actual: unknown, expected: unknown): void => {
  const [is, shouldBe] = [JSON.stringify(actual), JSON.stringify(expected)]
  assert(is === shouldBe, `${is?.slice(0, 300)} is not ${shouldBe?.slice(0, 300)}`)
}

export const client = (
  { baseUrl, key }: Pick<At, "baseUrl" | "key">,
  options: Partial<ZhipuConfig.Options> = {}
): Layer.Layer<Zhipu.Zhipu, ConfigError.ConfigError, HttpClient.HttpClient> =>
  Zhipu.layer({ apiKey: Redacted.make(key), baseUrl, retry: RetryPolicy.none, ...options })

export const ask = (text = "Hello", rest: Partial<ChatRequest.ChatRequest> = {}): ChatRequest.ChatRequest => ({
  model: "glm-4.6",
  messages: [Message.user(text)],
  ...rest
})

export const streamed = (request: ChatRequest.ChatRequest = ask()) => ZhipuChat.stream(request)

export const folded = (request: ChatRequest.ChatRequest = ask()) => ChunkEvent.fold(streamed(request))

/** Waits until the simulator has seen something: it may learn of it a moment later than the client. */
export const until = ({ seen }: At, what: string, condition: (seen: Seen) => boolean) =>
  Effect.repeat(Effect.delay(seen, "20 millis"), { until: condition }).pipe(
    Effect.timeoutFail({ duration: "20 seconds", onTimeout: () => new Error(`the simulator did not see ${what}`) })
  )

/** That the one request of the case was given up by the client, and its connection closed. */
export const leaves = (at: At) =>
  until(at, "that the client left", ({ stats }) => stats.disconnects.length === 1 && !stats.disconnects[0]!.complete)

export const drain = Stream.runDrain

const problemOf = (cause: Cause.Cause<unknown>): string => Cause.pretty(cause).slice(0, 2000)

/** Runs a case, whatever comes of it. */
export const runCase = ({ name, run }: Case, at: At): Effect.Effect<Outcome, never, HttpClient.HttpClient> =>
  Effect.suspend(() => run(at)).pipe(
    Effect.timeoutFail({ duration: "20 seconds", onTimeout: () => new Error("no end after 20 seconds") }),
    Effect.exit,
    Effect.timed,
    Effect.map(([duration, exit]) => ({
      name,
      ok: Exit.isSuccess(exit),
      millis: Math.round(Duration.toMillis(duration)),
      ...(Exit.isSuccess(exit) ? {} : { problem: problemOf(exit.cause) })
    }))
  )

/** Runs cases one after the other against what the driver has made for them, and tells of each. */
export const runAll = (
  cases: ReadonlyArray<Case>,
  origin: string,
  report: (outcome: Outcome) => void
): Effect.Effect<void, unknown, HttpClient.HttpClient> =>
  Effect.gen(function* () {
    const http = yield* HttpClient.HttpClient
    const json = (path: string) => Effect.flatMap(http.get(origin + path), (response) => response.json)
    const stage = (yield* json("/stage")) as Stage
    for (const one of cases) {
      const seen = Effect.map(json(`/seen?case=${encodeURIComponent(one.name)}`), (seen) => seen as Seen)
      report(yield* runCase(one, { ...stage, baseUrl: stage.baseUrls[one.name] ?? "", seen }))
    }
  })
