/**
 * What a tool of a server answers: blocks of content, and the text that the model is told.
 *
 * @since 0.1.0
 */
export * as McpAnswer from "./McpAnswer.js"

/**
 * What can go wrong with an MCP server: with the server itself, and with a call of one of its tools.
 *
 * @since 0.1.0
 */
export * as McpError from "./McpError.js"

/**
 * Where MCP servers are, and how far they are trusted: a program that speaks over its standard streams, or an address of
 * Streamable HTTP.
 *
 * @since 0.1.0
 */
export * as McpServer from "./McpServer.js"

/**
 * The tools of MCP servers, for `ToolLoop`.
 *
 * A server is a program or a service of others: what it sends is not trusted. Its tools get names of their own, and are those of
 * the moment when it was connected; how many there are, how long a call takes and how much it answers has limits. What goes wrong
 * with a call is told to the model, and the loop goes on.
 *
 * @since 0.1.0
 */
export * as McpToolkit from "./McpToolkit.js"
