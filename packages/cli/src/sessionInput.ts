/** What a line of a chat session asks for, and when a text of several lines is whole. Pure. */
import * as Either from "effect/Either"
import { say } from "./language.js"

/** @internal */
export type Input =
  | { readonly _tag: "Nothing" }
  | { readonly _tag: "Prompt"; readonly text: string }
  | { readonly _tag: "Model"; readonly name: string | undefined }
  | { readonly _tag: "Thinking"; readonly type: "enabled" | "disabled" | undefined }
  | { readonly _tag: "Clear" }
  /** Attaches a file, forgets all, or lists them. */
  | { readonly _tag: "File"; readonly path: string }
  | { readonly _tag: "ForgetFiles" }
  | { readonly _tag: "Files" }
  | { readonly _tag: "Save"; readonly path: string }
  | { readonly _tag: "Quit" }
  | { readonly _tag: "Help" }

/** @internal */
export const help: ReadonlyArray<string> = [
  "/model [NAME]                 shows or changes the model",
  "/thinking enabled|disabled    whether the model thinks; auto leaves it to the service",
  "/file PATH_OR_URL             attaches a file to the next prompt; alone it lists them, /file clear forgets them",
  "/clear                        begins a new conversation",
  "/save FILE                    writes the conversation, as --messages reads it",
  "/quit                         ends the session, as Ctrl-D does",
  "/help                         prints this",
  'A line that ends with \\ goes on; """ begins and ends a text of several lines. // begins a prompt with a slash.',
  "Ctrl-C stops an answer and keeps the session."
]

/** How other tools are left. */
const leaving: ReadonlySet<string> = new Set("exit quit exit() quit() :q :quit \\q .exit".split(" "))

/** Commands without their slash, and what other tools call them. */
const bare: ReadonlyMap<string, string> = new Map([
  ...["model", "thinking", "file", "clear", "save", "help"].map((name) => [name, `/${name}`] as const),
  ["cls", "/clear"],
  ["reset", "/clear"],
  ["?", "/help"]
])

/** What a line of input asks for; what is wrong with a command that there is not, as the left side. @internal */
export const read = (text: string): Either.Either<Input, string> => {
  const trimmed = text.trim()
  if (trimmed === "") return Either.right({ _tag: "Nothing" })
  if (trimmed.startsWith("//")) return Either.right({ _tag: "Prompt", text: trimmed.slice(1) })
  if (leaving.has(trimmed)) return Either.right({ _tag: "Quit" })
  const command = bare.get(trimmed)
  if (command !== undefined) return Either.left(say("notACommandHere", { word: trimmed, command }))
  if (!trimmed.startsWith("/")) return Either.right({ _tag: "Prompt", text: trimmed })
  const [name = "", ...rest] = trimmed.split(/\s+/)
  const argument = rest.join(" ")
  switch (name) {
    case "/model":
      return Either.right({ _tag: "Model", name: argument === "" ? undefined : argument })
    case "/thinking":
      if (argument === "enabled" || argument === "disabled") return Either.right({ _tag: "Thinking", type: argument })
      return argument === "auto"
        ? Either.right({ _tag: "Thinking", type: undefined })
        : Either.left("/thinking takes one of enabled, disabled, auto.")
    case "/clear":
      return Either.right({ _tag: "Clear" })
    case "/file": {
      const path = trimmed.slice(name.length).trim()
      if (path === "") return Either.right({ _tag: "Files" })
      return Either.right(path === "clear" ? { _tag: "ForgetFiles" } : { _tag: "File", path })
    }
    case "/save":
      return argument === ""
        ? Either.left("/save needs the name of a file.")
        : Either.right({ _tag: "Save", path: trimmed.slice(name.length).trim() })
    case "/quit":
    case "/exit":
      return Either.right({ _tag: "Quit" })
    case "/help":
      return Either.right({ _tag: "Help" })
    default:
      return Either.left(`There is no command ${name}. /help tells of all; // begins a prompt with a slash.`)
  }
}

/**
 * The text that lines make together: `undefined` while more has to come. A backslash at the end of a line, or `"""` at the
 * beginning of the first, asks for more.
 *
 * @internal
 */
export const whole = (lines: ReadonlyArray<string>): string | undefined => {
  const text = lines.join("\n")
  const block = /^\s*"""/.exec(text)
  if (block !== null) {
    const inside = text.slice(block[0].length)
    return /"""\s*$/.test(inside) ? inside.replace(/"""\s*$/, "").replace(/^\n|\n$/g, "") : undefined
  }
  if (text.endsWith("\\")) return undefined
  return text.replaceAll("\\\n", "\n")
}
