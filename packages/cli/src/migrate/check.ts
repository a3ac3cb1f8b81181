/** Checks one file. Pure. */
import * as Code from "./code.js"
import type { Fix } from "./fix.js"
import * as Finding from "./finding.js"
import * as Request from "./request.js"
import * as Scan from "./scan.js"
import * as Writer from "./writer.js"

const byExtension: Readonly<Record<string, Scan.Language>> = {
  json: "json",
  jsonl: "json",
  ndjson: "json",
  py: "python",
  pyi: "python",
  ipynb: "json",
  sh: "shell",
  bash: "shell",
  zsh: "shell",
  curl: "shell",
  http: "shell",
  txt: "shell",
  md: "shell"
}

/** By the name of the file, else by the look of the text. @internal */
export const languageOf = (path: string, text: string): Scan.Language => {
  const known = byExtension[/\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ""]
  if (known !== undefined) return known
  if (/\.\w+$/.test(path)) return "js"
  if (/^\s*[[{]\s*(["\]}[{])/.test(text)) return "json"
  if (/(^|\n)\s*(curl|export)\s|^#!.*sh\b/.test(text)) return "shell"
  return /(^|\n)\s*(import \w+\s*(\n|$)|from [\w.]+ import |def \w+\()/.test(text) ? "python" : "js"
}

/** What the checklist says about a text. @internal */
export interface Checked {
  readonly findings: ReadonlyArray<Finding.Finding>
  /** Whether there was a request, or a call of the API: else that nothing was found says nothing. */
  readonly isRecognised: boolean
  /** What can be changed for certain. */
  readonly fixes: ReadonlyArray<Fix>
}

/** By line, in the language given. @internal */
export const checkAs = (language: Scan.Language, text: string): Checked => {
  const tokens = Scan.tokenize(text.replace(/^\uFEFF/, ""), language)
  const isJson = language === "json"
  const isAboutGlm = isJson || Code.isAboutGlm(tokens)
  const mayStream = !isJson && Code.speaksOfStreams(tokens)
  const isOpenai = language === "python" && Code.usesOpenai(tokens)
  const requests = requestsIn(tokens, isAboutGlm, isJson)
  const inTexts = (isJson ? [] : embedded(tokens)).flatMap((tokens) => requestsIn(tokens, isAboutGlm, isJson))
  const isCode = !isJson && isAboutGlm
  const inRequests = [
    ...requests.map((group) => ({
      write: Writer.make(language, isOpenai, group),
      drafts: Request.check(group, mayStream)
    })),
    ...inTexts.map((group) => ({ write: Writer.make("json", false), drafts: Request.check(group, false) }))
  ]
  const toolStreamComes = inRequests.some(({ drafts }) => drafts.some(({ rule }) => rule === "tool-stream-off"))
  const found = isCode
    ? [...inRequests, { write: Writer.make(language, isOpenai), drafts: Code.check(tokens, toolStreamComes) }]
    : inRequests
  const findings = found.flatMap(({ drafts, write }) => drafts.map(Finding.written(write)))
  return {
    findings: Finding.sorted(findings),
    fixes: found.flatMap(({ drafts, write }) => drafts.flatMap(Finding.fixes(write))),
    isRecognised: requests.length > 0 || inTexts.length > 0 || findings.length > 0 || (isCode && Code.isCall(tokens))
  }
}

/** In the language that the name of the file or the look of the text tells. @internal */
export const check = (path: string, text: string): ReadonlyArray<Finding.Finding> =>
  checkAs(languageOf(path, text), text).findings

const requestsIn = (
  tokens: ReadonlyArray<Scan.Token>,
  isAboutGlm: boolean,
  isJson: boolean
): ReadonlyArray<Scan.Group> =>
  Scan.within(Scan.group(tokens)).filter((group) => Request.isRequest(group, isAboutGlm) && (isJson || isOurs(group)))

/** A request with the model of another vendor is left alone: the program talks to several. */
const isOurs = (group: Scan.Group): boolean => {
  const model = group.fields.find(({ name }) => name === "model")?.value
  return model?._tag !== "String" || Request.isGlm(model.text)
}

/** Requests that are written as text: `'{"model": …}'`, or in escaped quotes behind `curl -d`. */
const embedded = (tokens: ReadonlyArray<Scan.Token>): ReadonlyArray<ReadonlyArray<Scan.Token>> =>
  tokens.flatMap(({ kind, line, text }) =>
    kind === "string" && /^\s*[[{]/.test(text) && /"(model|messages)"\s*:/.test(text)
      ? [Scan.tokenize(text, "json", line)]
      : []
  )
