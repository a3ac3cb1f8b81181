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
  /** A conversation that is kept, or a file. */
  | { readonly _tag: "Load"; readonly from: string }
  /** Shows, changes or takes away the instructions. */
  | { readonly _tag: "System"; readonly text: string | undefined }
  | { readonly _tag: "ForgetSystem" }
  | { readonly _tag: "Retry" }
  | { readonly _tag: "Undo" }
  /** The last prompt, or an empty one. */
  | { readonly _tag: "Edit"; readonly isNew: boolean }
  /** The answer, or one of its blocks of code. */
  | { readonly _tag: "Copy"; readonly block: number | undefined }
  | { readonly _tag: "Tokens" }
  | { readonly _tag: "Quit" }
  | { readonly _tag: "Help" }

/** @internal */
export const help: ReadonlyArray<string> = [
  "/model [NAME]                 shows or changes the model",
  "/thinking enabled|disabled    whether the model thinks; auto leaves it to the service",
  "/file PATH_OR_URL             attaches a file to the next prompt; alone it lists them, /file clear forgets them",
  "/system [TEXT]                shows or changes the instructions; /system clear takes them away",
  "/retry                        asks the last prompt again",
  "/undo                         takes the last prompt and its answer back",
  "/edit                         opens the last prompt in the editor, and asks that; /edit new opens an empty one",
  "/copy [N]                     copies the answer, or its Nth block of code, to the clipboard",
  "/tokens                       what the conversation has cost, and how full the context is",
  "/clear                        begins a new conversation",
  "/save FILE                    writes the conversation, as --messages reads it",
  "/load ID|FILE                 goes on with a conversation of zhipu logs, or of a file; /load last with the last one",
  "/quit                         ends the session, as Ctrl-D does",
  "/help                         prints this",
  'A line that ends with \\ goes on; """ begins and ends a text of several lines. // begins a prompt with a slash.',
  "Ctrl-C stops an answer and keeps the session."
]

/** What a line may begin with, but for how it is left. @internal */
export const commandNames = "model thinking file system retry undo edit copy tokens clear save load help".split(" ")

/** How other tools are left. */
const leaving: ReadonlySet<string> = new Set("exit quit exit() quit() :q :quit \\q .exit".split(" "))

/** Commands without their slash, and what other tools call them. */
const bare: ReadonlyMap<string, string> = new Map([
  ...commandNames.map((name) => [name, `/${name}`] as const),
  ["cls", "/clear"],
  ["reset", "/clear"],
  ["?", "/help"]
])

/** @internal */
export const helpInChinese: ReadonlyArray<string> = [
  "/model [NAME]                 显示或更换模型",
  "/thinking enabled|disabled    是否思考；auto 由服务端决定",
  "/file PATH_OR_URL             为下一条提示词附带文件；单独使用时列出已附带的，/file clear 去掉",
  "/system [TEXT]                显示或更换系统提示词；/system clear 去掉",
  "/retry                        重新发送上一条提示词",
  "/undo                         撤回上一条提示词及其回答",
  "/edit                         在编辑器中修改上一条提示词，改完重新提问；/edit new 从空白开始",
  "/copy [N]                     把回答或其中第 N 个代码块复制到剪贴板",
  "/tokens                       本次会话的用量，以及上下文的占用",
  "/clear                        开始新对话",
  "/save FILE                    把对话存成文件，--messages 可以读取",
  "/load ID|FILE                 继续 zhipu logs 中的对话或文件中的对话；/load last 继续最近的",
  "/quit                         结束会话，同 Ctrl-D",
  "/help                         打印本说明",
  '以 \\ 结尾的行会续到下一行；""" 开始和结束多行文本；// 用来输入以斜杠开头的提示词。',
  "Ctrl-C 停止当前回答，会话继续。"
]

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
        : Either.left(say("thinkingTakes"))
    case "/clear":
      return Either.right({ _tag: "Clear" })
    case "/file": {
      const path = trimmed.slice(name.length).trim()
      if (path === "") return Either.right({ _tag: "Files" })
      return Either.right(path === "clear" ? { _tag: "ForgetFiles" } : { _tag: "File", path })
    }
    case "/save":
      return argument === ""
        ? Either.left(say("saveNeedsName"))
        : Either.right({ _tag: "Save", path: trimmed.slice(name.length).trim() })
    case "/load":
      return argument === ""
        ? Either.left(say("loadNeedsSomething"))
        : Either.right({ _tag: "Load", from: trimmed.slice(name.length).trim() })
    case "/system": {
      const text = trimmed.slice(name.length).trim()
      if (text === "clear") return Either.right({ _tag: "ForgetSystem" })
      return Either.right({ _tag: "System", text: text === "" ? undefined : text })
    }
    case "/retry":
      return Either.right({ _tag: "Retry" })
    case "/undo":
      return Either.right({ _tag: "Undo" })
    case "/edit":
      return argument === "" || argument === "new"
        ? Either.right({ _tag: "Edit", isNew: argument === "new" })
        : Either.left(say("editTakes"))
    case "/copy":
      if (argument === "") return Either.right({ _tag: "Copy", block: undefined })
      return /^[1-9]\d{0,3}$/.test(argument)
        ? Either.right({ _tag: "Copy", block: Number(argument) })
        : Either.left(say("copyTakes"))
    case "/tokens":
      return Either.right({ _tag: "Tokens" })
    case "/quit":
    case "/exit":
      return Either.right({ _tag: "Quit" })
    case "/help":
      return Either.right({ _tag: "Help" })
    default:
      return Either.left(say("noSessionCommand", { name }))
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
