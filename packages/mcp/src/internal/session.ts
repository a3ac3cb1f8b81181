/** A server as long as it is used: its tools, and calls of them, over one connection after the other. */
import * as Effect from "effect/Effect"
import * as ExecutionStrategy from "effect/ExecutionStrategy"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as SynchronizedRef from "effect/SynchronizedRef"
import { type McpAnswer } from "../McpAnswer.js"
import { type CallReason, McpError, McpToolError } from "../McpError.js"
import type { McpServer, ToolInfo } from "../McpServer.js"
import { answerOf } from "./answer.js"
import { connect, type Connection } from "./connection.js"
import { type Failure, reasonOf } from "./failure.js"
import { redactorOf } from "./secrets.js"

/** A tool that is not offered, and why. @internal */
export interface Omitted {
  readonly tool: string
  readonly reason: string
}

/** @internal */
export interface Session {
  readonly instructions: string | undefined
  readonly tools: ReadonlyArray<ToolInfo>
  readonly omitted: ReadonlyArray<Omitted>
  readonly call: (tool: string, parameters: Readonly<Record<string, unknown>>) => Effect.Effect<McpAnswer, McpToolError>
}

const defaultMaxTools = 64
const defaultMaxText = 50_000

/** A server that lists more is not asked for the rest, whichever of them are to be offered. */
const maxListed = 1000

const Hint = Schema.optionalWith(Schema.Boolean, { nullable: true })
const Text = Schema.optionalWith(Schema.String, { nullable: true })

const Listed = Schema.Struct({
  name: Schema.String,
  title: Text,
  description: Text,
  inputSchema: Schema.optionalWith(Schema.Record({ key: Schema.String, value: Schema.Unknown }), {
    default: () => ({})
  }),
  annotations: Schema.optionalWith(
    Schema.Struct({ readOnlyHint: Hint, destructiveHint: Hint, idempotentHint: Hint, openWorldHint: Hint }),
    { default: () => ({}) }
  ),
  execution: Schema.optionalWith(Schema.Struct({ taskSupport: Text }), { nullable: true })
})

const Page = Schema.Struct({ tools: Schema.Array(Schema.Unknown), nextCursor: Text })

const decodePage = Schema.decodeUnknown(Page)
const decodeListed = Schema.decodeUnknownOption(Listed)

/** @internal */
export const open = (name: string, server: McpServer): Effect.Effect<Session, McpError, Scope.Scope> =>
  Effect.gen(function* () {
    const { connectTimeout = "1 minute" } = server.options
    const redacted = redactorOf(server)
    const parent = yield* Effect.scope
    const fresh = Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(Scope.fork(parent, ExecutionStrategy.sequential), (scope) =>
        restore(Scope.extend(connect(name, server), scope)).pipe(
          Effect.onError((cause) => Scope.close(scope, Exit.failCause(cause))),
          Effect.map((connection) => ({ connection, scope }))
        )
      )
    )
    const first = yield* fresh
    const current = yield* SynchronizedRef.make(first)
    /** The connection, or another where it is over: a program that has died is started again for the next call. */
    const connection = SynchronizedRef.modifyEffect(current, (held) =>
      held.connection.isOver()
        ? Effect.zipRight(
            Scope.close(held.scope, Exit.void),
            Effect.map(fresh, (next) => [next.connection, next] as const)
          )
        : Effect.succeed([held.connection, held] as const)
    )

    const { omitted, tools } = yield* listed(name, server, first.connection).pipe(
      Effect.timeoutFail({
        duration: connectTimeout,
        onTimeout: () =>
          new McpError({ server: name, reason: "Timeout", message: `The MCP server ${name} does not list its tools.` })
      })
    )

    const call = (tool: string, parameters: Readonly<Record<string, unknown>>) => {
      const fail = (reason: CallReason, message: string) =>
        new McpToolError({ server: name, tool, reason, message: redacted(message) })
      const once = Effect.flatMap(
        Effect.mapError(connection, (error) => fail("Disconnected", error.message)),
        (connection) =>
          Effect.mapError(connection.request("tools/call", { name: tool, arguments: parameters }), (failure) => ({
            ...failure,
            _tag: "Failure" as const
          }))
      )
      return once.pipe(
        // The server has not run it: it does not know the session. A new one begins with the next connection.
        Effect.retry({ times: 1, while: (error) => error._tag === "Failure" && error.isForgotten }),
        Effect.catchTag("Failure", ({ message, reason }) => Effect.fail(fail(reason, sentence(reason, message)))),
        Effect.flatMap((result) =>
          Option.match(answerOf(result, server.options.maxText ?? defaultMaxText, redacted), {
            onNone: () => Effect.fail(fail("Invalid", "The server's answer is not that of a tool.")),
            onSome: ({ isError, ...answer }) =>
              isError ? Effect.fail(fail("ToolError", answer.text)) : Effect.succeed<McpAnswer>(answer)
          })
        )
      )
    }

    return { instructions: first.connection.instructions, tools, omitted, call }
  })

/** For the model, which may then try something else: whether the tool may have done its work. */
const sentence = (reason: CallReason, message: string): string => {
  switch (reason) {
    case "Disconnected":
      return `The tool's server went away before it answered, so that it is not known what the tool has done. ${message}`
    case "TooLarge":
      return `The tool has run, but its answer was too large to be read. ${message} Ask for less.`
    case "Rejected":
      return `The tool's server refused the call. ${message}`
    default:
      return message
  }
}

interface Tools {
  readonly tools: ReadonlyArray<ToolInfo>
  readonly omitted: ReadonlyArray<Omitted>
}

const listed = (name: string, server: McpServer, connection: Connection): Effect.Effect<Tools, McpError> =>
  Effect.gen(function* () {
    const { maxTools = defaultMaxTools, tools: wanted } = server.options
    const redacted = redactorOf(server)
    const fail = (reason: McpError["reason"], message: string) =>
      new McpError({ server: name, reason, message: redacted(`The MCP server ${name}: ${message}`) })
    const failed = ({ message, reason }: Failure) => fail(reasonOf(reason), `It does not list its tools. ${message}`)
    const all: Array<unknown> = []
    const cursors = new Set<string>()
    let cursor: string | undefined
    do {
      const result = yield* Effect.mapError(
        connection.request("tools/list", cursor === undefined ? {} : { cursor }),
        failed
      )
      const page = yield* Effect.mapError(decodePage(result), () => fail("Invalid", "Its list of tools is none."))
      all.push(...page.tools)
      cursor = page.nextCursor
      if (all.length > maxListed) return yield* fail("TooManyTools", `It lists more than ${maxListed} tools.`)
      if (cursor !== undefined && cursors.has(cursor)) {
        return yield* fail("Invalid", "Its list of tools begins again and again.")
      }
      if (cursor !== undefined) cursors.add(cursor)
    } while (cursor !== undefined)

    const omitted: Array<Omitted> = []
    const tools: Array<ToolInfo> = []
    const names = new Set<string>()
    for (const value of all) {
      const tool = Option.getOrUndefined(decodeListed(value))
      if (tool === undefined) {
        omitted.push({ tool: nameIn(value), reason: "what the server says of it is not of the protocol" })
        continue
      }
      const isTwice = names.has(tool.name)
      names.add(tool.name)
      if (wanted !== undefined && !wanted.includes(tool.name)) continue
      if (isTwice) omitted.push({ tool: tool.name, reason: "the server lists two tools of this name" })
      else if (tool.execution?.taskSupport === "required") {
        omitted.push({ tool: tool.name, reason: "it runs as a task of the protocol alone, which is not supported" })
      } else if (tool.inputSchema.type !== undefined && tool.inputSchema.type !== "object") {
        omitted.push({ tool: tool.name, reason: "its input is not an object" })
      } else tools.push(toolOf(tool))
    }
    const unknown = (wanted ?? []).filter((tool) => !names.has(tool))
    if (unknown.length > 0) {
      const known = [...names].slice(0, maxTools).join(", ")
      return yield* fail("InvalidOptions", `It has no tool ${unknown.join(", ")}. Its tools are: ${known}.`)
    }
    if (tools.length > maxTools) {
      return yield* fail(
        "TooManyTools",
        `It has ${tools.length} tools, and ${maxTools} are allowed: name those to offer in tools, or raise maxTools.`
      )
    }
    return { tools, omitted }
  })

const nameIn = (value: unknown): string =>
  typeof value === "object" && value !== null && "name" in value && typeof value.name === "string" ? value.name : "?"

const toolOf = ({ annotations, description, inputSchema, name, title }: typeof Listed.Type): ToolInfo => ({
  name,
  description: description ?? title,
  inputSchema,
  annotations
})
