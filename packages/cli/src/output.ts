/**
 * Standard output and standard error, with back-pressure.
 *
 * On a terminal both are one screen. What is there only for now (the unfinished end of an answer, the progress line) is
 * taken away before anything else is written. It is taken away and replaced within one turn of the event loop, so that
 * nothing comes between.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { BrokenPipe } from "./errors.js"
import { harmless } from "./text.js"
import { wrapLine } from "./wrap.js"

/** The unfinished end of an answer, on standard output. @internal */
export interface Region {
  readonly erase: (size: Size) => string
  readonly line: () => string
}

/** @internal */
export interface Size {
  readonly columns: number
  readonly rows: number
}

/** @internal */
export interface Service {
  readonly stdoutIsTty: boolean
  readonly stderrIsTty: boolean
  /** Whether standard error may be coloured. */
  readonly color: boolean
  /** Whether standard output may be coloured. */
  readonly outColor: boolean
  /** Whether a terminal, where there is one, can move its cursor. */
  readonly cursor: boolean
  /** Of the terminal of standard output, or else of standard error. */
  readonly size: () => Size
  /** Writes to standard output and waits until it is taken. */
  readonly out: (text: string) => Effect.Effect<void, BrokenPipe>
  /** Writes bytes to standard output, which is no terminal then, and waits until they are taken. */
  readonly bytes: (bytes: Uint8Array) => Effect.Effect<void, BrokenPipe>
  /** Writes to standard error and waits until it is taken. */
  readonly err: (text: string) => Effect.Effect<void>
  /** Writes whole lines to standard error, below what stands there. */
  readonly notice: (...lines: ReadonlyArray<string>) => Effect.Effect<void>
  /** Writes what a region says, which is harmless already. It stays the one to be taken away before others write. */
  readonly draw: (region: Region, text: () => string) => Effect.Effect<void, BrokenPipe>
  /** Shows a short line on standard error until something is written, or until it is empty. */
  readonly progress: (text: string) => Effect.Effect<void>
  /** How often something was written that stays. */
  readonly writes: () => number
  /** What stands before the cursor, where that is known. */
  readonly line: () => string
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
  let broken: BrokenPipe | undefined
  let outInLine = false
  let errInLine = false
  let line = ""
  let region: Region | undefined
  let progress: "none" | "here" | "below" = "none"
  let writes = 0

  const cursor = env["TERM"] !== "dumb"
  const mayColor = cursor && (env["NO_COLOR"] ?? "") === ""
  const sized = stdoutIsTty ? stdout : stderr
  const size = (): Size => ({ columns: sized.columns || 80, rows: sized.rows || 24 })

  // Without a listener a closed pipe is an uncaught exception. The callback of the write tells the same.
  stdout.on("error", (error: unknown) => {
    if (broken !== undefined) return
    broken = brokenBy(error)
    // That a reader has gone is no failure, and ends quietly.
    const problem = problemOf(error)
    if (problem !== undefined) {
      stderr.write(`zhipu: Standard output cannot be written (${problem}): what is there is not whole.\n`)
    }
  })
  stderr.on("error", () => {})

  const lineNow = (): string => region?.line() || line

  const moveOn = (text: string): void => {
    line = text.includes("\n") ? text.slice(text.lastIndexOf("\n") + 1) : line + text
  }

  const clearProgress = (): void => {
    if (progress === "here") stderr.write("\r\u001b[K")
    if (progress === "below") stderr.write("\u001b7\u001b[B\r\u001b[K\u001b8")
    progress = "none"
  }

  const clear = (): void => {
    writes++
    clearProgress()
    const away = region?.erase(size()) ?? ""
    if (away !== "" && broken === undefined) stdout.write(away)
  }

  const out: Service["out"] = (text) =>
    Effect.async<void, BrokenPipe>((resume) => {
      if (text === "") return resume(Effect.void)
      if (broken !== undefined) return resume(broken)
      clear()
      const shown = stdoutIsTty ? harmless(text) : text
      outInLine = !shown.endsWith("\n")
      if (stdoutIsTty) moveOn(shown)
      stdout.write(shown, (error) => resume(error ? (broken ?? brokenBy(error)) : Effect.void))
    })

  const outBytes: Service["bytes"] = (bytes) =>
    Effect.async<void, BrokenPipe>((resume) => {
      if (broken !== undefined) return resume(broken)
      clear()
      stdout.write(bytes, (error) => resume(error ? (broken ?? brokenBy(error)) : Effect.void))
    })

  const errRaw = (text: string): Effect.Effect<void> =>
    Effect.async<void>((resume) => {
      if (text === "") return resume(Effect.void)
      clear()
      errInLine = !text.endsWith("\n")
      if (stderrIsTty) moveOn(text)
      stderr.write(text, () => resume(Effect.void))
    })

  const draw: Service["draw"] = (from, text) =>
    Effect.async<void, BrokenPipe>((resume) => {
      if (broken !== undefined) return resume(broken)
      const update = text()
      region = from
      if (update === "") return resume(Effect.void)
      writes++
      clearProgress()
      line = ""
      outInLine = false
      stdout.write(update, (error) => resume(error ? (broken ?? brokenBy(error)) : Effect.void))
    })

  const showProgress: Service["progress"] = (text) =>
    Effect.sync(() => {
      if (text === "" || !stderrIsTty || !cursor) return clearProgress()
      if (progress === "none") {
        progress = lineNow() === "" ? "here" : "below"
        // Makes sure of a row below the cursor, which stays in its column.
        if (progress === "below") stderr.write("\u001bD\u001b[A")
      }
      stderr.write(progress === "here" ? `\r\u001b[K${text}` : `\u001b7\u001b[B\r\u001b[K${text}\u001b8`)
    })

  return {
    stdoutIsTty,
    stderrIsTty,
    color: stderrIsTty && mayColor,
    outColor: stdoutIsTty && mayColor,
    cursor,
    size,
    out,
    bytes: outBytes,
    err: errRaw,
    draw,
    progress: showProgress,
    writes: () => writes,
    line: lineNow,
    notice: (...lines) =>
      Effect.suspend(() => {
        if (lines.length === 0) return Effect.void
        const shared = outInLine && stdoutIsTty && stderrIsTty
        if (shared) outInLine = false
        const below = errInLine || shared ? "\n" : ""
        const { columns } = size()
        const shown = stderrIsTty && cursor ? lines.map((line) => wrapLine(line, columns)) : lines
        return errRaw(`${below}${shown.join("\n")}\n`)
      }),
    endLine: Effect.sync(() => {
      clearProgress()
      if (outInLine && broken === undefined) stdout.write("\n")
      if (errInLine) stderr.write("\n")
      outInLine = errInLine = false
      line = ""
    }),
    flush: Effect.all([drained(stdout), drained(stderr)], { concurrency: "unbounded", discard: true }).pipe(
      Effect.timeout("2 seconds"),
      Effect.ignore
    )
  }
}

const brokenBy = (error: unknown): BrokenPipe => new BrokenPipe({ isUnwritable: problemOf(error) !== undefined })

/** Such as a disk that is full. */
const problemOf = (error: unknown): string | undefined => {
  const code = typeof error === "object" && error !== null ? Reflect.get(error, "code") : undefined
  return ["ENOSPC", "EDQUOT", "EFBIG", "EIO"].find((problem) => problem === code)
}

const drained = (stream: NodeJS.WriteStream): Effect.Effect<void> =>
  Effect.async<void>((resume) => {
    if (stream.destroyed || stream.writableLength === 0) return resume(Effect.void)
    stream.write("", () => resume(Effect.void))
  })
