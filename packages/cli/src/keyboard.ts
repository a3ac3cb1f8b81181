/** The keyboard of a chat session: lines with editing and history, and Ctrl-C as an event instead of a signal. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Readline from "node:readline"
import { Writable } from "node:stream"

/** @internal */
export interface Keyboard {
  /**
   * The next lines: one, or all that were pasted at once. `undefined` at the end of input (Ctrl-D), `dropped` where Ctrl-C
   * was pressed instead.
   */
  readonly lines: (prompt: string) => Effect.Effect<ReadonlyArray<string> | typeof dropped | undefined>
  /** Runs an effect until it ends or Ctrl-C is pressed; says whether it ended. */
  readonly stoppable: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<boolean, E, R>
  /** Asks something while an effect runs, and gives the line that is typed then; `undefined` where there is none. */
  readonly question: (prompt: string) => Effect.Effect<string | undefined>
  /** Leaves the terminal to another program while an effect runs. */
  readonly lent: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

/** @internal */
export const dropped: unique symbol = Symbol("dropped")

const end: unique symbol = Symbol("end")

/** Lines that come within so many milliseconds were not typed. */
const pasteGap = 30

/** @internal */
export const make = (
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
  /** What Tab makes of a line: what its end may be, and that end. */
  complete: (line: string) => [ReadonlyArray<string>, string] = (line) => [[], line],
  /** What the arrow keys find of before, and what is told of each line that is typed at a prompt. */
  history?: { readonly lines: ReadonlyArray<string>; readonly add: (line: string) => void }
): Effect.Effect<Keyboard, never, Scope.Scope> =>
  Effect.gen(function* () {
    const queue = yield* Queue.unbounded<string | typeof end | typeof dropped>()
    const waiting = new Set<() => void>()
    let isAsking = false
    const readline = yield* Effect.acquireRelease(
      Effect.sync(() => {
        const echo = echoTo(output, () => waiting.size > 0 && !isAsking)
        const resized = () => echo.emit("resize")
        output.on("resize", resized)
        const readline = Readline.createInterface({
          input,
          output: echo,
          terminal: true,
          historySize: 1000,
          ...(history === undefined ? {} : { history: [...history.lines] }),
          completer: (line: string): [Array<string>, string] => {
            const [hits, end] = complete(line)
            return [[...hits], end]
          }
        })
        return readline.once("close", () => output.off("resize", resized))
      }),
      (readline) => Effect.sync(() => readline.close())
    )
    readline.on("line", (line) => {
      // An answer to a question is no line to find again.
      if (!isAsking) history?.add(line)
      Queue.unsafeOffer(queue, line)
    })
    readline.on("close", () => Queue.unsafeOffer(queue, end))
    readline.on("SIGINT", () => {
      if (waiting.size > 0) {
        for (const stop of waiting) stop()
        return
      }
      // As a shell does: the line is dropped, and an empty one tells how to leave.
      if (readline.line === "") output.write("\n(Ctrl-D or /quit ends the session.)\n")
      else output.write("^C\n")
      readline.write(null, { ctrl: true, name: "e" })
      readline.write(null, { ctrl: true, name: "u" })
      Queue.unsafeOffer(queue, dropped)
    })

    const more = (
      lines: ReadonlyArray<string>,
      awaited: boolean
    ): Effect.Effect<ReadonlyArray<string> | typeof dropped> =>
      Effect.gen(function* () {
        yield* Effect.sleep(pasteGap)
        const polled = yield* Queue.poll(queue)
        // What is pasted often ends without a line break: its last line stands in the editor, and belongs to the others.
        if (polled._tag === "None" && !(awaited && readline.line !== "")) return lines
        const next = polled._tag === "Some" ? polled.value : yield* Queue.take(queue)
        if (next === end) {
          yield* Queue.offer(queue, end)
          return lines
        }
        return next === dropped ? dropped : yield* more([...lines, next], awaited)
      })

    return {
      lines: (prompt) =>
        Effect.gen(function* () {
          readline.setPrompt(prompt)
          readline.prompt()
          // What was typed while an answer ran is there already; what has no end then is the begin of another prompt.
          const awaited = (yield* Queue.size(queue)) <= 0
          const first = yield* Queue.take(queue)
          if (first === end) return undefined
          return first === dropped ? dropped : yield* more([first], awaited)
        }),
      stoppable: (effect) =>
        Effect.gen(function* () {
          const stopped = yield* Deferred.make<void>()
          const stop = () => Deferred.unsafeDone(stopped, Effect.void)
          waiting.add(stop)
          return yield* Effect.raceFirst(Effect.as(effect, true), Effect.as(Deferred.await(stopped), false)).pipe(
            Effect.ensuring(Effect.sync(() => waiting.delete(stop)))
          )
        }),
      question: (prompt) =>
        Effect.gen(function* () {
          // What was typed before the question is no answer to it.
          const before = yield* Queue.takeAll(queue)
          readline.write(null, { ctrl: true, name: "e" })
          readline.write(null, { ctrl: true, name: "u" })
          isAsking = true
          readline.setPrompt(prompt)
          readline.prompt()
          const line = yield* Queue.take(queue)
          yield* Queue.offerAll(queue, typeof line === "string" ? before : [...before, line])
          return typeof line === "string" ? line : undefined
        }).pipe(
          Effect.ensuring(
            Effect.sync(() => {
              isAsking = false
            })
          )
        ),
      lent: (effect) =>
        Effect.acquireUseRelease(
          Effect.sync(() => {
            readline.pause()
            if (input.isTTY) input.setRawMode(false)
          }),
          () => effect,
          () =>
            Effect.sync(() => {
              if (input.isTTY) input.setRawMode(true)
              readline.resume()
            })
        )
    }
  })

/**
 * Where the line that is typed is shown: nowhere while an answer runs, as it would stand within that. What was typed meanwhile
 * appears with the next prompt.
 */
const echoTo = (output: NodeJS.WriteStream, isQuiet: () => boolean): Writable => {
  const echo = new Writable({
    decodeStrings: false,
    write: (text: string | Uint8Array, _, done) => {
      if (!isQuiet()) output.write(text)
      done()
    }
  })
  return Object.defineProperty(echo, "columns", { get: () => output.columns })
}
