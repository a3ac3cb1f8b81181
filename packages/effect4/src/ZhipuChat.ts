// Generated from packages/client/src/ZhipuChat.ts by scripts/effect4: change that file.
/**
 * Chat completions: whole, or as a stream of events.
 *
 * @since 0.1.0
 */
import { noCompletion, readWhole } from "@effect-zhipu/protocol/internal/decoding/whole"
import { meantBy } from "@effect-zhipu/protocol/internal/requests/misspelt"
import { check } from "@effect-zhipu/protocol/internal/requests/preflight"
import { hintOf, refusedIn } from "@effect-zhipu/protocol/internal/requests/toolSchemas"
import * as Channel from "effect/Channel"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as HashSet from "effect/HashSet"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { ChatCompletion } from "./ChatCompletion.js"
import type { ChatRequest } from "./ChatRequest.js"
import { type ChunkEvent, fold } from "./ChunkEvent.js"
import { withHint } from "./internal/call/errorDetails.js"
import { isPlainCompletion } from "./internal/schema/plainCompletion.js"
import * as chatStream from "./internal/streaming/chatStream.js"
import { withFolded } from "./internal/streaming/folded.js"
import * as names from "./internal/telemetry/attributeNames.js"
import { toError } from "./internal/toError.js"
import * as ZhipuConfig from "./ZhipuConfig.js"
import type { ZhipuError } from "./ZhipuError.js"
import * as ZhipuHttpClient from "./ZhipuHttpClient.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** Asks for a whole completion. */
  readonly complete: (request: ChatRequest) => Effect.Effect<ChatCompletion, ZhipuError>
  /** Asks for a completion as a stream of events. */
  readonly stream: (request: ChatRequest) => Stream.Stream<ChunkEvent, ZhipuError>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class ZhipuChat extends Context.Service<ZhipuChat, Service>()("@effect-zhipu/effect4/ZhipuChat") {}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make: Effect.Effect<
  Service,
  never,
  ZhipuHttpClient.ZhipuHttpClient | ZhipuConfig.ZhipuConfig | Scope.Scope
> = Effect.gen(function* () {
  const http = yield* ZhipuHttpClient.ZhipuHttpClient
  const { maxEventSize, onMalformed, preflight, resetZone, strict } = yield* ZhipuConfig.ZhipuConfig
  const scope = yield* Effect.scope

  const warned = yield* Ref.make(HashSet.empty<string>())

  /** Once for each text, as a program sends the same request again and again. */
  const warn = (text: string): Effect.Effect<void> =>
    Ref.modify(warned, (before) => [HashSet.has(before, text), HashSet.add(before, text)]).pipe(
      Effect.flatMap((isKnown) => (isKnown ? Effect.void : Effect.logWarning(text)))
    )

  const checked = (request: ChatRequest, sent: ChatRequest): Effect.Effect<void, ZhipuError> =>
    Effect.suspend(() => {
      const problem = preflight ? check(sent) : undefined
      if (problem !== undefined) return toError(problem)
      const warnings = warningsOf(request, sent)
      return warnings.length === 0 ? Effect.void : Effect.forEach(warnings, warn, { discard: true })
    })

  const complete: Service["complete"] = (request) => {
    const sent = withExtraBody(request)
    const asked = Effect.andThen(
      checked(request, sent),
      http.json(callOf(sent, false), readCompletion(toolNamesOf(sent), resetZone))
    )
    return sent.tools === undefined ? asked : Effect.mapError(asked, explaining(sent))
  }

  const stream: Service["stream"] = (request) => {
    const sent = withExtraBody(request)
    return chatStream.make(http.execute, scope, callOf(sent, true), {
      before: checked(request, sent),
      maxEventSize,
      onMalformed,
      resetZone,
      toolNames: toolNamesOf(sent),
      choices: choicesOf(sent),
      strict,
      explain: sent.tools === undefined ? identity : explaining(sent)
    })
  }

  return { complete, stream }
})

const warningsOf = (request: ChatRequest, sent: ChatRequest): ReadonlyArray<string> => {
  const warnings: Array<string> = []
  for (const field of Object.keys(request)) {
    const meant = meantBy(field)
    if (meant === undefined) continue
    warnings.push(
      `The request has a field ${field}, which this version does not know. Was it meant to be ${meant}? It is sent as it is.`
    )
  }
  if (sent.tools === undefined) return warnings
  for (const { name, words } of refusedIn(sent.tools)) {
    if (!words.has("$ref")) continue
    warnings.push(
      `The parameters of the tool ${name} hold a $ref, which GLM is known to answer with an error 1234 or nothing. ` +
        "They are sent as they are: `Tool.fn` writes them without, unless a type refers to itself, which has to be cut."
    )
  }
  return warnings
}

/** What is known to come of a tool that the service cannot read: error 1234, or an answer of nothing. */
const explaining =
  ({ tools }: ChatRequest) =>
  (error: ZhipuError): ZhipuError => {
    const isNamed =
      error._tag === "CorruptStreamError" && error.reason === "EmptyResponse" && refusedIn(tools).length > 0
    // An empty answer says itself that it may be about tools: here is which.
    const hint = error.code === "1234" || isNamed ? hintOf(tools) : undefined
    return hint === undefined ? error : withHint(error, hint)
  }

const withExtraBody = (request: ChatRequest): ChatRequest => {
  const { extra_body: extra, ...rest } = request
  return Predicate.isObject(extra) ? { ...rest, ...extra } : request
}

const callOf = (request: ChatRequest, stream: boolean): ZhipuHttpClient.Call => ({
  path: "/chat/completions",
  // Without streaming the field is left as the caller set it or not, as absent means false.
  body: stream || request.stream !== undefined ? { ...request, stream } : { ...request },
  expects: stream ? "events" : "document",
  operation: "chat",
  model: request.model,
  attributes: {
    [names.requestTemperature]: request.temperature,
    [names.requestTopP]: request.top_p,
    [names.requestMaxTokens]: request.max_tokens,
    [names.requestSeed]: request.seed,
    [names.requestReasoningLevel]: request.reasoning_effort
  }
})

const toolNamesOf = (request: ChatRequest): ReadonlySet<string> => {
  const toolNames = new Set<string>()
  const tools: unknown = request.tools
  for (const tool of Array.isArray(tools) ? tools : []) {
    const name: unknown = Predicate.isObject(tool) && Predicate.isObject(tool["function"]) && tool["function"]["name"]
    if (typeof name === "string") toolNames.add(name)
  }
  return toolNames
}

/** The service makes one choice; others take `n`, and say how many. */
const choicesOf = (request: ChatRequest): number => {
  const n: unknown = Predicate.hasProperty(request, "n") ? request.n : undefined
  return typeof n === "number" ? n : 1
}

const readCompletion =
  (toolNames: ReadonlySet<string>, resetZone: string) =>
  (
    document: Readonly<Record<string, unknown>>,
    requestId: string | undefined,
    redact: (text: string) => string
  ): Effect.Effect<ChatCompletion, ZhipuError> => {
    const whole = readWhole(document, { status: 200, requestId, resetZone, redact, toolNames })
    if (whole._tag === "Failure") return Effect.fail(toError(whole.failure))
    if (isPlainCompletion(whole.document)) return Effect.succeed(whole.document)
    return Effect.mapError(
      // Compiled here, and once: most programs never get an answer that needs it.
      Schema.decodeUnknownEffect(ChatCompletion)(whole.document),
      () => toError(noCompletion({ status: 200, requestId }))
    )
  }

/**
 * Needs `ZhipuHttpClient` and `ZhipuConfig`. Calls that run when the layer is released, streamed or whole, fail with
 * `ConnectionError`.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<ZhipuChat, never, ZhipuHttpClient.ZhipuHttpClient | ZhipuConfig.ZhipuConfig> =
  /* @__PURE__ */ Layer.effect(ZhipuChat, make)

/**
 * Asks for a whole completion, in one answer. Long answers are better streamed: a gateway may not wait for minutes.
 *
 * @example
 * ```ts
 * import { ChatCompletion, Message, Zhipu, ZhipuChat } from "@effect-zhipu/effect4"
 * import { FetchHttpClient } from "effect/http"
 * import { Effect, Layer } from "effect"
 *
 * export const program = ZhipuChat.complete({ model: "glm-4.6", messages: [Message.user("Hello")] }).pipe(
 *   Effect.map(ChatCompletion.text),
 *   Effect.provide(Zhipu.layerConfig().pipe(Layer.provide(FetchHttpClient.layer)))
 * )
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const complete = (request: ChatRequest): Effect.Effect<ChatCompletion, ZhipuError, ZhipuChat> =>
  Effect.flatMap(ZhipuChat, (chat) => chat.complete(request))

/**
 * Asks for a completion as a stream of events, in the order that `ChunkEvent` tells. The stream ends well only when the
 * service said that the answer is complete; in every other case it fails, and `partial` of the error holds what came.
 * Interrupting the stream, or taking a part of it, closes the connection.
 *
 * @example
 * ```ts
 * import { ChunkEvent, Message, ZhipuChat } from "@effect-zhipu/effect4"
 * import { Console, Stream } from "effect"
 *
 * export const program = ZhipuChat.stream({ model: "glm-4.6", messages: [Message.user("Hello")] }).pipe(
 *   ChunkEvent.text,
 *   Stream.runForEach((text) => Console.log(text))
 * )
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const stream = (request: ChatRequest): Stream.Stream<ChunkEvent, ZhipuError, ZhipuChat> =>
  withFolded(
    // Not `Stream.unwrap`, which passes every event on through one more stage.
    Stream.fromChannel(Channel.unwrap(Effect.map(ZhipuChat, (chat) => Stream.toChannel(chat.stream(request))))),
    Effect.flatMap(ZhipuChat, (chat) => fold(chat.stream(request)))
  )
