/** A program that imports a package keeps its globals: `fetch` goes where it went, through the undici it went through. */
import { execFile, spawnSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { promisify } from "node:util"
import { beforeAll, describe, expect, it } from "vitest"

const root = fileURLToPath(new URL("../../..", import.meta.url))
const child = fileURLToPath(new URL("support/globals.mjs", import.meta.url))

/** What runs by itself when it is imported. */
const programs = ["bin.js"]

const packages = readdirSync(join(root, "packages"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => {
    const manifest: { readonly private?: boolean } = JSON.parse(
      readFileSync(join(root, "packages", name, "package.json"), "utf8")
    )
    return { name, published: manifest.private !== true }
  })
  .filter(({ published }) => published)

const modulesOf = (name: string): ReadonlyArray<string> => {
  const dist = join(root, "packages", name, "dist")
  return readdirSync(dist, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".js") && !programs.includes(file))
    .map((file) => pathToFileURL(join(dist, file)).href)
}

const changesOf = async (
  state: "fresh" | "fetched",
  modules: ReadonlyArray<string>
): Promise<ReadonlyArray<string>> => {
  const { stdout } = await promisify(execFile)(process.execPath, [child, state, ...modules], { cwd: root })
  return JSON.parse(stdout)
}

describe("globals", () => {
  beforeAll(() => {
    // What a program imports; nothing to do where it is built already.
    const built = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-b"], { cwd: root })
    expect(built.stdout.toString()).toBe("")
  }, 300_000)

  it.for(packages)("are the same after an import of $name, and of each of its modules", async ({ name }) => {
    const modules = modulesOf(name)
    expect(modules.length).toBeGreaterThan(0)
    expect(await changesOf("fresh", modules)).toEqual([])
    expect(await changesOf("fetched", modules)).toEqual([])
  })

  it("are looked at as far as the dispatcher of the global fetch", async () => {
    expect(await changesOf("fresh", ["undici"])).toContain("undici: Symbol(undici.globalDispatcher.1)")
  })
})
