// Changesets, as this repository needs them: npm run changeset -- COMMAND. It is fetched by npx, as only releases need it.
//
// - Before 1.0 a breaking change is a minor version, which the ranges of the peers do not take in. Changesets makes every
//   package with such a peer a major one, and with it, as all have one version, everything 1.0.0. So it is shown the peers
//   of this repository as dependencies, whose ranges it just writes anew.
// - A new version also stands in the sources, where programs read it, and in the lock file.
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { must, publicPackages, root, run, runNpm, runTool } from "./tools.mjs"

const changesets = "@changesets/cli@2.31.1"

const fileOf = (name) => join(root, "packages", name, "package.json")
const read = (name) => JSON.parse(readFileSync(fileOf(name), "utf8"))
const write = (name, manifest) => writeFileSync(fileOf(name), `${JSON.stringify(manifest, null, 2)}\n`)

const ours = (dependencies = {}) => Object.keys(dependencies).filter((name) => name.startsWith("@effect-zhipu/"))

/** Peers of this repository become dependencies; gives what puts them back, with the ranges that they have by then. */
const hidePeers = () => {
  const before = publicPackages.map((name) => [name, read(name), ours(read(name).peerDependencies)])
  for (const [name, { peerDependencies, ...manifest }, peers] of before) {
    if (peers.length === 0) continue
    const others = Object.entries(peerDependencies).filter(([peer]) => !peers.includes(peer))
    const shown = Object.fromEntries(peers.map((peer) => [peer, peerDependencies[peer]]))
    write(name, {
      ...manifest,
      dependencies: { ...manifest.dependencies, ...shown },
      peerDependencies: Object.fromEntries(others)
    })
  }
  return () => {
    for (const [name, manifest, peers] of before) {
      const now = read(name)
      const range = (found, dependency) => now[found]?.[dependency] ?? now.dependencies?.[dependency]
      const renewed = (kind) =>
        Object.fromEntries(Object.entries(manifest[kind] ?? {}).map(([key, old]) => [key, range(kind, key) ?? old]))
      write(name, {
        ...manifest,
        version: now.version,
        ...(manifest.dependencies === undefined ? {} : { dependencies: renewed("dependencies") }),
        ...(peers.length === 0 ? {} : { peerDependencies: renewed("peerDependencies") })
      })
    }
  }
}

const [command = "add", ...rest] = process.argv.slice(2)
// "status --since" asks which packages have changed, and would count those whose manifests this changes.
const counts = command === "version" || (command === "status" && !rest.some((option) => option.startsWith("--since")))
const restore = counts ? hidePeers() : () => {}
// Ctrl-C ends npx, and this puts the peers back.
process.on("SIGINT", () => {})
let code
try {
  code = (await runNpm("npx", ["--yes", changesets, command, ...rest])).code
} finally {
  restore()
}

if (command === "version" && code === 0) {
  const { version } = read("client")
  for (const file of ["client/src/internal/config/version.ts", "cli/src/version.ts", "mcp/src/internal/version.ts"]) {
    const path = join(root, "packages", file)
    writeFileSync(path, readFileSync(path, "utf8").replace(/"\d[^"]*"/, `"${version}"`))
  }
  const changelogs = publicPackages.map((name) => `packages/${name}/CHANGELOG.md`)
  await must("oxfmt", runTool("oxfmt", ["--no-error-on-unmatched-pattern", ...changelogs]))
  await must("npm install", runNpm("npm", ["install", "--package-lock-only", "--ignore-scripts"]))
  await must("lockfile", run(process.execPath, [join(root, "scripts", "lockfile.mjs")]))
}
process.exitCode = code
