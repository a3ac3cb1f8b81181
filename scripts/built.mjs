// What tests need built: the packages, and bundles of programs, which start several times as fast as the hundreds of modules
// that they are made of.
import { build as esbuild } from "esbuild"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { alone } from "./alone.mjs"
import { must, packages, root, runTool } from "./tools.mjs"

const cache = join(root, "node_modules/.cache")

/** Set by npm test, which builds everything first. */
const allBuilt = "EFFECT_ZHIPU_BUILT"

/** The environment of tests that find everything built. */
export const builtEnvironment = { [allBuilt]: "1" }

const pending = new Map()

/** Does something once in this process; what failed is tried again. */
const once = (key, action) => {
  const before = pending.get(key)
  if (before !== undefined) return before
  const result = action()
  pending.set(key, result)
  result.catch(() => pending.delete(key))
  return result
}

/** Compiles a package and those it needs; throws with the compiler's output. Two compilers would write the same files. */
export const compiled = (name) =>
  process.env[allBuilt] === "1"
    ? Promise.resolve()
    : once(name, () => {
        mkdirSync(cache, { recursive: true })
        return alone(join(cache, "compiling"), 5, () =>
          must("tsc", runTool("typescript", ["-b", join("packages", name)], { stdio: "pipe" }))
        )
      }).then(() => undefined)

/** Tells one build of the packages from another. */
const fingerprint = () => {
  const hash = createHash("sha256")
  const add = (file) => {
    const { mtimeMs, size } = statSync(file)
    hash.update(`${file} ${mtimeMs} ${size}\n`)
  }
  add(join(root, "package-lock.json"))
  for (const name of packages) {
    const folder = join(root, "packages", name, "dist")
    if (!existsSync(folder)) continue
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    for (const file of files.filter((file) => file.endsWith(".js")).sort()) add(join(folder, file))
  }
  return hash.digest("hex").slice(0, 16)
}

/** Bundles programs, by the path each shall have, into a folder; modules that are loaded late stay files of their own. */
export const bundleInto = (folder, programs) =>
  esbuild({
    entryPoints: programs,
    outdir: folder,
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "error",
    // It gives on what CommonJS exports, whose names a bundle does not know before it runs.
    // libsql looks for its binary among the packages.
    external: ["@effect/platform-node/Undici", "libsql"],
    // CommonJS that is bundled asks for Node's modules in its own way.
    banner: {
      js: `import { createRequire as $require } from "node:module"; const require = $require(import.meta.url);`
    }
  })

/** Bundles what a package was compiled to, and gives the folder that has its programs by their names. */
export const bundled = async (name, programs) => {
  await compiled(name)
  return once(`${name} bundle`, async () => {
    const folder = join(cache, "bundles", `${name}-${fingerprint()}`)
    if (!existsSync(folder)) {
      mkdirSync(join(cache, "bundles"), { recursive: true })
      const made = mkdtempSync(join(cache, "bundles", "new-"))
      const dist = join("packages", name, "dist")
      await bundleInto(
        join(made, "dist"),
        programs.map((program) => ({ in: join(dist, `${program}.js`), out: program }))
      )
      // The page of the monitor looks for its files beside the folder it is in.
      symlinkSync(join(root, "packages/monitor/assets"), join(made, "assets"), "junction")
      try {
        renameSync(made, folder)
      } catch {
        // Another process was quicker.
        rmSync(made, { recursive: true, force: true })
      }
      forget()
    }
    return join(folder, "dist")
  })
}

/** Bundles of builds that are long gone. */
const forget = () => {
  const bundles = join(cache, "bundles")
  for (const name of readdirSync(bundles)) {
    const { mtimeMs } = statSync(join(bundles, name), { throwIfNoEntry: false }) ?? {}
    if (mtimeMs < Date.now() - 24 * 3_600_000) rmSync(join(bundles, name), { recursive: true, force: true })
  }
}

/** Bundles a program, given as text, into one minified file, as `docs/one-file.md` shows it. */
export const oneFile = (source, file) =>
  esbuild({
    stdin: { contents: source, resolveDir: root },
    outfile: file,
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "error",
    banner: {
      js: `import { createRequire as $require } from "node:module"; const require = $require(import.meta.url);`
    }
  })
