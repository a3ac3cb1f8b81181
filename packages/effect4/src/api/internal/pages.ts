// Generated from packages/api/src/internal/pages.ts by scripts/effect4: change that file.
/** Lists that come in pages. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { ZhipuError } from "../../ZhipuError.js"
import type { ZhipuHttpClient } from "../../ZhipuHttpClient.js"
import type { Answer } from "./endpoint.js"

interface Page<A> {
  readonly data: ReadonlyArray<A>
  readonly has_more?: boolean | undefined
}

/**
 * All items, page after page. The next page is asked for by the id of the last item; a service that says there is more after an
 * empty page, or gives the same page again, is taken to have ended: no item is given twice.
 *
 * @internal
 */
export const pages = <A extends { readonly id: string }>(
  page: (after: string | undefined) => Answer<Page<A>>
): Stream.Stream<A, ZhipuError, ZhipuHttpClient> =>
  Stream.paginate(undefined as string | undefined, (after) =>
    Effect.map(page(after), ({ data, has_more: more }) => {
      const last = data.at(-1)?.id
      if (last !== undefined && last === after) return [[], Option.none()]
      const next = more === true && last !== undefined ? Option.some(last) : Option.none()
      return [data, next]
    })
  )
