// Generated from packages/bulk/src/internal/store/pages.ts by scripts/effect4: change that file.
/** Rows of a store, page by page: memory does not grow with how many there are. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

const size = 256

/** What `page` gives after a row, again and again. @internal */
export const read = <A extends { readonly row: number }, E, R>(
  page: (after: number, limit: number) => Effect.Effect<ReadonlyArray<A>, E, R>
): Stream.Stream<A, E, R> =>
  Stream.paginate(0, (after) =>
    Effect.map(page(after, size), (rows) => [
      rows,
      Option.map(
        Option.filter(Option.fromNullishOr(rows.at(-1)), () => rows.length === size),
        ({ row }) => row
      )
    ])
  )
