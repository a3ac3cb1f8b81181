/**
 * What the Schemas of the documents on the wire are made of. The service adds fields between versions, sends `null` where
 * it means nothing, and differs from its own specification in types; and where Effect 3 and Effect 4 spell such Schemas
 * differently, they differ here and nowhere else.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import * as SchemaIssue from "effect/SchemaIssue"

/**
 * Any JSON object.
 *
 * @internal
 */
export const AnyObject = Schema.Record(Schema.String, Schema.Unknown)

/**
 * An object of the wire: fields that are not listed are kept when decoding and passed when encoding.
 *
 * @internal
 */
export const open = <const Fields extends Schema.Struct.Fields>(fields: Fields) =>
  Object.assign(Schema.StructWithRest(Schema.Struct(fields), [AnyObject]), { fields })

/**
 * An object of the wire that programs write: fields that are not listed pass as in `open`, but the type has none of them, so
 * that the compiler finds a misspelt field in a literal.
 *
 * @internal
 */
export const written = <const Fields extends Schema.Struct.Fields>(fields: Fields): Schema.Struct<Fields> =>
  open(fields) as unknown as Schema.Struct<Fields>

/**
 * A field that may be absent or `null`; both decode to absent.
 *
 * @internal
 */
export const nullable = <S extends Schema.Constraint>(schema: S) =>
  Schema.optional(Schema.NullOr(schema)).pipe(
    Schema.decodeTo(Schema.optional(Schema.toType(schema)), {
      decode: SchemaGetter.transformOptional<S["Type"] | undefined, S["Type"] | null | undefined>(
        Option.filter((value) => value !== null)
      ),
      encode: SchemaGetter.passthrough({ strict: false })
    })
  )

/**
 * A field that may be absent or `null`; both decode to what `value` gives.
 *
 * @internal
 */
export const nullableWith = <S extends Schema.Constraint>(schema: S, value: () => NoInfer<S["Type"]>) =>
  Schema.optional(Schema.NullOr(schema)).pipe(
    Schema.decodeTo(Schema.toType(schema), {
      decode: SchemaGetter.transformOptional<S["Type"], S["Type"] | null | undefined>((field) =>
        Option.some(Option.getOrNull(field) ?? value())
      ),
      encode: SchemaGetter.passthrough({ strict: false })
    })
  )

/**
 * A field that counts as absent where its value is of another type.
 *
 * @internal
 */
export const lenient = <S extends Schema.Codec<unknown>>(schema: S) =>
  Schema.optionalKey(Schema.Unknown).pipe(
    Schema.decodeTo(Schema.optionalKey(schema), {
      decode: SchemaGetter.transformOptional<S["Encoded"], unknown>(Option.filter(Schema.is(schema))),
      encode: SchemaGetter.passthrough({ strict: false })
    })
  )

/**
 * What is `From` on the wire and `To` in the program, by functions that cannot fail.
 *
 * @internal
 */
export const convert = <From extends Schema.Constraint, To extends Schema.Constraint>(
  from: From,
  to: To,
  functions: {
    readonly decode: (from: From["Type"]) => To["Encoded"]
    readonly encode: (to: To["Encoded"]) => From["Type"]
  }
): Schema.decodeTo<To, From> =>
  Schema.decodeTo<To, From>(to, {
    decode: SchemaGetter.transform<To["Encoded"], From["Type"]>(functions.decode),
    encode: SchemaGetter.transform<From["Type"], To["Encoded"]>(functions.encode)
  })(from)

/**
 * What is `From` on the wire and `To` in the program, where not every `From` is one: `decode` says why not.
 *
 * @internal
 */
export const convertOrFail = <From extends Schema.Constraint, To extends Schema.Constraint>(
  from: From,
  to: To,
  functions: {
    readonly decode: (from: From["Type"]) => Result.Result<To["Encoded"], { readonly message: string }>
    readonly encode: (to: To["Encoded"]) => From["Type"]
  }
): Schema.decodeTo<To, From> =>
  Schema.decodeTo<To, From>(to, {
    decode: SchemaGetter.transformEffect<To["Encoded"], From["Type"]>((value) => {
      const decoded = functions.decode(value)
      return Result.isSuccess(decoded)
        ? Effect.succeed(decoded.success)
        : Effect.fail(new SchemaIssue.InvalidValue({ message: decoded.failure.message }, value))
    }),
    encode: SchemaGetter.transform<From["Type"], To["Encoded"]>(functions.encode)
  })(from)
