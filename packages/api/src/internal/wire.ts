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
