/** Small operations on text. Pure. */
import { width } from "./markdown/width.js"

// eslint-disable-next-line no-control-regex -- these are what is looked for
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

/**
 * Without control characters but for line breaks and tabs, and without those that turn the direction of text, behind which
 * a name can hide: what a model says must not steer a terminal.
 *
 * @internal
 */
export const harmless = (text: string): string => text.replace(controls, "")

/** As one harmless line. @internal */
export const printable = (text: string): string => harmless(text.replace(/\s+/g, " ")).trim()

/** A count of tokens as the vendor writes it: `200K`, `1M`. @internal */
export const tokens = (count: number): string => {
  if (count >= 1024 * 1024 && count % (1024 * 1024) === 0) return `${count / (1024 * 1024)}M`
  return count >= 1024 && count % 1024 === 0 ? `${count / 1024}K` : String(count)
}

/**
 * A span of time as a user types it: seconds (`90`, `1.5`), or with a unit (`500ms`, `90s`, `2m`, `1h`). Gives
 * milliseconds; `undefined` where it is none.
 *
 * @internal
 */
export const millis = (text: string): number | undefined => {
  const match = /^(\d+(?:\.\d+)?|\.\d+)\s*(ms|s|m|min|h)?$/.exec(text.trim().toLowerCase())
  if (match === null) return undefined
  const unit = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 }[match[2] ?? "s"] ?? 1000
  const value = Number(match[1]) * unit
  return value > 0 ? value : undefined
}

/** Fills up to so many columns of a terminal, of which a Chinese character takes two. @internal */
export const padded = (text: string, columns: number): string => text + " ".repeat(Math.max(0, columns - width(text)))

/** Lines of columns, each as wide as its widest cell. @internal */
export const columns = (rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths: Array<number> = []
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, width(cell))))
  return rows
    .map((row) =>
      row
        .map((cell, i) => padded(cell, widths[i] ?? 0))
        .join("  ")
        .trimEnd()
    )
    .join("\n")
}

/** @internal */
export const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
