// Keeps package-lock.json usable everywhere: no registry addresses, and an entry for every platform's binary.
// npm leaves out the binaries that the registry at hand does not offer, and `npm ci` elsewhere would miss them.
// What it adds has no integrity, as nobody here knows it: the check wants one of every package, but for those below.
// With --check it writes nothing and fails when something is missing.
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "./tools.mjs"

const check = process.argv.includes("--check")
const path = join(root, "package-lock.json")
const lock = JSON.parse(readFileSync(path, "utf8"))

const systems = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"]
const cpus = ["arm", "arm64", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "x64"]

/** What a package named `…-<os>-<cpu>[-<abi>]` runs on; undefined for any other name. */
const platform = (name) => {
  const parts = name.split(/[/-]/)
  const at = parts.findLastIndex((part) => systems.includes(part))
  const cpu = cpus.find((cpu) => cpu === parts[at + 1])
  if (at < 0 || cpu === undefined) return undefined
  const abi = parts.slice(at + 2).join("-")
  const libc = abi.startsWith("musl") ? "musl" : abi.startsWith("gnu") && parts[at] === "linux" ? "glibc" : undefined
  return { os: [parts[at]], cpu: [cpu], ...(libc === undefined ? {} : { libc: [libc] }) }
}

/** Binaries of other platforms that the registry at hand did not offer; a type checker of this repository alone. */
const unverified = /^node_modules\/@effect\/tsgo-(darwin|linux-arm|win32)/

const problems = []
const added = []
for (const [where, entry] of Object.entries(lock.packages)) {
  const isFetched = where.includes("node_modules/") && entry.link !== true
  if (isFetched && entry.integrity === undefined && !unverified.test(where)) {
    problems.push(
      `${where} has no integrity: delete the entry, and run "npm install --package-lock-only" where npm finds it`
    )
  }
  if (/^https?:/.test(entry.resolved ?? "")) problems.push(`${where} names a registry`)
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (!/^\d/.test(version) || `${where}/node_modules/${name}` in lock.packages) continue
    if (lock.packages[`node_modules/${name}`]?.version === version) continue
    const runsOn = platform(name)
    if (runsOn === undefined) continue
    added.push([
      `node_modules/${name}`,
      {
        version,
        cpu: runsOn.cpu,
        ...(entry.dev ? { dev: true } : {}),
        ...(runsOn.libc ? { libc: runsOn.libc } : {}),
        optional: true,
        os: runsOn.os
      }
    ])
  }
}

if (check) {
  problems.push(...added.map(([where]) => `${where} is missing: run "npm run lockfile"`))
} else if (added.length > 0) {
  const [top, ...rest] = Object.entries(lock.packages)
  const sorted = [...rest, ...added].sort(([a], [b]) => a.localeCompare(b, "en"))
  writeFileSync(path, JSON.stringify({ ...lock, packages: Object.fromEntries([top, ...sorted]) }, null, 2) + "\n")
  console.log(`added ${added.length} platform packages`)
}
for (const problem of problems) console.error(`package-lock.json: ${problem}`)
process.exitCode = problems.length > 0 ? 1 : 0
