// Generated from packages/bulk/src/internal/store/lasting.ts by scripts/effect4: change that file.
/** Errors of a database that come again however often one tries: they lie in what was to be stored, and in no connection. */
import * as Effect from "effect/Effect"
import { BulkStoreError } from "../../BulkError.js"

/**
 * By SQLSTATE: data that no column takes (22), as a text with a NUL; statements that the database does not know (42); and what is over its
 * limits (54), as an id that is too long for an index.
 */
const lasting = /^(?:22|42|54)[0-9A-Z]{3}$/

/** @internal */
export const isLasting = ({ cause }: BulkStoreError): boolean =>
  cause instanceof Error && "code" in cause && typeof cause.code === "string" && lasting.test(cause.code)

/** Uses items; where the database takes one of them never, the error names it. @internal */
export const naming = <Item extends { readonly id: string }, A>(
  items: ReadonlyArray<Item>,
  use: (items: ReadonlyArray<Item>) => Effect.Effect<A, BulkStoreError>
): Effect.Effect<A, BulkStoreError> =>
  Effect.catchIf(use(items), isLasting, (error) => {
    const [item] = items
    if (item === undefined) return Effect.fail(error)
    if (items.length === 1) return Effect.fail(named(item.id, error))
    const half = Math.ceil(items.length / 2)
    return Effect.andThen(
      Effect.zip(naming(items.slice(0, half), use), naming(items.slice(half), use)),
      Effect.fail(error)
    )
  })

const named = (id: string, { cause, message }: BulkStoreError): BulkStoreError =>
  new BulkStoreError({
    message: `The item ${JSON.stringify(id.length > 80 ? `${id.slice(0, 80)}…` : id)} cannot be stored, and never could: ${cause instanceof Error ? cause.message : message}. Give it another id, or leave it out.`,
    cause
  })
