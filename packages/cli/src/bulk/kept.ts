/** Where jobs are kept, and the engine that works on them. */
import * as Bulk from "@effect-zhipu/bulk/Bulk"
import * as BulkStore from "@effect-zhipu/bulk/BulkStore"
import * as Price from "@effect-zhipu/client/Price"
import { ZhipuChat } from "@effect-zhipu/client/ZhipuChat"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Fs from "node:fs"
import type { Output } from "../output.js"
import { printable } from "../text.js"
import * as Database from "./database.js"
import { type Kept, Spec, usage } from "./options.js"
import * as Place from "./place.js"

/** For what asks nobody: it needs no key. */
const nobody = Layer.succeed(
  ZhipuChat,
  ZhipuChat.of({
    complete: () => Effect.dieMessage("nobody is asked here"),
    stream: () => Stream.die("nobody is asked here")
  })
)

const local = Layer.provide(Bulk.layerLocal(), Price.layer(Price.tableCn))

/** @internal */
export const engineOf = ({ engine, onFailure, poll }: Spec) =>
  engine === "cluster"
    ? Layer.provide(Bulk.layerCluster(), Price.layer(Price.tableCn))
    : engine === "batch"
      ? Layer.provide(
          Bulk.layerBatch({ onFailure, wait: poll === undefined ? undefined : { schedule: Schedule.spaced(poll) } }),
          Price.layer(Price.tableCn)
        )
      : local

/** Where the job of a name is kept. @internal */
export const storeOf = (name: string, { engine, store }: Kept) =>
  Database.isMeant({ engine, store })
    ? Effect.succeed(Database.layer(store))
    : Effect.map(Place.fileOf(name, store), (filename) => BulkStore.layerSqlite({ filename }))

/** With the jobs of a store that is there. @internal */
export const looking = <A, E>(
  name: string,
  kept: Kept,
  effect: Effect.Effect<A, E, Bulk.Bulk | BulkStore.BulkStore | FileSystem.FileSystem | Output>
) =>
  Effect.gen(function* () {
    if (!Database.isMeant(kept) && !Fs.existsSync(yield* Place.fileOf(name, kept.store))) {
      return yield* usage(`There is no job ${printable(name)}. zhipu bulk status lists those that there are.`)
    }
    const engine = Layer.provideMerge(local, yield* storeOf(name, kept))
    return yield* Effect.provide(effect, Layer.merge(Layer.provide(engine, nobody), NodeFileSystem.layer))
  })

/** What a job was begun with. @internal */
export const specOf = (name: string) =>
  Effect.gen(function* () {
    const found = yield* Effect.flatMap(BulkStore.BulkStore, (store) => store.find(name))
    const spec = Option.flatMapNullable(found, ({ spec }) => spec)
    return yield* Schema.decodeUnknown(Schema.parseJson(Spec))(Option.getOrUndefined(spec)).pipe(
      Effect.mapError(() =>
        usage(`The job ${printable(name)} was not begun by zhipu bulk run: run it as it was begun.`)
      )
    )
  })
