// The packages as npm would publish them.
import { existsSync } from "node:fs"
import { basename, join } from "node:path"
import { build, must, publicPackages, root, runNpm, sourceOf } from "../tools.mjs"

const expected =
  /^(dist\/|src\/|assets\/|bundle\/|package\.json$|README(\.zh-CN)?\.md$|FAULTS(\.zh-CN)?\.md$|LICENSE$|CHANGELOG\.md$)/

/** What is wrong with the files of a package. */
const complaintsOf = (name, paths) => {
  const source = join(root, "packages", basename(name))
  const wrong = paths.flatMap((path) => {
    if (!expected.test(path) || path.endsWith(".tsbuildinfo")) return [`${name} packs ${path}`]
    const missing = path.startsWith("dist/") && !existsSync(join(source, sourceOf(path) ?? "none"))
    return missing ? [`${name} packs ${path}, which has no source`] : []
  })
  const absent = ["package.json", "LICENSE", "README.md", "README.zh-CN.md"].filter((path) => !paths.includes(path))
  const empty = paths.some((path) => /^(dist|bundle)\/.*\.js$/.test(path)) ? [] : [`${name} packs no JavaScript`]
  return [...wrong, ...absent.map((path) => `${name} does not pack ${path}`), ...empty]
}

/** The module that users import, of a file of a package: `index` for the package itself, the folder for that of a folder. */
const moduleOf = (path) => /^dist\/(?:([^/]+)|([^/]+)\/index)\.js$/.exec(path)?.slice(1).find(Boolean)

/** A project has one version of effect: the edition for Effect 4 goes into one of its own. */
export const forEffect3 = publicPackages.filter((name) => name !== "effect4")

/** Builds and packs packages into a folder; gives the path and the public modules of each. */
export const pack = async (folder, names) => {
  const folders = names.map((name) => `packages/${name}`)
  await must("tsc", build(folders, { stdio: "pipe" }))
  const workspaces = folders.flatMap((path) => ["-w", path])
  const args = ["pack", "--json", "--pack-destination", folder, ...workspaces]
  const packed = Object.values(JSON.parse(await must("npm pack", runNpm("npm", args, { stdio: "pipe" }))))
  return packed.map(({ name, filename, files }) => {
    const paths = files.map(({ path }) => path)
    const modules = paths.flatMap((path) => moduleOf(path) ?? [])
    return { name, path: join(folder, basename(filename)), modules, complaints: complaintsOf(name, paths) }
  })
}
