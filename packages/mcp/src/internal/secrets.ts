/** Takes what was given to a server in confidence out of what it says. */
import * as Redacted from "effect/Redacted"
import type { McpServer } from "../McpServer.js"

/** A shorter one would take ordinary words out of answers. */
const minLength = 8

const isSecretName = (name: string): boolean => /auth|cookie|key|password|secret|token/i.test(name)

const valueOf = (value: string | Redacted.Redacted): string =>
  Redacted.isRedacted(value) ? Redacted.value(value) : value

/** @internal */
export const plainValues = (
  values: Readonly<Record<string, string | Redacted.Redacted>> = {}
): Record<string, string> => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, valueOf(value)]))

const secretsOf = (server: McpServer): ReadonlyArray<string> => {
  const given = server._tag === "Http" ? server.options.headers : server.options.env
  const values = Object.entries(given ?? {}).flatMap(([name, value]) =>
    Redacted.isRedacted(value) || isSecretName(name) ? [valueOf(value)] : []
  )
  if (server._tag === "Http" && URL.canParse(server.options.url)) {
    for (const [name, value] of new URL(server.options.url).searchParams) if (isSecretName(name)) values.push(value)
  }
  // Of `Bearer KEY` a server may repeat the key alone.
  const parts = values.flatMap((value) => [value, ...value.split(/\s+/)])
  return [...new Set(parts)].filter((part) => part.length >= minLength).sort((a, b) => b.length - a.length)
}

/** @internal */
export const redactorOf = (server: McpServer): ((text: string) => string) => {
  const secrets = secretsOf(server)
  return (text) => secrets.reduce((text, secret) => text.replaceAll(secret, "<redacted>"), text)
}
