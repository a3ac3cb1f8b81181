// Generated from packages/bulk/src/internal/batch/cut.ts by scripts/effect4: change that file.
/** Items cut into files: one model a file, and none over what the service takes. Which file an item is in stands in the store at once. */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { InvalidRequestError } from "../../../ZhipuError.js"
import type { BulkStoreError, ItemConflictError } from "../../BulkError.js"
import * as asking from "../job/ask.js"
import * as items from "../job/items.js"
import type { Session } from "../job/session.js"
import type { BatchRow, Service as BulkStore } from "../store/rows.js"
import * as lines from "./lines.js"

/** @internal */
export interface Limits {
  readonly lines: number
  readonly bytes: number
}

const groupSize = 256

/** An item with what its line takes. */
interface Sized {
  readonly entry: items.Entry
  readonly bytes: number
}

/** Files as they are full, and at the end those that are not. @internal */
export const files = <A, E, R>(
  store: BulkStore,
  { end, entries, gate, isPriced, job, row }: Session<A, E, R>,
  { maxLines, requestOf }: lines.Lines<R>,
  { limits, onFailure }: { readonly limits: Limits; readonly onFailure: lines.OnFailure },
  begun: ReadonlyArray<BatchRow>
): Stream.Stream<BatchRow, E | BulkStoreError | ItemConflictError, R> => {
  const filling = new Map<string, BatchRow>()
  /** Full, as of a process that died before it could say so. */
  const left: Array<BatchRow> = []
  for (const batch of begun) {
    if (batch.step !== "filling") continue
    const before = filling.get(batch.model)
    if (before !== undefined) left.push(before)
    filling.set(batch.model, batch)
  }

  const close = (batch: BatchRow): Effect.Effect<BatchRow, BulkStoreError> =>
    Effect.as(store.batches.patch(batch.id, { step: "cut" }), { ...batch, step: "cut" as const })

  const closeAll = (of: ReadonlyArray<BatchRow>) =>
    Stream.mapEffect(Stream.fromIterable(of.filter(({ lines }) => lines > 0)), close)

  const tooLarge = new InvalidRequestError({
    message: "The request alone is larger than a batch file may be, or its Schema has no JSON Schema.",
    path: "messages"
  })

  /** What no file can hold waits for a live call, which says what is wrong with it, or fails. */
  const leave = ({ item, row: known }: items.Entry): Effect.Effect<void, BulkStoreError> => {
    if (known !== undefined && onFailure === "live") return Effect.void
    const outcome = onFailure === "live" ? { _tag: "Again" as const } : asking.failedOf(tooLarge)
    const batch = known === undefined ? { begun: [item], resumed: [] } : { begun: [], resumed: [known] }
    return Effect.flatMap(store.commit(row.id, { ...batch, ended: [] }, row.owner), (made) =>
      end((known === undefined ? Array.from(made.values()) : [known]).map((row) => ({ row, attempts: [], outcome })))
    )
  }

  const place = (part: ReadonlyArray<Sized>) =>
    Effect.gen(function* () {
      const full: Array<BatchRow> = []
      const places = new Map<string | number, { readonly batch: number; readonly bytes: number }>()
      for (const { bytes, entry } of part) {
        const { id } = entry.item
        const { model } = items.requestOf(entry.item)
        const current = filling.get(model)
        const isFull =
          current !== undefined &&
          (current.lines >= Math.min(limits.lines, maxLines) || current.bytes + bytes > limits.bytes)
        if (isFull) full.push(current)
        const batch =
          current === undefined || isFull
            ? yield* store.batches.make(row.id, model, `zhipu-bulk-${globalThis.crypto.randomUUID()}.jsonl`)
            : current
        filling.set(model, { ...batch, lines: batch.lines + 1, bytes: batch.bytes + bytes })
        places.set(entry.row ?? id, { batch: batch.id, bytes })
      }
      return { full, places }
    })

  /** Puts items into files, in the order of the source; gives the files that are full. */
  const put = (part: ReadonlyArray<Sized>) =>
    Effect.gen(function* () {
      const { full, places } = yield* place(part)
      const known = part.flatMap(({ entry: { row } }) => (row === undefined ? [] : [row]))
      const fresh = part.flatMap(({ entry: { item, row } }) => (row === undefined ? [item] : []))
      const made = yield* store.batches.enlist(row.id, { begun: fresh, resumed: known }, places, row.owner)
      const there = fresh.filter(({ id }) => !made.has(id))
      const digests = yield* store.known(
        row.id,
        there.map(({ id }) => id)
      )
      for (const item of there) yield* items.checkSame(job.name, item, digests.get(item.id))
      return yield* Effect.forEach(full, close)
    })

  const sized = (entry: items.Entry): Effect.Effect<Sized | undefined, BulkStoreError, R> =>
    Effect.flatMap(Effect.result(requestOf(entry.item)), (request) => {
      const bytes = Result.isSuccess(request) ? lines.sizeOf(request.success) : Number.POSITIVE_INFINITY
      return bytes > limits.bytes ? Effect.as(leave(entry), undefined) : Effect.succeed({ entry, bytes })
    })

  /** What came back from a file without an answer is asked for in another way. */
  const unasked = (group: ReadonlyArray<items.Entry>) =>
    onFailure === "keep"
      ? Effect.succeed(group)
      : Effect.map(store.batches.known(group.flatMap(({ row }) => (row === undefined ? [] : [row]))), (known) =>
          group.filter(({ row }) => row === undefined || !known.has(row))
        )

  const cut = (group: ReadonlyArray<items.Entry>) =>
    Effect.gen(function* () {
      if (!gate.isOpen()) return []
      if (!group.every(isPriced)) {
        yield* gate.stop({ reason: "Price" })
        return []
      }
      const byId = new Map<string, Sized>()
      for (const entry of yield* unasked(group)) {
        // The same id twice: the first one has it, and both have to ask the same.
        const twin = byId.get(entry.item.id)
        if (twin !== undefined) yield* items.checkSame(job.name, entry.item, twin.entry.item.digest)
        const found = twin === undefined ? yield* sized(entry) : undefined
        if (found !== undefined) byId.set(entry.item.id, found)
      }
      return byId.size === 0 ? [] : yield* put(Array.from(byId.values()))
    })

  return closeAll(left).pipe(
    Stream.concat(Stream.flattenIterable(Stream.mapEffect(Stream.grouped(entries, groupSize), (group) => cut(group)))),
    Stream.concat(Stream.suspend(() => closeAll(gate.isOpen() ? Array.from(filling.values()) : [])))
  )
}
