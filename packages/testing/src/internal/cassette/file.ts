/** The file of a cassette, read and written as a whole. */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import * as Path from "node:path"
import { CassetteError, type Reason } from "./errors.js"
import { decode, encode, type Recording } from "./format.js"

/** A reason that the platform has no name for, such as a disk that is full, the system says. */
const because = (error: PlatformError): string => {
  if (error._tag !== "SystemError") return "BadArgument"
  return error.reason === "Unknown" ? (error.description ?? error.reason) : error.reason
}

const failed =
  (reason: Reason, path: string, what: string) =>
  (error: PlatformError): CassetteError =>
    new CassetteError({ reason, path, message: `The cassette ${path} ${what} (${because(error)}).` })

const isMissing = (error: PlatformError): boolean => error._tag === "SystemError" && error.reason === "NotFound"

/** @internal */
export const read = (path: string): Effect.Effect<Recording, CassetteError, FileSystem.FileSystem> =>
  Effect.flatMap(FileSystem.FileSystem, (files) => files.readFileString(path)).pipe(
    Effect.mapError((error) =>
      isMissing(error)
        ? new CassetteError({
            reason: "NotFound",
            path,
            message: `There is no cassette ${path}. Record it: set ZHIPU_CASSETTE=record, use Cassette.layerRecord, or run zhipu record.`
          })
        : failed("Unreadable", path, "cannot be read")(error)
    ),
    Effect.flatMap((text) => decode(text, path))
  )

/** @internal */
export const exists = (path: string): Effect.Effect<boolean, CassetteError, FileSystem.FileSystem> =>
  Effect.flatMap(FileSystem.FileSystem, (files) => files.exists(path)).pipe(
    Effect.mapError(failed("Unreadable", path, "cannot be looked for"))
  )

/** Makes the folder, so that a call is not paid for whose recording cannot be kept. @internal */
export const prepare = (path: string): Effect.Effect<void, CassetteError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const folder = Path.dirname(path)
    if (folder !== Path.dirname(folder)) yield* files.makeDirectory(folder, { recursive: true })
    yield* files.access(folder, { writable: true })
    if ((yield* files.exists(path)) && (yield* files.stat(path)).type === "Directory") {
      return yield* new CassetteError({ reason: "Unwritable", path, message: `The cassette ${path} is a folder.` })
    }
  }).pipe(
    Effect.catchTags({
      BadArgument: (error) => Effect.fail(failed("Unwritable", path, "cannot be written")(error)),
      SystemError: (error) => Effect.fail(failed("Unwritable", path, "cannot be written")(error))
    })
  )

/** The files that are being recorded. */
const open = new WeakMap<FileSystem.FileSystem, Set<string>>()

/** Refuses a second recording of one file at a time, since each would replace the other's. @internal */
export const reserve = (path: string): Effect.Effect<void, CassetteError, FileSystem.FileSystem | Scope.Scope> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const paths = open.get(files) ?? new Set()
    open.set(files, paths)
    const name = Path.resolve(path)
    if (paths.has(name)) {
      return yield* new CassetteError({
        reason: "Unwritable",
        path,
        message: `The cassette ${path} is being recorded already. Give one layer to all that it is for, or each a file of its own.`
      })
    }
    yield* Effect.acquireRelease(
      Effect.sync(() => paths.add(name)),
      () => Effect.sync(() => paths.delete(name))
    )
  })

/** Writes beside the file, then renames: a reader finds the old file or the new one, and never a part. @internal */
export const write = (path: string, recording: Recording): Effect.Effect<void, CassetteError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const number = yield* Random.nextIntBetween(0, 2 ** 31)
    const draft = `${path}.${number.toString(36)}.tmp`
    yield* files.writeFileString(draft, encode(recording)).pipe(
      Effect.zipRight(files.rename(draft, path)),
      Effect.tapError(() => Effect.ignore(files.remove(draft)))
    )
  }).pipe(Effect.mapError(failed("Unwritable", path, "could not be written")))
