/** Runs the handlers of a turn's calls, beside each other as far as is allowed, and tells of each when it has its result. */
import * as Effect from "effect/Effect"
import * as Mailbox from "effect/Mailbox"
import * as Stream from "effect/Stream"
import { ToolExecutionError } from "../../ToolError.js"
import type * as Transcript from "../../Transcript.js"
import type { Runnable } from "./check.js"
import { execute } from "./execution.js"
import { executionTexts, withTranscript } from "./loopErrors.js"
import type { Answered } from "./options.js"
import { withResults } from "./transcript.js"

/**
 * Results are noted when they are known, not when the consumer of the stream comes to them: the transcript of an error
 * has all of them. It is made when the handlers beside the one that failed have ended.
 *
 * @internal
 */
export const runAll = (
  runs: ReadonlyArray<Runnable>,
  concurrency: number | "unbounded",
  transcript: Transcript.Transcript,
  round: number,
  results: Map<string, string>
): Stream.Stream<Answered, ToolExecutionError> =>
  Stream.unwrapScoped(
    Effect.gen(function* () {
      const mailbox = yield* Mailbox.make<Answered, ToolExecutionError>()
      yield* Effect.forEach(
        runs,
        (call) => Effect.flatMap(run(call, round, results), (event) => mailbox.offer(event)),
        { concurrency, discard: true }
      ).pipe(
        Effect.mapError((error) => error(withResults(transcript, results))),
        Mailbox.into(mailbox),
        Effect.interruptible,
        Effect.forkScoped
      )
      return Mailbox.toStream(mailbox)
    })
  )

const run = (
  { call, implementation, parameters, tool }: Runnable,
  round: number,
  results: Map<string, string>
): Effect.Effect<Answered, (transcript: Transcript.Transcript) => ToolExecutionError> => {
  const { id, name } = call
  return Effect.flatMap(
    execute(tool, implementation, parameters, { id, name, round }, (content) => results.set(id, content)),
    (outcome): Effect.Effect<Answered, (transcript: Transcript.Transcript) => ToolExecutionError> => {
      if (outcome._tag === "Success") {
        const { content, value } = outcome
        return Effect.succeed({ _tag: "ToolResult", round, id, name, result: value, content })
      }
      const { cause, content, onError, reason } = outcome
      if (onError === "tell") {
        results.set(id, content)
        return Effect.succeed({ _tag: "ToolFailed", round, id, name, reason, content })
      }
      return Effect.fail((transcript) =>
        withTranscript(
          new ToolExecutionError({
            message: `The tool ${name} ${executionTexts[reason]}, and its policy is to fail the loop.`,
            reason,
            round,
            tool: name,
            id,
            transcript,
            ...(cause === undefined ? {} : { cause })
          })
        )
      )
    }
  )
}
