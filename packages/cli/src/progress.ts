/** A line on standard error while nothing else is seen: `waiting 3 s`. */
import type { ChunkEvent } from "@effect-zhipu/client/ChunkEvent"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { say } from "./language.js"
import { extent } from "./markdown/width.js"
import type { Service as Output } from "./output.js"
import { dimmed } from "./render.js"

/** What a call is at. @internal */
export interface State {
  /** Whether something has come: after it, nothing is sent again. */
  answered: boolean
  phase?: Phase
  /** When the request is sent again, in milliseconds of the Clock. */
  retryAt?: number
  /** Whether somebody is asked something meanwhile. */
  paused?: boolean
}

type Phase = "waiting" | "thinking" | "answering"

/** Before a call. @internal */
export const begin = (state: State): void => {
  state.phase = "waiting"
  state.retryAt = 0
}

/** An event that came. `hidden` is an answer of which nothing is shown before its end. @internal */
export const note = (state: State, event: ChunkEvent, hidden: boolean): void => {
  state.answered = true
  switch (event._tag) {
    case "ReasoningDelta":
      state.phase = "thinking"
      break
    case "ContentDelta":
    case "ToolCallStarted":
    case "ToolCallDelta":
      state.phase = hidden ? "answering" : "waiting"
      break
  }
}

const tick = 250
const patience = 1000

/** Shows the line while the scope lasts, and takes it away at its end. @internal */
export const watch = (output: Output, state: State): Effect.Effect<void, never, Scope.Scope> =>
  output.stderrIsTty && output.cursor
    ? Effect.zipRight(
        Effect.addFinalizer(() => output.progress("")),
        Effect.asVoid(Effect.forkScoped(watching(output, state)))
      )
    : Effect.void

const watching = (output: Output, state: State): Effect.Effect<never> =>
  Effect.gen(function* () {
    let quietSince = yield* Clock.currentTimeMillis
    let phase = state.phase
    let phaseSince = quietSince
    let writes = output.writes()
    let shown = ""
    while (true) {
      yield* Effect.sleep(tick)
      const now = yield* Clock.currentTimeMillis
      if (output.writes() !== writes || state.paused === true) {
        writes = output.writes()
        quietSince = now
        shown = ""
      }
      if (state.phase !== phase) {
        phase = state.phase
        phaseSince = now
      }
      const retryAt = state.retryAt ?? 0
      if (now - quietSince < patience) continue
      if (retryAt > 0 && retryAt <= now && retryAt > quietSince) quietSince = retryAt
      const since = phase === undefined || phase === "waiting" ? quietSince : phaseSince
      const seconds = Math.floor((now - since) / 1000)
      const text =
        retryAt > now
          ? say("askingAgainIn", { seconds: Math.ceil((retryAt - now) / 1000) })
          : seconds < 1
            ? ""
            : say(phase ?? "waiting", { seconds })
      if (text === shown) continue
      // A line that fills its last column leaves the cursor in a place that cannot be come back to.
      if (shown === "" && isFull(output.line(), output.size().columns)) continue
      shown = text
      yield* output.progress(text === "" ? "" : dimmed(text, output.color))
    }
  })

// eslint-disable-next-line no-control-regex -- this is what is looked for
const colours = /\u001b\[[0-9;]*m/g

const isFull = (line: string, columns: number): boolean => extent(line.replace(colours, ""), columns).column === columns
