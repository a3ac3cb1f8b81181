/** `zhipu` alone on a terminal: a conversation. */
import type { ChatRequest } from "@effect-zhipu/client/ChatRequest"
import type * as Message from "@effect-zhipu/client/Message"
import * as Price from "@effect-zhipu/client/Price"
import type { Zhipu } from "@effect-zhipu/client/Zhipu"
import * as ZhipuConfig from "@effect-zhipu/client/ZhipuConfig"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Fs from "node:fs"
import * as Answer from "../answer.js"
import * as Attachments from "../attachments.js"
import * as Region from "@effect-zhipu/client/Region"
import type { BrokenPipe } from "../errors.js"
import * as ExitCode from "../exitCode.js"
import * as Keyboard from "../keyboard.js"
import { Output, type Service as OutputService } from "../output.js"
import type * as Progress from "../progress.js"
import * as Render from "../render.js"
import * as SessionInput from "../sessionInput.js"
import { printable } from "../text.js"

/** The settings that each request repeats. @internal */
export type Settings = Omit<ChatRequest, "messages" | "model" | "thinking">

interface State {
  readonly model: string
  readonly thinking: "enabled" | "disabled" | undefined
  readonly system: string | undefined
  /** Whether answers are laid out. */
  readonly layout: Pick<Answer.Options, "markdown" | "noMarkdown">
  readonly turns: ReadonlyArray<Message.Message>
  /** What goes with the next prompt, and is read again then: the model may be another by that time. */
  readonly files: ReadonlyArray<{ readonly source: string; readonly label: string }>
}

/** @internal */
export const run = (
  start: Omit<State, "turns">,
  settings: Settings,
  progress: Progress.State
): Effect.Effect<void, BrokenPipe, Output | Zhipu> =>
  Effect.scoped(
    Effect.gen(function* () {
      const output = yield* Output
      const keyboard = yield* Keyboard.make(process.stdin, process.stdout)
      yield* output.notice(`${start.model}. /help tells of the commands, Ctrl-D ends.`)
      let state: State | undefined = { ...start, turns: [] }
      while (state !== undefined) state = yield* step(state, settings, progress, keyboard)
    })
  )

/** Reads until a text is whole, then does what it says. `undefined` ends the session. */
const step = (
  state: State,
  settings: Settings,
  progress: Progress.State,
  keyboard: Keyboard.Keyboard
): Effect.Effect<State | undefined, BrokenPipe, Output | Zhipu> =>
  Effect.gen(function* () {
    const output = yield* Output
    const lines: Array<string> = []
    let text: string | undefined
    while (text === undefined) {
      const more = yield* keyboard.lines(lines.length === 0 ? "> " : ". ")
      if (more === Keyboard.dropped) return state
      if (more === undefined) {
        yield* output.out("\n")
        return undefined
      }
      lines.push(...more)
      text = SessionInput.whole(lines)
    }
    const input = SessionInput.read(text)
    if (Either.isLeft(input)) {
      yield* output.notice(printable(input.left))
      return state
    }
    if (input.right._tag === "Quit") return undefined
    return yield* act(state, input.right, settings, progress, keyboard, output)
  })

const act = (
  state: State,
  input: Exclude<SessionInput.Input, { readonly _tag: "Quit" }>,
  settings: Settings,
  progress: Progress.State,
  keyboard: Keyboard.Keyboard,
  output: OutputService
): Effect.Effect<State, BrokenPipe, Output | Zhipu> => {
  const withNotice = (next: State, notice: string) => Effect.as(output.notice(printable(notice)), next)
  switch (input._tag) {
    case "Nothing":
      return Effect.succeed(state)
    case "Help":
      return Effect.as(output.notice(...SessionInput.help), state)
    case "Clear":
      return withNotice({ ...state, turns: [], files: [] }, "A new conversation.")
    case "File":
      return attach(state, Attachments.typedPath(input.path), output)
    case "ForgetFiles":
      return withNotice({ ...state, files: [] }, "Nothing is attached any more.")
    case "Files":
      return state.files.length === 0
        ? withNotice(state, "Nothing is attached. /file PATH_OR_URL attaches a file to the next prompt.")
        : Effect.as(output.notice(...state.files.map(({ label }) => `attached ${label}`)), state)
    case "Model":
      return input.name === undefined
        ? withNotice(state, `The model is ${state.model}.`)
        : withNotice({ ...state, model: input.name }, `The model is ${input.name} from now on.`)
    case "Thinking":
      return withNotice({ ...state, thinking: input.type }, `Thinking: ${input.type ?? "as the service decides"}.`)
    case "Save":
      return Effect.flatMap(save(Attachments.typedPath(input.path), messagesOf(state)), (notice) =>
        withNotice(state, notice)
      )
    case "Prompt":
      return Effect.map(ask(state, input.text, settings, progress, keyboard), (turns) => ({
        ...state,
        turns,
        // Where no answer came, they are still there for the next try.
        files: turns === state.turns ? state.files : []
      }))
  }
}

const sourcesOf = ({ files }: State): ReadonlyArray<string> => files.map(({ source }) => source)

/** Reads a file at once, to tell in time what is wrong with it. */
const attach = (state: State, source: string, output: OutputService): Effect.Effect<State> =>
  Attachments.loadAll("/file", [...sourcesOf(state), source], state.model).pipe(
    Effect.flatMap((attached) => {
      const added = attached.slice(state.files.length)
      const files = [...state.files, ...added.map(({ label }) => ({ source, label }))]
      return Effect.as(Attachments.announce(added, state.model, output, true), { ...state, files })
    }),
    Effect.catchTag("UsageError", ({ message }) => Effect.as(output.notice(printable(message)), state))
  )

const messagesOf = ({ system, turns }: State): ReadonlyArray<Message.Message> =>
  system === undefined ? turns : [{ role: "system", content: system }, ...turns]

/** Never replaces a file: what was in it would be lost. */
const save = (path: string, messages: ReadonlyArray<Message.Message>): Effect.Effect<string> =>
  Effect.tryPromise(() =>
    Fs.promises.writeFile(path, `${JSON.stringify(messages, null, 2)}\n`, { flag: "wx", mode: 0o600 })
  ).pipe(
    Effect.as(`Saved. To go on later: zhipu --messages ${path} "..."`),
    Effect.orElseSucceed(() => `${path} cannot be written, or is there already.`)
  )

/** Asks, and gives the turns to go on with: those from before where nothing came. */
const ask = (
  state: State,
  prompt: string,
  settings: Settings,
  progress: Progress.State,
  keyboard: Keyboard.Keyboard
): Effect.Effect<ReadonlyArray<Message.Message>, BrokenPipe, Output | Zhipu> =>
  Effect.gen(function* () {
    const output = yield* Output
    const attached = yield* Effect.either(Attachments.loadAll("/file", sourcesOf(state), state.model))
    if (Either.isLeft(attached)) {
      yield* output.notice(printable(attached.left.message), "Not asked. /file clear forgets what is attached.")
      return state.turns
    }
    const content = Attachments.contentOf(attached.right, prompt)
    const asked: ReadonlyArray<Message.Message> = [...state.turns, { role: "user", content }]
    const request: ChatRequest = {
      ...settings,
      model: state.model,
      messages: messagesOf({ ...state, turns: asked }),
      ...(state.thinking === undefined ? {} : { thinking: { type: state.thinking } })
    }
    const summary = Answer.emptySummary()
    progress.answered = false
    let filtered = false
    const startedAt = yield* Clock.currentTimeMillis
    const ended = yield* keyboard
      .stoppable(Answer.show({ ...streamed, ...state.layout }, request, progress, summary))
      .pipe(
        Effect.catchAll((error) => {
          if (error._tag === "BrokenPipe") return Effect.fail(error)
          filtered = error._tag === "ContentFilteredError"
          return Effect.as(output.notice(...ExitCode.describe(error)), true)
        })
      )
    yield* output.endLine
    yield* output.notice(...Render.notices(summary.notable), ...(ended ? [] : ["Stopped."]))
    const elapsed = (yield* Clock.currentTimeMillis) - startedAt
    const { baseUrl } = yield* ZhipuConfig.ZhipuConfig
    const line = `${Render.usageLine(summary.model, summary.usage, elapsed)}${costOf(state.model, baseUrl, summary)}`
    if (summary.model !== undefined) yield* output.notice(Render.dimmed(line, output.color))
    if (filtered || summary.notable.some((event) => event._tag === "Finished" && event.reason === "sensitive")) {
      // With it in the conversation, whatever is asked next may be refused as well.
      yield* output.notice("Neither the prompt nor the answer is kept in the conversation.")
      return state.turns
    }
    return summary.text === "" ? state.turns : [...asked, { role: "assistant", content: summary.text }]
  })

const streamed = { json: false, jsonl: false, noStream: false, toolStream: false }

/** By the price lists of this version; nothing where it does not know the model at this host. */
const costOf = (model: string, baseUrl: string, { usage }: Answer.Summary): string => {
  const price = Price.find([...Price.table, ...Price.tableCn], model, Region.of(new URL(baseUrl).hostname))
  if (usage === undefined || Option.isNone(price)) return ""
  const { amount, currency } = Price.cost(price.value, usage)
  return `, about ${amount.toFixed(4)} ${currency}`
}
