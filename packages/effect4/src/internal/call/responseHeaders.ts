// Generated from packages/client/src/internal/call/responseHeaders.ts by scripts/effect4: change that file.
/** Headers, as they may be shown. */
import { redactor } from "@effect-zhipu/protocol/internal/text/redaction"
import { identity } from "effect/Function"

/** What names a session is a secret like a key. */
const secret: ReadonlySet<string> = new Set(["set-cookie", "set-cookie2", "authorization", "proxy-authorization"])

const isSecretName = (name: string): boolean =>
  /(?:auth|authorization|key|token|secret|jwt|password|session|signature|credentials?|cookie)$/i.test(name)

/** Takes the secrets among headers that are sent, by their names, out of a text that may repeat them. @internal */
export const redactorOf = (headers: Readonly<Record<string, string>>): ((text: string) => string) => {
  const redactors = Object.entries(headers).flatMap(([name, value]) =>
    isSecretName(name) ? [redactor(value.replace(/^(?:bearer|basic|token|api-?key)\s+/i, ""))] : []
  )
  return redactors.length === 0 ? identity : (text) => redactors.reduce((clean, redact) => redact(clean), text)
}

/** Without cookies, and without a key that a gateway repeats. @internal */
export const readable = (
  headers: Readonly<Record<string, string>>,
  redact: (text: string) => string
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (secret.has(name) ? [] : [[redact(name), redact(value)]]))
  )
