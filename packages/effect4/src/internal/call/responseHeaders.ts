// Generated from packages/client/src/internal/call/responseHeaders.ts by scripts/effect4: change that file.
/** The headers of a response, as they may be shown. */

/** What names a session is a secret like a key. */
const secret: ReadonlySet<string> = new Set(["set-cookie", "set-cookie2", "authorization", "proxy-authorization"])

/** Without cookies, and without a key that a gateway repeats. @internal */
export const readable = (
  headers: Readonly<Record<string, string>>,
  redact: (text: string) => string
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (secret.has(name) ? [] : [[name, redact(value)]]))
  )
