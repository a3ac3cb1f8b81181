import { describe, expect, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as Argv from "../src/argv.js"
import { commands } from "../src/Cli.js"

const read = (...argv: ReadonlyArray<string>) => Argv.read(argv, commands)
const args = (...argv: ReadonlyArray<string>) => {
  const directive = Either.getOrThrowWith(read(...argv), ({ message }) => new Error(message))
  return directive._tag === "Run" ? [directive.command, ...directive.args] : [directive._tag]
}
const broken = (...argv: ReadonlyArray<string>): Argv.Problem =>
  Either.getOrElse(Either.flip(read(...argv)), () => ({ message: "" }))
const problem = (...argv: ReadonlyArray<string>) => broken(...argv).message

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
    expect(problem("-q", "hi")).toBe("There is no option -q.")
    expect(problem("models", "--model", "x")).toBe("--model is no option of zhipu models.")
    expect(problem("hi", "--port", "1")).toBe("--port is no option of zhipu.")
    expect(problem("hi", "--model")).toBe("--model needs a value.")
    expect(problem("--model", "--json", "hi")).toBe("--model needs a value.")
    expect(problem("--json=yes", "hi")).toBe("--json takes no value.")
    expect(problem("--auth", "basic", "hi")).toBe("--auth takes one of api-key, jwt.")
  })

  it("takes no word for a prompt that is a command with a typing error", () => {
    expect(broken("docter")).toEqual({
      message: "There is no command docter. Did you mean zhipu doctor? To ask the model this: zhipu -- docter"
    })
    const meant = {
      doctr: "doctor",
      dcotor: "doctor",
      tokne: "token",
      model: "models",
      migrat: "migrate",
      simualte: "simulate",
      simulater: "simulate",
      complitons: "completions",
      replya: "replay",
      caht: "chat",
      lgos: "logs"
    }
    for (const [word, command] of Object.entries(meant)) {
      expect(problem(word), word).toContain(`Did you mean zhipu ${command}?`)
      expect(args("--", word)).toEqual(["zhipu", "--", word])
      expect(args(word, "please")).toEqual(["zhipu", "--", word, "please"])
      expect(Either.isRight(Argv.read([word], commands, true)), "with something piped in").toBe(true)
    }
    // With options of that command it is one still; with others it is a question.
    expect(problem("docter", "--offline")).toContain("Did you mean zhipu doctor?")
    expect(args("model", "-f", "car.txt")).toEqual(["zhipu", "--file", "car.txt", "--", "model"])
  })

  it("takes no words of other tools for a question", () => {
    const told = ["list", "history", "login", "run glm-4.6", "help login", "help list", "exit", "auth login"]
    for (const text of [...told, "sessions list", "version"]) {
      const words = text.split(" ")
      expect(problem(...words), text).toMatch(/^There is no command/)
      expect(problem(...words), text).toContain(`To ask the model this: zhipu -- ${text}`)
      expect(args("--", ...words), text).toEqual(["zhipu", "--", ...words])
    }
    expect(problem("run", "glm-4.6")).toContain("Did you mean zhipu -m glm-4.6?")
    expect(problem("list")).toContain("Did you mean zhipu models?")
    const questions = ["list three fruits", "run me through it", "help me", "show me a poem", "login page in CSS"]
    for (const text of questions) {
      expect(args(...text.split(" ")), text).toEqual(["zhipu", "--", ...text.split(" ")])
      expect(args(text), text).toEqual(["zhipu", "--", text])
    }
    // What is piped in, or an option of asking, makes a question of them.
    expect(Either.isRight(Argv.read(["list"], commands, true))).toBe(true)
    expect(args("list", "--json")).toEqual(["zhipu", "--json", "--", "list"])
  })

  it("leaves prompts of one word alone", () => {
    const prompts =
      "hello monday hi second motor modern broken factor vibrate actor report janitor completely helps cat what that dogs days"
    for (const word of [...prompts.split(" "), "Doctor", "doctor?", "doctör", "你好", "docter now", "do"]) {
      expect(args(word), word).toEqual(["zhipu", "--", word])
    }
  })

  it("gives help for the word help", () => {
    expect(Either.getOrThrow(read("help"))).toEqual({ _tag: "Help", command: "zhipu" })
    expect(Either.getOrThrow(read("help", "simulate"))).toEqual({ _tag: "Help", command: "simulate" })
    expect(Either.getOrThrow(read("help", "--json"))).toEqual({ _tag: "Help", command: "zhipu" })
    expect(args("help", "me")).toEqual(["zhipu", "--", "help", "me"])
    expect(args("help me")).toEqual(["zhipu", "--", "help me"])
    expect(args("--", "help")).toEqual(["zhipu", "--", "help"])
  })

  it("points to the help of the command that is meant", () => {
    expect(broken("simulate", "--prot", "3").help).toBe("zhipu simulate")
    expect(broken("doctor", "--ofline").help).toBe("zhipu doctor")
    expect(broken("simulate", "--port").help).toBe("zhipu simulate")
    expect(broken("models", "--model", "x").help).toBe("zhipu models")
    expect(broken("doctor", "now").help).toBe("zhipu doctor")
    expect(broken("hi", "--frobnicate").help).toBe("zhipu")
  })

  it("takes no key, and repeats none", () => {
    const key = "somebody-of-note.has-this-secret"
    const says = "The key is no option, as it would stand in the history: set ZHIPU_API_KEY, or use --key-stdin."
    for (const name of ["--key", "--api-key", "--apikey", "--api_key", "--apiKey", "--zhipu-api-key"]) {
      expect(problem(name, key, "hi")).toBe(says)
      expect(problem("doctor", `${name}=${key}`)).toBe(says)
      expect(problem(`${name}=${key} and more`)).toBe(says)
    }
    expect(problem("token", key)).toContain("zhipu token takes no argument.")
    expect(problem("token", key)).not.toContain("secret")
    expect(args("--key-stdin", "hi")).toEqual(["zhipu", "--key-stdin", "--", "hi"])
  })

  it("finds help, version and completions anywhere", () => {
    expect(args("hi", "--help")).toEqual(["Help"])
    expect(args("-h")).toEqual(["Help"])
    expect(args("--json", "--version")).toEqual(["Version"])
    expect(args("--completions", "zsh")).toEqual(["Completions"])
    expect(Either.getOrThrow(read("simulate", "-h"))).toEqual({ _tag: "Help", command: "simulate" })
  })
})
