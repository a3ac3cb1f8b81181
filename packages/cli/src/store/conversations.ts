/** The conversations that are kept: a file each, in a folder that nobody else may read. */
import type * as Message from "@effect-zhipu/client/Message"
import * as Fs from "node:fs"
import * as Path from "node:path"
import * as Folders from "./folders.js"
import * as Lines from "./lines.js"

/** @internal */
export const folder = (): string => Path.join(Folders.state(), "conversations")

/** @internal */
export interface Conversation extends Lines.Kept {
  readonly id: string
}

const ending = ".jsonl"

const fileOf = (id: string): string => Path.join(folder(), `${id}${ending}`)

/** By when something was added to them, newest first. @internal */
export const ids = (): ReadonlyArray<string> => {
  try {
    return Fs.readdirSync(folder())
      .filter((name) => name.endsWith(ending))
      .flatMap((name) => {
        // One that another process has deleted by now, or a link into nowhere, leaves the others.
        const found = Fs.statSync(Path.join(folder(), name), { throwIfNoEntry: false })
        return found === undefined ? [] : [{ id: name.slice(0, -ending.length), at: found.mtimeMs }]
      })
      .sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))
      .map(({ id }) => id)
  } catch {
    return []
  }
}

/** @internal */
export const read = (id: string): Conversation | undefined => {
  try {
    const kept = Lines.read(Fs.readFileSync(fileOf(id), "utf8"))
    return kept === undefined ? undefined : { id, ...kept }
  } catch {
    return undefined
  }
}

/**
 * The ids that a word may stand for: itself, those that begin or end with it, or the last one for `last`.
 *
 * @internal
 */
export const matching = (word: string): ReadonlyArray<string> => {
  const all = ids()
  if (word === "last") return all.slice(0, 1)
  if (all.includes(word)) return [word]
  return word === "" ? [] : all.filter((id) => id.startsWith(word) || id.endsWith(word))
}

/** @internal */
export const remove = (id: string): void => Fs.rmSync(fileOf(id), { force: true })

/** Of the time, so that their order is that of their begin, and something that two begun at once differ in. */
const newId = (now: Date): string => {
  const time = now.toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15)
  return `${time}-${Math.random().toString(36).slice(2, 6).padEnd(4, "0")}`
}

/** @internal */
export interface Writer {
  /** Of the file, once there is one. */
  readonly id: string | undefined
  /** Adds lines, which are on the disk when this gives back. Throws where that cannot be. */
  readonly add: (...lines: ReadonlyArray<Lines.Line>) => void
}

/** @internal */
export interface Start {
  readonly model: string
  readonly system: string | undefined
  /** What was there before the first turn, such as the messages of a file. */
  readonly messages: ReadonlyArray<Message.Message>
}

/**
 * Adds to a conversation, or begins one with the first lines that are added. Secrets are taken out of what is written.
 *
 * @internal
 */
export const writer = (id: string | undefined, start: Start, secrets: ReadonlyArray<string>): Writer => {
  let current = id
  const clean = (text: string): string =>
    secrets.reduce((cleaned, secret) => cleaned.replaceAll(secret, "<redacted>"), text)
  return {
    get id() {
      return current
    },
    add: (...lines) => {
      if (lines.length === 0) return
      const now = new Date()
      const begin: ReadonlyArray<Lines.Line> =
        current !== undefined
          ? []
          : [
              {
                type: "begin",
                at: now.toISOString(),
                model: start.model,
                ...(start.system === undefined ? {} : { system: start.system })
              },
              ...(start.messages.length === 0 ? [] : [{ type: "messages", messages: start.messages } as const])
            ]
      const name = current ?? newId(now)
      Folders.makePrivate(folder())
      Folders.append(fileOf(name), [...begin, ...lines].map((line) => clean(Lines.encode(line))).join(""))
      current = name
    }
  }
}
