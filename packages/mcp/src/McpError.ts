/**
 * What can go wrong with an MCP server: with the server itself, and with a call of one of its tools.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * Why the tools of a server could not be had.
 *
 * - `SdkMissing`: `@modelcontextprotocol/sdk` is not installed
 * - `InvalidOptions`: what the options or the file of servers say cannot be, and `message` says what
 * - `Unreachable`: its program cannot be started or ended at once, or its address cannot be reached
 * - `Timeout`: it did not get ready within `connectTimeout`
 * - `Refused`: it answered with an error: of HTTP (a missing key: 401), or of the protocol
 * - `Invalid`: what it answered is not the Model Context Protocol
 * - `TooLarge`: a message was larger than `maxMessageBytes`
 * - `TooManyTools`: it has more tools than may be offered
 *
 * @since 0.1.0
 * @category models
 */
export const Reason = Schema.Literal(
  "SdkMissing",
  "InvalidOptions",
  "Unreachable",
  "Timeout",
  "Refused",
  "Invalid",
  "TooLarge",
  "TooManyTools"
)

/**
 * @since 0.1.0
 * @category models
 */
export type Reason = typeof Reason.Type

/**
 * The tools of a server could not be had. `message` holds no header and no variable of the environment that was given to the
 * server.
 *
 * @since 0.1.0
 * @category errors
 */
export class McpError extends Schema.TaggedError<McpError>("@effect-zhipu/mcp/McpError")("McpError", {
  message: Schema.String,
  /** As the program calls it. */
  server: Schema.String,
  reason: Reason
}) {}

/**
 * Why a call gave no answer.
 *
 * - `ToolError`: the tool says so itself (`isError`)
 * - `Rejected`: the server refused the call: unknown arguments, an expired key
 * - `Disconnected`: the server ended, or the connection broke, before the answer. What the tool does may have been done.
 * - `TooLarge`: the answer was larger than `maxMessageBytes`
 * - `Invalid`: what came is no answer of a tool
 *
 * @since 0.1.0
 * @category models
 */
export const CallReason = Schema.Literal("ToolError", "Rejected", "Disconnected", "TooLarge", "Invalid")

/**
 * @since 0.1.0
 * @category models
 */
export type CallReason = typeof CallReason.Type

/**
 * A call of a tool failed. The model is told `message`, and the loop goes on: this is the `failure` of every tool of a
 * server.
 *
 * @since 0.1.0
 * @category errors
 */
export class McpToolError extends Schema.TaggedError<McpToolError>("@effect-zhipu/mcp/McpToolError")("McpToolError", {
  message: Schema.String,
  server: Schema.String,
  /** As the server calls it. */
  tool: Schema.String,
  reason: CallReason
}) {}
