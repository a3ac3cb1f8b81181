/** Takes secrets out of texts that are not the caller's: what the service, a gateway or the transport say may repeat a key. Pure. */
/** What stands where a key stood. @internal */
export const mark = "<redacted>"

/** Shorter halves are words of every text. */
const minLength = 6

/** Keys of the service and tokens by their shape, whoever's they are: a gateway has keys of its own. @internal */
export const shapes: ReadonlyArray<RegExp> = [
  /\b[0-9a-f]{32}\.[0-9A-Za-z]{16}\b/gi,
  /\beyJ[\w-]{8,}(?:\.[\w-]{8,}){1,2}/g
]

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")

/** In base64, whatever stands behind it, which changes its last letter. What is shorter is as good as any word in base64. */
const packed = (part: string): ReadonlyArray<string> =>
  /^[ -~]{12,}$/.test(part) ? [btoa(part).replace(/.=+$/, "")] : []

/**
 * Takes a secret, its halves, and whatever looks like a key or a token out of a text. Letters may have changed their case, as
 * those of a header's name do.
 *
 * @internal
 */
export const redactor = (secret: string): ((text: string) => string) => {
  const forms = [secret, ...secret.split(".")]
    .filter((part) => part.length >= minLength)
    .flatMap((part) => [part, encodeURIComponent(part), ...packed(part)].map((form) => form.toLowerCase()))
  return (text) => {
    const lower = text.toLowerCase()
    let clean = text
    for (const form of forms) {
      if (lower.includes(form)) clean = clean.replace(new RegExp(escaped(form), "gi"), mark)
    }
    return withoutShapes(clean)
  }
}

/** A text without what looks like a key or a token. @internal */
export const withoutShapes = (text: string): string => shapes.reduce((clean, shape) => clean.replace(shape, mark), text)

/** The strings within a value without secrets, names of fields included; the same value where there are none. @internal */
export const redactedWithin = <A>(value: A, redact: (text: string) => string): A => within(value, redact, deepest) as A

/** What is nested deeper is nothing that the service says. */
const deepest = 20

const within = (value: unknown, redact: (text: string) => string, depth: number): unknown => {
  if (typeof value === "string") return redact(value)
  if (typeof value !== "object" || value === null || depth === 0) return value
  const fields = Object.entries(value)
  const clean = fields.map(([name, field]) => [redact(name), within(field, redact, depth - 1)])
  if (clean.every(([name, field], i) => name === fields[i]?.[0] && field === fields[i]?.[1])) return value
  return Array.isArray(value) ? clean.map(([, field]) => field) : Object.fromEntries(clean)
}

/** What the service says of its answers, beside what is in them. */
const isMetadata =
  /^(?:id|object|type|role|name|model|code|msg|message|errors?|status|task_status|request_?id|system_fingerprint|service_tier|content_?filter)$/i

/**
 * A document of the service whose metadata hold no secrets: ids, models, states, reasons and errors go to logs, spans and
 * errors. What is in the answer itself is the caller's, and stays as it is.
 *
 * @internal
 */
export const withoutSecrets = (
  document: Readonly<Record<string, unknown>>,
  redact: (text: string) => string
): Readonly<Record<string, unknown>> => {
  let clean: Record<string, unknown> | undefined
  for (const name of Object.keys(document)) {
    if (!isMetadata.test(name)) continue
    const value = redactedWithin(document[name], redact)
    if (value !== document[name]) (clean ??= { ...document })[name] = value
  }
  return clean ?? document
}
