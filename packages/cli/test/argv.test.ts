import { describe, expect, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as Argv from "../src/argv.js"
import { commands } from "../src/Cli.js"

const read = (...argv: ReadonlyArray<string>) => Argv.read(argv, commands)
const args = (...argv: ReadonlyArray<string>) => {
  const directive = Either.getOrThrowWith(read(...argv), (message) => new Error(message))
  return directive._tag === "Run" ? [directive.command, ...directive.args] : [directive._tag]
}
const problem = (...argv: ReadonlyArray<string>) => Either.getOrElse(Either.flip(read(...argv)), () => "")

describe("argv", () => {
  it("takes options before and after the prompt", () => {
    const expected = ["zhipu", "--json", "--model", "glm-4.6", "--", "Hello there"]
    expect(args("--json", "-m", "glm-4.6", "Hello there")).toEqual(expected)
    expect(args("Hello there", "--json", "--model=glm-4.6")).toEqual(expected)
    expect(args("--json", "Hello there", "-mglm-4.6")).toEqual(expected)
    expect(args("--json", "Hello there", "-m=glm-4.6")).toEqual(expected)
  })

  it("leaves alone what follows --", () => {
    expect(args("--json", "--", "--model", "-h", "--")).toEqual(["zhipu", "--json", "--", "--model", "-h", "--"])
  })

  it("keeps values as they are", () => {
    expect(args("--system=a = b\n c ", "hi")).toEqual(["zhipu", "--system", "a = b\n c ", "--", "hi"])
    expect(args("--system", "- be brief", "hi")).toEqual(["zhipu", "--system", "- be brief", "--", "hi"])
    expect(args("--system", "models", "hi")).toEqual(["zhipu", "--system", "models", "--", "hi"])
    expect(args("--system", "", "hi")).toEqual(["zhipu", "--system", "", "--", "hi"])
  })

  it("lets the last of repeated options count", () => {
    expect(args("-m", "a", "hi", "--model", "b")).toEqual(["zhipu", "--model", "b", "--", "hi"])
    expect(args("--json", "--json")).toEqual(["zhipu", "--json"])
  })

  it("takes several words, and a dash for standard input", () => {
    expect(args("why", "is", "it", "--json")).toEqual(["zhipu", "--json", "--", "why", "is", "it"])
    expect(args("--messages", "-")).toEqual(["zhipu", "--messages", "-"])
    expect(args("-")).toEqual(["zhipu", "--", "-"])
  })

  it("finds the command, and lets -- make a prompt of it", () => {
    expect(args("models")).toEqual(["models"])
    expect(args("--json", "models")).toEqual(["models", "--json"])
    expect(args("simulate", "--port", "8080")).toEqual(["simulate", "--port", "8080"])
    expect(args("--", "models")).toEqual(["zhipu", "--", "models"])
    expect(args("models are what?")).toEqual(["zhipu", "--", "models are what?"])
    expect(problem("models", "are", "what")).toContain("zhipu -- ")
  })

  it("gives words to a command that takes them", () => {
    expect(args("migrate", "a.json", "--json", "-", "b.py")).toEqual(["migrate", "--json", "--", "a.json", "-", "b.py"])
    expect(args("migrate", "--", "--odd-name.json")).toEqual(["migrate", "--", "--odd-name.json"])
    expect(args("completions", "zsh")).toEqual(["completions", "--", "zsh"])
    expect(problem("doctor", "now")).toContain('takes no argument "now"')
  })

  it("takes a prompt that only looks like options", () => {
    expect(args("-1 + 3 is?")).toEqual(["zhipu", "--", "-1 + 3 is?"])
    expect(args("- buy milk\n- sleep")).toEqual(["zhipu", "--", "- buy milk\n- sleep"])
    expect(problem("--what does this do")).toContain('zhipu -- "--what does this do"')
  })

  it("refuses what it does not know, and says what may be meant", () => {
    expect(problem("--frobnicate", "hi")).toBe("There is no option --frobnicate.")
    expect(problem("--modle", "x", "hi")).toContain("Did you mean --model?")
    expect(problem("-x", "hi")).toBe("There is no option -x.")
    expect(problem("models", "--model", "x")).toBe("--model is no option of zhipu models.")
    expect(problem("hi", "--port", "1")).toBe("--port is no option of zhipu.")
    expect(problem("hi", "--model")).toBe("--model needs a value.")
    expect(problem("--model", "--json", "hi")).toBe("--model needs a value.")
    expect(problem("--json=yes", "hi")).toBe("--json takes no value.")
    expect(problem("--auth", "basic", "hi")).toBe("--auth takes one of api-key, jwt.")
  })

  it("finds help, version and completions anywhere", () => {
    expect(args("hi", "--help")).toEqual(["Help"])
    expect(args("-h")).toEqual(["Help"])
    expect(args("--json", "--version")).toEqual(["Version"])
    expect(args("--completions", "zsh")).toEqual(["Completions"])
    expect(Either.getOrThrow(read("simulate", "-h"))).toEqual({ _tag: "Help", command: "simulate" })
  })
})
