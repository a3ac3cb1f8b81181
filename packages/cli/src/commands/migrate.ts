/** `zhipu migrate FILE...`: checks requests and code against the checklist for GLM-4.6. */
import * as Effect from "effect/Effect"
import { type BrokenPipe, Reported, UsageError } from "../errors.js"
import { exitCodes } from "../exitCode.js"
import { readFile, readStdin } from "../input.js"
import { check } from "../migrate/check.js"
import type { Finding } from "../migrate/finding.js"
import { rules } from "../migrate/rules.js"
import { Output } from "../output.js"
import { printable } from "../text.js"

/** @internal */
export interface Options {
  readonly json: boolean
  readonly rules: boolean
  readonly files: ReadonlyArray<string>
}

interface Located extends Finding {
  readonly file: string
  /** The line itself, shortened, without what may be a key. */
  readonly text: string
}

/** @internal */
export const run = (options: Options): Effect.Effect<void, BrokenPipe | UsageError | Reported, Output> =>
  Effect.gen(function* () {
    const output = yield* Output
    if (options.rules) return yield* output.out(options.json ? `${JSON.stringify(rules)}\n` : `${listed}\n`)
    if (options.files.length === 0) {
      return yield* new UsageError({
        message: "zhipu migrate needs files: requests in JSON, or code. - is standard input."
      })
    }
    const files = [...new Set(options.files)]
    const findings = yield* Effect.forEach(files, (file) => Effect.map(read(file), (text) => located(file, text)))
    const all = findings.flat()
    yield* output.out(options.json ? document(files, all, output.stdoutIsTty) : report(files, all))
    if (all.length > 0) return yield* new Reported({ exitCode: exitCodes.other })
  })

const read = (file: string): Effect.Effect<string, UsageError, Output> =>
  file === "-"
    ? Effect.flatMap(Output, (output) =>
        Effect.map(readStdin({ wanted: true, keyStdin: false, dispensable: false }, output), ({ text }) => text)
      )
    : readFile("zhipu migrate", file)

const located = (file: string, text: string): ReadonlyArray<Located> => {
  const lines = text.split(/\r?\n/)
  return check(file, text).map((finding) => ({ file, ...finding, text: excerpt(lines[finding.line - 1] ?? "") }))
}

const width = 100

/** A finding may stand on the line of a key. */
const excerpt = (line: string): string => {
  const clean = printable(line)
    .replace(/(bearer\s+)[^\s"'`$]{6,}/gi, "$1<redacted>")
    .replace(
      /((?:api_?key|secret|token|authorization|password)["']?\s*[:=,]\s*["'`])(?!Bearer\s)[^"'`]+/gi,
      "$1<redacted>"
    )
    .replace(/\b[\w-]{16,}\.[\w-]{12,}\b|\bsk-[\w-]{6,}/g, "<redacted>")
  return clean.length > width ? `${clean.slice(0, width)}...` : clean
}

const document = (files: ReadonlyArray<string>, findings: ReadonlyArray<Located>, pretty: boolean): string =>
  `${JSON.stringify({ files, findings }, null, pretty ? 2 : 0)}\n`

const report = (files: ReadonlyArray<string>, findings: ReadonlyArray<Located>): string => {
  const blocks = findings.map(({ file, instead, level, line, rule, source, text, what, why }) =>
    [
      `${file === "-" ? "standard input" : file}:${line}: ${level} ${rule}: ${what}`,
      `    | ${text}`,
      `    Why: ${why} (${source})`,
      `    => ${instead}`
    ].join("\n")
  )
  const checked = `${files.length} ${files.length === 1 ? "file" : "files"} checked`
  const must = findings.filter(({ level }) => level === "must").length
  const summary =
    findings.length === 0
      ? `${checked}: nothing to change for GLM-4.6.`
      : `${checked}: ${findings.length} ${findings.length === 1 ? "finding" : "findings"}, ${must} of them must be changed.`
  return `${[...blocks, summary].join("\n\n")}\n`
}

const listed = Object.entries(rules)
  .map(([id, { instead, level, source, what, why }]) =>
    [`${id} (${level}): ${what}`, `    Why: ${why} (${source})`, `    => ${instead}`].join("\n")
  )
  .join("\n\n")
