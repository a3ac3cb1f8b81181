/** The line that says what is waited for. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import * as Display from "../src/display.js"
import * as View from "../src/markdown/view.js"
import * as Progress from "../src/progress.js"
import * as Outputs from "./support/outputs.js"

const watched = (given: Outputs.Outputs) =>
  Effect.gen(function* () {
    const state: Progress.State = { answered: false }
    Progress.begin(state)
    yield* Progress.watch(given.output, state)
    return { state, ...given, after: (millis: number) => Effect.map(TestClock.adjust(millis), given.screen.lines) }
  })

const reasoning = { _tag: "ReasoningDelta", choice: 0, text: "Hm" } as const
const content = { _tag: "ContentDelta", choice: 0, text: "Hm" } as const

describe("progress", () => {
  it.scoped("says after a second how long it takes, and leaves nothing behind", () =>
    Effect.gen(function* () {
      const outputs = Outputs.make()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { after, output } = yield* watched(outputs)
          expect(yield* after(750)).toEqual([])
          expect(yield* after(250)).toEqual(["waiting 1 s"])
          expect(yield* after(2000)).toEqual(["waiting 3 s"])
          yield* output.out("Answer\n")
          expect(outputs.screen.lines()).toEqual(["Answer"])
          expect(yield* after(750)).toEqual(["Answer"])
          expect(yield* after(1000)).toEqual(["Answer", "waiting 1 s"])
        })
      )
      expect(outputs.screen.lines()).toEqual(["Answer"])
      expect(outputs.screen.unknown).toEqual([])
      const before = outputs.written.err
      yield* TestClock.adjust(10_000)
      expect(outputs.written.err).toBe(before)
    })
  )

  it.scoped("tells of thinking, of a hidden answer, and counts down to the next try", () =>
    Effect.gen(function* () {
      const { after, output, state } = yield* watched(Outputs.make({ env: { TERM: "xterm", NO_COLOR: "1" } }))
      state.retryAt = 5000
      yield* output.notice("zhipu: asking again in 5.0 s.")
      const notice = "zhipu: asking again in 5.0 s."
      expect(yield* after(2000)).toEqual([notice, "asking again in 3 s"])
      expect(yield* after(2500)).toEqual([notice, "asking again in 1 s"])
      expect(yield* after(500)).toEqual([notice])
      expect(yield* after(2000)).toEqual([notice, "waiting 2 s"])
      Progress.note(state, reasoning, false)
      expect(yield* after(4250)).toEqual([notice, "thinking 4 s"])
      Progress.note(state, content, true)
      expect(yield* after(3250)).toEqual([notice, "answering 3 s"])
      Progress.note(state, content, false)
      expect(state).toMatchObject({ answered: true, phase: "waiting" })
    })
  )

  it.scoped("stands below a line that is not finished, also on the last row", () =>
    Effect.gen(function* () {
      const { after, output, screen } = yield* watched(Outputs.make({ columns: 30, rows: 3 }))
      yield* output.out("one\ntwo\nthree\n")
      yield* output.err("\u001b[2mI think\u001b[0m")
      expect(yield* after(2500)).toEqual(["one", "two", "three", "I think", "waiting 2 s"])
      yield* output.err("\u001b[2m so\u001b[0m")
      expect(screen.lines()).toEqual(["one", "two", "three", "I think so"])
      yield* after(2000)
      yield* output.notice("A notice.")
      expect(screen.lines()).toEqual(["one", "two", "three", "I think so", "A notice."])
    })
  )

  it.scoped("does not touch a line that fills the terminal", () =>
    Effect.gen(function* () {
      const { after, output } = yield* watched(Outputs.make({ columns: 10 }))
      yield* output.err("0123456789")
      expect(yield* after(5000)).toEqual(["0123456789"])
    })
  )

  it.scoped("stands below an answer that is not finished", () =>
    Effect.gen(function* () {
      const { after, output, screen } = yield* watched(Outputs.make({ rows: 6 }))
      yield* Effect.scoped(
        Effect.gen(function* () {
          const view = yield* View.make(output)
          yield* view.add("a\n\n| b | c |\n|---|---|\n| 1 | 2 |\n| 3")
          expect((yield* after(2500)).at(-1)).toBe("waiting 2 s")
          yield* view.add(" | 4 |\n")
          yield* after(100)
        })
      )
      expect(screen.lines()).toEqual(["a", "", "b │ c", "──┼──", "1 │ 2", "3 │ 4"])
    })
  )

  it.scoped("is not there where standard error is no terminal, or one that can do nothing", () =>
    Effect.gen(function* () {
      for (const options of [{ stderrIsTty: false }, { env: { TERM: "dumb" } }]) {
        const { after, written } = yield* watched(Outputs.make(options))
        yield* after(5000)
        expect(written).toEqual({ out: "", err: "" })
      }
    })
  )
})

describe("display", () => {
  it.effect("keeps reasoning, answer, tool calls and notices apart", () =>
    Effect.gen(function* () {
      const { output, screen, written } = Outputs.make()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const show = yield* Display.make(output)
          yield* show([
            { to: "err", text: "thinking\n\n" },
            { to: "answer", text: "A **b" },
            { to: "answer", text: "**\n- c" }
          ])
          yield* show([{ to: "out", text: "f({})\n" }])
          yield* show([{ to: "answer", text: "`d" }])
        })
      )
      expect(screen.lines()).toEqual(["thinking", "", "A b", "• c", "f({})", "`d"])
      expect(written.err).toBe("thinking\n\n")
      expect(written.out.endsWith("\n")).toBe(true)
    })
  )

  it("lays out on a terminal, unless it is told otherwise", () => {
    const none = { markdown: false, noMarkdown: false }
    const piped = Outputs.make({ stdoutIsTty: false }).output
    const dumb = Outputs.make({ env: { TERM: "dumb" } }).output
    const terminal = Outputs.make().output
    expect([terminal, piped, dumb].map((output) => Display.isMarkdown(none, output))).toEqual([true, false, false])
    expect(Display.isMarkdown({ ...none, markdown: true }, piped)).toBe(true)
    expect(Display.isMarkdown({ ...none, noMarkdown: true }, terminal)).toBe(false)
  })
})
