// Generated from packages/testing/src/internal/cassette/matching.ts by scripts/effect4: change that file.
/** Which recorded request is like one that is made, and where they differ if none is. Pure. */
import { isObject as isRecord } from "effect/Predicate"
import type { Exchange } from "./format.js"
import { mark } from "./redaction.js"

/**
 * A request, as it is compared. `body` is parsed JSON, the text where it is no JSON, `undefined` where there is none.
 *
 * @since 0.1.0
 * @category models
 */
export interface Request {
  readonly method: string
  /** Without host and query. */
  readonly path: string
  /** Names in lower case. Of a recorded request only those that were written down. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** @internal */
export const parsed = (text: string | undefined): { readonly body?: unknown; readonly text?: string } => {
  if (text === undefined || text === "") return {}
  try {
    return { body: JSON.parse(text) }
  } catch {
    return { text }
  }
}

/** @internal */
export const requestOf = ({ request }: Exchange): Request => ({
  method: request.method,
  path: new URL(request.url).pathname.replaceAll(encodeURI(mark), mark),
  headers: request.headers,
  body: request.body ?? request.text
})

const kindOf = (value: unknown): string => {
  if (typeof value === "string") return `a text of ${value.length} characters`
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (isRecord(value)) return "an object"
  return value === undefined ? "nothing" : String(value)
}

const difference = (path: string, recorded: unknown, asked: unknown): string => {
  // Names of models are no secret, and what is most often changed.
  const shown = path === "model" ? (value: unknown) => JSON.stringify(value)?.slice(0, 60) : kindOf
  // The client cuts what a service says after 500 characters.
  const where = path === "" ? "the body" : path.length > 100 ? `…${path.slice(-99)}` : path
  return `${where} (recorded ${shown(recorded)}, asked ${shown(asked)})`
}

const sameText = (recorded: string, asked: string): boolean => {
  if (recorded === asked) return true
  const parts = recorded.split(mark)
  const [first = "", ...rest] = parts
  const last = rest.pop()
  if (last === undefined || !asked.startsWith(first)) return false
  let from = first.length
  for (const part of rest) {
    const at = asked.indexOf(part, from)
    if (at === -1) return false
    from = at + part.length
  }
  return asked.length - last.length >= from && asked.endsWith(last)
}

/** Where two bodies differ; the order of names does not count. @internal */
export const differences = (
  recorded: unknown,
  asked: unknown,
  ignored: ReadonlySet<string>,
  path = ""
): ReadonlyArray<string> => {
  if (typeof recorded === "string" && typeof asked === "string") {
    return sameText(recorded, asked) ? [] : [difference(path, recorded, asked)]
  }
  if (Array.isArray(recorded) && Array.isArray(asked)) {
    const length = Math.max(recorded.length, asked.length)
    return Array.from({ length }, (_, index) =>
      differences(recorded[index], asked[index], ignored, `${path}[${index}]`)
    ).flat()
  }
  if (isRecord(recorded) && isRecord(asked)) {
    const names = [...new Set([...Object.keys(recorded), ...Object.keys(asked)])]
    return names
      .filter((name) => path !== "" || !ignored.has(name))
      .flatMap((name) =>
        differences(fieldOf(recorded, name), fieldOf(asked, name), ignored, path === "" ? name : `${path}.${name}`)
      )
  }
  return recorded === asked ? [] : [difference(path, recorded, asked)]
}

const fieldOf = (record: { readonly [name: PropertyKey]: unknown }, name: string): unknown =>
  Object.hasOwn(record, name) ? record[name] : undefined

/** Whether this is about the same operation. @internal */
export const sameOperation = (recorded: Request, asked: Request): boolean =>
  recorded.method === asked.method && sameText(recorded.path, asked.path)
