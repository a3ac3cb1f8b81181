// Generated from packages/client/src/ZhipuHttpClient.ts by scripts/effect4: change that file.
/**
 * Sends one call: URL, authorization, headers, error classification, retry, deadlines, span.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import type * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import * as Attempt from "./internal/call/attempt.js"
import * as documents from "./internal/call/documents.js"
import type { Call, Exchange } from "./internal/call/exchange.js"
import { announce } from "./internal/call/observers.js"
import * as paths from "./internal/call/path.js"
import * as Run from "./internal/call/run.js"
import { whileOpen } from "./internal/call/whileOpen.js"
import * as bytes from "./internal/streaming/bytes.js"
import * as events from "./internal/streaming/events.js"
import * as Price from "./Price.js"
import * as ZhipuAuth from "./ZhipuAuth.js"
import * as ZhipuConfig from "./ZhipuConfig.js"
import { CorruptStreamError, type InvalidRequestError, type ZhipuError } from "./ZhipuError.js"
import * as ZhipuLimits from "./ZhipuLimits.js"

export type {
  /**
   * One call of the API.
   *
   * @since 0.1.0
   * @category models
   */
  Call,
  /**
   * A successful response, while its attempt lasts.
   *
   * @since 0.1.0
   * @category models
   */
  Exchange
} from "./internal/call/exchange.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /**
   * Sends a call and uses its response. Fails with the error that the service told, with `ConnectionError`,
   * `DeadlineExceededError` or `RequestEncodeError`; sends again what the retry policy wants sent again, until `use`
   * commits.
   */
  readonly execute: <A>(
    call: Call,
    use: (exchange: Exchange) => Effect.Effect<A, ZhipuError, Scope.Scope>
  ) => Effect.Effect<A, ZhipuError>
  /**
   * Sends a call whose answer is one JSON document, and decodes it. An error document under a success status fails as
   * well; what `decode` fails with is subject to the retry policy like any other failure of the attempt.
   */
  readonly json: <A>(
    call: Call,
    decode: (
      document: Readonly<Record<string, unknown>>,
      requestId: string | undefined,
      /** Takes the key out of a text of the service, for errors that quote one. */
      redact: (text: string) => string
    ) => Effect.Effect<A, ZhipuError>
  ) => Effect.Effect<A, ZhipuError>
  /**
   * Sends a call whose answer is a stream of server-sent events, each of which `read` reads: `None` for one that says
   * nothing, a failure ends the stream. An event that is an error of the service ends it by itself.
   *
   * `end` says how a whole stream is told: by `[DONE]`, by a finish reason (`[DONE]` may follow), or by one of its elements.
   * A body that ends before that is `StreamTruncatedError`. It is sent again only before its first element.
   */
  readonly events: <A>(
    call: Call,
    read: (data: string, event: string | undefined) => Result.Result<Option.Option<A>, ZhipuError>,
    end: "done-marker" | "finish" | ((element: A) => boolean)
  ) => Stream.Stream<A, ZhipuError>
  /** Sends a call whose answer is a file, and gives its bytes as they come. JSON in its place fails. */
  readonly bytes: (call: Call) => Stream.Stream<Uint8Array, ZhipuError>
  /** Sends a call whose answer does not matter, and may be nothing at all; an error document fails. */
  readonly empty: (call: Call) => Effect.Effect<void, ZhipuError>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class ZhipuHttpClient extends Context.Service<ZhipuHttpClient, Service>()(
  "@effect-zhipu/effect4/ZhipuHttpClient"
) {}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make: Effect.Effect<
  Service,
  never,
  ZhipuConfig.ZhipuConfig | ZhipuAuth.ZhipuAuth | ZhipuLimits.ZhipuLimits | HttpClient.HttpClient | Scope.Scope
> = Effect.gen(function* () {
  const config = yield* ZhipuConfig.ZhipuConfig
  const auth = yield* ZhipuAuth.ZhipuAuth
  const limits = yield* ZhipuLimits.ZhipuLimits
  const fetchOptions = yield* Effect.serviceOption(FetchHttpClient.RequestInit)
  const scope = yield* Effect.scope
  const run = Run.make({
    config,
    auth,
    limits,
    attempt: Attempt.make(config, yield* HttpClient.HttpClient, fetchOptions),
    announced: yield* announce,
    prices: yield* Price.Prices
  })
  const untilClosed = yield* whileOpen(scope)
  // A stream is read by a fiber of the client already.
  const execute: Run.Execute = (call, use) => (call.expects === "events" ? run(call, use) : untilClosed(run(call, use)))
  return {
    execute,
    json: documents.json(execute, config.resetZone),
    empty: documents.empty(execute, config.resetZone),
    events: events.make(run, scope, config),
    bytes: bytes.make(run, scope, config.resetZone)
  }
})

/**
 * Calls that run, or wait, when the layer is released fail with `ConnectionError`, and are not sent any more.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<
  ZhipuHttpClient,
  never,
  ZhipuConfig.ZhipuConfig | ZhipuAuth.ZhipuAuth | ZhipuLimits.ZhipuLimits | HttpClient.HttpClient
> = /* @__PURE__ */ Layer.effect(ZhipuHttpClient, make)

/**
 * A path with ids in it: each is percent-encoded. An empty one, `.` and `..` are refused, as they would ask for something
 * else.
 *
 * @example
 * ```ts
 * import { ZhipuHttpClient } from "@effect-zhipu/effect4"
 * import { Effect } from "effect"
 *
 * export const cancel = (id: string) =>
 *   Effect.gen(function* () {
 *     const http = yield* ZhipuHttpClient.ZhipuHttpClient
 *     return yield* http.empty({
 *       path: yield* Effect.fromResult(ZhipuHttpClient.path`/batches/${id}/cancel`),
 *       operation: "batches.cancel"
 *     })
 *   })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const path: (
  strings: TemplateStringsArray,
  ...segments: ReadonlyArray<string>
) => Result.Result<string, InvalidRequestError> = paths.path

/**
 * Sends a call whose answer is one JSON document of the given Schema: the way to the endpoints of the service that have
 * no module here. Authorization, limits, deadlines, retries and errors are those of the client. A document that does not
 * fit fails with `CorruptStreamError` of reason `UnexpectedContentType`; its `detail` says where, without the content.
 *
 * @example
 * ```ts
 * import { ZhipuHttpClient } from "@effect-zhipu/effect4"
 * import { Schema } from "effect"
 *
 * const Embeddings = Schema.Struct({
 *   data: Schema.Array(Schema.Struct({ index: Schema.Number, embedding: Schema.Array(Schema.Number) }))
 * })
 *
 * export const embed = (input: ReadonlyArray<string>) =>
 *   ZhipuHttpClient.schemaJson(
 *     { path: "/embeddings", operation: "embeddings", model: "embedding-3", body: { model: "embedding-3", input } },
 *     Embeddings
 *   )
 * ```
 *
 * @since 0.1.0
 * @category accessors
 */
export const schemaJson = <A, I, R>(
  call: Call,
  schema: Schema.Codec<A, I, R, R>
): Effect.Effect<A, ZhipuError, ZhipuHttpClient | R> => {
  const decode = Schema.decodeUnknownEffect(schema)
  return Effect.contextWith((context: Context.Context<ZhipuHttpClient | R>) =>
    Context.get(context, ZhipuHttpClient).json(call, (document, requestId) =>
      decode(document).pipe(
        Effect.provide(context),
        Effect.mapError((error) => {
          const path = SchemaIssue.makeFormatterStandardSchemaV1()(error.issue).issues[0]?.path?.join(".") ?? ""
          const detail = path === "" ? "the document is another one" : `not as expected at ${path}`
          return new CorruptStreamError({
            message: `The answer is JSON, but does not fit the Schema: ${detail}. Check the path, the Schema and the base URL.`,
            status: 200,
            requestId,
            reason: "UnexpectedContentType",
            detail
          })
        })
      )
    )
  )
}
