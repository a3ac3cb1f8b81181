// Generated from packages/testing/src/MockHttpClient.ts by scripts/effect4: change that file.
/**
 * Platform's `HttpClient` from canned bytes: for tests of what a client makes of them, whatever way they are cut.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import { bodyStream, type CannedResponse, requestText } from "./internal/mock/body.js"

export type { CannedResponse, Chunking } from "./internal/mock/body.js"

/**
 * A request that was made.
 *
 * @since 0.1.0
 * @category models
 */
export interface RecordedRequest {
  readonly method: string
  readonly url: string
  /** Names in lower case, as sent: a test may look at the key. */
  readonly headers: Readonly<Record<string, string>>
  /** The body as text, `""` where there is none. */
  readonly body: string
  /** The request itself. */
  readonly request: HttpClientRequest
}

/**
 * What a request gets: a response, or an effect that gives one, takes time (`Effect.never`: the headers never come) or
 * fails.
 *
 * @since 0.1.0
 * @category models
 */
export type Reply = CannedResponse | Effect.Effect<CannedResponse, HttpClientError.HttpClientError>

/**
 * What all requests get: one reply after the other, or what a function of the request and its number, from 0, gives.
 * A list that has run out is a defect that says which request had no reply.
 *
 * @since 0.1.0
 * @category models
 */
export type Respond = ReadonlyArray<Reply> | ((request: RecordedRequest, index: number) => Reply)

/**
 * What a mock remembers.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  readonly requests: Effect.Effect<ReadonlyArray<RecordedRequest>>
  /** How many bodies were given out. */
  readonly opened: Effect.Effect<number>
  /** How many of these were read to their end, broke, or were given up by the reader. */
  readonly closed: Effect.Effect<number>
  /** How many of these were given up by the reader, by interruption or by ceasing to read. */
  readonly cancelled: Effect.Effect<number>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class MockHttpClient extends Context.Service<MockHttpClient, Service>()(
  "@effect-zhipu/effect4/testing/MockHttpClient"
) {}

/** Statuses that a `Response` may not have a body with. */
const bodiless = new Set([101, 204, 205, 304])

/**
 * A client that answers from canned responses, and what it remembers.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  respond: Respond
): Effect.Effect<{ readonly client: HttpClient.HttpClient; readonly mock: Service }> =>
  Effect.sync(() => {
    const requests: Array<RecordedRequest> = []
    const counts = { opened: 0, closed: 0, cancelled: 0 }
    const replyTo = (recorded: RecordedRequest): Effect.Effect<CannedResponse, HttpClientError.HttpClientError> => {
      const index = requests.length
      requests.push(recorded)
      const reply = typeof respond === "function" ? respond(recorded, index) : respond[index]
      if (reply === undefined) {
        const length = typeof respond === "function" ? 0 : respond.length
        return Effect.die(`MockHttpClient: request ${index + 1} has no reply, the list ends after ${length}`)
      }
      return Effect.isEffect(reply) ? reply : Effect.succeed(reply)
    }
    const client = HttpClient.make((request, url, signal) =>
      Effect.gen(function* () {
        const body = yield* requestText(request)
        const canned = yield* replyTo({
          method: request.method,
          url: url.toString(),
          headers: { ...request.headers },
          body,
          request
        })
        const runtime = yield* Effect.context<never>()
        const status = canned.status ?? 200
        const response = bodiless.has(status)
          ? new Response(null, { status, headers: { ...canned.headers } })
          : new Response(bodyStream(canned, { signal, runtime, counts }), { status, headers: { ...canned.headers } })
        return HttpClientResponse.fromWeb(request, response)
      })
    )
    return {
      client,
      mock: {
        requests: Effect.sync(() => [...requests]),
        opened: Effect.sync(() => counts.opened),
        closed: Effect.sync(() => counts.closed),
        cancelled: Effect.sync(() => counts.cancelled)
      }
    }
  })

/**
 * A client that answers from canned responses.
 *
 * @example
 * ```ts
 * import { MockHttpClient } from "@effect-zhipu/effect4/testing"
 *
 * export const test = MockHttpClient.layer([
 *   { status: 429, body: `{"error":{"code":"1302","message":"slow down"}}` },
 *   {
 *     headers: { "content-type": "text/event-stream" },
 *     body: MockHttpClient.sse([{ id: "1", choices: [{ index: 0, delta: { content: "Hi" }, finish_reason: "stop" }] }]),
 *     chunks: "bytes"
 *   }
 * ])
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (respond: Respond): Layer.Layer<HttpClient.HttpClient | MockHttpClient> =>
  Layer.effectContext(
    Effect.map(make(respond), ({ client, mock }) =>
      Context.make(HttpClient.HttpClient, client).pipe(Context.add(MockHttpClient, mock))
    )
  )

/**
 * The text of an event stream: a `data:` line and a blank line for each chunk, then `[DONE]` unless `done` is false. A
 * string is taken as it is, anything else as JSON.
 *
 * @since 0.1.0
 * @category bodies
 */
export const sse = (chunks: ReadonlyArray<unknown>, options: { readonly done?: boolean | undefined } = {}): string =>
  [
    ...chunks.map((chunk) => (typeof chunk === "string" ? chunk : JSON.stringify(chunk))),
    ...(options.done === false ? [] : ["[DONE]"])
  ]
    .map((data) => `data: ${data}\n\n`)
    .join("")

/**
 * A reply that is no response: the host cannot be reached.
 *
 * @since 0.1.0
 * @category replies
 */
export const unreachable = (request: RecordedRequest): Effect.Effect<CannedResponse, HttpClientError.HttpClientError> =>
  Effect.fail(
    new HttpClientError.HttpClientError({
      reason: new HttpClientError.TransportError({
        request: request.request,
        cause: Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" })
      })
    })
  )
