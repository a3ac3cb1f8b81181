/** `zhipu migrate FILE...`: checks requests and code against the checklist for GLM-4.6. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { type BrokenPipe, Reported, UsageError } from "../errors.js"
import * as ExitCode from "../exitCode.js"
import { readFile, readStdin } from "../input.js"
import { language, type Language, sayIn } from "../language.js"
import { type Examined, examine, type Located } from "../migrate/file.js"
import { type Level, rules } from "../migrate/rules.js"
import { Output } from "../output.js"
import * as Phrases from "../phrases.js"
import { migrate } from "../phrases/migrate.js"
import { printable } from "../text.js"

/** @internal */
export interface Options {
  readonly json: boolean
  readonly rules: boolean
  /** Findings of this level, and of a worse one. */
  readonly level: Level
  readonly files: ReadonlyArray<string>
}

interface Read {
  readonly file: string
  readonly examined: Either.Either<Examined, UsageError>
}

/** @internal */
export const run = (options: Options): Effect.Effect<void, BrokenPipe | UsageError | Reported, Output> =>
  Effect.gen(function* () {
    const output = yield* Output
    if (options.rules) return yield* output.out(options.json ? `${JSON.stringify(rules)}\n` : `${listed()}\n`)
    if (options.files.length === 0) {
      return yield* new UsageError({
        message: "zhipu migrate needs files: requests in JSON, or code. - is standard input.",
        help: "zhipu migrate"
      })
    }
    const read = yield* Effect.forEach([...new Set(options.files)], readOne)
    const problems = read.flatMap(({ examined }) => (Either.isLeft(examined) ? [examined.left] : []))
    const isShown = ({ level }: Located) => options.level === "should" || level === "must"
    const files = read.flatMap(({ examined, file }) =>
      Either.isRight(examined) ? [{ file, ...examined.right, findings: examined.right.findings.filter(isShown) }] : []
    )
    if (files.length > 0) {
      yield* output.out(options.json ? document(files, output.stdoutIsTty) : report(files))
    }
    if (problems.length > 0) {
      // What was found in the others is not lost.
      yield* output.notice(...problems.flatMap((problem) => ExitCode.describe(problem)))
      return yield* new Reported({ exitCode: ExitCode.exitCodes.usage })
    }
    if (files.some(({ findings }) => findings.length > 0)) {
      return yield* new Reported({ exitCode: ExitCode.exitCodes.other })
    }
  })

const readOne = (file: string): Effect.Effect<Read, never, Output> =>
  Effect.map(Effect.either(textOf(file)), (text) => ({
    file,
    examined: Either.flatMap(text, (text) =>
      Either.mapLeft(
        examine(file, text),
        (problem) => new UsageError({ message: `zhipu migrate: ${nameOf(file)} ${problem}.` })
      )
    )
  }))

const textOf = (file: string): Effect.Effect<string, UsageError, Output> =>
  file === "-"
    ? Effect.flatMap(Output, (output) =>
        Effect.map(readStdin({ wanted: true, keyStdin: false, dispensable: false }, output), ({ text }) => text)
      )
    : readFile("zhipu migrate", file)

const nameOf = (file: string): string => (file === "-" ? "standard input" : file)

interface FileReport extends Examined {
  readonly file: string
}

const width = 100

/** A finding may stand on the line of a key. */
const cleaned = (line: string): string =>
  printable(line)
    .replace(/(bearer\s+)[^\s"'`$]{6,}/gi, "$1<redacted>")
    .replace(
      /((?:api_?key|secret|token|authorization|password)["']?\s*[:=,]\s*["'`])(?!Bearer\s)[^"'`]+/gi,
      "$1<redacted>"
    )
    .replace(/\b[\w-]{16,}\.[\w-]{12,}\b|\bsk-[\w-]{6,}/g, "<redacted>")

/** Of a long line the part where the finding is. Keys go first: half a key would not be known as one. */
const excerpt = ({ column = 1, text }: Located): string => {
  const clean = cleaned(text)
  if (clean.length <= width) return clean
  const at = Math.min(cleaned(text.slice(0, column - 1)).length, clean.length - width / 2)
  const start = at <= width / 2 ? 0 : Math.floor(at - width / 4)
  const end = start + width
  return `${start === 0 ? "" : "..."}${clean.slice(start, end)}${end < clean.length ? "..." : ""}`
}

const document = (files: ReadonlyArray<FileReport>, pretty: boolean): string => {
  const all = {
    files: files.map(({ file }) => file),
    findings: files.flatMap(({ file, findings }) =>
      findings.map((finding) => ({ file, ...finding, text: excerpt(finding) }))
    ),
    unrecognised: files.filter(({ isRecognised }) => !isRecognised).map(({ file }) => file)
  }
  return `${JSON.stringify(all, null, pretty ? 2 : 0)}\n`
}

const inLanguage = (text: string, spoken: Language): string =>
  spoken === "zh" ? Phrases.translate(text, migrate) : text

/** The lines below the first of a finding or a rule. */
const explained = (
  { instead, source, why }: { readonly instead: string; readonly source: string; readonly why: string },
  spoken: Language
): ReadonlyArray<string> => [
  `    ${sayIn(spoken, "why", { why: inLanguage(why, spoken), source: inLanguage(source, spoken) })}`,
  `    => ${inLanguage(instead, spoken)}`
]

/** What a program reads, by `--json`, is English everywhere. @internal */
export const report = (files: ReadonlyArray<FileReport>, spoken: Language = language): string => {
  const findings = files.flatMap(({ file, findings }) => findings.map((finding) => ({ file, ...finding })))
  const blocks = findings.map((finding) => {
    const { cell, column, file, level, line, rule, what } = finding
    const place = [cell === undefined ? undefined : `cell ${cell}`, line, column].filter((part) => part !== undefined)
    return [
      `${nameOf(file)}:${place.join(":")}: ${level} ${rule}: ${inLanguage(what, spoken)}`,
      `    | ${excerpt(finding)}`,
      ...explained(finding, spoken)
    ].join("\n")
  })
  const unrecognised = files.filter(({ isRecognised }) => !isRecognised)
  const notes = unrecognised.map(({ file }) =>
    inLanguage(`${nameOf(file)}: no request and no call of the API found in it`, spoken)
  )
  const count = files.length - unrecognised.length
  const checked = `${count} ${count === 1 ? "file" : "files"} checked`
  const must = findings.filter(({ level }) => level === "must").length
  const summary =
    count === 0
      ? "Nothing was checked."
      : findings.length === 0
        ? `${checked}: nothing to change for GLM-4.6.`
        : `${checked}: ${findings.length} ${findings.length === 1 ? "finding" : "findings"}, ${must} of them must be changed.`
  return `${[...blocks, ...(notes.length === 0 ? [] : [notes.join("\n")]), inLanguage(summary, spoken)].join("\n\n")}\n`
}

/** The rules, as `--rules` prints them. @internal */
export const listed = (spoken: Language = language): string =>
  Object.entries(rules)
    .map(([id, rule]) =>
      [`${id} (${rule.level}): ${inLanguage(rule.what, spoken)}`, ...explained(rule, spoken)].join("\n")
    )
    .join("\n\n")
