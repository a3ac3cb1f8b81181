/** The SDK's transports, with what they lack: a limit of size over HTTP, and one end that all wait for. */
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js"
import type { HttpOptions, StdioOptions } from "../McpServer.js"
import { boundedFetch } from "./boundedFetch.js"
import { plainArgs, plainValues, type Redactor } from "./secrets.js"

/** The SDK's transport, and what else is to be known of it. @internal */
export interface Opened {
  readonly transport: Transport
  /** The end of what a program has written to its standard error, but for keys. */
  readonly lastWords: () => string
  /** Tells a server that its session is over. */
  readonly endSession: () => Promise<void>
}

const maxLastWords = 2000

/** What is kept of them, so that a key is whole before they are cut: it may come in pieces. */
const maxKept = 8 * 1024

/** @internal */
export const openStdio = async (
  { args, command, cwd, env }: StdioOptions,
  maxBufferSize: number,
  redacted: Redactor
): Promise<Opened> => {
  const { StdioClientTransport } = await import("@modelcontextprotocol/sdk/client/stdio.js")
  const transport = new StdioClientTransport({
    command,
    args: plainArgs(args),
    // The SDK adds the variables that it takes for safe, and no others.
    env: plainValues(env),
    stderr: "pipe",
    maxBufferSize,
    ...(cwd === undefined ? {} : { cwd })
  })
  const utf8 = new TextDecoder()
  let last = ""
  // It has to be read: a program whose output nobody takes stops at a full pipe.
  transport.stderr?.on("data", (chunk: Uint8Array) => {
    last = redacted(last + utf8.decode(chunk, { stream: true })).slice(-maxKept)
  })
  const lastWords = () => last.trim().slice(-maxLastWords)
  return { transport: closedOnce(transport), lastWords, endSession: () => Promise.resolve() }
}

/** @internal */
export const openHttp = async (
  { fetch = globalThis.fetch, headers, url }: HttpOptions,
  maxBytes: number
): Promise<Opened> => {
  const { StreamableHTTPClientTransport } = await import("@modelcontextprotocol/sdk/client/streamableHttp.js")
  const waiting = new Set<string | number>()
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: plainValues(headers) },
    fetch: boundedFetch(fetch, { maxBytes, waiting })
  })
  transport.onmessage = (message) => {
    if (!("method" in message) && "id" in message && message.id !== undefined) waiting.delete(message.id)
  }
  // The SDK's own class has optional fields that its interface has not.
  const opened: Transport = transport as Transport
  return { transport: closedOnce(opened), lastWords: () => "", endSession: () => transport.terminateSession() }
}

/**
 * The SDK closes a transport by itself where a server does not get ready or sends too much, and nobody can wait for that; a
 * second close would return before the program has ended.
 */
const closedOnce = <T extends Transport>(transport: T): T => {
  const close = transport.close.bind(transport)
  let closing: Promise<void> | undefined
  transport.close = () => (closing ??= close())
  return transport
}
