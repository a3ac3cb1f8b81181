/** `zhipu migrate FILE...`: checks requests and code against the checklist for GLM-4.6. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fs from "node:fs"
import * as Document from "../document.js"
import { type BrokenPipe, Reported, UsageError } from "../errors.js"
import * as ExitCode from "../exitCode.js"
import { readStdin } from "../input.js"
import { language, type Language, sayIn } from "../language.js"
import * as Fix from "../migrate/fix.js"
import { type Examined, examine, type Located } from "../migrate/file.js"
import { type Level, rules } from "../migrate/rules.js"
import { Output } from "../output.js"
import * as Phrases from "../phrases.js"
import { migrate } from "../phrases/migrate.js"
import { harmless, printable } from "../text.js"

/** @internal */
export interface Options {
  readonly json: boolean
  readonly rules: boolean
  /** Write what can be changed for certain. */
  readonly fix: boolean
  /** Findings of this level, and of a worse one. */
  readonly level: Level
  readonly files: ReadonlyArray<string>
}

interface Read {
  readonly file: string
  readonly examined: Either.Either<Examined, UsageError>
  readonly fixed: Fixed | undefined
}

/** What was written to a file. */
interface Fixed {
  readonly before: string
  readonly after: string
  readonly made: ReadonlyArray<Fix.Fix>
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
    if (options.fix && options.files.includes("-")) {
      return yield* new UsageError({
        message: "zhipu migrate --fix writes to files, and standard input is none.",
        help: "zhipu migrate"
      })
    }
    const isShown = ({ level }: Rated) => options.level === "should" || level === "must"
    const read = yield* Effect.forEach([...new Set(options.files)], (file) => readOne(file, options.fix, isShown))
    const problems = read.flatMap(({ examined }) => (Either.isLeft(examined) ? [examined.left] : []))
    const files = read.flatMap(({ examined, file, fixed }) =>
      Either.isRight(examined)
        ? [{ file, fixed, ...examined.right, findings: examined.right.findings.filter(isShown) }]
        : []
    )
    if (files.length > 0) {
      yield* output.out(options.json ? document(files, output.stdoutIsTty, options.fix) : report(files))
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

type Rated = Pick<Located, "level">

const readOne = (file: string, fix: boolean, isShown: (rated: Rated) => boolean): Effect.Effect<Read, never, Output> =>
  Effect.gen(function* () {
    const text = yield* textOf(file)
    const examined = yield* examinedOf(file, text)
    const fixed = fix ? changed(file, text, examined, isShown) : undefined
    if (fixed === undefined) return { file, examined: Either.right(examined), fixed }
    yield* write(file, fixed)
    return { file, examined: Either.right(yield* examinedOf(file, fixed.after)), fixed }
  }).pipe(Effect.catchAll((problem) => Effect.succeed({ file, examined: Either.left(problem), fixed: undefined })))

const examinedOf = (file: string, text: string): Either.Either<Examined, UsageError> =>
  Either.mapLeft(
    examine(file, text),
    (problem) => new UsageError({ message: `zhipu migrate: ${nameOf(file)} ${problem}.` })
  )

/** One change may show the next: another model takes other fields. */
const maxRounds = 5

const changed = (
  file: string,
  before: string,
  first: Examined,
  isShown: (rated: Rated) => boolean
): Fixed | undefined => {
  const made: Array<Fix.Fix> = []
  let after = before
  let examined = first
  for (let round = 0; round < maxRounds; round++) {
    const applied = Fix.apply(after, (examined.fixes ?? []).filter(isShown))
    if (applied.text === after) break
    const next = examine(file, applied.text)
    // A change that makes another file of it than before is none.
    if (Either.isLeft(next)) break
    made.push(...applied.made)
    after = applied.text
    examined = next.right
  }
  return after === before ? undefined : { before, after, made }
}

/** Only what was read is replaced, and only as it was read. */
const write = (file: string, { after, before }: Fixed): Effect.Effect<void, UsageError> => {
  const left = (why: string) => new UsageError({ message: `zhipu migrate: ${nameOf(file)} is left as it was: ${why}.` })
  return Effect.flatMap(
    Effect.try({ try: () => Fs.readFileSync(file), catch: (cause) => left(Document.reasonOf(cause)) }),
    (bytes) =>
      bytes.equals(Buffer.from(before))
        ? Effect.try({
            try: () => Document.replace(file, bytes, after),
            catch: (cause) => left(Document.reasonOf(cause))
          })
        : left("it is no UTF-8, or was changed meanwhile")
  )
}

const textOf = (file: string): Effect.Effect<string, UsageError, Output> =>
  file === "-"
    ? Effect.flatMap(Output, (output) =>
        Effect.map(readStdin({ wanted: true, keyStdin: false, dispensable: false }, output), ({ text }) => text)
      )
    : // Code in another encoding is read as far as it goes: what is looked for are letters that most encodings share.
      Effect.mapBoth(Document.read(file), {
        onFailure: (reason) =>
          new UsageError({ message: `zhipu migrate: ${printable(file)} cannot be read: ${reason}.` }),
        onSuccess: (bytes) => Buffer.from(bytes).toString("utf8")
      })

const nameOf = (file: string): string => (file === "-" ? "standard input" : file)

interface FileReport extends Examined {
  readonly file: string
  readonly fixed?: Fixed | undefined
}

const width = 100

/** A finding may stand on the line of a key. */
const withoutKeys = (line: string): string =>
  line
    .replace(/(bearer\s+)[^\s"'`$]{6,}/gi, "$1<redacted>")
    .replace(
      /((?:api_?key|secret|token|authorization|password)["']?\s*[:=,]\s*["'`])(?!Bearer\s)[^"'`]+/gi,
      "$1<redacted>"
    )
    .replace(/\b[\w-]{16,}\.[\w-]{12,}\b|\bsk-[\w-]{6,}/g, "<redacted>")

const cleaned = (line: string): string => withoutKeys(printable(line))

/** Of a long line the part where the finding is. Keys go first: half a key would not be known as one. */
const excerpt = ({ column = 1, text }: Located): string => {
  const clean = cleaned(text)
  if (clean.length <= width) return clean
  const at = Math.min(cleaned(text.slice(0, column - 1)).length, clean.length - width / 2)
  const start = at <= width / 2 ? 0 : Math.floor(at - width / 4)
  const end = start + width
  return `${start === 0 ? "" : "..."}${clean.slice(start, end)}${end < clean.length ? "..." : ""}`
}

const document = (files: ReadonlyArray<FileReport>, pretty: boolean, withFixes: boolean): string => {
  const all = {
    files: files.map(({ file }) => file),
    findings: files.flatMap(({ file, findings }) =>
      findings.map((finding) => ({ file, ...finding, text: excerpt(finding) }))
    ),
    unrecognised: files.filter(({ isRecognised }) => !isRecognised).map(({ file }) => file),
    ...(withFixes
      ? {
          fixed: files.flatMap(({ file, fixed }) =>
            (fixed?.made ?? []).map(({ edits, level, line, rule }) => {
              return { file, line, rule, level, edits: edits.map(({ now, was }) => ({ was, now })) }
            })
          )
        }
      : {})
  }
  return `${JSON.stringify(all, null, pretty ? 2 : 0)}\n`
}

const inChinese = Phrases.translator(migrate)

const inLanguage = (text: string, spoken: Language): string => (spoken === "zh" ? inChinese(text) : text)

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
  const diffs = files.flatMap(({ file, fixed }) =>
    fixed === undefined
      ? []
      : [
          Fix.diff(file, fixed.before, fixed.after)
            .split("\n")
            .map((line) => withoutKeys(harmless(line)))
            .join("\n")
        ]
  )
  const changes = files.reduce((sum, { fixed }) => sum + (fixed?.made.length ?? 0), 0)
  if (changes > 0) {
    notes.push(
      inLanguage(
        changes === 1 ? `${changes} change was made as above.` : `${changes} changes were made as above.`,
        spoken
      )
    )
  }
  return `${[...diffs, ...blocks, ...(notes.length === 0 ? [] : [notes.join("\n")]), inLanguage(summary, spoken)].join("\n\n")}\n`
}

/** The rules, as `--rules` prints them. @internal */
export const listed = (spoken: Language = language): string =>
  Object.entries(rules)
    .map(([id, rule]) =>
      [`${id} (${rule.level}): ${inLanguage(rule.what, spoken)}`, ...explained(rule, spoken)].join("\n")
    )
    .join("\n\n")
