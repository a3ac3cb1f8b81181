/** `zhipu replay FILE`: the answers of a recording, at the terminal or over HTTP. */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as HttpClient from "@effect/platform/HttpClient"
import type { ChatRequest } from "@effect-zhipu/client/ChatRequest"
import * as Message from "@effect-zhipu/client/Message"
import * as RetryPolicy from "@effect-zhipu/client/RetryPolicy"
import * as Zhipu from "@effect-zhipu/client/Zhipu"
import type { ToolError } from "@effect-zhipu/client/ToolError"
import type { ZhipuError } from "@effect-zhipu/client/ZhipuError"
import * as Cassette from "@effect-zhipu/testing/Cassette"
import { defaultApiKey } from "@effect-zhipu/testing/Simulator"
import type { ConfigError } from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import { isRecord } from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Answer from "../answer.js"
import { type BrokenPipe, BlockedError, ListenError, Reported, UsageError } from "../errors.js"
import { say } from "../language.js"
import * as ExitCode from "../exitCode.js"
import * as Host from "../host.js"
import { Output, type Service as OutputService } from "../output.js"
import type * as Progress from "../progress.js"
import * as Render from "../render.js"
import { printable } from "../text.js"
import { reasonOf } from "./simulate.js"

/** @internal */
export interface Options {
  readonly words: ReadonlyArray<string>
  readonly timing: "none" | "recorded"
  readonly port: number | undefined
  readonly host: string
  readonly json: boolean
  readonly jsonl: boolean
}

type Failure = ZhipuError | ToolError | ConfigError | BlockedError | Reported

/** @internal */
export const run = (options: Options): Effect.Effect<void, Failure | UsageError | ListenError | BrokenPipe, Output> =>
  Effect.gen(function* () {
    const [file, ...rest] = options.words
    if (file === undefined || rest.length > 0) {
      return yield* new UsageError({
        message: 'zhipu replay takes one file, which zhipu record has written. For a prompt, write: zhipu -- "replay …"'
      })
    }
    if (options.json && options.jsonl) return yield* new UsageError({ message: "Choose one of --json and --jsonl." })
    return yield* options.port === undefined ? print(file, options) : serve(file, options.port, options)
  })

const unusable = ({ message }: Cassette.CassetteError): UsageError => new UsageError({ message: printable(message) })

const isChat = ({ request }: Cassette.Exchange): boolean => new URL(request.url).pathname.endsWith(operation)

const operation = "/chat/completions"

/** An answer that was given up while it was recorded ends there as a broken one: the replay would else fall silent for ever. */
const ended = (exchange: Cassette.Exchange): Cassette.Exchange =>
  exchange.end.how === "interrupted"
    ? {
        ...exchange,
        end: { ms: exchange.end.ms, how: "broken", message: "it was given up here while it was recorded" }
      }
    : exchange

const print = (file: string, options: Options): Effect.Effect<void, Failure | UsageError | BrokenPipe, Output> =>
  Effect.gen(function* () {
    const output = yield* Output
    const recording = yield* Cassette.read(file).pipe(Effect.provide(NodeFileSystem.layer), Effect.mapError(unusable))
    const exchanges = recording.exchanges.filter(isChat)
    if (exchanges.length === 0) {
      return yield* new UsageError({ message: `${printable(file)} holds no question to a model.` })
    }
    let last: Failure | undefined
    for (const exchange of exchanges) {
      // As zhipu announces a call that it sends again.
      if (last !== undefined) yield* output.notice(...ExitCode.describe(last, options.json ? "nothing" : undefined))
      const result = yield* Effect.either(answer(exchange, options, output))
      if (Either.isLeft(result) && result.left._tag === "BrokenPipe") return yield* result.left
      last = Either.isLeft(result) && result.left._tag !== "BrokenPipe" ? result.left : undefined
    }
    if (last !== undefined) return yield* Effect.fail(last)
  })

/** Shows the recorded answer as it was shown when it was asked for. The request that is made for it does not matter. */
const answer = (
  exchange: Cassette.Exchange,
  options: Options,
  output: OutputService
): Effect.Effect<void, Failure | BrokenPipe, Output> => {
  const http = Cassette.makeReplay(
    { version: 1, exchanges: [ended(exchange)] },
    { timing: options.timing, matches: () => true }
  )
  const client = Zhipu.layer({
    apiKey: Redacted.make(defaultApiKey),
    baseUrl: "http://127.0.0.1/api/paas/v4",
    retry: RetryPolicy.none
  }).pipe(Layer.provide(Layer.succeed(HttpClient.HttpClient, http)))
  const { body } = exchange.request
  const field = (name: string): unknown => (isRecord(body) ? body[name] : undefined)
  const model = field("model")
  const request: ChatRequest = {
    model: typeof model === "string" ? model : Answer.defaultModel,
    messages: [Message.user("what was recorded")]
  }
  const shown = {
    json: options.json,
    jsonl: options.jsonl,
    noStream: field("stream") !== true,
    toolStream: field("tool_stream") === true,
    markdown: false,
    noMarkdown: false,
    noReasoning: false,
    extract: false
  }
  const progress: Progress.State = { answered: false }
  const summary = Answer.emptySummary()
  return Answer.show(shown, request, progress, summary).pipe(
    Effect.provide(client),
    Effect.catchIf(
      (error) => error._tag === "ConnectionError" && exchange.end.how === "interrupted",
      () =>
        Effect.zipRight(output.notice(say("givenUpHere")), new Reported({ exitCode: ExitCode.exitCodes.interrupted }))
    ),
    Effect.ensuring(output.endLine),
    Effect.ensuring(Effect.suspend(() => output.notice(...Render.notices(summary.notable)))),
    Effect.zipRight(
      Effect.suspend(() =>
        summary.notable.some((event) => event._tag === "Finished" && event.reason === "sensitive")
          ? new BlockedError()
          : Effect.void
      )
    )
  )
}

const serve = (
  file: string,
  port: number,
  options: Options
): Effect.Effect<never, UsageError | ListenError | BrokenPipe, Output> =>
  Effect.scoped(
    Effect.gen(function* () {
      const output = yield* Output
      if (port < 0 || port > 65535) return yield* new UsageError({ message: "--port takes a number from 0 to 65535." })
      const { host, timing } = options
      const served = yield* Cassette.serve(file, { port, host, timing, acceptHost: Host.accepted(host) }).pipe(
        Effect.provide(NodeFileSystem.layer),
        Effect.catchTags({
          CassetteError: (error) => Effect.fail(unusable(error)),
          ServeError: ({ cause }) =>
            new ListenError({ message: `The recording cannot listen on ${host}:${port}: ${reasonOf(cause)}.` })
        })
      )
      const { baseUrl } = served
      yield* output.out(
        options.json
          ? `${JSON.stringify({ baseUrl, apiKey: defaultApiKey, port: served.port })}\n`
          : `export ZHIPU_BASE_URL=${baseUrl}\nexport ZHIPU_API_KEY=${defaultApiKey}\n`
      )
      yield* output.notice(say("recordingAnswersAt", { baseUrl }))
      return yield* Effect.never
    })
  )
