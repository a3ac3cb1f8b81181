// Generated from packages/api/src/internal/toPath.ts by scripts/effect4: change that file.
/** Bytes that come, as a file. */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Stream from "effect/Stream"

/**
 * Writes beside the path, and renames when all has come: what stands at the path is whole, though two may write there at once. What fails
 * leaves nothing.
 *
 * @internal
 */
export const toPath = <E, R>(
  bytes: Stream.Stream<Uint8Array, E, R>,
  path: string
): Effect.Effect<void, E | PlatformError, R | FileSystem.FileSystem> =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => {
    const part = `${path}.${crypto.randomUUID().slice(0, 8)}.part`
    return Stream.run(bytes, fs.sink(part)).pipe(
      Effect.andThen(fs.rename(part, path)),
      Effect.onError(() => Effect.ignore(fs.remove(part)))
    )
  })
