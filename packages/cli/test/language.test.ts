/** English and Chinese: by the locale, with the same keys in both. */
import * as Fault from "@effect-zhipu/testing/Fault"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"
import { commands } from "../src/Cli.js"
import { descriptions, helpText } from "../src/help.js"
import { chinese } from "../src/help/chinese.js"
import { chineseFaults } from "../src/help/chineseFaults.js"
import { faultsText } from "../src/help/faults.js"
import { languageOf, sayIn } from "../src/language.js"
import { width } from "../src/markdown/width.js"
import type { Documented } from "../src/options.js"
import { table } from "../src/sentences.js"
import * as SessionInput from "../src/sessionInput.js"
import { run } from "./support/zhipu.js"

describe("the language", () => {
  it("is that of the first locale that is set", () => {
    expect(languageOf({})).toBe("en")
    expect(languageOf({ LANG: "zh_CN.UTF-8" })).toBe("zh")
    expect(languageOf({ LANG: "zh_CN.UTF-8", LC_MESSAGES: "en_US.UTF-8" })).toBe("en")
    expect(languageOf({ LANG: "zh_CN.UTF-8", LC_MESSAGES: "en_US.UTF-8", LC_ALL: "zh_TW" })).toBe("zh")
    expect(languageOf({ LANG: "zh", LC_ALL: "" })).toBe("zh")
    expect(languageOf({ LANG: "zha_CN" })).toBe("en")
    expect(languageOf({ LANG: "C" })).toBe("en")
  })
})

const namesIn = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()

describe("the sentences", () => {
  it("are there in both, with the same names", () => {
    for (const [key, { en, zh }] of Object.entries(table)) {
      expect(zh, key).toMatch(/[\u4e00-\u9fff]|[，：。]/)
      expect([key, namesIn(zh)]).toEqual([key, namesIn(en)])
    }
    expect(sayIn("zh", "modelIs", { model: "glm-4.6" })).toBe("当前模型是 glm-4.6。")
    const firstWords = (lines: ReadonlyArray<string>) => lines.flatMap((line) => /^\/\w+/.exec(line)?.[0] ?? [])
    expect(firstWords(SessionInput.helpInChinese)).toEqual(firstWords(SessionInput.help))
    expect(SessionInput.helpInChinese.length).toBe(SessionInput.help.length)
  })
})

const isDocumented = (option: object): option is Documented => "description" in option

describe("the help", () => {
  it("is there in Chinese whole, and nothing stands there that the English one does not say", () => {
    const asked = new Set<string>()
    const known = Object.keys(descriptions) as Array<keyof typeof descriptions>
    for (const { name, options } of commands) {
      const command = known.find((known) => known === name)
      if (command === undefined) throw new Error(name)
      const translate = (text: string) => {
        asked.add(text)
        return chinese.get(text) ?? text
      }
      const help = helpText(command, options.filter(isDocumented), 100, translate)
      for (const line of help.split("\n")) expect(width(line), line).toBeLessThanOrEqual(100)
    }
    expect([...asked].filter((text) => !chinese.has(text))).toEqual([])
    expect([...chinese.keys()].filter((text) => !asked.has(text))).toEqual([])
  })

  it("on faults says what FAULTS.zh-CN.md says", () => {
    const asked = new Set<string>()
    faultsText(100, (text) => {
      asked.add(text)
      return text
    })
    expect([...chineseFaults.keys()].sort()).toEqual([...asked].sort())
    const page = Fs.readFileSync(new URL("../../testing/FAULTS.zh-CN.md", import.meta.url), "utf8")
    const told = page
      .split("\n")
      .flatMap((line) => (line.startsWith("| `") ? [line.split(/(?<!\\)\|/)[3]?.trim()] : []))
    const inChinese = Fault.table.map(({ doc }) => chineseFaults.get(`${doc}.`))
    expect(inChinese).toEqual(told.map((text) => `${text?.replaceAll("\\|", "|")}。`))
  })

  it.live("and what the command says are in Chinese where the locale says so", () =>
    Effect.promise(async () => {
      const env = { LANG: "zh_CN.UTF-8" }
      const help = await run(["--help"], { env })
      expect([help.code, help.stdout]).toEqual([0, expect.stringContaining("用法：zhipu [选项] [prompt]")])
      expect((await run(["help", "logs"], { env })).stdout).toContain("列出、显示、搜索和删除已保存的对话。")
      expect((await run(["--fault", "help"], { env })).stdout).toContain("作用于任何请求：")
      expect((await run(["Hello"], { env })).stderr).toContain("没有 API 密钥，因此没有提问。")
      expect((await run(["login"], { env })).stderr).toContain("没有 login 这个命令。")
      expect((await run(["--frobnicate"], { env })).stderr).toContain("没有选项 --frobnicate。")
      expect((await run(["--help"])).stdout).toContain("Usage: zhipu [options] [prompt]")
    })
  )
})
