/** `zhipu logs`: the conversations that are kept. */
import * as Effect from "effect/Effect"
import { type BrokenPipe, UsageError } from "../errors.js"
import * as Keeping from "../keeping.js"
import { say } from "../language.js"
import { graphemes, graphemeWidth, width } from "../markdown/width.js"
import { Output } from "../output.js"
import * as Conversations from "../store/conversations.js"
import * as History from "../store/history.js"
import { reasonOf } from "../store/folders.js"
import { textOf } from "../store/lines.js"
import { harmless, printable } from "../text.js"

/** @internal */
export interface Options {
  readonly words: ReadonlyArray<string>
  readonly json: boolean
  readonly number: number | undefined
  readonly all: boolean
}

type Result = Effect.Effect<void, UsageError | BrokenPipe, Output>

/** @internal */
export const run = (options: Options): Result => {
  const [verb = "list", ...operands] = options.words
  switch (verb) {
    case "list":
      return operands.length === 0 ? list(options, Conversations.ids()) : refused
    case "show":
      return operands.length <= 1 ? show(options, operands[0] ?? "last") : refused
    case "search":
      return operands.length === 0 ? refused : search(options, operands.join(" "))
    case "delete":
      return options.all ? (operands.length === 0 ? removeAll : refused) : remove(operands)
    case "path":
      return Effect.flatMap(Output, (output) => output.out(`${Conversations.folder()}\n`))
    default:
      return refused
  }
}

const refused: Result = Effect.suspend(() => new UsageError({ message: say("logsTakes"), help: "zhipu logs" }))

/** Conversations, newest first. Those that are named are read one by one: there may be thousands. */
const readable = (ids: Iterable<string>, limit: number): ReadonlyArray<Conversations.Conversation> => {
  const found: Array<Conversations.Conversation> = []
  for (const id of ids) {
    if (found.length >= limit) break
    const conversation = Conversations.read(id)
    if (conversation !== undefined && conversation.messages.length > 0) found.push(conversation)
  }
  return found
}

const firstPrompt = ({ messages }: Conversations.Conversation): string => {
  const first = messages.find(({ role }) => role === "user")
  return first === undefined ? "" : printable(textOf(first))
}

/** As much of a text as goes into so many columns. */
const cut = (text: string, columns: number): string => {
  if (width(text) <= columns) return text
  let room = columns - 1
  let kept = ""
  for (const grapheme of graphemes(text)) {
    room -= graphemeWidth(grapheme)
    if (room < 0) break
    kept += grapheme
  }
  return `${kept}…`
}

const list = ({ json, number }: Options, ids: ReadonlyArray<string>): Result =>
  Effect.gen(function* () {
    const output = yield* Output
    const all = readable(ids, number ?? 20)
    if (json) {
      const rows = all.map((conversation) => ({
        id: conversation.id,
        begun: conversation.begun,
        at: conversation.at,
        model: conversation.model,
        turns: conversation.turns,
        ...(conversation.simulated ? { simulated: true } : {}),
        prompt: firstPrompt(conversation)
      }))
      return yield* output.out(`${JSON.stringify(rows, null, output.stdoutIsTty ? 2 : 0)}\n`)
    }
    if (all.length === 0) return yield* output.notice(say("noConversationYet"))
    for (const conversation of all) {
      const { at, id, model, simulated, turns } = conversation
      const time = at.slice(0, 16).replace("T", " ")
      const head = `${id}  ${time}  ${String(turns).padStart(3)}  ${printable(model)}  ${simulated ? `(${say("simulator")}) ` : ""}`
      const room = output.stdoutIsTty ? Math.max(20, output.size().columns - width(head)) : 80
      yield* output.out(`${head}${cut(firstPrompt(conversation), room)}\n`)
    }
  })

const show = ({ json }: Options, word: string): Result =>
  Effect.gen(function* () {
    const output = yield* Output
    const conversation = Conversations.read(yield* Keeping.idOf(word))
    if (conversation === undefined)
      return yield* new UsageError({ message: say("conversationUnreadable", { id: word }) })
    yield* Keeping.tellUnreadable(conversation, output)
    const { messages, system } = conversation
    if (json) {
      const all = system === undefined ? messages : [{ role: "system", content: system }, ...messages]
      return yield* output.out(`${JSON.stringify(all, null, output.stdoutIsTty ? 2 : 0)}\n`)
    }
    const parts = messages.map((message) => {
      const text = harmless(textOf(message)).trim()
      return message.role === "user" ? text.replace(/^/gm, "> ") : text
    })
    yield* output.out(`${[...(system === undefined ? [] : [`[${harmless(system)}]`]), ...parts].join("\n\n")}\n`)
  })

/** What stands around what was looked for, on one line. */
const around = (text: string, found: number): string => {
  const from = Math.max(0, found - 30)
  return (from === 0 ? "" : "…") + printable(text.slice(from, found + 90))
}

const search = (options: Options, words: string): Result =>
  Effect.gen(function* () {
    const output = yield* Output
    const wanted = words.toLowerCase()
    const most = options.number ?? Number.POSITIVE_INFINITY
    const hits: Array<{ readonly id: string; readonly text: string }> = []
    for (const id of Conversations.ids()) {
      const conversation = Conversations.read(id)
      if (conversation === undefined) continue
      for (const message of conversation.messages) {
        const text = textOf(message)
        const found = text.toLowerCase().indexOf(wanted)
        if (found !== -1 && hits.length < most) hits.push({ id, text: around(text, found) })
      }
      if (hits.length >= most) break
    }
    if (options.json) return yield* output.out(`${JSON.stringify(hits, null, output.stdoutIsTty ? 2 : 0)}\n`)
    if (hits.length === 0) return yield* output.notice(say("nothingFound"))
    yield* output.out(hits.map(({ id, text }) => `${id}  ${text}\n`).join(""))
  })

const removing = (ids: ReadonlyArray<string>): Result =>
  Effect.gen(function* () {
    const output = yield* Output
    for (const id of ids) {
      yield* Effect.try({
        try: () => Conversations.remove(id),
        catch: (cause) => new UsageError({ message: say("notDeleted", { id, reason: reasonOf(cause) }) })
      })
    }
    yield* output.notice(say("deleted", { count: ids.length }))
  })

/** And the lines that were typed in them. */
const removeAll: Result = Effect.suspend(() => {
  History.remove()
  return removing(Conversations.ids())
})

/** All of them are looked for first: one that is not there leaves the others. */
const remove = (words: ReadonlyArray<string>): Result =>
  words.length === 0
    ? refused
    : Effect.flatMap(Effect.forEach(words, Keeping.idOf), (ids) => removing([...new Set(ids)]))
