/** Whether a call may run: what the command line allows, and what a person at the terminal says. */
import * as ToolLoop from "@effect-zhipu/client/ToolLoop"
import * as Effect from "effect/Effect"
import * as Readline from "node:readline"
import { say } from "../language.js"
import type { Service as Output } from "../output.js"
import type * as Progress from "../progress.js"
import { printable } from "../text.js"

/** Shows a question, and gives the line that is typed; `undefined` where the input ends. @internal */
export type Question = (text: string) => Effect.Effect<string | undefined>

/** @internal */
export interface Call {
  readonly name: string
  readonly parameters: unknown
}

const maxShown = 300

/** As one line: what a model wrote must not steer the terminal. @internal */
export const shown = ({ name, parameters }: Call): string => {
  const text = `${printable(name)} ${printable(JSON.stringify(parameters) ?? "")}`
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text
}

/** Whether one of the names is that of the tool: with its server, without, or with a * at its end. @internal */
export const isAllowed = (names: ReadonlyArray<string>, tool: string): boolean =>
  names.some((name) =>
    name.endsWith("*") ? tool.startsWith(name.slice(0, -1)) : name === tool || tool.endsWith(`__${name}`)
  )

/** @internal */
export const make = (
  allowed: ReadonlyArray<string>,
  question: Question | undefined,
  output: Output,
  progress: Progress.State
) => {
  const always = new Set<string>()
  return (call: Call): Effect.Effect<ToolLoop.Approval> =>
    Effect.gen(function* () {
      const line = shown(call)
      if (always.has(call.name) || isAllowed(allowed, call.name)) {
        yield* output.notice(say("toolRuns", { call: line }))
        return ToolLoop.approved
      }
      if (question === undefined) {
        yield* output.notice(say("toolNeedsTerminal", { call: line, name: printable(call.name) }))
        return ToolLoop.denied("Nobody is there who could allow it.")
      }
      yield* output.notice(say("toolAsks", { call: line }))
      const answer = yield* asked(question, progress)
      if (/^(a|always|总是)$/i.test(answer)) always.add(call.name)
      return /^(y|yes|a|always|是|好|总是)$/i.test(answer)
        ? ToolLoop.approved
        : ToolLoop.denied("The user does not want it to be run.")
    })
}

/** No line of progress stands over the question. */
const asked = (question: Question, progress: Progress.State): Effect.Effect<string> =>
  Effect.acquireUseRelease(
    Effect.sync(() => {
      progress.paused = true
    }),
    () => Effect.map(question(say("toolQuestion")), (line) => (line ?? "").trim()),
    () =>
      Effect.sync(() => {
        progress.paused = false
      })
  )

/** Where no session reads the keyboard: a line of the terminal. Nobody is asked where there is none. @internal */
export const atTerminal = (output: Output): Question | undefined =>
  process.stdin.isTTY && output.stderrIsTty
    ? (text) =>
        Effect.zipRight(
          output.err(text),
          Effect.async<string | undefined>((resume) => {
            const readline = Readline.createInterface({ input: process.stdin, terminal: false })
            readline.once("line", (line) => {
              resume(Effect.succeed(line))
              readline.close()
            })
            readline.once("close", () => resume(Effect.succeed(undefined)))
            return Effect.sync(() => readline.close())
          })
        )
    : undefined
