import * as Schema from "effect/Schema"

/**
 * The record part of every document on the wire: the vendor adds fields between versions, so unknown ones
 * are kept when decoding and passed when encoding.
 *
 * @internal
 */
export const unknownFields = { key: Schema.String, value: Schema.Unknown } as const

/**
 * A response field that may be absent or `null`; both decode to absent.
 *
 * @internal
 */
export const nullable = <A, I, R>(schema: Schema.Schema<A, I, R>) => Schema.optionalWith(schema, { nullable: true })
