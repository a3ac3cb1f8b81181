// Generated from packages/client/src/internal/tools/loop.ts by scripts/effect4: change that file.
/**
 * The rounds of a tool loop as one stream. Untyped where the types of tools stand; `ToolLoop` puts them on.
 *
 * A round: the events of the turn pass through while they are folded; then all calls are checked, approvals asked for,
 * handlers run, and the next round is the tail of the stream.
 */
import { wholeArguments } from "@effect-zhipu/protocol/internal/decoding/wholeArguments"
import { lossless } from "@effect-zhipu/protocol/internal/requests/lossless"
import * as Arr from "effect/Array"
import type * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as Stream from "effect/Stream"
import type { ChatCompletion, FunctionCall } from "../../ChatCompletion.js"
import type { ChatRequest } from "../../ChatRequest.js"
import type { ChunkEvent } from "../../ChunkEvent.js"
import type { FunctionTool } from "../../RequestTool.js"
import type { AnyDefinition, OnError } from "../../Tool.js"
import {
  type CallReason,
  type ExecutionReason,
  ToolCallError,
  type ToolError,
  ToolExecutionError,
  ToolLoopLimit
} from "../../ToolError.js"
import * as Transcript from "../../Transcript.js"
import * as ZhipuChat from "../../ZhipuChat.js"
import type { ZhipuError } from "../../ZhipuError.js"
import { errorContent, execute, unexpectedText } from "./execution.js"
import { type Implementation, tagOf } from "./handlers.js"
import { brokenError, executionTexts, filtered, heldError, withTranscript } from "./loopErrors.js"
import { withResults, withTurn } from "./transcript.js"
import { type EndedTurn, makeTurn } from "./turn.js"

/**
 * What may be said to a call.
 *
 * @since 0.1.0
 * @category approval
 */
export type Approval =
  | { readonly _tag: "Approved" }
  | { readonly _tag: "Denied"; readonly reason: string | undefined }
  | { readonly _tag: "Held" }

/** @internal */
export type Event =
  | { readonly _tag: "Chunk"; readonly round: number; readonly event: ChunkEvent }
  | {
      readonly _tag: "TurnFinished"
      readonly round: number
      readonly completion: ChatCompletion
      readonly transcript: Transcript.Transcript
    }
  | Answered
  | { readonly _tag: "RoundFinished"; readonly round: number; readonly transcript: Transcript.Transcript }
  | {
      readonly _tag: "Finished"
      readonly round: number
      readonly completion: ChatCompletion
      readonly transcript: Transcript.Transcript
    }

/** The event that a call has its result. */
type Answered = { readonly round: number; readonly id: string; readonly name: string; readonly content: string } & (
  | { readonly _tag: "ToolResult"; readonly result: unknown }
  | { readonly _tag: "ToolFailed"; readonly reason: CallReason | ExecutionReason }
  | { readonly _tag: "ApprovalDenied" }
)

/**
 * A request without messages.
 *
 * @since 0.1.0
 * @category options
 */
export type RequestSettings = { readonly [Key in keyof ChatRequest as Exclude<Key, "messages">]: ChatRequest[Key] }

/** @internal */
export interface Options<E, R> {
  readonly settings: RequestSettings
  readonly tools: Readonly<Record<string, AnyDefinition>>
  readonly wire: ReadonlyArray<FunctionTool>
  readonly transcript: Transcript.Transcript
  readonly maxRounds: number
  readonly concurrency: number | "unbounded"
  readonly unknownTool: OnError
  /** Whether texts in arguments may be read as what the tool wants, where the tool itself does not say. */
  readonly coerceArguments: boolean
  /** Whether a call needs an approval, where the tool itself does not say. */
  readonly needsApproval: boolean
  readonly approve:
    | ((call: {
        readonly id: string
        readonly name: string
        readonly round: number
        readonly parameters: unknown
      }) => Effect.Effect<Approval, E, R>)
    | undefined
}

/** A call that has been checked: it can run, has its answer already, or waits. */
type Checked =
  | {
      readonly _tag: "Run"
      readonly call: FunctionCall
      readonly tool: AnyDefinition
      readonly implementation: Implementation
      readonly parameters: unknown
    }
  | { readonly _tag: "Answered"; readonly event: Answered }
  | { readonly _tag: "Held"; readonly call: FunctionCall }

type Runnable = Extract<Checked, { readonly _tag: "Run" }>

type Failure = ZhipuError | ToolError

/** @internal */
export const stream = <E, R>(options: Options<E, R>): Stream.Stream<Event, Failure | E, ZhipuChat.ZhipuChat | R> =>
  Stream.unwrap(Effect.map(Effect.context<ZhipuChat.ZhipuChat>(), (context) => make(options, context)))

const make = <E, R>(
  options: Options<E, R>,
  context: Context.Context<ZhipuChat.ZhipuChat>
): Stream.Stream<Event, Failure | E, R> => {
  type Events = Stream.Stream<Event, Failure | E, R>
  const chat = Context.get(context, ZhipuChat.ZhipuChat)
  const { approve, coerceArguments, concurrency, maxRounds, needsApproval, settings, tools, unknownTool, wire } =
    options
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
      round >= lastRound
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
      Effect.map(checkAll(transcript, round), (checked) => {
        const results = new Map<string, string>()
        const settled = checked.flatMap((call) => (call._tag === "Answered" ? [call.event] : []))
        const runs = checked.filter((call) => call._tag === "Run")
        const held = checked.flatMap((call) => (call._tag === "Held" ? [call.call] : []))
        for (const { content, id } of settled) results.set(id, content)
        return Stream.fromIterable<Event>(settled).pipe(
          Stream.concat(runAll(runs, transcript, round, results)),
          Stream.concat(
            Stream.suspend(() => {
              const after = withResults(transcript, results)
              return held.length > 0 ? Stream.fail(heldError(held, round, after)) : goOn(after, round)
            })
          )
        )
      })
    )

  /**
   * Results are noted when they are known, not when the consumer of the stream comes to them: the transcript of an error
   * has all of them. It is made when the handlers beside the one that failed have ended.
   */
  const runAll = (
    runs: ReadonlyArray<Runnable>,
    transcript: Transcript.Transcript,
    round: number,
    results: Map<string, string>
  ): Stream.Stream<Answered, ToolExecutionError> =>
    Stream.unwrap(
      Effect.gen(function* () {
        const mailbox = yield* Queue.make<Answered, ToolExecutionError | Cause.Done>()
        yield* Effect.forEach(
          runs,
          (call) => Effect.flatMap(run(call, round, results), (event) => Queue.offer(mailbox, event)),
          { concurrency, discard: true }
        ).pipe(
          Effect.mapError((error) => error(withResults(transcript, results))),
          Queue.into(mailbox),
          Effect.interruptible,
          Effect.forkScoped
        )
        return Stream.fromQueue(mailbox)
      })
    )

  const goOn = (transcript: Transcript.Transcript, round: number): Events =>
    Stream.concat(Stream.make<[Event]>({ _tag: "RoundFinished", round, transcript }), turn(transcript))

  /** All arguments first, so that a call that fails the loop does so before anyone is asked to approve another. */
  const checkAll = (
    transcript: Transcript.Transcript,
    round: number
  ): Effect.Effect<ReadonlyArray<Checked>, Failure | E, R> =>
    Effect.forEach(Transcript.pending(transcript), (call) => check(call, round, transcript)).pipe(
      Effect.flatMap((checked) =>
        Effect.forEach(checked, (call) => (call._tag === "Run" ? ask(call, round, transcript) : Effect.succeed(call)))
      )
    )

  const check = (
    call: FunctionCall,
    round: number,
    transcript: Transcript.Transcript
  ): Effect.Effect<Checked, Failure> =>
    Effect.suspend((): Effect.Effect<Checked, Failure> => {
      const { id, name } = call
      const refuse = (reason: CallReason, what: string, onError: OnError, explanation: string, issue?: string) =>
        onError === "fail"
          ? Effect.fail(
              withTranscript(
                new ToolCallError({
                  message: what,
                  reason,
                  round,
                  tool: name,
                  id,
                  transcript,
                  ...(issue === undefined ? {} : { issue })
                })
              )
            )
          : Effect.succeed<Checked>({
              _tag: "Answered",
              event: { _tag: "ToolFailed", round, id, name, reason, content: errorContent(explanation) }
            })
      const tool = Object.hasOwn(tools, name) ? tools[name] : undefined
      if (tool === undefined) {
        const known = Object.keys(tools).join(", ")
        return refuse(
          "UnknownTool",
          "The model called a tool that the toolkit does not have.",
          unknownTool,
          `There is no tool of this name. The tools are: ${known}.`
        )
      }
      const service = Context.getOption(context, tagOf(tool))
      if (service._tag === "None") {
        return Effect.die(
          `The handler of the tool ${name} is not provided. Provide the layer of a toolkit that was made of the same ` +
            "definition: one of another definition of that name does not do."
        )
      }
      const implementation = service.value
      const input = parse(call.arguments)
      if (Result.isFailure(input)) {
        // Only a transcript that was made elsewhere holds such a call: the loop fails at a turn with one, and does not add it.
        return refuse("ArgumentsMalformed", `The arguments of the tool ${name} are not JSON.`, "fail", "")
      }
      return decoded(tool, implementation, input.success).pipe(
        Effect.map((parameters): Checked => ({ _tag: "Run", call, tool, implementation, parameters })),
        Effect.catch((error) => {
          const issue = bounded(error.message)
          const places = placesOf(error)
          return refuse(
            "ArgumentsInvalid",
            `The arguments of a call of the tool ${name} do not fit its parameters${places}.`,
            tool.policy.onInvalidArguments,
            // A long value may fill the issue: where all the others are stands before it.
            `The arguments do not fit the parameters of the tool${places}. It was not run. ${issue}`,
            issue
          )
        }),
        Effect.catchDefect((defect) => threw(call, tool, "The Schema of the parameters", defect, round, transcript))
      )
    })

  const decoded = (
    tool: AnyDefinition,
    implementation: Implementation,
    input: unknown
  ): Effect.Effect<unknown, Schema.SchemaError> =>
    (tool.coerceArguments ?? coerceArguments)
      ? Effect.catch(implementation.decode(input), (error) => {
          // After what was written was refused: a Schema may take texts that its JSON Schema does not tell of.
          const read = lossless(tool.wire.function.parameters ?? {}, input)
          return read === input ? Effect.fail(error) : implementation.decode(read)
        })
      : implementation.decode(input)

  /** What throws before the handler is a defect of the tool as well: its policy says what becomes of the call. */
  const threw = (
    { id, name }: FunctionCall,
    tool: AnyDefinition,
    what: string,
    cause: unknown,
    round: number,
    transcript: Transcript.Transcript
  ): Effect.Effect<Checked, ToolExecutionError> => {
    const reason = "Defect"
    const message = `${what} of the tool ${name} threw: no tool was run. Its policy is to fail the loop.`
    return tool.policy.onDefect === "fail"
      ? Effect.fail(
          withTranscript(new ToolExecutionError({ message, reason, round, tool: name, id, transcript, cause }))
        )
      : Effect.succeed({
          _tag: "Answered",
          event: { _tag: "ToolFailed", round, id, name, reason, content: errorContent(unexpectedText) }
        })
  }

  const ask = (
    checked: Runnable,
    round: number,
    transcript: Transcript.Transcript
  ): Effect.Effect<Checked, Failure | E, R> =>
    Effect.suspend((): Effect.Effect<Checked, Failure | E, R> => {
      const { call, parameters, tool } = checked
      const asked = Result.try(() =>
        typeof tool.needsApproval === "function"
          ? tool.needsApproval(parameters)
          : (tool.needsApproval ?? needsApproval)
      )
      if (Result.isFailure(asked)) return threw(call, tool, "The needsApproval", asked.failure, round, transcript)
      if (!asked.success) return Effect.succeed(checked)
      if (approve === undefined) return Effect.succeed<Checked>({ _tag: "Held", call })
      const { id, name } = call
      return Effect.map(approve({ id, name, round, parameters }), (approval): Checked => {
        switch (approval._tag) {
          case "Approved":
            return checked
          case "Held":
            return { _tag: "Held", call }
          case "Denied": {
            const { reason } = approval
            const content = errorContent(`The call was denied${reason === undefined ? "" : `: ${reason}`}`)
            return { _tag: "Answered", event: { _tag: "ApprovalDenied", round, id, name, content } }
          }
        }
      })
    })

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

  const start = options.transcript
  return Transcript.pending(start).length === 0 ? turn(start) : runCalls(start, start.rounds)
}

/** What is told of arguments goes back to the model, and quotes what it wrote. */
const maxIssue = 2000

const bounded = (issue: string): string => (issue.length > maxIssue ? `${issue.slice(0, maxIssue)}…` : issue)

const maxPlaces = 10

/** Where the problems are, without what is there. */
const placesOf = (error: Schema.SchemaError): string => {
  const all = SchemaIssue.makeFormatterStandardSchemaV1()(error.issue).issues.map(
    ({ path }) => path?.map(String).join(".") ?? ""
  )
  const places = [...new Set(all)].filter((place) => place !== "")
  const others = places.length > maxPlaces ? ` and ${places.length - maxPlaces} more` : ""
  return places.length === 0 ? "" : `, at ${places.slice(0, maxPlaces).join(", ")}${others}`
}

const parse = (text: string): Result.Result<unknown, undefined> => {
  const whole = wholeArguments(text, undefined)
  return whole === undefined ? Result.fail(undefined) : Result.succeed(JSON.parse(whole))
}
