/** What the command says about an error, and the code it exits with. Pure. */
import { isJudged, judge } from "@effect-zhipu/protocol/Failure"
import * as ConfigError from "effect/ConfigError"
import { BrokenPipe, Reported } from "./errors.js"
import { language, type Language, sayIn } from "./language.js"
import * as Phrases from "./phrases.js"
import { attachments } from "./phrases/attachments.js"
import { errors } from "./phrases/errors.js"
import { operations } from "./phrases/operations.js"
import { usage } from "./phrases/usage.js"
import { printable } from "./text.js"
import * as Words from "./words.js"

/** What `judge` says of the errors of a call has the same numbers. @internal */
export const exitCodes = {
  done: 0,
  other: 1,
  usage: 2,
  configuration: 3,
  limited: 4,
  unreachable: 5,
  filtered: 6,
  broken: 7,
  interrupted: 130,
  brokenPipe: 141,
  terminated: 143
} as const

/** Errors of the command itself; those of a call are judged where they are made. */
const byTag: Readonly<Record<string, number>> = {
  UsageError: exitCodes.usage,
  FaultParseError: exitCodes.usage,
  BlockedError: exitCodes.filtered,
  BrokenPipe: exitCodes.brokenPipe,
  McpError: exitCodes.unreachable,
  DeadlineError: exitCodes.unreachable,
  ToolCallError: exitCodes.broken
}

const tagOf = (error: unknown): string | undefined =>
  typeof error === "object" && error !== null && "_tag" in error && typeof error._tag === "string"
    ? error._tag
    : undefined

/** @internal */
export const of = (error: unknown): number => {
  if (ConfigError.isConfigError(error)) return exitCodes.configuration
  if (error instanceof Reported) return error.exitCode
  if (error instanceof BrokenPipe && error.isUnwritable === true) return exitCodes.other
  if (isJudged(error)) return judge(error).exitCode
  const tag = tagOf(error)
  return tag !== undefined && Object.hasOwn(byTag, tag) ? (byTag[tag] ?? exitCodes.other) : exitCodes.other
}

const inChinese = Phrases.translator([operations, attachments, usage].reduce(Phrases.and, errors))

/** What a message says, in a language. @internal */
export const inLanguage = (text: string, spoken: Language = language): string =>
  spoken === "zh" ? inChinese(text) : text

/**
 * The lines for standard error: what it is, what to do about it, and the id to name to the vendor. None where the pipe
 * was closed, or where the command has reported the end already. `printed` is what is on standard output by then. In Chinese
 * what has no translation is said in English, and the service is quoted in its own words.
 *
 * @internal
 */
export const describe = (
  error: unknown,
  printed: Words.Printed = "what came",
  spoken: Language = language
): ReadonlyArray<string> => {
  const tag = tagOf(error)
  if (tag === "BrokenPipe" || tag === "BlockedError" || tag === "Reported") return []
  if (ConfigError.isConfigError(error)) {
    return [`zhipu: ConfigError: ${inLanguage(printable(Words.ofCommand(messageOfConfig(error))), spoken)}`]
  }
  if (tag === "UsageError" || tag === "FaultParseError") {
    const help = field(error, "help")
    const message = inLanguage(printable(messageOf(error)), spoken)
    return [
      // Where a message begins with the name of a subcommand, the program is named already.
      message.startsWith("zhipu ") ? message : `zhipu: ${message}`,
      ...(typeof help === "string" ? [sayIn(spoken, "helpTells", { command: help })] : [])
    ]
  }
  const attempts = field(error, "attempts")
  const requestId = field(error, "requestId")
  const details = [
    typeof requestId === "string" && requestId !== ""
      ? sayIn(spoken, "requestIdIs", { id: printable(requestId) })
      : undefined,
    typeof attempts === "number" && attempts > 1 ? sayIn(spoken, "askedTimes", { attempts }) : undefined
  ].filter((detail) => detail !== undefined)
  const name = tag ?? (error instanceof Error ? error.name : "Error")
  return [
    `zhipu: ${name}: ${inLanguage(printable(Words.ofCommand(messageOf(error), printed)), spoken)}`,
    ...(details.length === 0 ? [] : [`zhipu: ${details.join(spoken === "zh" ? "，" : ", ")}`])
  ]
}

const field = (error: unknown, name: string): unknown =>
  typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined

const messageOf = (error: unknown): string => {
  const message = field(error, "message")
  if (typeof message === "string" && message.trim() !== "") return message
  return typeof error === "string" && error !== "" ? error : "no further detail"
}

const messageOfConfig = (error: ConfigError.ConfigError): string => {
  switch (error._op) {
    case "And":
    case "Or":
      return `${messageOfConfig(error.left)} ${messageOfConfig(error.right)}`
    default:
      return error.message
  }
}
