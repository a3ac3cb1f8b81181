// Generated from packages/bulk/src/internal/job/items.ts by scripts/effect4: change that file.
/** What a run has to ask for, in order: what waits in the store, then what the source gives and the store does not know. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { createHash } from "node:crypto"
import { type BulkStoreError, ItemConflictError } from "../../BulkError.js"
import type { Item } from "../../BulkJob.js"
import { naming } from "../store/lasting.js"
import * as pages from "../store/pages.js"
import type { NewItem, Service as BulkStore } from "../store/rows.js"
import type { Request } from "./embedding.js"
import { nextTurn } from "./nextTurn.js"

/** An item to be asked for. */
export interface Entry {
  readonly item: NewItem
  /** Of an item that is stored. */
  readonly row: number | undefined
}

const pageSize = 256

const digestOf = (request: string): string => createHash("sha256").update(request).digest("base64url").slice(0, 22)

const newItem = ({ id, metadata, request }: Item<Request>): NewItem => {
  const written = JSON.stringify(request)
  return {
    id,
    digest: digestOf(written),
    request: written,
    metadata: metadata === undefined ? undefined : JSON.stringify(metadata)
  }
}

/** @internal */
export const requestOf = (item: NewItem): Request => JSON.parse(item.request)

/** Fails where an item that is known under an id asks for something else. @internal */
export const checkSame = (
  job: string,
  item: NewItem,
  digest: string | undefined
): Effect.Effect<void, ItemConflictError> =>
  digest === undefined || digest === item.digest
    ? Effect.void
    : new ItemConflictError({
        message:
          `The item ${JSON.stringify(item.id)} is in the job ${JSON.stringify(job)} with another request. Give the changed request an id of ` +
          "its own, or run the items under another name; ids have to differ within a source as well.",
        job,
        id: item.id
      })

/** Items that wait in the store: those of a run that died, and failed ones that are to be asked for again. @internal */
export const waiting = (store: BulkStore, job: number): Stream.Stream<Entry, BulkStoreError> =>
  Stream.map(
    pages.read((after, limit) => store.waiting(job, after, limit)),
    (item): Entry => ({ item, row: item.row })
  )

/** What of the source the store does not know. @internal */
export const fresh = <E, R>(
  store: BulkStore,
  job: { readonly id: number; readonly name: string },
  items: Stream.Stream<Item<Request>, E, R>
): Stream.Stream<Entry, E | BulkStoreError | ItemConflictError, R> =>
  Stream.flatMap(Stream.chunks(items), (chunk) =>
    Stream.flattenIterable(
      Stream.mapEffect(Stream.fromIterable(slices(chunk)), (slice) =>
        Effect.gen(function* () {
          // A source that is known for long would hold up the calls of what waits.
          yield* nextTurn
          const found = slice.map(newItem)
          const known = yield* naming(found, (some) =>
            store.known(
              job.id,
              some.map(({ id }) => id)
            )
          )
          const entries: Array<Entry> = []
          for (const item of found) {
            const digest = known.get(item.id)
            if (digest === undefined) entries.push({ item, row: undefined })
            else if (digest !== item.digest) yield* checkSame(job.name, item, digest)
          }
          return entries
        })
      )
    )
  )

/** Few at a time, as a chunk may hold as many as it likes and each of them is written out here. */
function* slices<A>(values: ReadonlyArray<A>): Generator<ReadonlyArray<A>> {
  for (let at = 0; at < values.length; at += pageSize) yield values.slice(at, at + pageSize)
}
