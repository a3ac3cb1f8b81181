/** Headers, as they may be shown. */
import { redactor } from "@effect-zhipu/protocol/internal/text/redaction"

/** What names a session is a secret like a key. */
const isSession = /^(?:set-cookie2?|(?:proxy-)?authorization)$/

const isSecretName = /(?:auth|authorization|key|token|secret|jwt|password|session|signature|credentials?|cookie)$/i

/** Takes the secrets among headers that are sent out of a text as well: a gateway wants keys of its own. @internal */
export const redactorOf = (
  headers: Readonly<Record<string, string>>,
  redactKey: (text: string) => string
): ((text: string) => string) =>
  Object.entries(headers).reduce((redact, [name, value]) => {
    if (!isSecretName.test(name)) return redact
    const redactValue = redactor(value.replace(/^(?:bearer|basic|token|api-?key)\s+/i, ""))
    return (text) => redactValue(redact(text))
  }, redactKey)

/** Without cookies, and without a key that a gateway repeats. @internal */
export const readable = (
  headers: Readonly<Record<string, string>>,
  redact: (text: string) => string
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (isSession.test(name) ? [] : [[redact(name), redact(value)]]))
  )
