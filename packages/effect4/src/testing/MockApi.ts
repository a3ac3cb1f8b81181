// Generated from packages/testing/src/MockApi.ts by scripts/effect4: change that file.
/**
 * `ZhipuHttpClient` from canned answers by operation: for tests of programs that use `@effect-zhipu/effect4/api`, without a network.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as ErrorDocument from "../ErrorDocument.js"
import * as Form from "../Form.js"
import { isZhipuError, type ZhipuError } from "../ZhipuError.js"
import * as ZhipuHttpClient from "../ZhipuHttpClient.js"

/**
 * What a call gets: a document, bytes (a text is sent as UTF-8), an error, or an effect that gives one of these and may take its time.
 * A document that the service would call an error fails the call as it would there.
 *
 * @since 0.1.0
 * @category models
 */
export type Reply =
  | Document
  | string
  | Uint8Array
  | ZhipuError
  | Effect.Effect<Document | string | Uint8Array, ZhipuError>

/**
 * A JSON object, with the field names of the wire.
 *
 * @since 0.1.0
 * @category models
 */
export interface Document {
  readonly [field: string]: unknown
}

/**
 * What calls of an operation get: always the same, one reply after the other, or what a function of the call and its number,
 * from 0, gives. A list that has run out, and an operation without replies, is a defect that says so.
 *
 * @since 0.1.0
 * @category models
 */
export type Replies = Reply | ReadonlyArray<Reply> | ((call: Call, index: number) => Reply)

/**
 * A call that was made.
 *
 * @since 0.1.0
 * @category models
 */
export interface Call {
  /** `embeddings`, `files.upload` …, as `Simulator.operations` lists them. */
  readonly operation: string
  readonly method: "GET" | "POST" | "PUT" | "DELETE"
  readonly path: string
  readonly urlParams: Readonly<Record<string, string | number | boolean | undefined>>
  /** The document; of a form, its texts by name. */
  readonly body: unknown
  /** The files of a form. */
  readonly files: ReadonlyArray<{ readonly name: string; readonly filename: string; readonly bytes: Uint8Array }>
}

/**
 * What a mock remembers.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** In the order they were made. */
  readonly calls: Effect.Effect<ReadonlyArray<Call>>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class MockApi extends Context.Service<MockApi, Service>()("@effect-zhipu/effect4/testing/MockApi") {}

const readFiles = (form: Form.Form): Effect.Effect<Call["files"], ZhipuError> =>
  Effect.forEach(
    form.parts.filter((part) => "content" in part),
    ({ content, filename, name }) =>
      Effect.map(
        content instanceof Uint8Array ? Effect.succeed(content) : Effect.map(Stream.runCollect(content), joined),
        (bytes) => ({ name, filename, bytes })
      )
  )

const joined = (chunks: ReadonlyArray<Uint8Array>): Uint8Array => Buffer.concat(chunks)

const read = (call: ZhipuHttpClient.Call): Effect.Effect<Call, ZhipuError> => {
  const { body, method = "POST", operation, path, urlParams = {} } = call
  const common = { operation, method, path, urlParams }
  if (!Form.isForm(body)) return Effect.succeed({ ...common, body, files: [] })
  const texts = body.parts.flatMap((part) => ("text" in part ? [[part.name, part.text] as const] : []))
  return Effect.map(readFiles(body), (files) => ({ ...common, body: Object.fromEntries(texts), files }))
}

const isList = (replies: Replies): replies is ReadonlyArray<Reply> => Array.isArray(replies)

const utf8 = new TextEncoder()

/**
 * A `ZhipuHttpClient` that answers by operation, and what it remembers.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  replies: Readonly<Record<string, Replies>>
): Effect.Effect<{ readonly client: ZhipuHttpClient.Service; readonly mock: Service }> =>
  Effect.sync(() => {
    const calls: Array<Call> = []

    const replyTo = (call: Call): Reply => {
      const index = calls.filter(({ operation }) => operation === call.operation).length
      calls.push(call)
      const own = Object.hasOwn(replies, call.operation) ? replies[call.operation] : undefined
      const nothing = (why: string) =>
        Effect.die(`MockApi: call ${index + 1} of ${call.operation} has no reply, ${why}`)
      if (own === undefined) return nothing(`there are replies for ${Object.keys(replies).join(", ")} alone`)
      if (typeof own === "function") return own(call, index)
      return isList(own) ? (own[index] ?? nothing(`the list ends after ${own.length}`)) : own
    }

    const answer = (call: ZhipuHttpClient.Call): Effect.Effect<Document | string | Uint8Array, ZhipuError> =>
      Effect.flatMap(read(call), (made) => {
        const reply = replyTo(made)
        const given: Effect.Effect<Document | string | Uint8Array, ZhipuError> = isZhipuError(reply)
          ? Effect.fail(reply)
          : Effect.isEffect(reply)
            ? reply
            : Effect.succeed(reply)
        return Effect.flatMap(given, (content): Effect.Effect<Document | string | Uint8Array, ZhipuError> =>
          typeof content === "string" || content instanceof Uint8Array
            ? Effect.succeed(content)
            : Option.match(ErrorDocument.read(content), {
                onNone: () => Effect.succeed(content),
                onSome: (error) => Effect.fail(error)
              })
        )
      })

    const bytesOf = (content: Document | string | Uint8Array): Uint8Array =>
      content instanceof Uint8Array
        ? content
        : utf8.encode(typeof content === "string" ? content : JSON.stringify(content))

    const execute: ZhipuHttpClient.Service["execute"] = (call, use) =>
      Effect.flatMap(answer(call), (content) => {
        const response = new Response(Buffer.from(bytesOf(content)))
        return Effect.scoped(
          use({
            response: HttpClientResponse.fromWeb(HttpClientRequest.get("http://mock"), response),
            requestId: undefined
          })
        )
      })

    const client: ZhipuHttpClient.Service = {
      execute,
      json: (call, decode) =>
        Effect.flatMap(answer(call), (content) =>
          typeof content === "string" || content instanceof Uint8Array
            ? Effect.die(`MockApi: ${call.operation} is answered by a document, and was given bytes`)
            : decode(content, undefined, identity)
        ),
      bytes: (call) => Stream.unwrap(Effect.map(answer(call), (content) => Stream.make(bytesOf(content)))),
      empty: (call) => Effect.asVoid(answer(call)),
      // One event a line of the text.
      events: (call, read) =>
        Stream.unwrap(
          Effect.map(answer(call), (content) =>
            Stream.fromIterable(
              new TextDecoder()
                .decode(bytesOf(content))
                .split("\n")
                .filter((line) => line !== "")
            ).pipe(
              Stream.mapEffect((line) =>
                Result.match(read(line, undefined), { onFailure: Effect.fail, onSuccess: Effect.succeed })
              ),
              Stream.filterMap((element) => Result.fromOption(((element) => element)(element), () => undefined))
            )
          )
        )
    }
    return { client, mock: { calls: Effect.sync(() => [...calls]) } }
  })

/**
 * A `ZhipuHttpClient` that answers by operation.
 *
 * @example
 * ```ts
 * import { Embeddings } from "@effect-zhipu/effect4/api"
 * import { MockApi } from "@effect-zhipu/effect4/testing"
 * import * as Effect from "effect/Effect"
 *
 * export const test = Effect.gen(function* () {
 *   const vector = yield* Embeddings.embed("sky", { model: "embedding-3" })
 *   const mock = yield* MockApi.MockApi
 *   return { vector, asked: yield* mock.calls }
 * }).pipe(Effect.provide(MockApi.layer({ embeddings: { data: [{ index: 0, embedding: [0.6, 0.8] }] } })))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  replies: Readonly<Record<string, Replies>>
): Layer.Layer<ZhipuHttpClient.ZhipuHttpClient | MockApi> =>
  Layer.effectContext(
    Effect.map(make(replies), ({ client, mock }) =>
      Context.make(ZhipuHttpClient.ZhipuHttpClient, client).pipe(Context.add(MockApi, mock))
    )
  )
