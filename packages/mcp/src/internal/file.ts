/** Reads a file of servers, as Claude, Cursor, VS Code and others have it. */
import * as Effect from "effect/Effect"
import * as ParseResult from "effect/ParseResult"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { McpError } from "../McpError.js"
import { isSecretName } from "./secretNames.js"

const Texts = Schema.Record({ key: Schema.String, value: Schema.String })

const Server = Schema.Struct({
  type: Schema.optional(Schema.String),
  disabled: Schema.optional(Schema.Boolean),
  command: Schema.optional(Schema.String),
  args: Schema.optional(Schema.Array(Schema.String)),
  env: Schema.optional(Texts),
  cwd: Schema.optional(Schema.String),
  url: Schema.optional(Schema.String),
  headers: Schema.optional(Texts)
})

type Server = typeof Server.Type

const Servers = Schema.Record({ key: Schema.String, value: Server })

/** VS Code writes `servers`. */
const File = Schema.parseJson(
  Schema.Struct({ mcpServers: Schema.optional(Servers), servers: Schema.optional(Servers) })
)

type Redactions = Readonly<Record<string, Redacted.Redacted>>

/** @internal */
export type Parsed =
  | { readonly url: string; readonly headers: Redactions }
  | {
      readonly command: string
      readonly args: ReadonlyArray<string | Redacted.Redacted>
      readonly env: Redactions
      readonly cwd: string | undefined
    }

const invalid = (server: string, message: string): McpError =>
  new McpError({ server, reason: "InvalidOptions", message })

/** @internal */
export const parseServers = (
  json: string,
  env: (name: string) => string | undefined
): Effect.Effect<Readonly<Record<string, Parsed>>, McpError> =>
  Effect.gen(function* () {
    const file = yield* Effect.mapError(Schema.decode(File)(json.replace(/^\uFEFF/, "")), (error) =>
      invalid("", `This is no file of MCP servers: ${whereOf(error)}.`)
    )
    const listed = file.mcpServers ?? file.servers
    if (listed === undefined) return yield* invalid("", `This is no file of MCP servers: ${form}.`)
    const servers = Object.entries(listed).filter(([, server]) => server.disabled !== true)
    const parsed = yield* Effect.forEach(servers, ([name, server]) =>
      Effect.map(parseServer(name, server, env), (parsed) => [name, parsed] as const)
    )
    return Object.fromEntries(parsed)
  })

const form = 'it wants JSON, an object with "mcpServers", which holds servers by their names'

/** Where it is wrong, without what is there: that may be a key. */
const whereOf = (error: ParseResult.ParseError): string => {
  const issues = ParseResult.ArrayFormatter.formatErrorSync(error)
  const places = [...new Set(issues.map(({ path }) => path.map(String).join(".")))].filter((place) => place !== "")
  return places.length === 0 ? form : `look at ${places.join(", ")}`
}

const parseServer = (
  name: string,
  server: Server,
  env: (name: string) => string | undefined
): Effect.Effect<Parsed, McpError> =>
  Effect.gen(function* () {
    const expand = (text: string) => expanded(name, text, env)
    const secret = (texts: Readonly<Record<string, string>> = {}) =>
      Effect.map(
        Effect.forEach(Object.entries(texts), ([key, text]) =>
          Effect.map(expand(text), (text) => [key, Redacted.make(text)] as const)
        ),
        (entries): Redactions => Object.fromEntries(entries)
      )
    const { command, type, url } = server
    if (type === "sse") {
      return yield* invalid(
        name,
        "The server is to be asked over server-sent events (sse), which the protocol has given up: use its address of " +
          "Streamable HTTP, which often ends in /mcp, and leave out the type."
      )
    }
    if (url !== undefined && command === undefined) {
      return { url: yield* expand(url), headers: yield* secret(server.headers) }
    }
    if (command !== undefined && url === undefined) {
      return {
        command: yield* expand(command),
        args: yield* Effect.forEach(server.args ?? [], (arg) =>
          Effect.map(expand(arg), (text) => (namesSecret(arg) ? Redacted.make(text) : text))
        ),
        env: yield* secret(server.env),
        cwd: server.cwd === undefined ? undefined : yield* expand(server.cwd)
      }
    }
    return yield* invalid(name, "A server has a command, or a url, and not both.")
  })

const reference = /\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g

/** Whether it takes in a variable such as `API_KEY`. */
const namesSecret = (text: string): boolean =>
  [...text.matchAll(reference)].some(([, name]) => name !== undefined && isSecretName(name))

const expanded = (
  server: string,
  text: string,
  env: (name: string) => string | undefined
): Effect.Effect<string, McpError> =>
  Effect.suspend(() => {
    const unknown: Array<string> = []
    const result = text.replaceAll(reference, (_, name: string, fallback: string | undefined) => {
      const value = env(name) ?? fallback
      if (value === undefined) unknown.push(name)
      return value ?? ""
    })
    return unknown.length === 0
      ? Effect.succeed(result)
      : Effect.fail(invalid(server, `The server wants ${unknown.join(", ")} of the environment, which is not set.`))
  })
