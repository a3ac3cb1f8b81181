// Generated from packages/api/src/internal/document.ts by scripts/effect4: change that file.
/** Fields that many documents have. */
import * as Schema from "effect/Schema"
import { convert, nullable } from "./wire.js"

/**
 * A list that also comes as its only element, not wrapped: the vendor's Java SDK reads both for the images of a task
 * (`AsyncImageResult`), and gateways hand on such videos.
 *
 * @internal
 */
export const listOrOne = <A, I>(item: Schema.Codec<A, I>) =>
  nullable(
    convert(Schema.Union([Schema.Array(item), item]), Schema.Array(Schema.toType(item)), {
      decode: (given: ReadonlyArray<A> | A): ReadonlyArray<A> => (isList(given) ? given : [given]),
      encode: (items: ReadonlyArray<A>) => items
    })
  )

const isList = <A>(given: A | ReadonlyArray<A>): given is ReadonlyArray<A> => Array.isArray(given)

/** Ids come as strings; gateways also send numbers. @internal */
export const Id = convert(Schema.Union([Schema.String, Schema.Number]), Schema.String, {
  decode: String,
  encode: (id) => id
})

/** Counts come as numbers, and as texts in places. @internal */
export const Count = convert(Schema.Union([Schema.Number, Schema.FiniteFromString]), Schema.Number, {
  decode: (count) => count,
  encode: (count) => count
})

/** What identifies a request, in requests that take it. @internal */
export const ids = {
  /** Of your own making, 6 to 64 characters. The service refuses one that it has seen (1231), so such a call is never resent. */
  request_id: Schema.optional(Schema.String),
  /** Your end user, 6 to 128 characters. */
  user_id: Schema.optional(Schema.String)
} as const

/** What identifies an answer. @internal */
export const answerIds = {
  id: nullable(Id),
  request_id: nullable(Id),
  /** Unix seconds. */
  created: nullable(Schema.Number)
} as const
