// Writes the barrels, src/index.ts of each package with modules to export, from the top comment of every module.
// With --check it writes nothing and fails when one is stale.
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { publicPackages, root, runTool, tool, run } from "./tools.mjs"

const check = process.argv.includes("--check")

const generate = async (name) => {
  // A copy, because the generator writes next to the modules, and reads a narrower package.json than npm does.
  const folder = await mkdtemp(join(tmpdir(), "barrel-"))
  try {
    await cp(join(root, "packages", name, "src"), join(folder, "src"), { recursive: true })
    await writeFile(
      join(folder, "package.json"),
      JSON.stringify({ name, version: "0.0.0", description: name, license: "MIT", repository: name })
    )
    const { code, stdout, stderr } = await run(process.execPath, [tool("@effect/build-utils"), "prepare-v2"], {
      cwd: folder,
      stdio: "pipe"
    })
    if (code !== 0) throw new Error(`build-utils prepare-v2 failed for packages/${name}\n${stdout}${stderr}`)
    const barrel = await readFile(join(folder, "src", "index.ts"), "utf8")
    const formatted = await runTool("oxfmt", ["--stdin-filepath", "index.ts"], { input: barrel, stdio: "pipe" })
    if (formatted.code !== 0) throw new Error(`oxfmt failed for packages/${name}\n${formatted.stderr}`)
    return formatted.stdout
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

let failed = false
const fail = (message) => {
  failed = true
  console.error(message)
}

// A command has no modules to export, and the barrels of the edition for Effect 4 are made of these.
for (const name of publicPackages.filter((name) => name !== "cli" && name !== "effect4")) {
  const src = join(root, "packages", name, "src")
  for (const file of await readdir(src)) {
    if (!file.endsWith(".ts") || file === "index.ts") continue
    if (!(await readFile(join(src, file), "utf8")).startsWith("/**\n")) {
      fail(`packages/${name}/src/${file} has no top comment`)
    }
  }
  const index = join(src, "index.ts")
  const before = await readFile(index, "utf8").catch(() => undefined)
  const after = await generate(name)
  if (before === after) continue
  if (check) {
    fail(`packages/${name}/src/index.ts is stale: run "npm run codegen"`)
  } else {
    await writeFile(index, after)
    console.log(`wrote packages/${name}/src/index.ts`)
  }
}

process.exitCode = failed ? 1 : 0
