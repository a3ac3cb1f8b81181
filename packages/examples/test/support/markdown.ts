/** What a page of Markdown shows: its fenced blocks, and where they stand. */
import { existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { root } from "./child.js"

export interface Block {
  readonly language: string
  readonly code: string
  /** The line of the page where the code begins, from 1. */
  readonly line: number
  /** Nothing but blank lines stands between this block and the one before. */
  readonly follows: boolean
  /** The last line of text before the block. */
  readonly before: string
}

/** A page as text; `file` is relative to the top of the repository. */
export const read = (file: string): string => readFileSync(join(root, file), "utf8").replaceAll("\r\n", "\n")

/** The fenced blocks of a page, in order. */
export const blocksIn = (text: string): ReadonlyArray<Block> => {
  let end = 0
  return Array.from(text.matchAll(/^```(\w*)[^\n]*\n([^]*?)^```$/gm), (match) => {
    const [all, language = "", code = ""] = match
    const follows = end > 0 && text.slice(end, match.index).trim() === ""
    const before = text.slice(end, match.index).trimEnd().split("\n").at(-1) ?? ""
    end = match.index + all.length
    return { language, code, line: text.slice(0, match.index).split("\n").length + 1, follows, before }
  })
}

/** The anchors of a page, as GitHub makes them of its headings. */
const anchorsOf = (text: string): ReadonlySet<string> => {
  const anchors = new Set<string>()
  for (const [, heading = ""] of text.replace(/^```[^]*?^```$/gm, "").matchAll(/^#+ (.+)$/gm)) {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, "")
      .replaceAll(" ", "-")
    let anchor = slug
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${count}`
    anchors.add(anchor)
  }
  return anchors
}

/** The links of a page to files that are not there, or to headings that these do not have. */
export const brokenLinks = (file: string): ReadonlyArray<string> =>
  Array.from(read(file).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)).flatMap(([, path = "", anchor]) => {
    const target = path === "" ? file : join(dirname(file), path)
    if (!existsSync(join(root, target))) return [path]
    if (anchor === undefined || !target.endsWith(".md")) return []
    return anchorsOf(read(target)).has(decodeURIComponent(anchor)) ? [] : [`${path}#${anchor}`]
  })

/** A script without comments and with strings left out, and the strings. What is computed inside of one is code. */
export const parts = (script: string): { readonly code: string; readonly strings: ReadonlyArray<string> } => {
  const strings: Array<string> = []
  const code = script.replace(/\/\/.*|\/\*[^]*?\*\/|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[^])*`/g, (token) => {
    if (token.startsWith("/")) return token.startsWith("//") ? "//" : "/**/"
    strings.push(token)
    return token.startsWith("`") ? `\`${(token.match(/\$\{[^}]*\}/g) ?? []).join(" ")}\`` : `""`
  })
  // Longer strings break lines where shorter ones do not, and a broken list ends with a comma or not.
  return { code: code.replace(/\s+/g, " ").replace(/ ?([()[\]{}]) ?/g, "$1"), strings }
}
