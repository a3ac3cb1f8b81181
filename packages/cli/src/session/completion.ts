/** What Tab makes of a line of a conversation. */
import * as Model from "@effect-zhipu/client/Model"
import * as Fs from "node:fs"
import * as Path from "node:path"
import * as SessionInput from "../sessionInput.js"
import * as Conversations from "../store/conversations.js"

const pathsOf = (begin: string): ReadonlyArray<string> => {
  const folder = begin.endsWith("/") ? begin : Path.dirname(begin)
  const shown = begin.includes("/") ? begin.slice(0, begin.lastIndexOf("/") + 1) : ""
  try {
    return Fs.readdirSync(folder === "" ? "." : folder, { withFileTypes: true })
      .filter((entry) => !entry.name.startsWith("."))
      .map((entry) => `${shown}${entry.name}${entry.isDirectory() ? "/" : ""}`)
  } catch {
    return []
  }
}

const argumentsOf = (command: string, begin: string): ReadonlyArray<string> => {
  switch (command) {
    case "/model":
      return Model.table.map(({ id }) => id)
    case "/thinking":
      return ["enabled", "disabled", "auto"]
    case "/file":
      return ["clear", ...pathsOf(begin)]
    case "/save":
      return pathsOf(begin)
    case "/load":
      return ["last", ...Conversations.ids(), ...pathsOf(begin)]
    case "/system":
      return ["clear"]
    case "/edit":
      return ["new"]
    default:
      return []
  }
}

/** What may stand for the end of a line, and that end. A prompt is nobody's business. @internal */
export const complete = (line: string): [ReadonlyArray<string>, string] => {
  if (!line.startsWith("/") || line.startsWith("//")) return [[], line]
  const [, command, begin = ""] = /^(\/\w+)\s+(.*)$/.exec(line) ?? []
  if (command === undefined) {
    const names = [...SessionInput.commandNames, "quit"].map((name) => `/${name} `)
    return [names.filter((name) => name.startsWith(line)), line]
  }
  return [argumentsOf(command, begin).filter((word) => word.startsWith(begin)), begin]
}
