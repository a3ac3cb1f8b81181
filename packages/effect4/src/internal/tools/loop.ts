// Generated from packages/client/src/internal/tools/loop.ts by scripts/effect4: change that file.
/**
 * The rounds of a tool loop as one stream. Untyped where the types of tools stand; `ToolLoop` puts them on.
 *
 * A round: the events of the turn pass through while they are folded; then all calls are checked, approvals asked for,
 * handlers run, and the next round is the tail of the stream.
 */
import * as Arr from "effect/Array"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { ChatRequest } from "../../ChatRequest.js"
import { ToolLoopLimit } from "../../ToolError.js"
import * as Transcript from "../../Transcript.js"
import * as ZhipuChat from "../../ZhipuChat.js"
import { checkAll } from "./check.js"
import { brokenError, filtered, heldError, withTranscript } from "./loopErrors.js"
import type { Event, Failure, Options } from "./options.js"
import { runAll } from "./runTools.js"
import { withResults, withTurn } from "./transcript.js"
import { type EndedTurn, makeTurn } from "./turn.js"

/** @internal */
export const stream = <E, R>(options: Options<E, R>): Stream.Stream<Event, Failure | E, ZhipuChat.ZhipuChat | R> =>
  Stream.unwrap(Effect.map(Effect.context<ZhipuChat.ZhipuChat>(), (context) => make(options, context)))

const make = <E, R>(
  options: Options<E, R>,
  context: Context.Context<ZhipuChat.ZhipuChat>
): Stream.Stream<Event, Failure | E, R> => {
  type Events = Stream.Stream<Event, Failure | E, R>
  const chat = Context.get(context, ZhipuChat.ZhipuChat)
  const { concurrency, maxRounds, settings, wire } = options
  const allTools = [...wire, ...(settings.tools ?? [])]
  const lastRound = options.transcript.rounds + maxRounds

  const turn = (transcript: Transcript.Transcript): Events =>
    Stream.suspend(() => {
      const round = transcript.rounds + 1
      const turn = makeTurn()
      const events = Stream.mapArray(chat.stream(requestOf(transcript, round)), (chunk) =>
        Arr.map(chunk, (event): Event => {
          turn.add(event)
          return { _tag: "Chunk", round, event }
        })
      )
      return Stream.concat(
        events,
        Stream.suspend(() => afterTurn(transcript, round, turn.end()))
      )
    })

  const requestOf = (transcript: Transcript.Transcript, round: number): ChatRequest => {
    const { request_id: requestId, tool_choice: choice, ...rest } = settings
    return {
      ...rest,
      messages: transcript.messages,
      ...(allTools.length === 0 ? {} : { tools: allTools }),
      // In the first round alone: a tool that is forced in every round would be called for ever.
      ...(choice === undefined || (round > 1 && typeof choice !== "string") ? {} : { tool_choice: choice }),
      // The service wants a new id for each request (code 1231), of at most 64 characters.
      ...(typeof requestId !== "string"
        ? {}
        : { request_id: round === 1 ? requestId : `${requestId.slice(0, 58)}-${round}` })
    }
  }

  const afterTurn = (before: Transcript.Transcript, round: number, ended: EndedTurn): Events => {
    const { broken, completion, finishReason, message } = ended
    if (finishReason === "sensitive") return Stream.fail(filtered(completion))
    if (broken !== undefined) return Stream.fail(brokenError(broken, finishReason, round, before))
    const transcript = withTurn(before, message, completion.usage)
    const finished: Event = { _tag: "TurnFinished", round, completion, transcript }
    if (Transcript.pending(transcript).length === 0) {
      return Stream.make<[Event, Event]>(finished, { _tag: "Finished", round, completion, transcript })
    }
    const rest =
      // So written for a limit that is no number: without an end every round would be paid for.
      !(round < lastRound)
        ? Stream.fail(
            withTranscript(
              new ToolLoopLimit({
                message:
                  `After ${maxRounds} rounds the model still calls tools: these calls have not been run. ` +
                  "Raise maxRounds, or resume with the transcript of this error.",
                round,
                maxRounds,
                transcript
              })
            )
          )
        : runCalls(transcript, round)
    return Stream.concat(Stream.make(finished), rest)
  }

  /** Runs the calls at the end of the transcript that have no result, then goes on. */
  const runCalls = (transcript: Transcript.Transcript, round: number): Events =>
    Stream.unwrap(
      Effect.map(checkAll(options, context, transcript, round), (checked) => {
        const results = new Map<string, string>()
        const settled = checked.flatMap((call) => (call._tag === "Answered" ? [call.event] : []))
        const runs = checked.filter((call) => call._tag === "Run")
        const held = checked.flatMap((call) => (call._tag === "Held" ? [call.call] : []))
        for (const { content, id } of settled) results.set(id, content)
        return Stream.fromIterable<Event>(settled).pipe(
          Stream.concat(runAll(runs, concurrency, transcript, round, results)),
          Stream.concat(
            Stream.suspend(() => {
              const after = withResults(transcript, results)
              return held.length > 0 ? Stream.fail(heldError(held, round, after)) : goOn(after, round)
            })
          )
        )
      })
    )

  const goOn = (transcript: Transcript.Transcript, round: number): Events =>
    Stream.concat(Stream.make<[Event]>({ _tag: "RoundFinished", round, transcript }), turn(transcript))

  const start = options.transcript
  return Transcript.pending(start).length === 0 ? turn(start) : runCalls(start, start.rounds)
}
