/** How the modules of this package call the service. */
import type * as Client from "@effect-zhipu/client/ZhipuHttpClient"
import type { ZhipuError } from "@effect-zhipu/client/ZhipuError"
import { schemaJson, ZhipuHttpClient } from "@effect-zhipu/client/ZhipuHttpClient"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

/** What every operation of this package gives back. @internal */
export type Answer<A> = Effect.Effect<A, ZhipuError, ZhipuHttpClient>

type Call = Omit<Client.Call, "expects">

/** Sends a call that one document answers, and decodes that. @internal */
export const call = <A, I>(call: Call, answer: Schema.Schema<A, I>): Answer<A> => schemaJson(call, answer)

/** Sends a document that is answered by another. @internal */
export const post = <A, I>(
  operation: string,
  path: string,
  request: Readonly<Record<string, unknown>> & { readonly model?: string | undefined },
  answer: Schema.Schema<A, I>,
  options: Pick<Call, "creates"> = {}
): Answer<A> =>
  schemaJson(
    {
      operation,
      path,
      body: request,
      model: request.model,
      // The service refuses a second request with the same id (1231).
      resendable: request["request_id"] === undefined,
      ...options
    },
    answer
  )

/** Asks for a document. @internal */
export const get = <A, I>(
  operation: string,
  path: string,
  answer: Schema.Schema<A, I>,
  urlParams: Call["urlParams"] = {},
  options: Pick<Call, "root" | "attributes"> = {}
): Answer<A> => schemaJson({ operation, method: "GET", path, urlParams, ...options }, answer)

/** Sends a call whose answer does not matter. @internal */
export const empty = (call: Call): Answer<void> => Effect.flatMap(ZhipuHttpClient, (client) => client.empty(call))

/** Bytes as they come. @internal */
export const bytes = (call: Call): Stream.Stream<Uint8Array, ZhipuError, ZhipuHttpClient> =>
  Stream.unwrap(Effect.map(ZhipuHttpClient, (client) => client.bytes(call)))
