/** Regular files, read no further than is useful. */
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"
import { reasonOf } from "../document.js"

/** A file that is open. @internal */
export interface Open {
  readonly size: number
  /** The first bytes, that many at the most. */
  readonly head: (limit: number) => Effect.Effect<Uint8Array, string>
}

/**
 * Opens a regular file for an effect; else says, as the error, why that cannot be. What is no regular file may have no
 * end, or make its reader wait: it is not read at all. A FIFO that takes the place of the file in between is not waited
 * for.
 *
 * @internal
 */
export const withFile = <A, R>(
  path: string,
  use: (file: Open) => Effect.Effect<A, string, R>
): Effect.Effect<A, string, R> =>
  Effect.gen(function* () {
    yield* checked(yield* attempt(() => Fs.promises.stat(path)))
    return yield* Effect.acquireUseRelease(
      attempt(() => Fs.promises.open(path, Fs.constants.O_RDONLY | (Fs.constants.O_NONBLOCK ?? 0))),
      (handle) =>
        Effect.gen(function* () {
          const { size } = yield* checked(yield* attempt(() => handle.stat()))
          return yield* use({ size, head: (limit) => attempt(() => readAtMost(handle, limit)) })
        }),
      (handle) => Effect.ignore(Effect.tryPromise(() => handle.close()))
    )
  })

const attempt = <A>(run: () => Promise<A>): Effect.Effect<A, string> =>
  Effect.tryPromise({ try: run, catch: (cause) => `cannot be read: ${reasonOf(cause)}` })

const checked = (stat: Fs.Stats): Effect.Effect<Fs.Stats, string> => {
  if (stat.isFile()) return Effect.succeed(stat)
  if (stat.isDirectory()) return Effect.fail("cannot be read: it is a directory")
  if (stat.isFIFO()) return Effect.fail("is a pipe, not a file: what is piped in goes before the prompt by itself")
  return Effect.fail("is no regular file")
}

/** Not by the size, which a file under /proc does not tell, and which may change. */
const readAtMost = async (handle: Fs.promises.FileHandle, limit: number): Promise<Uint8Array> => {
  const pieces: Array<Uint8Array> = []
  let length = 0
  while (length < limit) {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(limit - length, 256 * 1024)), 0, null, length)
    if (bytesRead === 0) break
    pieces.push(buffer.subarray(0, bytesRead))
    length += bytesRead
  }
  return Buffer.concat(pieces, length)
}
