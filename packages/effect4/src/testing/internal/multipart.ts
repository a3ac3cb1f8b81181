// Generated from packages/testing/src/internal/multipart.ts by scripts/effect4: change that file.
/**
 * Reads `multipart/form-data` from a body that is in memory.
 */
import { createHash } from "node:crypto"

/** @internal */
export interface FormFile {
  readonly field: string
  readonly filename: string
  readonly mediaType: string
  readonly bytes: Uint8Array
}

/** @internal */
export interface Form {
  readonly fields: Readonly<Record<string, ReadonlyArray<string>>>
  readonly files: ReadonlyArray<FormFile>
}

const unescaped = (text: string): string => text.replace(/%0D/g, "\r").replace(/%0A/g, "\n").replace(/%22/g, '"')

const parameter = (header: string, name: string): string | undefined => {
  const found = new RegExp(`[;\\s]${name}="([^"]*)"`).exec(header)?.[1]
  return found === undefined ? undefined : unescaped(found)
}

/** The form, or undefined where the body is none: no boundary, or an end that never comes. @internal */
export const parse = (contentType: string, body: Buffer): Form | undefined => {
  const boundary = /^multipart\/form-data\s*;.*\bboundary="?([^";]+)"?/i.exec(contentType)?.[1]
  if (boundary === undefined) return undefined
  const mark = Buffer.from(`--${boundary}`)
  // A field may have any name, also that of what every object has.
  const fields = new Map<string, Array<string>>()
  const files: Array<FormFile> = []
  if (body.indexOf(mark) !== 0) return undefined
  for (let at = mark.length; ;) {
    if (body.subarray(at, at + 2).toString("latin1") === "--") return { fields: Object.fromEntries(fields), files }
    const head = body.indexOf("\r\n\r\n", at)
    const end = head === -1 ? -1 : body.indexOf(Buffer.concat([Buffer.from("\r\n"), mark]), head + 2)
    if (end === -1) return undefined
    const headers = body.subarray(at, head).toString("utf8")
    const content = body.subarray(head + 4, Math.max(end, head + 4))
    const name = parameter(headers, "name")
    const filename = parameter(headers, "filename")
    if (name === undefined) return undefined
    if (filename === undefined) fields.set(name, [...(fields.get(name) ?? []), content.toString("utf8")])
    else {
      const mediaType = /content-type:\s*([^\r\n]+)/i.exec(headers)?.[1] ?? "text/plain"
      files.push({ field: name, filename, mediaType, bytes: content })
    }
    at = end + 2 + mark.length
  }
}

/**
 * A form as it is shown and compared: texts as they are, and files by what they are. The boundary, which is another one each time, is
 * not in it.
 *
 * @internal
 */
export const shown = (form: Form): Readonly<Record<string, unknown>> => ({
  ...Object.fromEntries(
    Object.entries(form.fields).map(([name, values]) => [name, values.length === 1 ? values[0] : values])
  ),
  ...Object.fromEntries(
    form.files.map(({ bytes, field, filename, mediaType }) => [
      field,
      { filename, mediaType, size: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") }
    ])
  )
})

/** What a body is compared by: a form as it is shown, and anything else as it is. @internal */
export const comparable = (contentType: string, body: Buffer): string => {
  const form = parse(contentType, body)
  return form === undefined ? body.toString("utf8") : JSON.stringify(shown(form))
}
