/** Asks a model that has tools, and gives what it says over all rounds as one answer. */
import type { ChatRequest } from "@effect-zhipu/client/ChatRequest"
import type { ChunkEvent } from "@effect-zhipu/client/ChunkEvent"
import * as Toolkit from "@effect-zhipu/client/Toolkit"
import * as ToolLoop from "@effect-zhipu/client/ToolLoop"
import type { ToolError } from "@effect-zhipu/client/ToolError"
import type { ZhipuChat } from "@effect-zhipu/client/ZhipuChat"
import type { ZhipuError } from "@effect-zhipu/client/ZhipuError"
import * as McpServer from "@effect-zhipu/mcp/McpServer"
import * as McpToolkit from "@effect-zhipu/mcp/McpToolkit"
import type { McpError } from "@effect-zhipu/mcp/McpError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Fs from "node:fs"
import { UsageError } from "../errors.js"
import { say } from "../language.js"
import type { Service as Output } from "../output.js"
import type * as Progress from "../progress.js"
import { printable } from "../text.js"
import * as Approval from "./approval.js"
import * as Functions from "./functions.js"

export { atTerminal } from "./approval.js"

/** @internal */
export type Ask = (request: ChatRequest) => Stream.Stream<ChunkEvent, ZhipuError | ToolError, ZhipuChat>

/** @internal */
export interface Options {
  readonly mcp: ReadonlyArray<string>
  readonly functions: ReadonlyArray<string>
  readonly yesTools: string | undefined
}

const maxRounds = 20

const serversOf = (path: string): Effect.Effect<Readonly<Record<string, McpServer.McpServer>>, UsageError> =>
  Effect.try({
    try: () => Fs.readFileSync(path, "utf8"),
    catch: (error) =>
      new UsageError({
        message: say("mcpUnreadable", {
          path: printable(path),
          reason: printable(error instanceof Error ? error.message : "")
        })
      })
  }).pipe(
    Effect.flatMap((json) => McpServer.fromJson(json, { env: (name) => process.env[name] })),
    Effect.catchTag(
      "McpError",
      ({ message, server }) =>
        new UsageError({
          message: `--mcp ${printable(path)}: ${server === "" ? "" : `${printable(server)}: `}${printable(message)}`
        })
    )
  )

/** Starts the servers, for as long as the scope is open, and loads the functions. @internal */
export const load = (options: Options, output: Output): Effect.Effect<Loaded, UsageError | McpError, Scope.Scope> =>
  Effect.gen(function* () {
    const functions = yield* Functions.load(options.functions)
    const servers: Record<string, McpServer.McpServer> = {}
    for (const path of options.mcp) {
      for (const [name, server] of Object.entries(yield* serversOf(path))) {
        if (Object.hasOwn(servers, name))
          return yield* new UsageError({ message: say("mcpTwice", { name: printable(name) }) })
        servers[name] = server
      }
    }
    if (Object.keys(servers).length > 0 && output.stderrIsTty) {
      yield* output.notice(say("mcpStarts", { names: Object.keys(servers).map(printable).join(", ") }))
    }
    const mcp = yield* McpToolkit.make(servers)
    const toolkit = yield* Effect.try({
      try: () => Toolkit.merge(mcp.toolkit, functions.toolkit),
      catch: (error) => new UsageError({ message: printable(error instanceof Error ? error.message : "") })
    })
    return { toolkit, handlers: Layer.merge(mcp.handlers, functions.handlers) }
  })

interface Loaded {
  readonly toolkit: Toolkit.Toolkit<McpToolkit.Tools & Functions.Tools>
  readonly handlers: Layer.Layer<Toolkit.HandlersFor<McpToolkit.Tools> | Toolkit.HandlersFor<Functions.Tools>>
}

/** @internal */
export const make = (
  { handlers, toolkit }: Loaded,
  { yesTools }: Options,
  question: Approval.Question | undefined,
  output: Output,
  progress: Progress.State
): Ask => {
  const allowed = (yesTools ?? "").split(",").flatMap((name) => (name.trim() === "" ? [] : [name.trim()]))
  const approve = Approval.make(allowed, question, output, progress)
  return (request) =>
    Stream.suspend(() => {
      const answer = makeAnswer()
      return ToolLoop.stream({ request, toolkit, maxRounds, approve, needsApproval: true }).pipe(
        Stream.tap((event) => {
          if (event._tag !== "ToolResult" && event._tag !== "ToolFailed") return Effect.void
          const { content, name } = event
          const key = event._tag === "ToolFailed" ? "toolFailed" : "toolAnswered"
          return output.notice(say(key, { name: printable(name), text: shortened(content) }))
        }),
        Stream.mapConcat(answer),
        Stream.provideSomeLayer(handlers)
      )
    })
}

const maxShown = 100

const shortened = (content: string): string => {
  const line = printable(content)
  return line.length > maxShown ? `${line.slice(0, maxShown)}… (${content.length})` : line
}

/** One answer of the events of all rounds: it begins once, has an end, and what it cost is what all rounds did. */
const makeAnswer = (): ((event: ToolLoop.Event<Toolkit.Tools>) => ReadonlyArray<ChunkEvent>) => {
  let isBegun = false
  let last: Array<ChunkEvent> = []
  let textRound = 0
  const ofModel = (round: number, event: ChunkEvent): ReadonlyArray<ChunkEvent> => {
    switch (event._tag) {
      case "Started": {
        last = []
        if (isBegun) return []
        isBegun = true
        return [event]
      }
      case "ContentDelta": {
        const before = textRound
        textRound = round
        // What is said after a tool has run is another paragraph.
        return before !== 0 && before !== round ? [{ ...event, text: `\n\n${event.text}` }] : [event]
      }
      case "ToolCallStarted":
      case "ToolCallDelta":
      case "ToolCallCompleted":
        return []
      case "Usage":
      case "Finished":
        last.push(event)
        return []
      default:
        return [event]
    }
  }
  return (event) => {
    if (event._tag === "Chunk") return ofModel(event.round, event.event)
    if (event._tag !== "Finished") return []
    const { usage } = event.transcript
    return last.map((event) => (event._tag === "Usage" && usage !== undefined ? { ...event, usage } : event))
  }
}
