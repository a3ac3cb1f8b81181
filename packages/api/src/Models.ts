/**
 * The models that the service names for a key: `GET /models`.
 *
 * The vendor does not document it, and it leaves out models that work (all `-flash` ones): it is no check of a name. What models can do
 * stands in `Model.table` of the client.
 *
 * @since 0.1.0
 */
import type { ZhipuHttpClient } from "@effect-zhipu/client/ZhipuHttpClient"
import type { ZhipuError } from "@effect-zhipu/client/ZhipuError"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { get } from "./internal/endpoint.js"
import { list as listOf, nullable, open } from "./internal/wire.js"

/**
 * A model as the service names it.
 *
 * @since 0.1.0
 * @category models
 */
export const RemoteModel = open({
  id: Schema.String,
  object: nullable(Schema.String),
  created: nullable(Schema.Number),
  owned_by: nullable(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface RemoteModel extends Schema.Schema.Type<typeof RemoteModel> {}

/**
 * The models, in the order of the service.
 *
 * @since 0.1.0
 * @category operations
 */
export const list: Effect.Effect<ReadonlyArray<RemoteModel>, ZhipuError, ZhipuHttpClient> = Effect.map(
  get("models", "/models", open({ data: listOf(RemoteModel) })),
  ({ data }) => data
)
