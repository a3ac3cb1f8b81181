/** `zhipu` alone on a terminal, and `zhipu chat`: a conversation. */
import type * as Message from "@effect-zhipu/client/Message"
import type { Zhipu } from "@effect-zhipu/client/Zhipu"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { Origin } from "../connect.js"
import type { BrokenPipe } from "../errors.js"
import type { Keeping } from "../keeping.js"
import * as Keyboard from "../keyboard.js"
import { say } from "../language.js"
import { Output } from "../output.js"
import type * as Progress from "../progress.js"
import * as Actions from "../session/actions.js"
import { ask } from "../session/ask.js"
import { complete } from "../session/completion.js"
import { nothingSpent, type Session, type Settings, type State, withTurns } from "../session/state.js"
import * as SessionInput from "../sessionInput.js"
import { textOf } from "../store/lines.js"
import { printable } from "../text.js"
import type { Ask } from "../tools/asking.js"

/** @internal */
export interface Start extends Omit<State, "turns" | "unanswered" | "log" | "spent"> {
  /** Earlier messages, of a file. */
  readonly messages: ReadonlyArray<Message.Message>
  /** What is asked before a line is read. */
  readonly prompt: string
}

/** @internal */
export const run = (
  { messages, prompt, ...start }: Start,
  settings: Settings,
  progress: Progress.State,
  keeping: Keeping,
  tools?: (question: Keyboard.Keyboard["question"]) => Ask
): Effect.Effect<void, BrokenPipe, Output | Zhipu | Origin> =>
  Effect.scoped(
    Effect.gen(function* () {
      const output = yield* Output
      const { isSimulated } = yield* Origin
      const keyboard = yield* Keyboard.make(process.stdin, process.stdout, complete, yield* keeping.history)
      const { before, open } = keeping
      const [first] = messages
      const system = start.system ?? (first?.role === "system" ? textOf(first) : undefined)
      const turns = before?.messages ?? (first?.role === "system" ? messages.slice(1) : messages)
      const { model } = start
      if (before !== undefined) yield* output.notice(Actions.goingOn(before))
      else if (turns.length > 0) yield* output.notice(say("goingOnWithMessages", { count: turns.length }))
      yield* output.notice(say("sessionBegins", { model }))
      const session: Session = {
        settings,
        progress,
        keyboard,
        output,
        open,
        isSimulated,
        ask: tools?.(keyboard.question)
      }
      const log = open(before?.id, { model, system, messages: turns })
      const begun = withTurns({ ...start, system, turns, unanswered: undefined, log, spent: nothingSpent }, turns)
      let state: State | undefined = yield* opened(begun, prompt, session)
      let last = state
      while (state !== undefined) {
        last = state
        state = yield* step(state, session)
      }
      if (last.log?.id !== undefined) yield* output.notice(say("keptAs", { id: last.log.id }))
    })
  )

/** What is to be asked at once: a prompt, or the last message of a file where nobody has answered that. */
const opened = (state: State, prompt: string, session: Session): Effect.Effect<State, BrokenPipe, Output | Zhipu> => {
  if (prompt !== "") return Actions.prompt(state, prompt, session)
  const last = state.turns.at(-1)
  if (last?.role !== "user") return Effect.succeed(state)
  const before = state.turns.slice(0, -1)
  const log = session.open(state.log?.id, { model: state.model, system: state.system, messages: before })
  return ask({ ...state, turns: before, log }, last.content, session)
}

/** Reads until a text is whole, then does what it says. `undefined` ends the session. */
const step = (state: State, session: Session): Effect.Effect<State | undefined, BrokenPipe, Output | Zhipu> =>
  Effect.gen(function* () {
    const { keyboard, output } = session
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
    return yield* Actions.act(state, input.right, session)
  })
