/** Takes what was given to a server in confidence out of what it says. */
import * as Redacted from "effect/Redacted"
import type { McpServer, StdioOptions } from "../McpServer.js"
import { isSecretName } from "./secretNames.js"

/** A shorter one would take ordinary words out of answers. */
const minLength = 8

const valueOf = (value: string | Redacted.Redacted): string =>
  Redacted.isRedacted(value) ? Redacted.value(value) : value

/** @internal */
export const plainValues = (
  values: Readonly<Record<string, string | Redacted.Redacted>> = {}
): Record<string, string> => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, valueOf(value)]))

/** @internal */
export const plainArgs = (args: StdioOptions["args"] = []): Array<string> => args.map(valueOf)

const ofNamed = (values: Readonly<Record<string, string | Redacted.Redacted>> = {}): ReadonlyArray<string> =>
  Object.entries(values).flatMap(([name, value]) =>
    Redacted.isRedacted(value) || isSecretName(name) ? [valueOf(value)] : []
  )

/** Decoded and as it stands there, since a program may repeat either. */
const ofUrl = (url: string): ReadonlyArray<string> => {
  const { password, search, searchParams } = new URL(url)
  const named = [...searchParams].filter(([name]) => isSecretName(name)).map(([, value]) => value)
  const raw = search
    .slice(1)
    .split("&")
    .map((pair) => pair.split("="))
  const written = raw.flatMap(([name = "", ...value]) => (isSecretName(name) ? [value.join("=")] : []))
  return [password, decoded(password), ...named, ...written]
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Some services give an address that is a key itself. Words that people choose have no such mixture. */
const ofPath = (url: string): ReadonlyArray<string> =>
  new URL(url).pathname.split("/").filter((part) => /(?=[a-z]*\d)(?=\d*[a-z])[a-z\d]{16}/i.test(part))

/** `--api-key=VALUE`, `API_KEY=VALUE`, `Authorization: Bearer VALUE`, also as the value of another, and URLs. */
const ofArg = (arg: string): ReadonlyArray<string> => {
  if (arg.includes("://") && URL.canParse(arg)) return ofUrl(arg)
  const [, name, value] = /^([\w.-]+)\s*[=:]\s*(.+)$/s.exec(arg) ?? []
  if (name === undefined || value === undefined) return []
  const inner = ofArg(value)
  return isSecretName(name) && inner.length === 0 ? [value] : inner
}

const ofArgs = (args: StdioOptions["args"] = []): ReadonlyArray<string> =>
  args.flatMap((arg, index) => {
    const before = args[index - 1]
    const isNamed = typeof before === "string" && /^-[^=:\s]+$/.test(before) && isSecretName(before)
    const text = valueOf(arg)
    return [...(isNamed || Redacted.isRedacted(arg) ? [text] : []), ...ofArg(text)]
  })

const given = (server: McpServer): ReadonlyArray<string> => {
  if (server._tag === "Stdio") return [...ofNamed(server.options.env), ...ofArgs(server.options.args)]
  const { headers, url } = server.options
  return [...ofNamed(headers), ...(URL.canParse(url) ? [...ofUrl(String(url)), ...ofPath(String(url))] : [])]
}

const secretsOf = (server: McpServer): ReadonlyArray<string> => {
  // Of `Bearer KEY` a server may repeat the key alone.
  const parts = given(server).flatMap((value) => [value, ...value.split(/\s+/)])
  return [...new Set(parts)].filter((part) => part.length >= minLength).sort((a, b) => b.length - a.length)
}

/** Takes what was given in confidence out of a text. It knows whole keys: a text is cut after it, and never before. @internal */
export type Redactor = (text: string) => string

/** @internal */
export const redactorOf = (server: McpServer): Redactor => {
  const secrets = secretsOf(server)
  return (text) => secrets.reduce((text, secret) => text.replaceAll(secret, "<redacted>"), text)
}
