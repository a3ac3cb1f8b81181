/** Markdown on standard output, while it comes. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { BrokenPipe } from "../errors.js"
import type { Service as Output } from "../output.js"
import * as Document from "./document.js"
import { paint } from "./line.js"
import * as Region from "./region.js"

/** @internal */
export interface View {
  readonly add: (text: string) => Effect.Effect<void, BrokenPipe>
  /** Prints what is left. What comes after it begins anew. */
  readonly end: Effect.Effect<void, BrokenPipe>
}

/** Milliseconds between two drawings. */
const frame = 60

/** A view that prints what is left when its scope ends, also where the answer broke off. @internal */
export const make = (output: Output): Effect.Effect<View, never, Scope.Scope> =>
  output.stdoutIsTty && output.cursor ? live(output) : whole(output)

/** Where nothing can be drawn again: lines, when they are settled. */
const whole = (output: Output): Effect.Effect<View, never, Scope.Scope> =>
  Effect.gen(function* () {
    const document = Document.make()
    const options = () => ({ width: output.size().columns, color: false })
    const print = (lines: Document.Update["settled"]) =>
      output.out(lines.map((line) => `${paint(line, false)}\n`).join(""))
    const end = Effect.suspend(() => print(document.end(options())))
    yield* Effect.addFinalizer(() => Effect.ignore(end))
    return {
      add: (text) =>
        Effect.suspend(() => {
          document.add(text)
          return text.includes("\n") ? print(document.update(options()).settled) : Effect.void
        }),
      end
    }
  })

const live = (output: Output): Effect.Effect<View, never, Scope.Scope> =>
  Effect.gen(function* () {
    const document = Document.make()
    const region = Region.make(output.outColor)
    const options = () => ({ width: output.size().columns, color: output.outColor })
    let waiting = false
    let due = 0
    let broken: BrokenPipe | undefined

    const write = (text: () => string): Effect.Effect<void, BrokenPipe> =>
      output.draw(region, text).pipe(
        Effect.tapError((error) =>
          Effect.sync(() => {
            broken = error
          })
        )
      )

    const draw = Effect.gen(function* () {
      const startedAt = yield* Clock.currentTimeMillis
      waiting = false
      yield* write(() => {
        const { settled, tail } = document.update(options())
        return region.draw(settled, tail, output.size())
      })
      const now = yield* Clock.currentTimeMillis
      // A block that takes long to lay out is drawn less often, so that there is time for the stream.
      due = now + Math.max(frame, 4 * (now - startedAt))
    })

    const drawIfDue = Effect.flatMap(Clock.currentTimeMillis, (now) =>
      (waiting || region.isErased()) && now >= due ? draw : Effect.void
    )

    const end = Effect.suspend(() => {
      waiting = false
      return write(() => region.draw(document.end(options()), [], output.size()))
    })

    yield* Effect.addFinalizer(() => Effect.ignore(end))
    yield* drawIfDue.pipe(Effect.delay(frame), Effect.forever, Effect.ignore, Effect.forkScoped)
    return {
      add: (text) =>
        Effect.suspend(() => {
          if (broken !== undefined) return Effect.fail(broken)
          document.add(text)
          waiting = true
          return drawIfDue
        }),
      end
    }
  })
