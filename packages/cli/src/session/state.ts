/** What a conversation at the terminal is at. */
import type { ChatRequest } from "@effect-zhipu/client/ChatRequest"
import type * as Message from "@effect-zhipu/client/Message"
import type * as Answer from "../answer.js"
import type { Open } from "../keeping.js"
import type { Keyboard } from "../keyboard.js"
import type { Service as Output } from "../output.js"
import type * as Progress from "../progress.js"
import type { Writer } from "../store/conversations.js"
import { textOf, withoutLast } from "../store/lines.js"
import type { Ask } from "../tools/asking.js"

/** The settings that each request repeats. @internal */
export type Settings = Omit<ChatRequest, "messages" | "model" | "thinking">

/** @internal */
export interface Spent {
  readonly input: number
  readonly output: number
  /** What stood in the context after the last answer. Not known before one, where there are turns already. */
  readonly context: number | undefined
  /** Sums, by currency. */
  readonly cost: Readonly<Record<string, number>>
}

/** @internal */
export interface Asked {
  readonly content: Message.UserMessage["content"]
  readonly before: ReadonlyArray<Message.Message>
}

/** @internal */
export interface State {
  readonly model: string
  readonly thinking: "enabled" | "disabled" | undefined
  readonly system: string | undefined
  /** How answers are shown. */
  readonly layout: Pick<Answer.Options, "markdown" | "noMarkdown" | "noReasoning">
  readonly turns: ReadonlyArray<Message.Message>
  /** What was asked last, where no answer to it stays, and the turns it was asked after. */
  readonly unanswered: Asked | undefined
  /** What goes with the next prompt, and is read again then: the model may be another by that time. */
  readonly files: ReadonlyArray<{ readonly source: string; readonly label: string }>
  /** Where it is kept; nowhere where it is not. */
  readonly log: Writer | undefined
  readonly spent: Spent
}

/** What stays the same over a session. @internal */
export interface Session {
  readonly settings: Settings
  readonly progress: Progress.State
  readonly keyboard: Keyboard
  readonly output: Output
  readonly open: Open
  /** Where the model has tools. */
  readonly ask: Ask | undefined
  /** The built-in simulator answers. */
  readonly isSimulated: boolean
}

/** @internal */
export const nothingSpent: Spent = { input: 0, output: 0, context: 0, cost: {} }

/** The state with other turns than those that were counted, and that a prompt went unanswered after. @internal */
export const withTurns = (state: State, turns: ReadonlyArray<Message.Message>): State => ({
  ...state,
  turns,
  unanswered: undefined,
  spent: { ...state.spent, context: turns.length === 0 ? 0 : undefined }
})

/** @internal */
export const messagesOf = ({ system, turns }: Pick<State, "system" | "turns">): ReadonlyArray<Message.Message> =>
  system === undefined ? turns : [{ role: "system", content: system }, ...turns]

/** The last thing that was answered, or that is in the conversation without an answer. @internal */
export const lastPrompt = ({ turns }: State): Message.UserMessage | undefined => {
  const last = turns.findLast(({ role }) => role === "user")
  return last?.role === "user" ? last : undefined
}

/** The last thing that was asked: what failed or was stopped, or else what was answered. @internal */
export const lastAsked = (state: State): Asked | undefined => {
  const last = lastPrompt(state)
  return (
    state.unanswered ?? (last === undefined ? undefined : { content: last.content, before: withoutLast(state.turns) })
  )
}

/** @internal */
export const lastAnswer = ({ turns }: State): string | undefined => {
  const last = turns.findLast(({ role }) => role === "assistant")
  return last === undefined ? undefined : textOf(last)
}
