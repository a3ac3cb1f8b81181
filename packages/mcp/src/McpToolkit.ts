/**
 * The tools of MCP servers, for `ToolLoop`.
 *
 * A server is a program or a service of others: what it sends is not trusted. Its tools get names of their own, and are those of
 * the moment when it was connected; how many there are, how long a call takes and how much it answers has limits. What goes wrong
 * with a call is told to the model, and the loop goes on.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as ExecutionStrategy from "effect/ExecutionStrategy"
import * as Exit from "effect/Exit"
import type * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as Tool from "@effect-zhipu/client/Tool"
import * as Toolkit from "@effect-zhipu/client/Toolkit"
import { namesOf } from "./internal/names.js"
import { open, type Omitted, type Session } from "./internal/session.js"
import * as McpAnswer from "./McpAnswer.js"
import { McpError, McpToolError } from "./McpError.js"
import type { McpServer, ToolInfo } from "./McpServer.js"

/**
 * The names under which the model sees the tools: `server__tool`, in letters, digits, `_` and `-`, 64 at most. What a name may not
 * hold becomes `_`. Where two would be the same, or one is too long, they end in eight digits that tell them apart.
 *
 * @since 0.1.0
 * @category models
 */
export type Name = `${string}__${string}`

/**
 * The arguments of a call, as the model wrote them: the server checks them.
 *
 * @since 0.1.0
 * @category models
 */
export type Parameters = Readonly<Record<string, unknown>>

/**
 * A tool of a server.
 *
 * @since 0.1.0
 * @category models
 */
export interface McpTool extends Tool.Definition<
  Name,
  Schema.Schema<Parameters>,
  Schema.Schema<McpAnswer.McpAnswer, string>,
  Schema.Schema<McpToolError, string>
> {}

/**
 * The tools of a toolkit of servers: which ones there are is known when they are connected.
 *
 * @since 0.1.0
 * @category models
 */
export type Tools = { readonly [_ in Name]: McpTool }

/**
 * - `tools`: those that are offered, by the names under which the model sees them.
 * - `omitted`: those that are not, though they were asked for, and why.
 * - `instructions`: what the server says of its use; it may go into a system message.
 *
 * @since 0.1.0
 * @category models
 */
export interface Connected {
  readonly tools: Readonly<Record<Name, ToolInfo>>
  readonly omitted: ReadonlyArray<{ readonly tool: string; readonly reason: string }>
  readonly instructions: string | undefined
}

/**
 * - `toolkit`: for `ToolLoop`, alone or with tools of yours by `Toolkit.merge`.
 * - `handlers`: the layer that runs its tools.
 * - `servers`: what is known of each.
 *
 * @since 0.1.0
 * @category models
 */
export interface McpToolkit {
  readonly toolkit: Toolkit.Toolkit<Tools>
  readonly handlers: Layer.Layer<Toolkit.HandlersFor<Tools>>
  readonly servers: Readonly<Record<string, Connected>>
}

/** What a request takes. */
const maxTools = 128

/**
 * Connects servers, all at once, and makes a toolkit of their tools. When the scope is closed, their programs are ended and their
 * sessions too. Fails where one of them cannot be had, and has then ended the others: to go on without it, give each a toolkit of
 * its own.
 *
 * A program that has died, or a session that its server has forgotten, is begun anew for the next call; no call is made twice
 * but one that its server has refused for that reason.
 *
 * @example
 * ```ts
 * import { ChatCompletion, Message, ToolLoop } from "@effect-zhipu/client"
 * import { McpServer, McpToolkit } from "@effect-zhipu/mcp"
 * import { Console, Effect } from "effect"
 *
 * export const program = Effect.gen(function* () {
 *   const { handlers, toolkit } = yield* McpToolkit.make({
 *     files: McpServer.stdio({
 *       command: "npx",
 *       args: ["-y", "@modelcontextprotocol/server-filesystem@2026.8.31", "/srv/notes"],
 *       needsApproval: (tool) => tool.annotations.readOnlyHint !== true
 *     })
 *   })
 *   const { completion } = yield* ToolLoop.run({
 *     request: { model: "glm-4.6", messages: [Message.user("What is in the notes of today?")] },
 *     toolkit,
 *     approve: ({ name }) => Effect.as(Console.log(`It wants to call ${name}.`), ToolLoop.denied("Only reading is allowed."))
 *   }).pipe(Effect.provide(handlers))
 *   yield* Console.log(ChatCompletion.text(completion))
 * }).pipe(Effect.scoped)
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (servers: Readonly<Record<string, McpServer>>): Effect.Effect<McpToolkit, McpError, Scope.Scope> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const scope = yield* Scope.fork(yield* Effect.scope, ExecutionStrategy.parallel)
      return yield* restore(Scope.extend(connected(servers), scope)).pipe(
        Effect.onError((cause) => Scope.close(scope, Exit.failCause(cause)))
      )
    })
  )

const connected = (servers: Readonly<Record<string, McpServer>>): Effect.Effect<McpToolkit, McpError, Scope.Scope> =>
  Effect.gen(function* () {
    const sessions = yield* Effect.forEach(
      Object.entries(servers),
      ([name, server]) => Effect.map(open(name, server), (session) => ({ name, server, session })),
      { concurrency: "unbounded" }
    )
    const found = sessions.flatMap(({ name, server, session }) =>
      session.tools.map((tool) => ({ name, server, session, tool }))
    )
    if (found.length > maxTools) {
      return yield* new McpError({
        server: sessions.map(({ name }) => name).join(", "),
        reason: "TooManyTools",
        message: `The MCP servers have ${found.length} tools, and a request takes ${maxTools}: name those to offer in tools.`
      })
    }
    const names = namesOf(found.map(({ name, tool }) => ({ server: name, tool: tool.name })))
    const defined: Array<McpTool> = []
    const handlers: Record<Name, Handler> = {}
    const tools = new Map<string, Record<Name, ToolInfo>>()
    const omitted = new Map<string, Array<Omitted>>()
    for (const { name, session } of sessions) omitted.set(name, [...session.omitted])
    for (const [index, { name, server, session, tool }] of found.entries()) {
      const as = names[index]
      const definition = as === undefined ? undefined : definitionOf(as, tool, server)
      if (as === undefined || definition === undefined) {
        omitted.get(name)?.push({ tool: tool.name, reason: "its input is not the JSON Schema of an object" })
        continue
      }
      defined.push(definition)
      handlers[as] = (parameters) => session.call(tool.name, parameters)
      tools.set(name, { ...tools.get(name), [as]: tool })
    }
    for (const [server, all] of omitted) {
      for (const { reason, tool } of all) {
        yield* Effect.logWarning(`The tool ${tool} of the MCP server ${server} is not offered: ${reason}.`)
      }
    }
    const toolkit: Toolkit.Toolkit<Tools> = Toolkit.make(...defined)
    return {
      toolkit,
      handlers: toolkit.toLayer(handlers),
      servers: Object.fromEntries(
        sessions.map(({ name, session }): [string, Connected] => [
          name,
          { tools: tools.get(name) ?? {}, omitted: omitted.get(name) ?? [], instructions: session.instructions }
        ])
      )
    }
  })

type Handler = (parameters: Parameters) => ReturnType<Session["call"]>

const Failure = Schema.transform(Schema.String, Schema.typeSchema(McpToolError), {
  strict: true,
  decode: (message) => new McpToolError({ message, server: "", tool: "", reason: "ToolError" }),
  encode: ({ message }) => message
})

/** Undefined where its schema cannot be written. */
const definitionOf = (name: Name, tool: ToolInfo, server: McpServer): McpTool | undefined => {
  const { callTimeout = "1 minute", needsApproval } = server.options
  try {
    return Tool.make(name, {
      description: tool.description ?? tool.name,
      parameters: Schema.Record({ key: Schema.String, value: Schema.Unknown }).annotations({
        jsonSchema: { properties: {}, ...tool.inputSchema, type: "object" }
      }),
      success: McpAnswer.FromText,
      failure: Failure,
      timeout: callTimeout,
      // What is wrong with a server of others is nothing that the program shall stop at.
      policy: "tell",
      needsApproval:
        typeof needsApproval === "function"
          ? (parameters: Parameters) => needsApproval(tool, parameters)
          : needsApproval
    })
  } catch {
    return undefined
  }
}
