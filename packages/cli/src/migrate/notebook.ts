/** The code of a Jupyter notebook. Pure. */
import type { Language } from "./scan.js"

/** @internal */
export interface Notebook {
  readonly language: Language
  /** All code cells, one after the other: a client made in the first is used in the third. */
  readonly text: string
  /** Where a line of the text stands. Both count from 1; cells of all kinds count. */
  readonly placeOf: (line: number) => { readonly cell: number; readonly line: number }
}

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined

/** A cell holds its source as one text, or as lines with their line breaks. */
const sourceOf = (cell: unknown): string => {
  const source = field(cell, "source")
  const lines = Array.isArray(source) ? source : [source]
  return lines.filter((line) => typeof line === "string").join("")
}

const languageOf = (notebook: unknown): Language => {
  const metadata = field(notebook, "metadata")
  const language = field(field(metadata, "language_info"), "name") ?? field(field(metadata, "kernelspec"), "language")
  if (typeof language !== "string" || /python/i.test(language)) return "python"
  return /bash|shell/i.test(language) ? "shell" : "js"
}

/** `undefined` where a JSON text is no notebook. @internal */
export const read = (json: string): Notebook | undefined => {
  let notebook: unknown
  try {
    notebook = JSON.parse(json)
  } catch {
    return undefined
  }
  const cells = field(notebook, "cells")
  if (!Array.isArray(cells) || field(notebook, "nbformat") === undefined) return undefined
  const places: Array<{ readonly cell: number; readonly line: number }> = []
  const lines: Array<string> = []
  for (const [i, cell] of cells.entries()) {
    if (field(cell, "cell_type") !== "code") continue
    for (const [j, line] of sourceOf(cell).split(/\r?\n/).entries()) {
      lines.push(line)
      places.push({ cell: i + 1, line: j + 1 })
    }
  }
  return {
    language: languageOf(notebook),
    text: lines.join("\n"),
    placeOf: (line) => places[line - 1] ?? { cell: 1, line: 1 }
  }
}
