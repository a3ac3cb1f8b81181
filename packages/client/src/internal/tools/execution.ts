/** Runs one call of a tool: retries, deadline, span; and gives what became of it, whatever that is, as a value. */
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import { toolResult } from "../../Message.js"
import type { AnyDefinition, OnError } from "../../Tool.js"
import * as names from "../telemetry/attributeNames.js"
import type { Call, Implementation } from "./handlers.js"

/** @internal */
export type FaultReason = "Failure" | "Defect" | "Timeout" | "Interrupted"

/** `content` is what the model gets as the result, where the loop goes on. @internal */
export interface Fault {
  readonly _tag: "Fault"
  readonly reason: FaultReason
  readonly onError: OnError
  readonly content: string
  readonly cause: unknown
}

/** `content` is what the model gets as the result. @internal */
export interface Success {
  readonly _tag: "Success"
  readonly value: unknown
  readonly content: string
}

/** An error as a tool message says it. @internal */
export const errorContent = (error: unknown): string => toolResult("", { error }).content

/** What the model gets as the result where a handler dies: nothing of the defect. @internal */
export const unexpectedText = "The tool failed for an unexpected reason."

/** Ends the span of a call that went wrong, and tells it nothing of arguments and results. */
class Faulty extends Error {
  override readonly name = "ToolFault"
  readonly #fault: Fault
  constructor(fault: Fault) {
    super(`the tool ended in ${fault.reason}`)
    this.#fault = fault
  }
  get fault(): Fault {
    return this.#fault
  }
}

/**
 * `succeeded` gets the result for the model as soon as the handler is done, also where the call is interrupted before it
 * returns: what has run must not be run again.
 *
 * @internal
 */
export const execute = (
  tool: AnyDefinition,
  implementation: Implementation,
  parameters: unknown,
  call: Call,
  succeeded: (content: string) => void
): Effect.Effect<Success | Fault> => {
  const { policy, retry, timeout } = tool
  const once = implementation.run(parameters, call)
  const handled = (retry === undefined ? once : Effect.retry(once, retry)).pipe(
    Effect.flatMap((value) =>
      Effect.map(Effect.orDie(encoded(implementation, value)), (content) => ({ value, content }))
    )
  )
  const fault = (reason: FaultReason, onError: OnError, error: unknown, cause?: unknown): Fault => ({
    _tag: "Fault",
    reason,
    onError,
    content: errorContent(error),
    cause
  })
  const unexpected = (cause: unknown): Fault => fault("Defect", policy.onDefect, unexpectedText, cause)

  const faultOf = (cause: Cause.Cause<unknown>): Effect.Effect<Fault> => {
    const defect = Cause.dieOption(cause)
    if (Option.isSome(defect)) return Effect.succeed(unexpected(defect.value))
    const failure = Cause.failureOption(cause)
    if (Option.isNone(failure)) {
      return Effect.succeed(fault("Interrupted", policy.onInterrupt, "The tool was stopped before it was done."))
    }
    return implementation.encodeFailure(failure.value).pipe(
      Effect.map((error) => fault("Failure", policy.onFailure, error, failure.value)),
      Effect.catchAllCause((cause) => Effect.succeed(unexpected(Cause.squash(cause))))
    )
  }

  return isolated(handled, timeout, ({ content }) => succeeded(content)).pipe(
    Effect.flatMap((ended): Effect.Effect<Success | Fault> => {
      if (Option.isNone(ended)) {
        const limit = Duration.format(timeout ?? Duration.zero)
        return Effect.succeed(fault("Timeout", policy.onTimeout, `The tool was not done within ${limit}.`))
      }
      if (Exit.isFailure(ended.value)) return faultOf(ended.value.cause)
      return Effect.succeed({ _tag: "Success", ...ended.value.value })
    }),
    Effect.tap((outcome) =>
      outcome._tag === "Success"
        ? Effect.void
        : Effect.zipRight(Effect.annotateCurrentSpan(names.errorType, outcome.reason), Effect.fail(new Faulty(outcome)))
    ),
    Effect.withSpan(`execute_tool ${tool.name}`, {
      captureStackTrace: false,
      attributes: {
        [names.operation]: "execute_tool",
        [names.toolName]: tool.name,
        [names.toolCallId]: call.id,
        [names.toolType]: "function"
      }
    }),
    Effect.catchAll(({ fault }) => Effect.succeed(fault))
  )
}

/** What is not JSON after all is a defect, as is what does not fit the Schema. */
const encoded = (implementation: Implementation, value: unknown) =>
  Effect.map(implementation.encodeSuccess(value), (result) => toolResult("", result).content)

/**
 * Runs an effect in a fiber of its own, so that what interrupts it does not interrupt the loop, and so that the deadline
 * does not wait for a handler that cannot be interrupted. Interrupting the loop interrupts it, and waits for it.
 * `succeeded` is called where nothing can come between, unless the deadline was first.
 */
const isolated = <A, E>(
  effect: Effect.Effect<A, E>,
  timeout: Duration.Duration | undefined,
  succeeded: (value: A) => void
): Effect.Effect<Option.Option<Exit.Exit<A, E>>> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(Effect.forkDaemon(Effect.interruptible(effect)), (fiber) => {
      const ended = Fiber.await(fiber)
      const record = (exit: Exit.Exit<A, E>) =>
        Effect.sync(() => {
          if (Exit.isSuccess(exit)) succeeded(exit.value)
        })
      return restore(timeout === undefined ? Effect.asSome(ended) : Effect.timeoutOption(ended, timeout)).pipe(
        Effect.onInterrupt(() => Effect.flatMap(Fiber.interrupt(fiber), record)),
        Effect.tap((exit) => (Option.isNone(exit) ? Fiber.interruptFork(fiber) : record(exit.value)))
      )
    })
  )
