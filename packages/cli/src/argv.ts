/**
 * Brings a command line into the one order that the parser takes: options first, `--`, then the prompt.
 *
 * People write options after the prompt, glue values to names, and repeat options; the parser would take the first
 * for a part of the prompt and an unknown option for the prompt itself. Pure.
 */
import * as Either from "effect/Either"
import { say } from "./language.js"
import * as Misremembered from "./misremembered.js"

/** An option, as the command line knows it. @internal */
export interface OptionSpec {
  /** The long name, with its dashes. */
  readonly name: string
  /** All names, with their dashes. */
  readonly names: ReadonlyArray<string>
  readonly takesValue: boolean
  /** The only values, where there are only some. */
  readonly choices?: ReadonlyArray<string>
  /** Nothing is a value as well; elsewhere it is a shell variable that is not set. */
  readonly mayBeEmpty?: boolean
  /** Each one counts, not the last alone. */
  readonly repeats?: boolean
}

/** The options of each command; the first is the one meant where none is named. @internal */
export type Commands = ReadonlyArray<{
  readonly name: string
  readonly options: ReadonlyArray<OptionSpec>
  /** It takes words, such as files. The first command, which takes a prompt, always does. */
  readonly hasOperands?: boolean
}>

/** What the command line asks for. @internal */
export type Directive =
  | { readonly _tag: "Version" }
  | { readonly _tag: "Completions"; readonly shell: string }
  | { readonly _tag: "Help"; readonly command: string }
  | { readonly _tag: "Faults" }
  | { readonly _tag: "Run"; readonly command: string; readonly args: ReadonlyArray<string> }

/** What is wrong with a command line, and the command whose help tells more, where it does. @internal */
export interface Problem {
  readonly message: string
  readonly help?: string
}

const help: OptionSpec = { name: "--help", names: ["-h", "--help"], takesValue: false }
const versionOption: OptionSpec = { name: "--version", names: ["--version"], takesValue: false }
const completions: OptionSpec = {
  name: "--completions",
  names: ["--completions"],
  takesValue: true,
  choices: ["sh", "bash", "fish", "zsh"]
}
const everywhere = [help, versionOption, completions]

interface Given {
  readonly spec: OptionSpec
  readonly value: string | undefined
}

/**
 * `isPiped`: something is on standard input, so that a word alone is no command with a typing error, but its prompt.
 *
 * @internal
 */
export const read = (
  argv: ReadonlyArray<string>,
  commands: Commands,
  isPiped = false
): Either.Either<Directive, Problem> =>
  Either.gen(function* () {
    const root = commands[0]
    if (root === undefined) return yield* Either.left({ message: "There is no command." })
    const subcommands = commands.slice(1)
    const commandAt = (word: string | undefined) => subcommands.find(({ name }) => name === word)
    const helpOf = (name: string | undefined) => invocation(name ?? root.name, root.name)

    // Options of one name may differ from command to command: those of the one that is meant count.
    const meant = commandAt(argv.find((word) => commandAt(word) !== undefined)) ?? root
    const specs = [...everywhere, ...commands.flatMap((command) => command.options), ...meant.options]
    const { forced, given, positional } = yield* Either.mapLeft(split(argv, specs), ({ before, message }) => ({
      message,
      help: helpOf(commandAt(before)?.name)
    }))
    const asked = positional[0] === "help" && forced.length === 0 ? positional.slice(1) : undefined
    if (asked?.length === 0) return { _tag: "Help", command: root.name }
    const about = asked?.length === 1 ? commandAt(asked[0]) : undefined
    if (about !== undefined) return { _tag: "Help", command: about.name }
    // Words of other tools, also after help, are no questions.
    const others = isPiped || forced.length > 0 ? undefined : Misremembered.meant(asked ?? positional)

    const named = commandAt(positional[0])
    const command = named ?? root
    const fail = (message: string) => Either.left({ message, help: helpOf(command.name) })
    const words = [...(named === undefined ? positional : positional.slice(1)), ...forced]
    const has = (spec: OptionSpec) => given.find((option) => option.spec === spec)

    if (has(help) !== undefined) return { _tag: "Help", command: command.name }
    if (has(versionOption) !== undefined) return { _tag: "Version" }
    const shell = has(completions)?.value
    if (shell !== undefined) return { _tag: "Completions", shell }
    const faults = given.findLast(({ spec }) => spec.names.includes("--fault"))?.value
    if (faults?.trim() === "help") return { _tag: "Faults" }

    const [word] = words
    const isAlone = named === undefined && forced.length === 0 && words.length === 1 && !isPiped
    const near = isAlone ? nearest(word, subcommands) : undefined
    const isOption = (of: Commands[number], { names }: OptionSpec) =>
      of.options.some((option) => option.names.some((name) => names.includes(name)))
    // With an option that only a question has, it is a question.
    if (near !== undefined && given.every(({ spec }) => isOption(near, spec))) {
      return yield* Either.left({ message: noCommand(words, helpOf(near.name)) })
    }

    if (named === undefined && others !== undefined && given.every(({ spec }) => !isOption(root, spec))) {
      return yield* Either.left({ message: noCommand(positional, others.instead) })
    }

    const options = new Map<string, ReadonlyArray<string>>()
    for (const { spec, value } of given) {
      const own = command.options.find((option) => option.names.some((name) => spec.names.includes(name)))
      if (own === undefined) {
        return yield* fail(say("noOptionOf", { name: spec.name, command: helpOf(command.name) }))
      }
      // The last one counts, as a user who appends to a line of the history expects.
      const before = own.repeats === true ? (options.get(own.name) ?? []) : []
      options.delete(own.name)
      options.set(own.name, [...before, own.name, ...(value === undefined ? [] : [value])])
    }
    if (named !== undefined && named.hasOperands !== true && words.length > 0) {
      return yield* fail(say("takesNoArgument", { name: named.name, word: isKey(word) ? "" : ` "${word}"` }))
    }
    return {
      _tag: "Run",
      command: command.name,
      args: [...Array.from(options.values()).flat(), ...(words.length === 0 ? [] : ["--", ...words])]
    }
  })

const noCommand = (words: ReadonlyArray<string>, instead: string | undefined): string => {
  const text = words.join(" ")
  return instead === undefined ? say("noCommand", { text }) : say("noCommandButOther", { text, instead })
}

const invocation = (name: string, root: string): string => (name === root ? name : `${root} ${name}`)

/** What must not be repeated on a terminal. */
const isKey = (word: string | undefined): boolean => word !== undefined && /^[\w-]{8,}\.[\w-]{8,}$|^sk-/.test(word)

/** The command that a word of small letters misses by one letter, or by two at the end of a long one. */
const nearest = (word: string | undefined, commands: Commands): Commands[number] | undefined =>
  word === undefined || !/^[a-z]{3,}$/.test(word)
    ? undefined
    : commands
        .map((command) => [distance(command.name, word), command] as const)
        .filter(([far, { name }]) => {
          // What misses a short name by a letter is mostly a word of its own: cat, what and that for chat.
          if (name.length <= 4) return far === 1 && sorted(name) === sorted(word)
          return far === 1 || (far === 2 && name.length >= 8 && name[0] === word[0])
        })
        .sort(([a], [b]) => a - b)[0]?.[1]

const sorted = (word: string): string => word.split("").sort().join("")

interface Split {
  readonly given: ReadonlyArray<Given>
  readonly positional: ReadonlyArray<string>
  /** What stands after `--`. */
  readonly forced: ReadonlyArray<string>
}

/** Where it fails: the first word before, which may be a command. */
interface Broken {
  readonly message: string
  readonly before: string | undefined
}

const split = (argv: ReadonlyArray<string>, specs: ReadonlyArray<OptionSpec>): Either.Either<Split, Broken> => {
  const byName = new Map(specs.flatMap((spec) => spec.names.map((name) => [name, spec] as const)))
  const given: Array<Given> = []
  const positional: Array<string> = []
  const fail = (message: string) => Either.left({ message, before: positional[0] })
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? ""
    if (word === "--") return Either.right({ given, positional, forced: argv.slice(i + 1) })
    if (!/^--?[A-Za-z]/.test(word)) {
      positional.push(word)
      continue
    }
    const isLong = word.startsWith("--")
    const equals = isLong ? word.indexOf("=") : -1
    const name = isLong ? word.slice(0, equals === -1 ? undefined : equals) : word.slice(0, 2)
    const attached = isLong
      ? equals === -1
        ? undefined
        : word.slice(equals + 1)
      : word.length === 2
        ? undefined
        : word.slice(2).replace(/^=/, "")
    const spec = byName.get(name)
    if (spec === undefined) return fail(unknown(word, name, byName))
    if (!spec.takesValue) {
      if (attached !== undefined) return fail(say("takesNoValue", { name }))
      given.push({ spec, value: undefined })
      continue
    }
    const next = argv[i + 1]
    const value = attached ?? (next !== undefined && byName.has(next) ? undefined : next)
    if (value === undefined) return fail(say("needsValue", { name }))
    if (value === "" && spec.mayBeEmpty !== true) {
      return fail(say("needsNoEmptyValue", { name }))
    }
    if (attached === undefined) i++
    if (spec.choices !== undefined && !spec.choices.includes(value)) {
      return fail(say("takesOneOf", { name, choices: spec.choices.join(", ") }))
    }
    given.push({ spec, value })
  }
  return Either.right({ given, positional, forced: [] })
}

const unknown = (word: string, name: string, byName: ReadonlyMap<string, OptionSpec>): string => {
  if (/^--(?:\w+-)?(?:api[-_]?)?key$/i.test(name)) {
    return say("keyIsNoOption")
  }
  if (/\s/.test(word)) return say("promptWithDash", { word })
  const near = Array.from(byName.keys())
    .map((known) => [distance(known, name), known] as const)
    .sort(([a], [b]) => a - b)[0]
  const hint = near !== undefined && near[0] <= 2 && name.length > 3 ? say("didYouMean", { name: near[1] }) : ""
  return `${say("noOption", { name })}${hint}`
}

/** How many letters differ, are missing or too many, or have changed places with their neighbour. */
const distance = (a: string, b: string): number => {
  let before: ReadonlyArray<number> = []
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      next.push(
        Math.min(
          (row[j] ?? 0) + 1,
          (next[j - 1] ?? 0) + 1,
          (row[j - 1] ?? 0) + same,
          swapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY
        )
      )
    }
    before = row
    row = next
  }
  return row[b.length] ?? 0
}
