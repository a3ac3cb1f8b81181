// Generated from packages/client/src/internal/telemetry/traced.ts by scripts/effect4: change that file.
/** Whether anybody sees spans. */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Exit from "effect/Exit"
import * as HttpClientError from "effect/http/HttpClientError"
import * as Tracer from "effect/Tracer"

/** Whether somebody replaced the tracer of the runtime, whose spans go nowhere. @internal */
export const isTraced = (context: Context.Context<never>): boolean =>
  Context.get(context, Tracer.Tracer) !== Tracer.Tracer.defaultValue()

/**
 * The span of a request ends with the error of the transport, and exporters write an error with all that led to it: words of
 * others, who may repeat the key. So spans below hear of such an error without its causes.
 *
 * @internal
 */
export const withPlainErrors = <R>(context: Context.Context<R>): Context.Context<R> => {
  const tracer = Context.get(context, Tracer.Tracer)
  return Context.add(
    context,
    Tracer.Tracer,
    Tracer.make({
      span: (options) => {
        const span = tracer.span(options)
        const end = span.end.bind(span)
        span.end = (endTime, exit) =>
          end(endTime, Exit.isFailure(exit) ? Exit.failCause(Cause.map(exit.cause, plain)) : exit)
        return span
      },
      ...(tracer.context === undefined ? {} : { context: tracer.context.bind(tracer) })
    })
  )
}

const plain = (error: unknown): unknown =>
  HttpClientError.isHttpClientError(error)
    ? Object.assign(new Error(error.message), { name: error._tag, stack: error.stack })
    : error
