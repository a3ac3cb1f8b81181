/** Writes the pieces of an answer to the terminal, or to wherever the outputs go. */
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import type { BrokenPipe } from "./errors.js"
import type { View } from "./markdown/view.js"
import type { Service as Output } from "./output.js"
import type { Piece } from "./render.js"

/** Writes pieces in their order. @internal */
export type Display = (pieces: ReadonlyArray<Piece>) => Effect.Effect<void, BrokenPipe>

/** Whether the answer is laid out: on a terminal, but for what was asked for. @internal */
export const isMarkdown = (
  options: { readonly markdown: boolean; readonly noMarkdown: boolean },
  output: Output
): boolean => options.markdown || (!options.noMarkdown && output.stdoutIsTty && output.cursor)

/** A display that prints what it holds back when its scope ends. @internal */
export const make = (output: Output): Effect.Effect<Display, never, Scope.Scope> =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    let view: View | undefined

    const opened = Effect.gen(function* () {
      // Loaded when there is something to show: the way to the first token is as short as without it.
      const { make } = yield* Effect.promise(() => import("./markdown/view.js"))
      view = yield* Effect.provideService(make(output), Scope.Scope, scope)
      return view
    })

    const write = ({ text, to }: Piece): Effect.Effect<void, BrokenPipe> => {
      if (to === "answer") {
        return Effect.flatMap(view === undefined ? opened : Effect.succeed(view), ({ add }) => add(text))
      }
      const written = to === "notice" ? output.notice(text) : output[to](text)
      return view === undefined ? written : Effect.zipRight(view.end, written)
    }

    return (pieces) => Effect.forEach(joined(pieces), write, { discard: true })
  })

/** Neighbours for the same output are written at once. */
const joined = (pieces: ReadonlyArray<Piece>): ReadonlyArray<Piece> => {
  const all: Array<{ readonly to: Piece["to"]; text: string }> = []
  for (const { text, to } of pieces) {
    const last = all.at(-1)
    if (last !== undefined && last.to === to && to !== "notice") last.text += text
    else all.push({ to, text })
  }
  return all
}
