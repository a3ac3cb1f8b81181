/**
 * What the Schemas of all documents are made of. The service adds fields between versions and sends `null` where it means
 * nothing; where Effect 3 and Effect 4 spell such Schemas differently, they differ here and nowhere else.
 */
import * as Schema from "effect/Schema"

const anyField = { key: Schema.String, value: Schema.Unknown } as const

/** An object of the wire: unknown fields are kept when decoding and passed when encoding. @internal */
export const open = <const Fields extends Schema.Struct.Fields>(fields: Fields) => Schema.Struct(fields, anyField)

/** Any JSON object. @internal */
export const AnyObject = Schema.Record(anyField)

/** A field that may be absent or `null`; both decode to absent. @internal */
export const nullable = <A, I, R>(schema: Schema.Schema<A, I, R>) => Schema.optionalWith(schema, { nullable: true })

/** What is `From` on the wire and `To` in the program, by functions that cannot fail. @internal */
export const convert = <From extends Schema.Schema.Any, To extends Schema.Schema.Any>(
  from: From,
  to: To,
  functions: {
    readonly decode: (from: Schema.Schema.Type<From>) => Schema.Schema.Encoded<To>
    readonly encode: (to: Schema.Schema.Encoded<To>) => Schema.Schema.Type<From>
  }
) => Schema.transform(from, to, { strict: true, ...functions })

/** A list that may be absent or `null`; both decode to an empty one. @internal */
export const list = <A, I, R>(item: Schema.Schema<A, I, R>) =>
  Schema.optionalWith(Schema.Array(item), { nullable: true, default: () => [] })

/**
 * A list that also comes as its only element, not wrapped: the vendor's Java SDK reads both for the images of a task
 * (`AsyncImageResult`), and gateways hand on such videos.
 *
 * @internal
 */
export const listOrOne = <A, I>(item: Schema.Schema<A, I>) =>
  nullable(
    convert(Schema.Union(Schema.Array(item), item), Schema.Array(Schema.typeSchema(item)), {
      decode: (given: ReadonlyArray<A> | A): ReadonlyArray<A> => (isList(given) ? given : [given]),
      encode: (items: ReadonlyArray<A>) => items
    })
  )

const isList = <A>(given: A | ReadonlyArray<A>): given is ReadonlyArray<A> => Array.isArray(given)

/** Ids come as strings; gateways also send numbers. @internal */
export const Id = convert(Schema.Union(Schema.String, Schema.Number), Schema.String, {
  decode: String,
  encode: (id) => id
})

/** Counts come as numbers, and as texts in places. @internal */
export const Count = convert(Schema.Union(Schema.Number, Schema.NumberFromString), Schema.Number, {
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
