// Generated from packages/client/src/internal/tools/check.ts by scripts/effect4: change that file.
/**
 * Whether a call can run: its tool is known, its handler provided, its arguments are what the tool takes, and somebody has
 * approved of it where that is wanted. What cannot run is told to the model, or fails the loop, as the policy of the tool says.
 */
import { wholeArguments } from "@effect-zhipu/protocol/internal/decoding/wholeArguments"
import { lossless } from "@effect-zhipu/protocol/internal/requests/lossless"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import type { FunctionCall } from "../../ChatCompletion.js"
import type { AnyDefinition, OnError } from "../../Tool.js"
import { type CallReason, ToolCallError, ToolExecutionError } from "../../ToolError.js"
import * as Transcript from "../../Transcript.js"
import { errorContent, unexpectedText } from "./execution.js"
import { type Implementation, tagOf } from "./handlers.js"
import { withTranscript } from "./loopErrors.js"
import type { Answered, Failure, Options } from "./options.js"

/** A call that has been checked: it can run, has its answer already, or waits. @internal */
export type Checked =
  | {
      readonly _tag: "Run"
      readonly call: FunctionCall
      readonly tool: AnyDefinition
      readonly implementation: Implementation
      readonly parameters: unknown
    }
  | { readonly _tag: "Answered"; readonly event: Answered }
  | { readonly _tag: "Held"; readonly call: FunctionCall }

/** @internal */
export type Runnable = Extract<Checked, { readonly _tag: "Run" }>

/** All arguments first, so that a call that fails the loop does so before anyone is asked to approve another. @internal */
export const checkAll = <E, R>(
  options: Options<E, R>,
  context: Context.Context<never>,
  transcript: Transcript.Transcript,
  round: number
): Effect.Effect<ReadonlyArray<Checked>, Failure | E, R> =>
  Effect.forEach(Transcript.pending(transcript), (call) => check(options, context, call, round, transcript)).pipe(
    Effect.flatMap((checked) =>
      Effect.forEach(checked, (call) =>
        call._tag === "Run" ? ask(options, call, round, transcript) : Effect.succeed(call)
      )
    )
  )
const check = <E, R>(
  { coerceArguments, tools, unknownTool }: Options<E, R>,
  context: Context.Context<never>,
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
    return decoded(tool.coerceArguments ?? coerceArguments, tool, implementation, input.success).pipe(
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
  coerced: boolean,
  tool: AnyDefinition,
  implementation: Implementation,
  input: unknown
): Effect.Effect<unknown, Schema.SchemaError> =>
  coerced
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
    ? Effect.fail(withTranscript(new ToolExecutionError({ message, reason, round, tool: name, id, transcript, cause })))
    : Effect.succeed({
        _tag: "Answered",
        event: { _tag: "ToolFailed", round, id, name, reason, content: errorContent(unexpectedText) }
      })
}

const ask = <E, R>(
  { approve, needsApproval }: Options<E, R>,
  checked: Runnable,
  round: number,
  transcript: Transcript.Transcript
): Effect.Effect<Checked, Failure | E, R> =>
  Effect.suspend((): Effect.Effect<Checked, Failure | E, R> => {
    const { call, parameters, tool } = checked
    const asked = Result.try(() =>
      typeof tool.needsApproval === "function" ? tool.needsApproval(parameters) : (tool.needsApproval ?? needsApproval)
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
