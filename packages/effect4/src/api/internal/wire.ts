/** What the Schemas of all documents are made of: those of the documents of a chat, and a list. */
import * as Schema from "effect/Schema"
import { nullableWith } from "../../internal/schema/wire.js"

export { AnyObject, convert, nullable, open } from "../../internal/schema/wire.js"

/** A list that may be absent or `null`; both decode to an empty one. @internal */
export const list = <S extends Schema.Constraint>(item: S) => nullableWith(Schema.Array(item), () => [])
