/** Values of columns. */
import type { OpenItem } from "./rows.js"

/** @internal */
export type Row = Readonly<Record<string, string | number | null>>

/** PostgreSQL gives its large integers as texts. @internal */
export const number = (value: string | number | null | undefined): number => Number(value ?? 0)

/** @internal */
export const maybeNumber = (value: string | number | null | undefined): number | undefined =>
  value === null || value === undefined ? undefined : Number(value)

/** @internal */
export const text = (value: string | number | null | undefined): string => String(value ?? "")

/** @internal */
export const maybeText = (value: string | number | null | undefined): string | undefined =>
  value === null || value === undefined ? undefined : String(value)

/** @internal */
export const itemOf = (row: Row): OpenItem => ({
  row: number(row["id"]),
  id: text(row["item"]),
  digest: text(row["digest"]),
  request: text(row["request"]),
  metadata: maybeText(row["metadata"])
})

/** Few enough at a time for the parameters that a statement may have. @internal */
export const pages = <A>(rows: ReadonlyArray<A>, size: number): ReadonlyArray<ReadonlyArray<A>> =>
  Array.from({ length: Math.ceil(rows.length / size) }, (_, index) => rows.slice(index * size, (index + 1) * size))
