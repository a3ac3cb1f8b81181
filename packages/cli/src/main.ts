/** The process around the command: signals, what is printed last, and the exit code. */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import * as Cli from "./Cli.js"
import * as ExitCode from "./exitCode.js"
import * as Output from "./output.js"
import { printable } from "./text.js"
import type { Printed } from "./words.js"

const signals = { SIGINT: ExitCode.exitCodes.interrupted, SIGTERM: ExitCode.exitCodes.terminated } as const

const logLevels: Readonly<Record<string, LogLevel.LogLevel>> = {
  trace: LogLevel.Trace,
  debug: LogLevel.Debug,
  info: LogLevel.Info,
  warning: LogLevel.Warning,
  warn: LogLevel.Warning,
  error: LogLevel.Error,
  none: LogLevel.None
}

/** Log lines are notices: standard output belongs to the answer. */
const logging = (output: Output.Service) => {
  const level = logLevels[(process.env["ZHIPU_LOG_LEVEL"] ?? "").trim().toLowerCase()] ?? LogLevel.Warning
  const logger = Logger.make<unknown, void>(({ logLevel, message }) => {
    const text = (Array.isArray(message) ? message : [message]).map(String).join(" ")
    Effect.runFork(output.notice(`zhipu: ${logLevel.label.toLowerCase()}: ${printable(text)}`))
  })
  return Layer.merge(Logger.replace(Logger.defaultLogger, logger), Logger.minimumLogLevel(level))
}

const report = (output: Output.Service, cause: Cause.Cause<unknown>, printed: Printed): Effect.Effect<number> =>
  Effect.gen(function* () {
    if (Cause.isInterruptedOnly(cause)) return ExitCode.exitCodes.interrupted
    const error = Option.getOrElse(Cause.failureOption(cause), () => Cause.squash(cause))
    yield* output.notice(...ExitCode.describe(error, printed))
    return ExitCode.of(error)
  })

/** @internal */
export const main = (argv: ReadonlyArray<string>): void => {
  const output = Output.make(process.stdout, process.stderr, process.env)
  const printed = Cli.printed(argv)
  let signalled: keyof typeof signals | undefined
  let signalledAt = 0

  /** As if there had never been a handler: whatever still holds the process up does not count. */
  const end = (signal: keyof typeof signals): void => {
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  }

  /** `process.exit` waits for threads, of which one may wait for a file that does not come, as on a network that is gone. */
  const exitBy = (code: number, patience = 20): void => {
    if (signalled !== undefined && process.getActiveResourcesInfo().some((name) => name.startsWith("FSReq"))) {
      // A read of a file that is there ends within moments.
      if (patience > 0) return void setTimeout(exitBy, 10, code, patience - 1)
      end(signalled)
    }
    process.exit(code)
  }

  const exit = (code: number): void => {
    Effect.runFork(
      Effect.ensuring(
        output.flush,
        // A turn later: what was written last, such as a recording, still counts as under way while it goes on from there.
        Effect.sync(() => setImmediate(() => exitBy(code)))
      )
    )
  }

  const fiber = Effect.runFork(
    Cli.run(argv).pipe(Effect.provideService(Output.Output, output), Effect.provide(logging(output)))
  )

  fiber.addObserver((result) => {
    if (signalled !== undefined) return exit(signals[signalled])
    if (Exit.isSuccess(result)) return exit(ExitCode.exitCodes.done)
    Effect.runFork(Effect.map(report(output, result.cause, printed), exit))
  })

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      // A second signal ends at once. Within half a second it may be the first one again, passed on by a script runner as well.
      if (signalled !== undefined) {
        if (performance.now() - signalledAt > 500) end(signal)
        return
      }
      signalled = signal
      signalledAt = performance.now()
      fiber.unsafeInterruptAsFork(fiber.id())
      setTimeout(end, 2000, signal)
    })
  }

  process.on("uncaughtException", (error) => {
    Effect.runFork(Effect.map(report(output, Cause.die(error), printed), exit))
  })
}
