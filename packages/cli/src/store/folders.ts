/** Where the command keeps what is the user's, and how: nobody else may read it. */
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"

const under = (variable: string, ...fallback: ReadonlyArray<string>): string => {
  const home = process.env[variable] ?? ""
  return Path.join(home === "" ? Path.join(Os.homedir(), ...fallback) : home, "zhipu")
}

/** `$XDG_STATE_HOME/zhipu`: conversations, and the lines that were typed. @internal */
export const state = (): string => under("XDG_STATE_HOME", ".local", "state")

/** `$XDG_CONFIG_HOME/zhipu`: settings, keys and templates. @internal */
export const config = (): string => under("XDG_CONFIG_HOME", ".config")

/** A folder for its owner alone, also where it was there before. @internal */
export const makePrivate = (folder: string): void => {
  Fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
  if ((Fs.statSync(folder).mode & 0o077) !== 0) Fs.chmodSync(folder, 0o700)
}

const withFile = (file: string, flags: string, use: (descriptor: number) => void): void => {
  const descriptor = Fs.openSync(file, flags, 0o600)
  try {
    if ((Fs.fstatSync(descriptor).mode & 0o077) !== 0) Fs.fchmodSync(descriptor, 0o600)
    use(descriptor)
    Fs.fsyncSync(descriptor)
  } finally {
    Fs.closeSync(descriptor)
  }
}

/** Adds to a file of its owner alone, and gives back when that is on the disk. @internal */
export const append = (file: string, text: string): void =>
  withFile(file, "a+", (descriptor) => {
    const { size } = Fs.fstatSync(descriptor)
    const last = Buffer.alloc(1)
    // What was written when the process died has no end of its line: it must not spoil this one.
    const isTorn = size > 0 && Fs.readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a
    Fs.writeFileSync(descriptor, isTorn ? `\n${text}` : text)
  })

/** The file behind links, such as those into a folder of settings that is under version control. */
const behindLinks = (file: string): string => {
  try {
    return Fs.realpathSync(file)
  } catch {
    return file
  }
}

/** Replaces a file of its owner alone: whenever the process dies, the old one or the new one is there. @internal */
export const replace = (file: string, text: string): void => {
  const target = behindLinks(file)
  const beside = `${target}.${process.pid}.new`
  Fs.rmSync(beside, { force: true })
  try {
    withFile(beside, "wx", (descriptor) => Fs.writeFileSync(descriptor, text))
    Fs.renameSync(beside, target)
  } catch (cause) {
    Fs.rmSync(beside, { force: true })
    throw cause
  }
}

/** What holds a file longer than this died with it. */
const longestHold = 3000

const isStale = (lock: string): boolean => {
  const found = Fs.statSync(lock, { throwIfNoEntry: false })
  return found !== undefined && Date.now() - found.mtimeMs > longestHold
}

/** Reads a file and replaces it, while no other process does: of two changes at once none is lost. @internal */
export const changing = <A>(file: string, change: () => A): A => {
  makePrivate(Path.dirname(file))
  const lock = `${behindLinks(file)}.lock`
  for (;;) {
    try {
      Fs.closeSync(Fs.openSync(lock, "wx", 0o600))
      break
    } catch (cause) {
      if (reasonOf(cause) !== "EEXIST") throw cause
      if (isStale(lock)) Fs.rmSync(lock, { force: true })
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
  try {
    return change()
  } finally {
    Fs.rmSync(lock, { force: true })
  }
}

/** Why a file cannot be read or written, in a word of the system. @internal */
export const reasonOf = (cause: unknown): string => {
  const code = typeof cause === "object" && cause !== null ? Reflect.get(cause, "code") : undefined
  return typeof code === "string" ? code : "it failed"
}
