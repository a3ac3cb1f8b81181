/** Settings, stored keys and templates: `zhipu config`, `zhipu keys`, `zhipu templates`, and what asking makes of them. */
import { afterEach, beforeEach, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { fill, missing, parse, variablesOf } from "../src/templates.js"
import { simulated } from "./support/simulator.js"
import { hasScript, terminal } from "./support/terminal.js"
import { run } from "./support/zhipu.js"

let home = ""

beforeEach(() => {
  home = Fs.mkdtempSync(Path.join(Os.tmpdir(), "zhipu-settings-"))
})

afterEach(() => Fs.rmSync(home, { recursive: true, force: true }))

const file = (name: string) => Path.join(home, "zhipu", name)

const place = Effect.gen(function* () {
  const simulator = yield* simulated()
  const env = { XDG_CONFIG_HOME: home }
  return {
    ...simulator,
    zhipu: (args: ReadonlyArray<string>, more: Readonly<Record<string, string>> = {}, stdin?: string) =>
      simulator.zhipu(args, { env: { ...env, ...more }, ...(stdin === undefined ? {} : { stdin }) }),
    bodies: Effect.map(simulator.requests, (all) => all.map(({ body }) => body))
  }
})

describe("zhipu config", () => {
  it.scopedLive("sets what an option says otherwise, and a variable goes before it", () =>
    Effect.gen(function* () {
      const { bodies, zhipu } = yield* place
      expect((yield* zhipu(["config", "path"])).stdout).toBe(`${file("config.json")}\n`)
      expect((yield* zhipu(["config"])).stdout).toBe("")
      for (const words of [
        ["model", "glm-4.7"],
        ["system", "Be", "brief."],
        ["thinking", "disabled"],
        ["timeout", "90s"]
      ]) {
        expect(yield* zhipu(["config", "set", ...words])).toMatchObject({ code: 0, stdout: "" })
      }
      expect((yield* zhipu(["config", "get", "system"])).stdout).toBe("Be brief.\n")
      expect((yield* zhipu(["config", "list"], { ZHIPU_MODEL: "glm-5" })).stdout).toBe(
        "model     glm-4.7    (ZHIPU_MODEL goes before it)\nsystem    Be brief.\nthinking  disabled\ntimeout   90s\n"
      )
      expect(Fs.statSync(file("config.json")).mode & 0o777).toBe(0o600)
      yield* zhipu(["Hello"])
      yield* zhipu(["Hello"], { ZHIPU_MODEL: "glm-5", ZHIPU_THINKING: "enabled" })
      yield* zhipu(["Hello", "-m", "glm-4.6", "-s", "", "--thinking", "enabled"])
      yield* zhipu(["config", "unset", "model"])
      yield* zhipu(["Hello"], { ZHIPU_MODEL: "" })
      const system = { role: "system", content: "Be brief." }
      const hello = { role: "user", content: "Hello" }
      expect(yield* bodies).toMatchObject([
        { model: "glm-4.7", messages: [system, hello], thinking: { type: "disabled" } },
        { model: "glm-5", messages: [system, hello], thinking: { type: "enabled" } },
        { model: "glm-4.6", messages: [{ role: "system", content: "" }, hello], thinking: { type: "enabled" } },
        { model: "glm-4.6", messages: [system, hello] }
      ])
    })
  )

  it.live("says what cannot be, and lets a broken file be mended", () =>
    Effect.promise(async () => {
      const env = { XDG_CONFIG_HOME: home, ZHIPU_SIMULATE: "1" }
      const wrong: ReadonlyArray<readonly [string, string]> = [
        ["set modle glm-4.6", "There is no setting modle."],
        ["set region eu", "region takes one of cn, global."],
        ["set timeout soon", "timeout takes a time"],
        ["set base-url nowhere", "base-url takes an http: or https: URL."],
        ["get model", "model is not set."],
        ["frobnicate", "zhipu config takes list"]
      ]
      for (const [words, says] of wrong) {
        const { code, stderr } = await run(["config", ...words.split(" ")], { env })
        expect([words, code, stderr]).toEqual([words, 2, expect.stringContaining(says)])
      }
      Fs.mkdirSync(Path.join(home, "zhipu"))
      Fs.writeFileSync(file("config.json"), '{"modle": "x", "log": "off"}')
      const misspelt = await run(["Hello"], { env })
      expect([misspelt.code, misspelt.stderr]).toEqual([0, expect.stringContaining("There is no setting modle.")])
      expect((await run(["config", "unset", "modle"], { env })).code).toBe(0)
      expect(Fs.readFileSync(file("config.json"), "utf8")).toBe('{\n  "log": "off"\n}\n')
      Fs.writeFileSync(file("config.json"), "{")
      const broken = await run(["Hello"], { env })
      expect([broken.code, broken.stderr]).toEqual([3, expect.stringContaining("config.json does not hold")])
      expect((await run(["config", "path"], { env })).code).toBe(0)
      expect((await run(["config", "set", "log", "on"], { env })).stderr).toContain("mend it, or remove it")
      expect((await run(["models"], { env })).code).toBe(0)
    })
  )

  it.live("loses nothing where two change it at once, and leaves a link where it is", () =>
    Effect.promise(async () => {
      const [env, link] = [{ XDG_CONFIG_HOME: home }, file("config.json")]
      const target = Path.join(home, "dotfiles.json")
      Fs.mkdirSync(file("."))
      Fs.writeFileSync(target, "{}")
      Fs.symlinkSync(target, link)
      // Of one that was killed within a change.
      Fs.writeFileSync(`${target}.lock`, "")
      Fs.utimesSync(`${target}.lock`, 1, 1)
      const pairs = ["model a", "thinking enabled", "log on", "timeout 5", "auth jwt", "region cn"]
      await Promise.all(pairs.map((pair) => run(["config", "set", ...pair.split(" ")], { env })))
      const expected = Object.fromEntries(pairs.map((pair) => pair.split(" ")))
      expect(JSON.parse(Fs.readFileSync(target, "utf8"))).toEqual(expected)
      expect(Fs.lstatSync(link).isSymbolicLink()).toBe(true)
      expect(Fs.readdirSync(home).sort()).toEqual(["dotfiles.json", "zhipu"])
    })
  )
})

describe("zhipu keys", () => {
  it.scopedLive("stores keys privately, uses the first or the one that is chosen, and prints none", () =>
    Effect.gen(function* () {
      const { apiKey, requests, zhipu } = yield* place
      const none = { ZHIPU_API_KEY: "" }
      const key = Redacted.value(apiKey)
      const wrong = "somebody-else.has-this-secret"
      expect((yield* zhipu(["keys", "set"], none, `${wrong}\n`)).code).toBe(0)
      expect((yield* zhipu(["keys", "set", "work"], none, `"${key}"\n`)).code).toBe(0)
      expect(Fs.statSync(file("keys.json")).mode & 0o777).toBe(0o600)
      expect(Fs.statSync(Path.dirname(file("keys.json"))).mode & 0o777).toBe(0o700)
      const list = yield* zhipu(["keys"], none)
      expect(list.stdout).toBe("cn    cn  in use\nwork  cn\n")
      expect((yield* zhipu(["Hello"], none)).code).toBe(3)
      expect((yield* zhipu(["config", "set", "key", "work"], none)).code).toBe(0)
      const answer = yield* zhipu(["Hello"], none)
      const doctor = yield* zhipu(["doctor", "--offline"], none)
      expect([answer.code, doctor.stdout]).toEqual([0, expect.stringContaining("The key work of zhipu keys is used")])
      const token = yield* zhipu(["token"], none)
      expect(token.code).toBe(0)
      // A key of the environment goes before.
      expect((yield* zhipu(["Hello"], { ZHIPU_API_KEY: wrong })).code).toBe(3)
      expect((yield* zhipu(["keys", "remove", "work"], none)).code).toBe(0)
      const gone = yield* zhipu(["Hello"], none)
      expect([gone.code, gone.stderr]).toEqual([3, expect.stringContaining("There is no stored key work")])
      expect(doctor.stdout).not.toContain(key.split(".")[1])
      for (const { stderr, stdout } of [list, answer, doctor, gone])
        expect(stdout + stderr).not.toMatch(/else\.has|has-this/)
      expect((yield* requests).length).toBe(3)
    })
  )

  it.live("takes no key as a word, and nothing that is none", () =>
    Effect.promise(async () => {
      const env = { XDG_CONFIG_HOME: home }
      for (const words of [
        ["set", "somebody.has-this-secret"],
        ["set", "work", "somebody.has-this-secret"]
      ]) {
        const { code, stderr } = await run(["keys", ...words], { env, stdin: "" })
        expect([code, stderr]).toEqual([2, expect.stringContaining("it would stand in the history")])
        expect(stderr).not.toContain("secret")
      }
      for (const stdin of ["", "short\n", "has some spaces in it\n"]) {
        expect((await run(["keys", "set"], { env, stdin })).stderr).toContain("This is no key")
      }
      expect(Fs.existsSync(file("keys.json"))).toBe(false)
      expect((await run(["keys", "remove", "nobody"], { env })).code).toBe(2)
    })
  )

  it.scopedLive.runIf(hasScript)("asks for a key at a terminal without showing it", () =>
    Effect.gen(function* () {
      const { exit, type } = yield* terminal("keys set global", { env: { XDG_CONFIG_HOME: home } })
      yield* Effect.promise(async () => {
        await type("", /not shown\): $/)
        expect(await type("somebody-of-note.has-this-secret\r", /Stored as global, for global/)).not.toContain("secret")
        expect(await exit).toBe(0)
      })
      const given = yield* terminal("keys set other", { env: { XDG_CONFIG_HOME: home } })
      yield* Effect.promise(async () => {
        await given.type("", /not shown\): $/)
        expect(await given.type("\u0003", /\n/)).not.toContain("This is no key")
        expect(await given.exit).toBe(130)
      })
      expect(JSON.parse(Fs.readFileSync(file("keys.json"), "utf8"))).toEqual([
        { name: "global", region: "global", key: "somebody-of-note.has-this-secret" }
      ])
    })
  )
})

describe("a template", () => {
  it("has names, some with what stands for them, and settings above", () => {
    const { settings, text } = parse(
      "x",
      '---\nmodel: glm-4.7\nsystem: "Say: hi"\n---\nTo {{ to|English }}: {{input}} {{a}} {{a|1}}\n'
    )
    expect([...settings]).toEqual([
      ["model", "glm-4.7"],
      ["system", "Say: hi"]
    ])
    expect([...variablesOf(text)]).toEqual([
      ["to", true],
      ["input", false],
      ["a", false]
    ])
    expect(missing(text, new Map([["input", "x"]]))).toEqual(["a"])
    const given = new Map([
      ["input", "{{a}} $& x"],
      ["a", "A"]
    ])
    expect(fill(text, given)).toBe("To English: {{a}} $& x A A")
    expect(parse("x", "no --- settings: here").text).toBe("no --- settings: here")
  })

  it.scopedLive("is written, and asked by", () =>
    Effect.gen(function* () {
      const { bodies, zhipu } = yield* place
      const source =
        "---\nmodel: glm-4.7\nsystem: You translate to {{to|French}}.\ntemperature: 0.2\n---\nTranslate: {{input}}"
      expect((yield* zhipu(["templates", "set", "tr"], {}, source)).code).toBe(0)
      expect((yield* zhipu(["templates", "set", "plain"], {}, "Sum {{what}} up.")).code).toBe(0)
      expect((yield* zhipu(["templates"])).stdout).toBe(
        "plain  what      Sum {{what}} up.\ntr     input to  Translate: {{input}}\n"
      )
      expect((yield* zhipu(["templates", "show", "tr"])).stdout).toBe(`${source}\n`)
      expect((yield* zhipu(["-t", "tr", "cat"])).code).toBe(0)
      expect((yield* zhipu(["-t", "tr", "-p", "to=Dutch", "-m", "glm-5"], {}, "dog\n")).code).toBe(0)
      expect((yield* zhipu(["-t", "plain", "-p", "what=it"])).code).toBe(0)
      expect((yield* zhipu(["-t", "plain", "-p", "what=it", "More."])).code).toBe(0)
      expect(yield* bodies).toMatchObject([
        {
          model: "glm-4.7",
          temperature: 0.2,
          messages: [{ content: "You translate to French." }, { content: "Translate: cat" }]
        },
        { model: "glm-5", messages: [{ content: "You translate to Dutch." }, { content: "Translate: dog" }] },
        { messages: [{ content: "Sum it up." }] },
        { messages: [{ content: "Sum it up.\n\nMore." }] }
      ])
      const wrong: ReadonlyArray<readonly [ReadonlyArray<string>, string]> = [
        [["-t", "nothing", "x"], "There is no template nothing"],
        [["-t", "../tr", "x"], "There is no template ../tr"],
        [["-t", "plain"], "The template plain needs: --param what=…"],
        [["-t", "plain", "-p", "waht=1"], "The template plain has no waht."],
        [["-t", "plain", "-p", "what"], "--param takes name=value"],
        [["-p", "what=1", "x"], "--param goes with --template."],
        [["-t", "tr"], "There is no prompt."],
        [["templates", "set", "../x"], "A name of a template is"],
        [["templates", "show", "x"], "There is no template x"]
      ]
      for (const [words, says] of wrong) {
        const { code, stderr } = yield* zhipu(words, {}, words[0] === "templates" ? "text" : undefined)
        expect([words, code, stderr]).toEqual([words, 2, expect.stringContaining(says)])
      }
      const unknown = yield* zhipu(["templates", "set", "x"], {}, "---\nmodle: x\n---\ntext")
      expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining("A template knows no modle")])
      // What was written in the editor is kept.
      const edited = yield* zhipu(["templates", "edit", "x"], {
        EDITOR: "printf -- '---\\nmodle: x\\n---\\ntext' >",
        TMPDIR: home
      })
      const [, aside = ""] = /What you wrote is in (\S+):/.exec(edited.stderr) ?? []
      expect([edited.code, Fs.readFileSync(aside, "utf8")]).toEqual([2, "---\nmodle: x\n---\ntext"])
      expect((yield* zhipu(["templates", "remove", "tr"])).code).toBe(0)
      expect(Fs.readdirSync(file("templates"))).toEqual(["plain.md"])
    })
  )
})
