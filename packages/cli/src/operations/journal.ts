/**
 * What commands have begun with the service and not fetched yet, so that a command which was killed can be called again: it goes on, and
 * creates nothing twice. In $XDG_STATE_HOME/zhipu, by default ~/.local/state/zhipu.
 */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import { homedir } from "node:os"

/** The folder of a piece of work, by what it is. @internal */
export const folderOf = (kind: string, about: unknown): Effect.Effect<string, never, Path.Path> =>
  Effect.map(Path.Path, (path) => {
    const { XDG_STATE_HOME: home = "" } = process.env
    const base = home === "" ? path.join(homedir(), ".local", "state") : home
    const name = createHash("sha256").update(JSON.stringify(about)).digest("hex").slice(0, 24)
    return path.join(base, "zhipu", kind, name)
  })

const Entry = Schema.parseJson(
  Schema.Struct({
    /** Sent with the creation: the service refuses a second one with it. */
    requestId: Schema.String,
    /** Absent where the answer to the creation has not come. */
    taskId: Schema.optional(Schema.String)
  })
)

/** @internal */
export type Entry = typeof Entry.Type

const fileOf = (folder: string) => Effect.map(Path.Path, (path) => path.join(folder, "task.json"))

/** @internal */
export const find = (folder: string): Effect.Effect<Option.Option<Entry>, never, FileSystem.FileSystem | Path.Path> =>
  Effect.option(
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      return yield* Schema.decode(Entry)(yield* fs.readFileString(yield* fileOf(folder)))
    })
  )

/** Written beside and renamed, so that what stands there is whole whenever the process dies. @internal */
export const keep = (
  folder: string,
  entry: Entry
): Effect.Effect<void, PlatformError, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const file = yield* fileOf(folder)
    yield* fs.makeDirectory(folder, { recursive: true })
    yield* fs.writeFileString(`${file}.new`, yield* Effect.orDie(Schema.encode(Entry)(entry)))
    yield* fs.rename(`${file}.new`, file)
  })

/** @internal */
export const forget = (folder: string): Effect.Effect<void, never, FileSystem.FileSystem> =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => Effect.ignore(fs.remove(folder, { recursive: true })))
