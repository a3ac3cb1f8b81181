/** The reference: it is written without a warning, and holds every public module and all that those export. */
import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "vitest"

interface Comment {
  readonly summary: ReadonlyArray<{ readonly text: string }>
  readonly blockTags?: ReadonlyArray<{ readonly tag: string }>
}

/** What TypeDoc's JSON tells of an export or a module. */
interface Reflection {
  readonly id: number
  readonly name: string
  /** `reference` where the export is one of another module, which has its docstring. */
  readonly variant: string
  readonly comment?: Comment
  readonly signatures?: ReadonlyArray<{ readonly comment?: Comment }>
  readonly sources?: ReadonlyArray<{ readonly fileName: string; readonly url?: string }>
  readonly children?: ReadonlyArray<Reflection>
}

const here = fileURLToPath(new URL("..", import.meta.url))
const packages = ["ai", "api", "bulk", "client", "http", "mcp", "monitor", "node", "protocol", "redis", "testing"]
const modules = packages.flatMap((name) =>
  readdirSync(join(here, "..", name, "src"))
    .filter((file) => file.endsWith(".ts") && file !== "index.ts")
    .map((file) => `@effect-zhipu/${name}/${file.slice(0, -3)}`)
)

let folder = ""
let outcome: { readonly code: number | null; readonly output: string }
let found: ReadonlyArray<Reflection> = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "reference-"))
  const typedoc = join(createRequire(join(here, "package.json")).resolve("typedoc/package.json"), "../bin/typedoc")
  const json = join(folder, "reference.json")
  const args = [typedoc, "--html", join(folder, "html"), "--json", json, "--logLevel", "Warn"]
  const child = spawn(process.execPath, args, { cwd: here, stdio: ["ignore", "pipe", "pipe"] })
  let output = ""
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text))
  }
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve))
  outcome = { code, output }
  found = existsSync(json) ? JSON.parse(readFileSync(json, "utf8")).children : []
}, 300_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const tagsOf = ({ comment, signatures = [] }: Reflection) =>
  [comment, ...signatures.map((signature) => signature.comment)].flatMap((comment) =>
    (comment?.blockTags ?? []).map(({ tag }) => tag)
  )

describe("the reference", () => {
  it("is written without a warning", () => {
    expect(outcome).toEqual({ code: 0, output: "" })
  })

  it("holds every public module, by the name that one imports, and nothing internal", () => {
    expect(found.map(({ name }) => name).sort()).toEqual([...modules].sort())
  })

  it("has a page for each, with links to the source", () => {
    const pages = readdirSync(join(folder, "html", "modules"))
    for (const name of modules) expect(pages).toContain(`${name.replace("@", "_").replaceAll("/", "_")}.html`)
    for (const { name, sources } of found) {
      const file = name.replace(/^@effect-zhipu\/(\w+)\//, "packages/$1/src/")
      expect(sources?.[0]?.url).toContain(`https://github.com/effect-zhipu/effect-zhipu/blob/main/${file}.ts#L`)
    }
  })

  it("tells what every module is for", () => {
    const untold = found.filter(({ comment }) => (comment?.summary ?? []).every(({ text }) => text.trim() === ""))
    expect(untold.map(({ name }) => name)).toEqual([])
  })

  it("tells of everything that is exported since when it is there", () => {
    const untold = found.flatMap(({ children = [], name }) =>
      // The default export of a module is another name for what has the docstring.
      children
        .filter(
          (child) => child.name !== "default" && child.variant !== "reference" && !tagsOf(child).includes("@since")
        )
        .map((child) => `${name}.${child.name}`)
    )
    expect(untold).toEqual([])
  })

  it("shows the examples", () => {
    const page = readFileSync(join(folder, "html", "functions", "_effect-zhipu_client_Zhipu.layer.html"), "utf8")
    expect(page).toContain("FetchHttpClient")
    expect(page).toContain("10 minutes")
  })
})
