// Generated from packages/api/src/internal/endpoint.ts by scripts/effect4: change that file.
/** How the modules of this package call the service. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { ZhipuConfig } from "../../ZhipuConfig.js"
import type { ZhipuError } from "../../ZhipuError.js"
import { schemaJson, ZhipuHttpClient } from "../../ZhipuHttpClient.js"
import type * as Client from "../../ZhipuHttpClient.js"
import { withFields } from "./errors.js"

/** What every operation of this package gives back. @internal */
export type Answer<A> = Effect.Effect<A, ZhipuError, ZhipuHttpClient>

type Call = Omit<Client.Call, "expects">

/**
 * A plan for coding has a base URL of its own, below which little but chat is found, and its keys have no balance elsewhere: the service
 * then says 404, 1113 or 1220, which says nothing of the base URL.
 */
const hinted = <A>(answer: Answer<A>): Answer<A> =>
  Effect.catch(answer, (error) =>
    Effect.flatMap(Effect.serviceOption(ZhipuConfig), (config) =>
      Effect.fail(
        (error.status === 404 || error.code === "1113" || error.code === "1220") &&
          Option.exists(config, ({ baseUrl }) => baseUrl.includes("/coding/"))
          ? withFields(error, { message: `${error.message} ${codingHint}` })
          : error
      )
    )
  )

const codingHint =
  "The base URL is that of a Coding Plan: this operation wants the general one (without /coding), and an account with a balance."

/** Sends a call that one document answers, and decodes that. @internal */
export const call = <A, I>(call: Call, answer: Schema.Codec<A, I>): Answer<A> => hinted(schemaJson(call, answer))

/** Sends a document that is answered by another. @internal */
export const post = <A, I>(
  operation: string,
  path: string,
  request: Readonly<Record<string, unknown>> & { readonly model?: string | undefined },
  answer: Schema.Codec<A, I>,
  options: Pick<Call, "creates"> = {}
): Answer<A> =>
  call(
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
  answer: Schema.Codec<A, I>,
  urlParams: Call["urlParams"] = {},
  options: Pick<Call, "root" | "attributes"> = {}
): Answer<A> => call({ operation, method: "GET", path, urlParams, ...options }, answer)

/** Sends a call whose answer does not matter. @internal */
export const empty = (call: Call): Answer<void> =>
  hinted(Effect.flatMap(ZhipuHttpClient, (client) => client.empty(call)))

/** Bytes as they come. @internal */
export const bytes = (call: Call): Stream.Stream<Uint8Array, ZhipuError, ZhipuHttpClient> =>
  Stream.unwrap(Effect.map(ZhipuHttpClient, (client) => client.bytes(call)))
