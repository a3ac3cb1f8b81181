/** `zhipu templates`: prompts that are used again. */
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { type BrokenPipe, UsageError } from "../errors.js"
import * as Input from "../input.js"
import { say } from "../language.js"
import { Output } from "../output.js"
import { edit } from "../session/editor.js"
import { reasonOf } from "../store/folders.js"
import * as Templates from "../templates.js"
import { columns, printable } from "../text.js"
import { filed } from "./config.js"

type Result = Effect.Effect<void, UsageError | BrokenPipe, Output>

/** @internal */
export const run = ({ words }: { readonly words: ReadonlyArray<string> }): Result => {
  const [verb = "list", name, ...rest] = words
  if (rest.length > 0) return refused
  if (name === undefined) return verb === "list" ? list : verb === "path" ? print(Templates.folder()) : refused
  switch (verb) {
    case "show":
      return Effect.flatMap(sourceOf(name), print)
    case "set":
      return set(name)
    case "edit":
      return change(name)
    case "remove":
      return Effect.zipRight(
        sourceOf(name),
        filed(() => Templates.remove(name))
      )
    default:
      return refused
  }
}

const refused: Result = Effect.suspend(
  () => new UsageError({ message: say("templatesTakes"), help: "zhipu templates" })
)

const print = (line: string): Result => Effect.flatMap(Output, (output) => output.out(`${line}\n`))

const list: Result = Effect.gen(function* () {
  const output = yield* Output
  const rows = Templates.names().flatMap((name) => {
    const template = Templates.read(name)
    if (template === undefined) return []
    const variables = [...Templates.variablesOf(`${template.text} ${template.settings.get("system") ?? ""}`).keys()]
    const first = printable(template.text === "" ? (template.settings.get("system") ?? "") : template.text)
    return [[name, variables.join(" "), first.length > 60 ? `${first.slice(0, 59)}…` : first]]
  })
  yield* rows.length === 0 ? output.notice(say("noTemplates")) : output.out(`${columns(rows)}\n`)
})

const sourceOf = (name: string): Effect.Effect<string, UsageError> =>
  Templates.isName(name) && Fs.existsSync(Templates.fileOf(name))
    ? Effect.try({
        try: () => Fs.readFileSync(Templates.fileOf(name), "utf8").trimEnd(),
        catch: (cause) =>
          new UsageError({ message: say("fileUnreadable", { file: Templates.fileOf(name), reason: reasonOf(cause) }) })
      })
    : Effect.fail(new UsageError({ message: say("noSuchTemplate", { name: printable(name) }) }))

const write = (name: string, text: string): Effect.Effect<void, UsageError> => {
  if (!Templates.isName(name)) return Effect.fail(new UsageError({ message: say("templateNameTakes") }))
  const unknown = [...Templates.parse(name, text).settings.keys()].find(
    (setting) => !Templates.settingNames.some((known) => known === setting)
  )
  if (unknown !== undefined) {
    const names = Templates.settingNames.join(", ")
    return Effect.fail(
      new UsageError({ message: say("templateSettingUnknown", { setting: printable(unknown), names }) })
    )
  }
  return filed(() => Templates.write(name, text))
}

const set = (name: string): Result =>
  Effect.gen(function* () {
    const output = yield* Output
    const { text } = yield* Input.readStdin({ wanted: true, keyStdin: false, dispensable: false }, output)
    if (text.trim() === "") return yield* new UsageError({ message: say("templateEmpty") })
    yield* write(name, text)
  })

/** What was written in the editor is not lost where it cannot be taken. */
const aside = (name: string, text: string): Effect.Effect<string> =>
  Effect.sync(() => {
    try {
      const file = Path.join(Fs.mkdtempSync(Path.join(Os.tmpdir(), "zhipu-")), `${name}.md`)
      Fs.writeFileSync(file, text, { mode: 0o600 })
      return say("templateAside", { file, name })
    } catch {
      return text
    }
  })

const example =
  "---\nmodel: glm-4.6\nsystem: You are a careful translator.\n---\nTranslate to {{language|English}}:\n\n{{input}}\n"

const change = (name: string): Result =>
  Effect.gen(function* () {
    if (!Templates.isName(name)) return yield* new UsageError({ message: say("templateNameTakes") })
    const before = Fs.existsSync(Templates.fileOf(name)) ? yield* sourceOf(name) : undefined
    const text = yield* edit(before === undefined ? example : `${before}\n`)
    if (text === undefined) return yield* new UsageError({ message: say("editorFailed") })
    if (text.trim() === "") return yield* new UsageError({ message: say("templateEmpty") })
    yield* Effect.catchAll(write(name, text), ({ message }) =>
      Effect.flatMap(aside(name, text), (where) => new UsageError({ message: `${message} ${where}` }))
    )
  })
