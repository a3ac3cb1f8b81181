/** The numbers of the last whole run, as they stand in the repository. */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { packageFolder } from "./machine.js"

export interface Results {
  readonly rounds: number
  readonly node: string
  readonly scenarios: ReadonlyArray<{
    readonly name: string
    readonly tables: ReadonlyArray<{
      readonly title: string
      readonly unit: string
      /** Medians; nothing where somebody took no part. The ratio is to the first row. */
      readonly rows: ReadonlyArray<{
        readonly name: string
        readonly value?: number | undefined
        readonly ratio?: number | undefined
      }>
    }>
  }>
}

const file = "results.json"

export const write = (folder: string, results: Results): void =>
  writeFileSync(join(folder, file), `${JSON.stringify(results, null, 2)}\n`)

export const read = (): Results => JSON.parse(readFileSync(join(packageFolder, file), "utf8"))
