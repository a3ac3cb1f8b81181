/** The lines that were typed in sessions, for the arrow keys of the next one: a file that nobody else may read. */
import * as Fs from "node:fs"
import * as Path from "node:path"
import * as Folders from "./folders.js"

/** @internal */
export const file = (): string => Path.join(Folders.state(), "history")

/** @internal */
export interface History {
  /** The newest first, as an editor of lines takes them. */
  readonly lines: ReadonlyArray<string>
  readonly add: (line: string) => void
}

/** So many are offered; the file is cut to them when it has grown to twice as many. */
const kept = 1000

/** A line of such a length is a text that was pasted, and nobody looks for it by an arrow key. */
const longest = 2000

/**
 * As shells have it, a line that begins with a space is not kept, nor the same one twice in a row. Secrets are taken out. Where the
 * file cannot be read or written, there is no history, and a session goes on without it.
 *
 * @internal
 */
export const open = (secrets: ReadonlyArray<string>): History => {
  const lines =
    quietly(() =>
      Fs.readFileSync(file(), "utf8")
        .split("\n")
        .filter((line) => line !== "")
    ) ?? []
  if (lines.length > 2 * kept) quietly(() => Folders.replace(file(), `${lines.slice(-kept).join("\n")}\n`))
  let last = lines.at(-1)
  return {
    lines: lines.slice(-kept).reverse(),
    add: (line) => {
      const clean = secrets.reduce((cleaned, secret) => cleaned.replaceAll(secret, "<redacted>"), line.trimEnd())
      if (clean === "" || clean === last || /^\s/.test(clean) || clean.length > longest) return
      last = clean
      quietly(() => {
        Folders.makePrivate(Folders.state())
        Folders.append(file(), `${clean}\n`)
      })
    }
  }
}

/** @internal */
export const remove = (): void => {
  quietly(() => Fs.rmSync(file(), { force: true }))
}

const quietly = <A>(use: () => A): A | undefined => {
  try {
    return use()
  } catch {
    return undefined
  }
}
