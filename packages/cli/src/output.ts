/** Standard output and standard error, with back-pressure. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { BrokenPipe } from "./errors.js"
import { harmless } from "./text.js"

/** @internal */
export interface Service {
  readonly stdoutIsTty: boolean
  readonly stderrIsTty: boolean
  /** Whether standard error may be coloured. */
  readonly color: boolean
  /** Writes to standard output and waits until it is taken. */
  readonly out: (text: string) => Effect.Effect<void, BrokenPipe>
  /** Writes to standard error and waits until it is taken. */
  readonly err: (text: string) => Effect.Effect<void>
  /** Writes whole lines to standard error, below what stands there. */
  readonly notice: (...lines: ReadonlyArray<string>) => Effect.Effect<void>
  /** Ends unfinished lines, without waiting for a reader. */
  readonly endLine: Effect.Effect<void>
  /** Waits until everything is out, but not for long for a reader that has stopped reading. */
  readonly flush: Effect.Effect<void>
}

/** @internal */
export class Output extends Context.Tag("@effect-zhipu/cli/Output")<Output, Service>() {}

/** @internal */
export const make = (
  stdout: NodeJS.WriteStream,
  stderr: NodeJS.WriteStream,
  env: Readonly<Record<string, string | undefined>>
): Service => {
  const stdoutIsTty = stdout.isTTY === true
  const stderrIsTty = stderr.isTTY === true
  let broken = false
  let outInLine = false
  let errInLine = false

  // Without a listener a closed pipe is an uncaught exception. The callback of the write tells the same.
  stdout.on("error", () => {
    broken = true
  })
  stderr.on("error", () => {})

  const out: Service["out"] = (text) =>
    Effect.async<void, BrokenPipe>((resume) => {
      if (text === "") return resume(Effect.void)
      if (broken) return resume(new BrokenPipe())
      const shown = stdoutIsTty ? harmless(text) : text
      outInLine = !shown.endsWith("\n")
      stdout.write(shown, (error) => resume(error ? new BrokenPipe() : Effect.void))
    })

  const errRaw = (text: string): Effect.Effect<void> =>
    Effect.async<void>((resume) => {
      if (text === "") return resume(Effect.void)
      errInLine = !text.endsWith("\n")
      stderr.write(text, () => resume(Effect.void))
    })

  return {
    stdoutIsTty,
    stderrIsTty,
    color: stderrIsTty && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb",
    out,
    err: errRaw,
    notice: (...lines) =>
      Effect.suspend(() => {
        if (lines.length === 0) return Effect.void
        const shared = outInLine && stdoutIsTty && stderrIsTty
        if (shared) outInLine = false
        const below = errInLine || shared ? "\n" : ""
        return errRaw(`${below}${lines.join("\n")}\n`)
      }),
    endLine: Effect.sync(() => {
      if (outInLine && !broken) stdout.write("\n")
      if (errInLine) stderr.write("\n")
      outInLine = errInLine = false
    }),
    flush: Effect.all([drained(stdout), drained(stderr)], { concurrency: "unbounded", discard: true }).pipe(
      Effect.timeout("2 seconds"),
      Effect.ignore
    )
  }
}

const drained = (stream: NodeJS.WriteStream): Effect.Effect<void> =>
  Effect.async<void>((resume) => {
    if (stream.destroyed || stream.writableLength === 0) return resume(Effect.void)
    stream.write("", () => resume(Effect.void))
  })
