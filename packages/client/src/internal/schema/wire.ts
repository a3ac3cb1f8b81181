/**
 * What the Schemas of the documents on the wire are made of. The service adds fields between versions, sends `null` where
 * it means nothing, and differs from its own specification in types; and where Effect 3 and Effect 4 spell such Schemas
 * differently, they differ here and nowhere else.
 */
import * as Either from "effect/Either"
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"

const anyField = { key: Schema.String, value: Schema.Unknown } as const

/**
 * An object of the wire: fields that are not listed are kept when decoding and passed when encoding.
 *
 * @internal
 */
export const open = <const Fields extends Schema.Struct.Fields>(fields: Fields) => Schema.Struct(fields, anyField)

/**
 * An object of the wire that programs write: fields that are not listed pass as in `open`, but the type has none of them, so
 * that the compiler finds a misspelt field in a literal.
 *
 * @internal
 */
export const written = <const Fields extends Schema.Struct.Fields>(fields: Fields): Schema.Struct<Fields> =>
  open(fields) as unknown as Schema.Struct<Fields>

/**
 * Any JSON object.
 *
 * @internal
 */
export const AnyObject = Schema.Record(anyField)

/**
 * A field that may be absent or `null`; both decode to absent.
 *
 * @internal
 */
export const nullable = <A, I, R>(schema: Schema.Schema<A, I, R>) => Schema.optionalWith(schema, { nullable: true })

/**
 * A field that may be absent or `null`; both decode to what `value` gives.
 *
 * @internal
 */
export const nullableWith = <A, I, R>(schema: Schema.Schema<A, I, R>, value: () => NoInfer<A>) =>
  Schema.optionalWith(schema, { nullable: true, default: value })

/**
 * A field that counts as absent where its value is of another type.
 *
 * @internal
 */
export const lenient = <A>(schema: Schema.Schema<A>) =>
  Schema.optionalToOptional(Schema.Unknown, schema, { decode: Option.filter(Schema.is(schema)), encode: identity })

/**
 * What is `From` on the wire and `To` in the program, by functions that cannot fail.
 *
 * @internal
 */
export const convert = <From extends Schema.Schema.Any, To extends Schema.Schema.Any>(
  from: From,
  to: To,
  functions: {
    readonly decode: (from: Schema.Schema.Type<From>) => Schema.Schema.Encoded<To>
    readonly encode: (to: Schema.Schema.Encoded<To>) => Schema.Schema.Type<From>
  }
) => Schema.transform(from, to, { strict: true, ...functions })

/**
 * What is `From` on the wire and `To` in the program, where not every `From` is one: `decode` says why not.
 *
 * @internal
 */
export const convertOrFail = <From extends Schema.Schema.Any, To extends Schema.Schema.Any>(
  from: From,
  to: To,
  functions: {
    readonly decode: (
      from: Schema.Schema.Type<From>
    ) => Either.Either<Schema.Schema.Encoded<To>, { readonly message: string }>
    readonly encode: (to: Schema.Schema.Encoded<To>) => Schema.Schema.Type<From>
  }
) =>
  Schema.transformOrFail(from, to, {
    strict: true,
    decode: (value, _, ast) =>
      Either.mapLeft(functions.decode(value), ({ message }) => new ParseResult.Type(ast, value, message)),
    encode: (value) => ParseResult.succeed(functions.encode(value))
  })
