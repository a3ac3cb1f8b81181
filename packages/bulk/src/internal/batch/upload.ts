/** The items of a file, sent to the service. */
import * as Files from "@effect-zhipu/api/Files"
import * as Upload from "@effect-zhipu/api/Upload"
import type { ZhipuError } from "@effect-zhipu/client/ZhipuError"
import type { ZhipuHttpClient } from "@effect-zhipu/client/ZhipuHttpClient"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { BulkStoreError } from "../../BulkError.js"
import * as pages from "../store/pages.js"
import type { BatchRow, Service as BulkStore } from "../store/rows.js"
import * as lines from "./lines.js"
import { once } from "./once.js"

const utf8 = new TextEncoder()

/** The lines of a file, from the store: they are never in memory as a whole. */
const content = <R>(
  store: BulkStore,
  { requestOf }: lines.Lines<R>,
  batch: BatchRow
): Stream.Stream<Uint8Array, BulkStoreError, R> =>
  Stream.mapChunksEffect(
    pages.read((after, limit) => store.batches.items(batch.id, after, limit)),
    (page) =>
      Effect.map(
        // What could not be asked for is in no file.
        Effect.forEach(page, (item) =>
          Effect.map(Effect.orDie(requestOf(item)), (request) => lines.lineOf(item.row, request))
        ),
        (texts) => Chunk.of(utf8.encode(texts.join("")))
      )
  )

const send = <R>(
  store: BulkStore,
  reading: lines.Lines<R>,
  batch: BatchRow
): Effect.Effect<string, ZhipuError | BulkStoreError, R | ZhipuHttpClient> =>
  Effect.gen(function* () {
    const bytes = content(store, reading, batch)
    const size = yield* Stream.runFold(bytes, 0, (sum, { length }) => sum + length)
    const environment = yield* Effect.context<R>()
    const stream = Stream.provideContext(bytes, environment)
    const file = Upload.fromStream(stream, { filename: batch.filename, size })
    return (yield* Files.upload(file, { purpose: "batch" })).id
  })

/** Sends a file, unless it was sent. @internal */
export const upload = <R>(
  store: BulkStore,
  reading: lines.Lines<R>,
  batch: BatchRow
): Effect.Effect<BatchRow, ZhipuError | BulkStoreError, R | ZhipuHttpClient> =>
  Effect.gen(function* () {
    if (batch.fileId !== undefined) return batch
    const fileId = yield* once(store, batch, {
      before: "cut",
      during: "sending",
      find: Files.find({ purpose: "batch", filename: batch.filename }),
      take: send(store, reading, batch)
    })
    const sent = { fileId, step: "sent" } as const
    yield* store.batches.patch(batch.id, sent)
    return { ...batch, ...sent }
  })
