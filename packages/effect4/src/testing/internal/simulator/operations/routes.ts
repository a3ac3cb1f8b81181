// Generated from packages/testing/src/internal/simulator/operations/routes.ts by scripts/effect4: change that file.
/**
 * Which operation a request is for.
 */
import * as Account from "./account.js"
import * as Batches from "./batches.js"
import * as Files from "./files.js"
import * as Media from "./media.js"
import type { Operation } from "./operation.js"
import * as Tasks from "./tasks.js"
import * as Texts from "./texts.js"
import * as Web from "./web.js"

/** All operations but chat. @internal */
export const table: ReadonlyArray<Operation> = [
  ...Texts.operations,
  ...Web.operations,
  ...Files.operations,
  ...Batches.operations,
  ...Tasks.operations,
  ...Media.operations,
  ...Account.operations
]

/** @internal */
export interface Match {
  readonly operation: Operation
  readonly params: Readonly<Record<string, string>>
}

const routes = table.map((operation) => ({
  operation,
  // The Coding Plan has a base of its own for the same paths.
  pattern: new RegExp(`^/api(?:/coding(?=/paas/v4/))?${operation.path.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`)
}))

/** The operation at a path, whatever the method: `undefined` where there is none, `Method` where it takes another. @internal */
export const find = (method: string, path: string): Match | "Method" | undefined => {
  const here = routes.flatMap(({ operation, pattern }) => {
    const found = pattern.exec(path)
    return found === null ? [] : [{ operation, params: decoded(found.groups ?? {}) }]
  })
  return here.find(({ operation }) => operation.method === method) ?? (here.length > 0 ? "Method" : undefined)
}

const decoded = (groups: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(groups).map(([name, text]) => {
      try {
        return [name, decodeURIComponent(text)]
      } catch {
        return [name, text]
      }
    })
  )
