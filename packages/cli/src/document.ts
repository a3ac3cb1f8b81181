/** Files of JSON, text or code, read whole: regular ones and pipes, as far as somebody would send them to a model. */
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"
import * as Net from "node:net"

/**
 * Bytes that are read at the most. The largest context of any model takes a tenth of it as text; pictures may stand in
 * messages as base64.
 *
 * @internal
 */
export const limit = 64 * 1024 * 1024

/** @internal */
export class TooLong extends Error {}

/** Why a file cannot be read. @internal */
export const reasonOf = (cause: unknown): string => {
  if (cause instanceof TooLong) return "it holds more than 64 MB"
  const code = typeof cause === "object" && cause !== null ? Reflect.get(cause, "code") : undefined
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return "there is no such file"
    case "EISDIR":
      return "it is a directory"
    case "EACCES":
    case "EPERM":
      return "permission is denied"
    case "ENOSPC":
    case "EDQUOT":
      return "the disk is full"
    default:
      return typeof code === "string" ? code : "it failed"
  }
}

const attempt = <A>(run: () => Promise<A>): Effect.Effect<A, string> => Effect.tryPromise({ try: run, catch: reasonOf })

/** Without blocking: a thread that waits in `open` for whoever writes into a pipe holds up the end of the process. */
const flags = Fs.constants.O_RDONLY | (Fs.constants.O_NONBLOCK ?? 0)

/**
 * The bytes of a file, or of a pipe: a shell gives one for `<(command)`. What has no end, such as a device, is not read.
 *
 * @internal
 */
export const read = (path: string): Effect.Effect<Uint8Array, string> =>
  Effect.flatMap(
    attempt(() => Fs.promises.stat(path)),
    (stat) =>
      stat.isFile()
        ? readFile(path)
        : stat.isFIFO()
          ? readPipe(path)
          : Effect.fail(stat.isDirectory() ? "it is a directory" : "it is neither a file nor a pipe")
  )

const changed = "another file has taken its place"

/** Not by its size, which a file under /proc does not tell. */
const readFile = (path: string): Effect.Effect<Uint8Array, string> =>
  Effect.acquireUseRelease(
    attempt(() => Fs.promises.open(path, flags)),
    (handle) =>
      Effect.flatMap(
        attempt(() => handle.stat()),
        (stat) => (stat.isFile() ? attempt(() => readAll(handle)) : Effect.fail(changed))
      ),
    (handle) => Effect.ignore(Effect.tryPromise(() => handle.close()))
  )

const readAll = async (handle: Fs.promises.FileHandle): Promise<Uint8Array> => {
  const pieces: Array<Uint8Array> = []
  let length = 0
  for (;;) {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(256 * 1024), 0, null, length)
    if (bytesRead === 0) return Buffer.concat(pieces, length)
    length += bytesRead
    if (length > limit) throw new TooLong()
    pieces.push(buffer.subarray(0, bytesRead))
  }
}

/** By the event loop, and so it can be given up; a pipe that nobody has opened to write is waited for. */
const readPipe = (path: string): Effect.Effect<Uint8Array, string> =>
  Effect.async((resume) => {
    const pieces: Array<Uint8Array> = []
    let length = 0
    let pipe: Net.Socket | undefined
    const end = (result: Effect.Effect<Uint8Array, string>): void => {
      pipe?.destroy()
      resume(result)
    }
    try {
      // Not by a promise: the socket owns the descriptor from here on, and closes it. That it blocks nobody is in the flags.
      const fd = Fs.openSync(path, flags)
      if (!Fs.fstatSync(fd).isFIFO()) {
        Fs.closeSync(fd)
        return end(Effect.fail(changed))
      }
      pipe = new Net.Socket({ fd, readable: true, writable: false })
    } catch (cause) {
      return end(Effect.fail(reasonOf(cause)))
    }
    pipe.on("data", (piece: Buffer) => {
      length += piece.length
      if (length > limit) return end(Effect.fail(reasonOf(new TooLong())))
      pieces.push(piece)
    })
    pipe.on("end", () => end(Effect.succeed(Buffer.concat(pieces, length))))
    pipe.on("error", (cause) => end(Effect.fail(reasonOf(cause))))
    return Effect.sync(() => pipe.destroy())
  })

const isForbidden = (cause: unknown): boolean => {
  const code = typeof cause === "object" && cause !== null ? Reflect.get(cause, "code") : undefined
  return code === "EACCES" || code === "EPERM" || code === "EROFS"
}

/** A file with other contents beside another, with the rights of that. */
const beside = (file: string, text: string, { gid, mode, uid }: Fs.Stats): string => {
  const path = `${file}.${process.pid}.new`
  const descriptor = Fs.openSync(path, "wx", mode & 0o777)
  try {
    try {
      Fs.writeFileSync(descriptor, text)
      Fs.fchmodSync(descriptor, mode & 0o7777)
      Fs.fsyncSync(descriptor)
    } finally {
      Fs.closeSync(descriptor)
    }
    const made = Fs.statSync(path)
    if (made.uid !== uid || made.gid !== gid) Fs.chownSync(path, uid, gid)
    return path
  } catch (cause) {
    Fs.rmSync(path, { force: true })
    throw cause
  }
}

/**
 * Replaces the text of a file: whenever the process dies or the disk is full, the old text or the new one is there, with the rights of the
 * file and behind its links. Only one that has several names, or whose folder or owner is another's, is written over in place. Throws
 * what the system says.
 *
 * @internal
 */
export const replace = (file: string, before: Uint8Array, after: string): void => {
  const path = Fs.realpathSync(file)
  Fs.accessSync(path, Fs.constants.W_OK)
  const found = Fs.statSync(path)
  if (found.nlink === 1) {
    try {
      return Fs.renameSync(beside(path, after, found), path)
    } catch (cause) {
      if (!isForbidden(cause)) throw cause
    }
  }
  try {
    Fs.writeFileSync(path, after)
  } catch (cause) {
    Fs.writeFileSync(path, before)
    throw cause
  }
}
