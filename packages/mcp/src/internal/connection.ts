/** A server that is connected: from the loading of the SDK to the end of the program or the session. */
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { McpServer } from "../McpServer.js"
import { McpError, type Reason } from "../McpError.js"
import { failureOf, type Failure, reasonOf, TooLarge } from "./failure.js"
import { type Redactor, redactorOf } from "./secrets.js"
import { type Opened, openHttp, openStdio } from "./transport.js"
import { version } from "./version.js"

/** @internal */
export interface Connection {
  /** A request of the protocol; its result is not looked at yet. Interrupting it tells the server. */
  readonly request: (
    method: string,
    params: Readonly<Record<string, unknown>>
  ) => Effect.Effect<Readonly<Record<string, unknown>>, Failure>
  readonly instructions: string | undefined
  /** Whether its program has ended or its session is gone, so that it answers no more. */
  readonly isOver: () => boolean
}

/** The SDK has a time limit of its own for each request: here the one of the caller counts, so this is as long as timers go. */
const never = 2_147_483_647

/** A server that does not answer the end of a session is not waited for. */
const endOfSession = Duration.seconds(2)

/** @internal */
export const defaultMaxMessageBytes = 10 * 1024 * 1024

const load = (server: string) =>
  Effect.tryPromise({
    try: () =>
      Promise.all([import("@modelcontextprotocol/sdk/client/index.js"), import("@modelcontextprotocol/sdk/types.js")]),
    catch: () =>
      new McpError({
        server,
        reason: "SdkMissing",
        message:
          "MCP servers need the package @modelcontextprotocol/sdk, which is not here: npm install @modelcontextprotocol/sdk@1"
      })
  })

const problemOf = (server: McpServer): string | undefined => {
  if (server._tag === "Stdio") return server.options.command === "" ? "Its command is empty." : undefined
  const { url } = server.options
  if (!URL.canParse(url)) return "Its url is none."
  const { password, protocol, username } = new URL(url)
  if (protocol !== "http:" && protocol !== "https:")
    return `Its url begins with ${protocol}, which is not http: or https:.`
  return username === "" && password === "" ? undefined : "Its url holds a name or a password: give them in headers."
}

/** @internal */
export const connect = (name: string, server: McpServer): Effect.Effect<Connection, McpError, Scope.Scope> =>
  Effect.gen(function* () {
    const redacted = redactorOf(server)
    const fail = (reason: Reason, message: string) =>
      new McpError({ server: name, reason, message: redacted(`The MCP server ${name}: ${message}`) })
    const problem = problemOf(server)
    if (problem !== undefined) return yield* fail("InvalidOptions", problem)
    const [{ Client }, { ResultSchema }] = yield* load(name)
    const { connectTimeout = "1 minute", maxMessageBytes = defaultMaxMessageBytes } = server.options
    const client = new Client({ name: "effect-zhipu", version }, { capabilities: {} })
    const tooLarge = yield* Deferred.make<never, Failure>()
    let isOver = false
    client.onclose = () => {
      isOver = true
    }
    client.onerror = (error) => {
      // The transport then ends the program, which may take seconds: who waits for an answer is told at once.
      if (/exceeded maximum size/.test(error.message)) {
        isOver = true
        Deferred.unsafeDone(tooLarge, Effect.fail(failureOf(new TooLarge(maxMessageBytes), redacted)))
      }
    }
    const asked = <A>(ask: (signal: AbortSignal) => Promise<A>): Effect.Effect<A, Failure> =>
      Effect.raceFirst(
        Effect.tryPromise({ try: ask, catch: (error) => failureOf(error, redacted) }),
        Deferred.await(tooLarge)
      ).pipe(
        Effect.tapError(({ isForgotten }) =>
          Effect.sync(() => {
            // The session of an earlier request is not known any more; a new one begins with the next connection.
            if (isForgotten) isOver = true
          })
        )
      )

    const { lastWords, transport } = yield* Effect.acquireRelease(open(server, maxMessageBytes, redacted), (opened) =>
      close(opened, () => isOver)
    )
    yield* asked((signal) => client.connect(transport, { timeout: never, signal })).pipe(
      Effect.timeoutFail({
        duration: connectTimeout,
        onTimeout: () =>
          fail("Timeout", `It was not ready within ${Duration.format(connectTimeout)}.${told(lastWords())}`)
      }),
      Effect.mapError((error) =>
        error instanceof McpError
          ? error
          : fail(reasonOf(error.reason), `${error.message}${hintOf(server, error)}${told(lastWords())}`)
      )
    )
    return {
      // By the plain request, as the SDK's own methods compile the output schemas of the server, with its patterns, and refuse a
      // whole list or answer for one part that they do not know.
      request: (method, params) =>
        asked((signal) => client.request({ method, params }, ResultSchema, { timeout: never, signal })),
      instructions: client.getInstructions(),
      isOver: () => isOver
    }
  })

const open = (server: McpServer, maxBytes: number, redacted: Redactor): Effect.Effect<Opened> =>
  Effect.promise(() =>
    server._tag === "Stdio" ? openStdio(server.options, maxBytes, redacted) : openHttp(server.options, maxBytes)
  )

const close = ({ endSession, transport }: Opened, isOver: () => boolean): Effect.Effect<void> =>
  Effect.suspend(() => (isOver() ? Effect.void : Effect.tryPromise(endSession))).pipe(
    Effect.timeout(endOfSession),
    Effect.ignore,
    Effect.zipRight(Effect.ignore(Effect.tryPromise(() => transport.close())))
  )

const told = (lastWords: string): string => (lastWords === "" ? "" : ` It wrote: ${lastWords}`)

const hintOf = (server: McpServer, { message, status }: Failure): string => {
  if (status === 401 || status === 403) return " Give its key in headers."
  if (status === 404 || status === 405) return " Is this its address of Streamable HTTP? It often ends in /mcp."
  return server._tag === "Stdio" && message.includes("ENOENT")
    ? ` There is no program ${server.options.command} on the PATH, or no folder of that cwd.`
    : ""
}
