// Writes the modules of packages/effect4/src out of those of the Effect 3 packages. With --check it writes nothing, and fails where one
// is stale or was edited by hand.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join, posix, relative, sep } from "node:path"
import { format } from "oxfmt"
import { root } from "../tools.mjs"
import { folders, handwritten, missing } from "./editions.mjs"
import { misplaced, rewrite } from "./rewrite.mjs"

const target = join(root, "packages/effect4/src")

const { $schema: _, ignorePatterns: __, ...style } = JSON.parse(readFileSync(join(root, ".oxfmtrc.json"), "utf8"))

const modulesOf = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
        .sort()
    : []

const generated = async (source, file) => {
  const text = readFileSync(join(root, source), "utf8")
  if (!file.endsWith(".ts")) return text
  const { code, errors } = await format(file, rewrite(text, file), style)
  if (errors.length > 0) throw new Error(`${source} cannot be read once it is rewritten: ${JSON.stringify(errors[0])}`)
  return `// Generated from ${source} by scripts/effect4: change that file.\n${code}`
}

const effectFolder = join(root, "packages/effect4/node_modules/effect/dist")

/** Modules of Effect 3 that a module still asks for: Node would look for them in the other effect of this repository. */
const unknownModules = (text) =>
  existsSync(effectFolder)
    ? [...text.matchAll(/^(?:import|export) [^\n]*from "effect\/([\w/-]+)"|^import\("effect\/([\w/-]+)"/gm)]
        .map(([, name]) => name)
        .filter(
          (name) =>
            name && !existsSync(join(effectFolder, `${name}.js`)) && !existsSync(join(effectFolder, name, "index.js"))
        )
    : []

/** All that there shall be: text by path. */
export const edition = async () => {
  const files = new Map()
  for (const [name, folder] of Object.entries(folders)) {
    for (const module of modulesOf(join(root, "packages", name, "src"))) {
      const file = posix.join(folder, module)
      if (!handwritten.has(file) && !missing.has(file))
        files.set(file, await generated(`packages/${name}/src/${module}`, file))
    }
  }
  // The page of the monitor, below the package as there.
  for (const asset of modulesOf(join(root, "packages/monitor/assets"))) {
    files.set(`../assets/${asset}`, readFileSync(join(root, "packages/monitor/assets", asset), "utf8"))
  }
  return files
}

const main = async (check) => {
  const files = await edition()
  for (const place of misplaced) console.error(`scripts/effect4/edits.mjs: ${place}`)
  if (misplaced.length > 0) process.exitCode = 1
  const problems = []
  for (const [file, text] of files) {
    for (const name of unknownModules(text)) {
      console.error(
        `packages/effect4/src/${file} imports effect/${name}, which Effect 4 does not have: it wants a rule`
      )
      process.exitCode = 1
    }
  }
  for (const [file, text] of files) {
    const path = join(target, file)
    if (existsSync(path) && readFileSync(path, "utf8") === text) continue
    problems.push(`packages/effect4/src/${file} is not what its source gives`)
    if (check) continue
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  for (const file of modulesOf(target)) {
    if (files.has(file) || handwritten.has(file)) continue
    problems.push(`packages/effect4/src/${file} has no source, and is not listed as written by hand`)
    if (!check) rmSync(join(target, file))
  }
  for (const file of handwritten) {
    if (!existsSync(join(target, file)))
      problems.push(`packages/effect4/src/${file} is listed as written by hand, and is missing`)
  }
  if (!check) return console.log(`${problems.length} of ${files.size} modules changed`)
  for (const problem of problems) console.error(`${problem}: run "npm run effect4"`)
  process.exitCode = problems.length > 0 ? 1 : 0
}

if (process.argv[1] === import.meta.filename) await main(process.argv.includes("--check"))
