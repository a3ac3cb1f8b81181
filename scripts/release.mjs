// npm run release -- FOLDER: packs the packages of which npm does not have this version, for the workflow that publishes them.
// It writes their tarballs, and tags.txt with a tag a line; where there are none, it says so.
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { pack } from "./pack/tarballs.mjs"
import { publicPackages, root, runNpm } from "./tools.mjs"

const folder = resolve(process.argv[2] ?? "release")
const manifests = publicPackages.map((name) =>
  JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8"))
)

const isPublished = async ({ name, version }) => {
  const { code, stdout } = await runNpm("npm", ["view", "--json", `${name}@${version}`, "version"], { stdio: "pipe" })
  if (code === 0) return JSON.parse(stdout) === version
  const { error } = JSON.parse(stdout)
  // A registry that does not answer is no reason to publish.
  if (error.code === "E404") return false
  throw new Error(`npm does not tell whether it has ${name}@${version}: ${error.code} ${error.summary}`)
}

const missing = []
for (const manifest of manifests) if (!(await isPublished(manifest))) missing.push(manifest)

if (missing.length > 0) {
  mkdirSync(folder, { recursive: true })
  const wanted = new Set(missing.map(({ name }) => name))
  const packed = await pack(folder)
  for (const { complaints, name, path } of packed) {
    if (complaints.length > 0) throw new Error(complaints.join("\n"))
    if (!wanted.has(name)) rmSync(path)
  }
  writeFileSync(join(folder, "tags.txt"), missing.map(({ name, version }) => `${name}@${version}\n`).join(""))
}
console.log(missing.length === 0 ? "npm has all packages" : `packed ${missing.map(({ name }) => name).join(", ")}`)
const { GITHUB_OUTPUT: output } = process.env
if (output !== undefined) appendFileSync(output, `packed=${missing.length > 0}\n`)
