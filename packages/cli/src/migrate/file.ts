/** Checks a file by what it is: JSON, a notebook, or code. Pure. */
import * as Either from "effect/Either"
import { type Checked, checkAs, languageOf } from "./check.js"
import type { Fix } from "./fix.js"
import type { Finding } from "./finding.js"
import * as Json from "./json.js"
import * as Notebook from "./notebook.js"

/** @internal */
export interface Located extends Finding {
  /** In a notebook: which of its cells, from 1. The line is then one of this cell. */
  readonly cell?: number
  /** The line itself. */
  readonly text: string
}

/** @internal */
export interface Examined {
  readonly findings: ReadonlyArray<Located>
  readonly isRecognised: boolean
  /** Where there are some; none in a notebook, whose code stands in texts of JSON. */
  readonly fixes?: ReadonlyArray<Fix>
}

const located = ({ findings, fixes, isRecognised }: Checked, text: string): Examined => {
  const lines = text.split(/\r?\n/)
  return {
    findings: findings.map((finding) => ({ ...finding, text: lines[finding.line - 1] ?? "" })),
    isRecognised,
    ...(fixes.length === 0 ? {} : { fixes })
  }
}

/** The left side says what is wrong with the file, as the end of a sentence. @internal */
export const examine = (path: string, text: string): Either.Either<Examined, string> => {
  const extension = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase()
  const language = languageOf(path, text)
  if (extension !== "ipynb" && language !== "json") return Either.right(located(checkAs(language, text), text))

  const plain = text.replace(/^\uFEFF/, "")
  const problem = Json.problem(plain, extension === "jsonl" || extension === "ndjson")
  if (problem !== undefined) {
    // What only looks like JSON may be an object of a program.
    return extension === undefined ? Either.right(located(checkAs("js", text), text)) : Either.left(problem)
  }
  const notebook = Notebook.read(plain)
  if (notebook === undefined) {
    return extension === "ipynb"
      ? Either.left("is not a notebook: it has no cells")
      : Either.right(located(checkAs("json", text), text))
  }
  const { findings, isRecognised } = located(checkAs(notebook.language, notebook.text), notebook.text)
  return Either.right({
    findings: findings.map((finding) => ({ ...finding, ...notebook.placeOf(finding.line) })),
    isRecognised
  })
}
