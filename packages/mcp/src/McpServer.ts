/**
 * Where MCP servers are, and how far they are trusted: a program that speaks over its standard streams, or an address of
 * Streamable HTTP.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import { parseServers } from "./internal/file.js"
import type { McpError } from "./McpError.js"

/**
 * What a server says of a tool. The annotations are its own word: they are hints for servers that one trusts.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolInfo {
  readonly name: string
  readonly description: string | undefined
  readonly inputSchema: Readonly<Record<string, unknown>>
  readonly annotations: {
    readonly readOnlyHint?: boolean | undefined
    readonly destructiveHint?: boolean | undefined
    readonly idempotentHint?: boolean | undefined
    readonly openWorldHint?: boolean | undefined
  }
}

/**
 * - `tools`: the names of the tools to offer, as the server calls them. Default: all.
 * - `needsApproval`: whether calls wait for the `approve` of the loop; or a function that says so of a tool and its arguments.
 *   Default: what the loop says.
 * - `callTimeout`: how long a call may take; then it is cancelled, and the model is told. Default one minute.
 * - `connectTimeout`: how long the server may take to get ready and to list its tools. Default one minute, as programs that
 *   `npx` runs are loaded first.
 * - `maxTools`: the most tools it may have, of those that are to be offered. Default 64; a request takes 128 of all servers.
 * - `maxText`: so many characters of an answer are told to the model, and how many there were. Default 50000.
 * - `maxMessageBytes`: a message that is larger breaks off the call. Default 10 MiB.
 *
 * @since 0.1.0
 * @category options
 */
export interface Limits {
  readonly tools?: ReadonlyArray<string> | undefined
  readonly needsApproval?:
    | boolean
    | ((tool: ToolInfo, parameters: Readonly<Record<string, unknown>>) => boolean)
    | undefined
  readonly callTimeout?: Duration.DurationInput | undefined
  readonly connectTimeout?: Duration.DurationInput | undefined
  readonly maxTools?: number | undefined
  readonly maxText?: number | undefined
  readonly maxMessageBytes?: number | undefined
}

/**
 * - `url`: of the server's endpoint, http or https.
 * - `headers`: sent with every request to it, and to no other origin. A value may be `Redacted`, such as a key.
 * - `fetch`: in place of the global one, for a proxy or a test.
 *
 * @since 0.1.0
 * @category options
 */
export interface HttpOptions extends Limits {
  readonly url: string | URL
  readonly headers?: Readonly<Record<string, string | Redacted.Redacted>> | undefined
  readonly fetch?: typeof globalThis.fetch | undefined
}

/**
 * - `command`, `args`, `cwd`: the program. No shell reads them. Every user of the machine sees the arguments of its programs, so that
 *   a key belongs in `env`; one that only an argument takes may be `Redacted`.
 * - `env`: what it finds in its environment, besides `HOME`, `LOGNAME`, `PATH`, `SHELL`, `TERM` and `USER` (on Windows their
 *   like): no other variable of yours, and so no key, is handed on.
 *
 * @since 0.1.0
 * @category options
 */
export interface StdioOptions extends Limits {
  readonly command: string
  readonly args?: ReadonlyArray<string | Redacted.Redacted> | undefined
  readonly env?: Readonly<Record<string, string | Redacted.Redacted>> | undefined
  readonly cwd?: string | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export type McpServer = Data.TaggedEnum<{
  Http: { readonly options: HttpOptions }
  Stdio: { readonly options: StdioOptions }
}>

const { Http, Stdio } = Data.taggedEnum<McpServer>()

/**
 * A server at an address, by Streamable HTTP.
 *
 * @example
 * ```ts
 * import { McpServer } from "@effect-zhipu/mcp"
 * import { Config, Effect, Redacted } from "effect"
 *
 * // The vendor's own web search, which a key of its Coding Plan may use.
 * export const search = Effect.map(Config.redacted("ZHIPU_API_KEY"), (key) =>
 *   McpServer.http({
 *     url: "https://open.bigmodel.cn/api/mcp/web_search_prime/mcp",
 *     headers: { Authorization: Redacted.make(`Bearer ${Redacted.value(key)}`) }
 *   })
 * )
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const http = (options: HttpOptions): McpServer => Http({ options })

/**
 * A program that is started, and speaks over its standard input and output. It is ended with the scope of its toolkit: its
 * input is closed; two seconds later it gets SIGTERM, and after two more SIGKILL. What it writes to its standard error is
 * dropped, but for the end of it in the error of one that does not get ready.
 *
 * SIGKILL does not reach the children of a program: where that matters, name the program itself rather than `npx`.
 *
 * @example
 * ```ts
 * import { McpServer } from "@effect-zhipu/mcp"
 *
 * export const files = McpServer.stdio({
 *   command: "npx",
 *   args: ["-y", "@modelcontextprotocol/server-filesystem@2026.8.31", "/srv/notes"],
 *   tools: ["read_text_file", "list_directory", "write_file"],
 *   needsApproval: (tool) => tool.name === "write_file"
 * })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const stdio = (options: StdioOptions): McpServer => Stdio({ options })

/**
 * The servers of a file `mcp.json` as other tools have it: `{ "mcpServers": { "name": { "command", "args", "env", "cwd" } or
 * { "url", "headers" } } }`. `${NAME}` and `${NAME:-default}` in it are replaced by what `env` knows; without a default, a name
 * that it does not know fails. Values of `env` and `headers` become `Redacted`, and so do arguments with a variable such as `API_KEY`. A server with `"disabled": true` is left out.
 * `limits` are those of every server.
 *
 * @example
 * ```ts
 * import { McpServer } from "@effect-zhipu/mcp"
 * import { Effect } from "effect"
 *
 * export const program = McpServer.fromJson('{ "mcpServers": { "clock": { "command": "mcp-clock" } } }').pipe(
 *   Effect.map((servers) => Object.keys(servers))
 * )
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromJson = (
  json: string,
  options: {
    readonly env?: ((name: string) => string | undefined) | undefined
    readonly limits?: Limits | undefined
  } = {}
): Effect.Effect<Readonly<Record<string, McpServer>>, McpError> =>
  Effect.map(parseServers(json, options.env ?? (() => undefined)), (servers) =>
    Object.fromEntries(
      Object.entries(servers).map(([name, server]) => [
        name,
        "url" in server ? http({ ...options.limits, ...server }) : stdio({ ...options.limits, ...server })
      ])
    )
  )
