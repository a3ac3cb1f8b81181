/** Where jobs are kept: a file each, in $XDG_STATE_HOME/zhipu/bulk, by default ~/.local/state/zhipu/bulk. */
import * as Effect from "effect/Effect"
import { createHash } from "node:crypto"
import * as Fs from "node:fs"
import { homedir } from "node:os"
import * as Path from "node:path"
import { UsageError } from "../errors.js"
import { printable } from "../text.js"

const folder = (): string => {
  const { XDG_STATE_HOME: home = "" } = process.env
  return Path.join(home === "" ? Path.join(homedir(), ".local", "state") : home, "zhipu", "bulk")
}

/** A job's name from its file: the same for the same file, and another for one of that name elsewhere. @internal */
export const nameOf = (file: string): string => {
  const { name } = Path.parse(file)
  const hash = createHash("sha256").update(Path.resolve(file)).digest("hex").slice(0, 6)
  return `${name.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^\.+/, "") || "job"}-${hash}`
}

/** The database of a job; its folder is made, for nobody else to read. @internal */
export const fileOf = (name: string, store: string | undefined): Effect.Effect<string, UsageError> =>
  Effect.suspend(() => {
    if (store !== undefined) return Effect.succeed(store)
    if (!/^[\p{L}\p{N}_-][\p{L}\p{N}._-]{0,99}$/u.test(name)) {
      return new UsageError({
        message: `${printable(name)} is no name of a job: letters, digits, dots, dashes and underscores.`,
        help: "zhipu bulk"
      })
    }
    return Effect.try({
      try: () => {
        Fs.mkdirSync(folder(), { recursive: true, mode: 0o700 })
        return Path.join(folder(), `${name}.db`)
      },
      catch: () => new UsageError({ message: `${folder()} cannot be made: --store FILE keeps the job elsewhere.` })
    })
  })

/** The names of all jobs that are kept here. @internal */
export const names = (): ReadonlyArray<string> => {
  try {
    return Fs.readdirSync(folder())
      .filter((file) => file.endsWith(".db"))
      .map((file) => file.slice(0, -3))
      .sort()
  } catch {
    return []
  }
}

/** Removes the database of a job. @internal */
export const forget = (file: string): void => {
  for (const end of ["", "-wal", "-shm"]) Fs.rmSync(file + end, { force: true })
}
