/** Completion scripts for shells, from the declared options. Pure. */
import type { Documented } from "./options.js"

/** @internal */
export const shells = ["bash", "zsh", "fish"] as const

/** @internal */
export type Shell = (typeof shells)[number]

/** @internal */
export const isShell = (text: string): text is Shell => shells.some((shell) => shell === text)

/** The first one is that without a name of its own. @internal */
export interface Described {
  readonly name: string
  readonly description: string
  readonly options: ReadonlyArray<Documented>
  readonly operands: "files" | ReadonlyArray<string> | undefined
}

const help: Documented = {
  name: "--help",
  names: ["-h", "--help"],
  takesValue: false,
  placeholder: undefined,
  description: "Print the help."
}

const version: Documented = {
  name: "--version",
  names: ["--version"],
  takesValue: false,
  placeholder: undefined,
  description: "Print the version."
}

/** @internal */
export const script = (shell: Shell, commands: ReadonlyArray<Described>, models: ReadonlyArray<string>): string => {
  const [root, ...rest] = commands.map((command, i) => ({
    ...command,
    options: [...command.options, help, ...(i === 0 ? [version] : [])]
  }))
  if (root === undefined) return ""
  switch (shell) {
    case "bash":
      return bash(root, rest, models)
    case "zsh":
      return zsh(root, rest, models)
    case "fish":
      return fish(root, rest, models)
  }
}

/** What can stand as the value of an option; `undefined` where that is free. */
const valuesOf = (option: Documented, models: ReadonlyArray<string>): "files" | ReadonlyArray<string> | undefined => {
  if (!option.takesValue) return undefined
  if (option.choices !== undefined) return option.choices
  if (option.name === "--model") return models
  return option.placeholder === "file" ? "files" : undefined
}

const bash = (root: Described, commands: ReadonlyArray<Described>, models: ReadonlyArray<string>): string => {
  const all = [root, ...commands]
  const names = commands.map(({ name }) => name)
  const withValue = unique(all.flatMap(({ options }) => options.filter((o) => o.takesValue).flatMap((o) => o.names)))
  const complete = (values: "files" | ReadonlyArray<string> | undefined) =>
    values === "files"
      ? 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur"))'
      : values === undefined
        ? "COMPREPLY=()"
        : `COMPREPLY=($(compgen -W "${values.join(" ")}" -- "$cur"))`
  const ofOption = all.flatMap(({ name, options }) =>
    options
      .filter((option) => option.takesValue)
      .map(
        (option) =>
          `    ${option.names.map((n) => `${name}:${n}`).join("|")}) ${complete(valuesOf(option, models))}; return ;;`
      )
  )
  const ofCommand = all.map(({ name, operands, options }) => {
    const words = options.flatMap((option) => option.names).join(" ")
    const other = name === root.name ? names : operands
    return [
      `    ${name})`,
      `      if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W "${words}" -- "$cur"))`,
      `      else ${complete(other)}; fi ;;`
    ].join("\n")
  })
  return `# bash completion of ${root.name}
_${root.name}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command=${root.name} i
  COMPREPLY=()
  # --name=value comes as three words.
  if [[ $cur == "=" ]]; then cur=
  elif [[ $prev == "=" ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      ${withValue.join("|")}) ((i++)); [[ \${COMP_WORDS[i]} == "=" ]] && ((i++)) ;;
      ${names.join("|")}) command=\${COMP_WORDS[i]}; break ;;
      --) return ;;
      -*) ;;
      *) break ;;
    esac
  done
  case $command:$prev in
${ofOption.join("\n")}
  esac
  case $command in
${ofCommand.join("\n")}
  esac
}
complete -F _${root.name} ${root.name}
`
}

const unique = (texts: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(texts)]

/** In single quotes, where only a quote itself ends the text. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

const zsh = (root: Described, commands: ReadonlyArray<Described>, models: ReadonlyArray<string>): string => {
  const action = (values: "files" | ReadonlyArray<string> | undefined) =>
    values === "files" ? "_files" : values === undefined ? " " : `(${values.join(" ")})`
  const spec = (option: Documented) => {
    const text = option.description.replace(/[[\]\\:]/g, "\\$&")
    const value = option.takesValue ? `:${option.name.slice(2)}:${action(valuesOf(option, models))}` : ""
    const others = option.repeats === true ? "*" : `(${option.names.join(" ")})`
    return option.names.map((name) =>
      quoted(`${others}${name}${option.takesValue && name.startsWith("--") ? "=" : ""}[${text}]${value}`)
    )
  }
  const specs = (command: Described) => command.options.flatMap(spec)
  const lines = (texts: ReadonlyArray<string>, indent: string) => texts.map((text) => `${indent}${text}`).join(" \\\n")
  const cases = commands.map((command) => {
    const operands =
      command.operands === undefined
        ? []
        : [quoted(`*:${command.operands === "files" ? "file" : "operand"}:${action(command.operands)}`)]
    return [
      `        ${command.name})`,
      `          _arguments -s -S \\`,
      `${lines([...specs(command), ...operands], "            ")} ;;`
    ].join("\n")
  })
  const described = commands.map(
    ({ description, name }) => `        ${quoted(`${name}:${description.replaceAll(":", "\\:")}`)}`
  )
  return `#compdef ${root.name}
_${root.name}() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  _arguments -C -s -S \\
${lines([...specs(root), quoted("1: :->command"), quoted("*:: :->rest")], "    ")}
  case $state in
    command)
      local -a commands=(
${described.join("\n")}
      )
      _describe command commands ;;
    rest)
      case $line[1] in
${cases.join("\n")}
      esac ;;
  esac
}
if [[ $funcstack[1] == _${root.name} ]]; then _${root.name} "$@"; else compdef _${root.name} ${root.name}; fi
`
}

const fish = (root: Described, commands: ReadonlyArray<Described>, models: ReadonlyArray<string>): string => {
  const escaped = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`
  const names = commands.map(({ name }) => name).join(" ")
  const ofNone = `not __fish_seen_subcommand_from ${names}`
  const line = (condition: string, option: Documented) => {
    const values = valuesOf(option, models)
    return [
      `complete -c ${root.name} -n ${escaped(condition)}`,
      ...option.names.map((name) => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)),
      ...(option.takesValue ? [values === "files" ? "-r -F" : "-x"] : []),
      ...(values === undefined || values === "files" ? [] : [`-a ${escaped(values.join(" "))}`]),
      `-d ${escaped(option.description)}`
    ].join(" ")
  }
  return [
    `# fish completion of ${root.name}`,
    `complete -c ${root.name} -f`,
    ...commands.map(
      ({ description, name }) =>
        `complete -c ${root.name} -n __fish_use_subcommand -a ${name} -d ${escaped(description)}`
    ),
    ...root.options.map((option) => line(ofNone, option)),
    ...commands.flatMap((command) => {
      const condition = `__fish_seen_subcommand_from ${command.name}`
      const operands =
        command.operands === undefined
          ? []
          : [
              `complete -c ${root.name} -n ${escaped(condition)} ` +
                (command.operands === "files" ? "-F" : `-a ${escaped(command.operands.join(" "))}`)
            ]
      return [...command.options.map((option) => line(condition, option)), ...operands]
    }),
    ""
  ].join("\n")
}
