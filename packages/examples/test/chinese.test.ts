/**
 * The pages in Chinese say what the English ones say: the README of a package has the headings, tables and code of its twin, and
 * who reads Chinese is led to pages in Chinese.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join, posix } from "node:path"
import { describe, expect, it } from "vitest"
import { root } from "./support/child.js"
import { blocksIn, brokenLinks, parts, read } from "./support/markdown.js"

const manifestOf = (name: string) => JSON.parse(read(`packages/${name}/package.json`))

/** The packages that are published, by their folders. */
const names = readdirSync(join(root, "packages")).filter(
  (name) => existsSync(join(root, "packages", name, "package.json")) && manifestOf(name).private !== true
)

const english = (name: string): string => `packages/${name}/README.md`
const chinese = (name: string): string => `packages/${name}/README.zh-CN.md`

/** Words or marks of Chinese. */
const isChinese = (text: string): boolean => /[\p{Script=Han}\u3000-\u303f\uff00-\uffef]/u.test(text)

const withoutBlocks = (text: string): string => text.replace(/^```[^]*?^```$/gm, "")

/** The frame of a page: headings by their level, rows of tables by their columns, and items of lists. */
const frameOf = (text: string): ReadonlyArray<string> =>
  withoutBlocks(text)
    .split("\n")
    .flatMap((line) => {
      const [, heading] = /^(#+) /.exec(line) ?? []
      if (heading !== undefined) return [heading]
      if (line.startsWith("|")) return [`row of ${line.replaceAll("\\|", "").split("|").length - 2}`]
      return line.startsWith("- ") ? ["item"] : []
    })

/** Lines for a shell without comments, and what is quoted in them. */
const shellParts = (code: string): { readonly code: string; readonly strings: ReadonlyArray<string> } => {
  const strings: Array<string> = []
  const kept = code.replace(/"[^"\n]*"|'[^'\n]*'|(?<=\s)#.*/g, (token) => {
    if (token.startsWith("#")) return ""
    strings.push(token)
    return '""'
  })
  return { code: kept.replace(/ +/g, " ").replace(/ +$/gm, ""), strings }
}

const codeOf = (file: string) =>
  blocksIn(read(file)).map(({ code, language }) => {
    if (language === "ts" || language === "js") return { language, ...parts(code) }
    return language === "sh" ? { language, ...shellParts(code) } : { language, code: "", strings: [] }
  })

it("there are published packages", () => {
  expect(names).toContain("client")
})

describe.each(names)("the README of %s in Chinese", (name) => {
  it("is linked from the English one, links back, and is packed", () => {
    const top = (file: string) => read(file).split("\n")[2]
    expect(top(english(name))).toBe("[中文](README.zh-CN.md)")
    expect(top(chinese(name))).toBe("[English](README.md)")
    expect(manifestOf(name).files).toContain("README.zh-CN.md")
  })

  it("has the headings, tables and lists of the English one", () => {
    expect(frameOf(read(chinese(name)))).toEqual(frameOf(read(english(name))))
  })

  it("shows the same code, but for comments and what is said in Chinese", () => {
    const originals = codeOf(english(name))
    const others = codeOf(chinese(name))
    expect(others.map(({ code, language }) => ({ language, code }))).toEqual(
      originals.map(({ code, language }) => ({ language, code }))
    )
    for (const [index, { strings }] of originals.entries()) {
      const translated = others[index]?.strings ?? []
      expect(translated.map((other, at) => (isChinese(other) ? strings[at] : other))).toEqual(strings)
    }
  })

  it("links to files that are there", () => {
    expect(brokenLinks(english(name))).toEqual([])
    expect(brokenLinks(chinese(name))).toEqual([])
  })
})

describe("the faults of the simulator in Chinese", () => {
  const files = ["FAULTS.md", "FAULTS.zh-CN.md"].map((name) => `packages/testing/${name}`)

  it("are those of the English page, which links to it, and are packed", () => {
    const [english = "", chinese = ""] = files.map(read)
    expect(frameOf(chinese)).toEqual(frameOf(english))
    const names = (text: string) => Array.from(text.matchAll(/^\| (`.*?`) +\|/gm), ([, name]) => name)
    expect(names(chinese)).toEqual(names(english))
    expect(english.split("\n")[2]).toBe("[中文](FAULTS.zh-CN.md)")
    expect(manifestOf("testing").files).toContain("FAULTS.zh-CN.md")
  })
})

describe("the pages in Chinese", () => {
  const pages = [
    "README.zh-CN.md",
    ...readdirSync(join(root, "docs/zh")).map((page) => `docs/zh/${page}`),
    ...names.map(chinese),
    "packages/testing/FAULTS.zh-CN.md"
  ]

  /** The page in Chinese that says what an English one says; a folder of a package shows its README. */
  const twinOf = (path: string): string | undefined => {
    const page = names.some((name) => path === `packages/${name}`) ? `${path}/README.md` : path
    if (page.includes("/zh/") || page.includes(".zh-CN.")) return undefined
    const twin = page.startsWith("docs/") ? page.replace("docs/", "docs/zh/") : page.replace(/\.md$/, ".zh-CN.md")
    return twin !== page && existsSync(join(root, twin)) ? twin : undefined
  }

  it.each(pages)("%s leads to no English page that has a Chinese one", (page) => {
    const links = Array.from(read(page).matchAll(/\[([^\]]*)\]\(([^)#]+)[^)]*\)/g)).flatMap(
      ([, text = "", target = ""]) => {
        const [, inRepository] =
          /^https:\/\/github\.com\/effect-zhipu\/effect-zhipu\/(?:tree|blob)\/main\/(.*)$/.exec(target) ?? []
        if (inRepository === undefined && /^https?:/.test(target)) return []
        const path = (inRepository ?? posix.join(dirname(page), target)).replace(/\/$/, "")
        return text !== "English" && twinOf(path) !== undefined ? [target] : []
      }
    )
    expect(links).toEqual([])
  })

  it("break no line between two Chinese characters, where a reader would see a space", () => {
    const broken = pages.flatMap((page) =>
      Array.from(
        read(page)
          .replace(/^```[^]*?^```$/gm, "")
          .matchAll(/^(?![#|]).*\p{Script=Han}\n *\p{Script=Han}.*$/gmu),
        ([text]) => `${page}: ${text}`
      )
    )
    expect(broken).toEqual([])
  })

  it("address the reader with one word", () => {
    const formal = pages.filter((page) => readFileSync(join(root, page), "utf8").includes("您"))
    expect(formal).toEqual([])
  })
})
