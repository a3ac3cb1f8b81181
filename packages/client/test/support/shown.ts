/** All the ways in which a value, and what is told while an effect runs, can be seen as text. */
import { Cause, type Context, Effect, Exit, Logger, LogLevel, type Option, Tracer } from "effect"
import { inspect } from "node:util"

/** A value as programs print it. */
export const shown = (value: unknown): ReadonlyArray<readonly [string, string]> => [
  ["String", String(value)],
  ["JSON", JSON.stringify(value, (_, field: unknown) => (typeof field === "bigint" ? String(field) : field)) ?? ""],
  ["inspect", inspect(value, { depth: 20, showHidden: true })],
  ["inspect plain", inspect(value)]
]

export interface Collected {
  readonly texts: Array<string>
}

/** Keeps all that is logged and traced while an effect runs, as text. */
export const collecting =
  ({ texts }: Collected) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => {
    const logger = Logger.make((entry) => {
      const { annotations, cause, logLevel, message, spans } = entry
      texts.push(Logger.logfmtLogger.log(entry), Logger.jsonLogger.log(entry), Logger.stringLogger.log(entry))
      texts.push(
        inspect({ annotations, logLevel, message, spans }, { depth: 20 }),
        Cause.pretty(cause, { renderErrorCause: true })
      )
    })
    return effect.pipe(
      Logger.withMinimumLogLevel(LogLevel.All),
      Effect.provide(Logger.replace(Logger.defaultLogger, logger)),
      Effect.withTracer(tracerInto(texts))
    )
  }

const tracerInto = (texts: Array<string>): Tracer.Tracer => {
  const keep = (value: unknown): void => {
    texts.push(typeof value === "string" ? value : inspect(value, { depth: 10 }))
  }
  return Tracer.make({
    span: (name, parent: Option.Option<Tracer.AnySpan>, context: Context.Context<never>, links, startTime, kind) => {
      keep(name)
      const attributes = new Map<string, unknown>()
      return {
        _tag: "Span",
        name,
        spanId: "span",
        traceId: "trace",
        parent,
        context,
        status: { _tag: "Started", startTime },
        attributes,
        links,
        sampled: true,
        kind,
        end: (_, exit) => {
          keep([...attributes])
          if (Exit.isFailure(exit)) keep(Cause.pretty(exit.cause))
        },
        attribute: (key, value) => {
          attributes.set(key, value)
          keep([key, value])
        },
        event: (name, _, attributes) => keep([name, attributes]),
        addLinks: () => {}
      }
    },
    context: (f) => f()
  })
}
