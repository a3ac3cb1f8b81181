/** The commands of a conversation: what each of them does to it. */
import type * as Message from "@effect-zhipu/client/Message"
import * as Model from "@effect-zhipu/client/Model"
import type { Zhipu } from "@effect-zhipu/client/Zhipu"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Fs from "node:fs"
import * as Attachments from "../attachments.js"
import { codeBlocks } from "../codeBlocks.js"
import type { BrokenPipe } from "../errors.js"
import * as ExitCode from "../exitCode.js"
import * as Input from "../input.js"
import * as Keeping from "../keeping.js"
import { language, say } from "../language.js"
import type { Output } from "../output.js"
import * as SessionInput from "../sessionInput.js"
import * as Conversations from "../store/conversations.js"
import { reasonOf } from "../store/folders.js"
import { textOf, withoutLast } from "../store/lines.js"
import { printable, tokens } from "../text.js"
import { ask, shownCost } from "./ask.js"
import { copy } from "./clipboard.js"
import { edit } from "./editor.js"
import { lastAnswer, lastAsked, lastPrompt, messagesOf, type Session, type State, withTurns } from "./state.js"

type Result = Effect.Effect<State, BrokenPipe, Output | Zhipu>

/** @internal */
export const act = (
  state: State,
  input: Exclude<SessionInput.Input, { readonly _tag: "Quit" }>,
  session: Session
): Result => {
  const tell = (...lines: ReadonlyArray<string>) => Effect.as(session.output.notice(...lines.map(printable)), state)
  const becomes = (next: State, line: string) => Effect.as(session.output.notice(printable(line)), next)
  switch (input._tag) {
    case "Nothing":
      return Effect.succeed(state)
    case "Help":
      return Effect.as(
        session.output.notice(...(language === "zh" ? SessionInput.helpInChinese : SessionInput.help)),
        state
      )
    case "Clear":
      return becomes(anew(state, session), say("newConversation"))
    case "File":
      return attach(state, Attachments.typedPath(input.path), session)
    case "ForgetFiles":
      return becomes({ ...state, files: [] }, say("nothingAttachedNow"))
    case "Files":
      return state.files.length === 0
        ? tell(say("nothingAttached"))
        : tell(...state.files.map(({ label }) => `attached ${label}`))
    case "Model": {
      const { name: model } = input
      if (model === undefined) return tell(say("modelIs", { model: state.model }))
      const unknown = Option.isNone(Model.find(model)) ? [say("modelUnknown", { model })] : []
      const lines = [say("modelFromNow", { model }), ...unknown]
      return Effect.as(session.output.notice(...lines.map(printable)), { ...state, model })
    }
    case "Thinking":
      return becomes(
        { ...state, thinking: input.type },
        say("thinkingIs", { type: input.type ?? say("asTheServiceDecides") })
      )
    case "System":
      return input.text === undefined
        ? tell(state.system === undefined ? say("noSystem") : say("systemIs", { text: state.system }))
        : instruct(state, input.text, say("systemFromNow"), session)
    case "ForgetSystem":
      return instruct(state, undefined, say("systemForgotten"), session)
    case "Save":
      return Effect.flatMap(save(Attachments.typedPath(input.path), messagesOf(state)), (line) => tell(line))
    case "Load":
      return load(state, input.from, session)
    case "Undo":
      return undo(state, session)
    case "Retry": {
      const last = lastAsked(state)
      return last === undefined ? tell(say("nothingAsked")) : ask(state, last.content, session, last.before)
    }
    case "Edit":
      return editPrompt(state, input.isNew, session)
    case "Copy":
      return copyAnswer(state, input.block, session)
    case "Tokens":
      return tell(...spentLines(state))
    case "Prompt":
      return prompt(state, input.text, session)
  }
}

/** A conversation without turns; another file is begun with the first of them. */
const anew = (state: State, session: Session, messages: ReadonlyArray<Message.Message> = []): State => ({
  ...withTurns(state, messages),
  files: [],
  log: session.open(undefined, { model: state.model, system: state.system, messages })
})

const sourcesOf = ({ files }: State): ReadonlyArray<string> => files.map(({ source }) => source)

/** Reads a file at once, to tell in time what is wrong with it. */
const attach = (state: State, source: string, { output }: Session): Effect.Effect<State> =>
  Attachments.loadAll("/file", [...sourcesOf(state), source], state.model).pipe(
    Effect.flatMap((attached) => {
      const added = attached.slice(state.files.length)
      const files = [...state.files, ...added.map(({ label }) => ({ source, label }))]
      return Effect.as(Attachments.announce(added, state.model, output, true), { ...state, files })
    }),
    Effect.catchTag("UsageError", ({ message }) =>
      Effect.as(output.notice(ExitCode.inLanguage(printable(message))), state)
    )
  )

/** Asks a text, with what is attached. @internal */
export const prompt = (state: State, text: string, session: Session, before = state.turns): Result =>
  Effect.gen(function* () {
    const attached = yield* Effect.either(Attachments.loadAll("/file", sourcesOf(state), state.model))
    if (Either.isLeft(attached)) {
      yield* session.output.notice(ExitCode.inLanguage(printable(attached.left.message)), say("notAsked"))
      return state
    }
    return yield* ask(state, Attachments.contentOf(attached.right, text), session, before)
  })

const instruct = (state: State, system: string | undefined, line: string, { output, open }: Session): Result =>
  Effect.gen(function* () {
    yield* output.notice(line)
    // A conversation that is not begun yet begins with them.
    if (state.log?.id === undefined) {
      return { ...state, system, log: open(undefined, { model: state.model, system, messages: state.turns }) }
    }
    const changed = { type: "system", ...(system === undefined ? {} : { system }) } as const
    return { ...state, system, log: yield* Keeping.add(state.log, [changed], output) }
  })

const undo = (state: State, { open, output }: Session): Result =>
  Effect.gen(function* () {
    const last = lastPrompt(state)
    if (last === undefined) return yield* Effect.as(output.notice(say("nothingAsked")), state)
    yield* output.notice(printable(say("takenBack", { prompt: shortened(textOf(last)) })))
    const next = withTurns(state, withoutLast(state.turns))
    // A conversation that is not begun yet begins without it.
    if (state.log?.id === undefined) {
      return { ...next, log: open(undefined, { model: state.model, system: state.system, messages: next.turns }) }
    }
    return { ...next, log: yield* Keeping.add(state.log, [{ type: "undo" }], output) }
  })

/** One line of it, for people. @internal */
export const shortened = (text: string): string => {
  const line = printable(text)
  return line.length > 60 ? `${line.slice(0, 59)}…` : line
}

const editPrompt = (state: State, isNew: boolean, session: Session): Result =>
  Effect.gen(function* () {
    const { keyboard, output } = session
    const last = isNew ? undefined : lastAsked(state)
    const content = last?.content ?? ""
    const parts = typeof content === "string" ? [] : content.filter(({ type }) => type !== "text")
    const words =
      typeof content === "string" ? content : content.flatMap((part) => (part.type === "text" ? [part.text] : []))
    const text = yield* keyboard.lent(edit(typeof words === "string" ? words : words.join("\n")))
    if (text === undefined || text.trim() === "") {
      yield* output.notice(say(text === undefined ? "editorFailed" : "editedNothing"))
      return state
    }
    yield* output.notice(`> ${shortened(text)}`)
    if (last === undefined) return yield* prompt(state, text.trim(), session)
    // What is no text stays beside it.
    const edited = parts.length === 0 ? text.trim() : [...parts, { type: "text" as const, text: text.trim() }]
    return yield* ask(state, edited, session, last.before)
  })

const copyAnswer = (state: State, block: number | undefined, { output }: Session): Result =>
  Effect.gen(function* () {
    const answer = lastAnswer(state)
    if (answer === undefined) return yield* Effect.as(output.notice(say("noAnswerYet")), state)
    const blocks = codeBlocks(answer)
    const text = block === undefined ? answer : blocks[block - 1]
    if (text === undefined) {
      return yield* Effect.as(output.notice(say("noSuchBlock", { count: blocks.length })), state)
    }
    yield* copy(text, process.stdout)
    yield* output.notice(say("copied", { count: text.length }))
    return state
  })

const spentLines = ({ model, spent }: State): ReadonlyArray<string> => {
  const costs = Object.entries(spent.cost).map(([currency, amount]) => shownCost({ amount, currency }))
  const cost = costs.length === 0 ? "" : `${say("comma")}${say("about", { cost: costs.join(" + ") })}`
  const limit = Option.getOrUndefined(Model.find(model))?.context
  const { context, input, output } = spent
  return [
    say("tokensSpent", { input, output, cost }),
    context === undefined
      ? say("contextUnknown")
      : limit === undefined
        ? say("contextUsedOfUnknown", { context })
        : say("contextUsed", { context, limit: tokens(limit), model })
  ]
}

/** Never replaces a file: what was in it would be lost. */
const save = (path: string, messages: ReadonlyArray<Message.Message>): Effect.Effect<string> =>
  Effect.try({
    try: () => {
      Fs.writeFileSync(
        path,
        `${JSON.stringify(messages, null, 2)}
`,
        { flag: "wx", mode: 0o600 }
      )
      return say("saved", { path })
    },
    catch: reasonOf
  }).pipe(
    Effect.catchAll((reason) =>
      Effect.succeed(reason === "EEXIST" ? say("fileIsThere", { path }) : say("fileNotWritten", { path, reason }))
    )
  )

const load = (state: State, from: string, session: Session): Result =>
  Effect.gen(function* () {
    const { output } = session
    const path = Attachments.typedPath(from)
    const found = Fs.existsSync(path) ? [] : Conversations.matching(from)
    if (found.length > 0) {
      const id = yield* Keeping.idOf(from)
      const kept = Conversations.read(id)
      if (kept !== undefined) {
        yield* Keeping.tellUnreadable(kept, output)
        yield* output.notice(goingOn(kept))
        const { messages, model, system } = kept
        return {
          ...withTurns(state, messages),
          model,
          system,
          files: [],
          log: session.open(id, { model, system, messages })
        }
      }
    }
    const all = yield* Input.readMessages(path, "")
    const [first] = all
    const system = first?.role === "system" ? textOf(first) : undefined
    const messages = system === undefined ? all : all.slice(1)
    yield* output.notice(say("loaded", { turns: messages.filter(({ role }) => role === "user").length }))
    return anew({ ...state, system: system ?? state.system }, session, messages)
  }).pipe(
    Effect.catchTag("UsageError", ({ message }) =>
      Effect.as(session.output.notice(ExitCode.inLanguage(printable(message.replace(/^--messages/, "/load")))), state)
    )
  )

/** What a conversation that is gone on with was about. @internal */
export const goingOn = ({ id, messages, turns }: Conversations.Conversation): string => {
  const last = messages.findLast(({ role }) => role === "user")
  return printable(say("goingOn", { id, turns, prompt: last === undefined ? "" : shortened(textOf(last)) }))
}
