// Generated from packages/testing/src/internal/simulator/operations/multipart.ts by scripts/effect4: change that file.
/**
 * Reads `multipart/form-data` from a body that is in memory.
 */

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
  const fields: Record<string, Array<string>> = {}
  const files: Array<FormFile> = []
  if (body.indexOf(mark) !== 0) return undefined
  for (let at = mark.length; ;) {
    if (body.subarray(at, at + 2).toString("latin1") === "--") return { fields, files }
    const head = body.indexOf("\r\n\r\n", at)
    const end = head === -1 ? -1 : body.indexOf(Buffer.concat([Buffer.from("\r\n"), mark]), head + 2)
    if (end === -1) return undefined
    const headers = body.subarray(at, head).toString("utf8")
    const content = body.subarray(head + 4, Math.max(end, head + 4))
    const name = parameter(headers, "name")
    const filename = parameter(headers, "filename")
    if (name === undefined) return undefined
    if (filename === undefined) (fields[name] ??= []).push(content.toString("utf8"))
    else {
      const mediaType = /content-type:\s*([^\r\n]+)/i.exec(headers)?.[1] ?? "text/plain"
      files.push({ field: name, filename, mediaType, bytes: content })
    }
    at = end + 2 + mark.length
  }
}
