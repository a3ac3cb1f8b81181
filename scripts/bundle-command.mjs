// The command as it is published: one file, minified, with its source map and the licences of what is in it. As some nine hundred modules
// it spends most of a short life on finding and reading them. Before it stands the file that is started, which has Node keep what it
// compiles: of a file that was loaded before that is asked for, nothing is kept.
import { build } from "esbuild"
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { root } from "./tools.mjs"

const home = join(root, "packages/cli")

const manifestOf = (folder) => {
  const file = join(folder, "package.json")
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined
}

/** The folder of the package that a module belongs to. Some have manifests without a name in folders of theirs. */
const folderOf = (path) => {
  let folder = dirname(join(root, path))
  while (manifestOf(folder)?.name === undefined) folder = dirname(folder)
  return folder
}

const names = ["LICENSE", "LICENSE.md", "LICENSE.txt", "LICENSE-MIT.txt", "LICENCE", "license"]

const licenceOf = (folder) => {
  const { license, name, version } = manifestOf(folder)
  const file = names.map((name) => join(folder, name)).find(existsSync)
  return `${name} ${version} (${license})${file === undefined ? "" : `\n\n${readFileSync(file, "utf8").trim()}`}`
}

/** Packages that are looked for where the command is installed: two are optional, one looks for its binary, of one files are read. */
const external = ["@modelcontextprotocol/sdk", "@modelcontextprotocol/sdk/*", "libsql", "pg-native", "uplot"]

/** What is started is a file of its own. */
const apart = {
  name: "apart",
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\/main\.js$/ }, ({ importer, path }) =>
      importer === join(home, "dist/bin.js") ? { path, external: true } : undefined
    )
}

/** Writes the command, as it was compiled, into a folder. */
export const bundleCommandInto = (folder) =>
  build({
    entryPoints: { zhipu: join(home, "dist/bin.js"), main: join(home, "dist/main.js") },
    plugins: [apart],
    outdir: folder,
    absWorkingDir: root,
    bundle: true,
    minify: true,
    // Names are shown: those of errors, and of classes in an inspection.
    keepNames: true,
    sourcemap: "linked",
    sourcesContent: false,
    legalComments: "none",
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "error",
    metafile: true,
    external,
    // CommonJS that is bundled asks for Node's modules in its own way.
    banner: {
      js: `import { createRequire as $require } from "node:module"; const require = $require(import.meta.url);`
    }
  })

/** Writes the command into `bundle`, and the page of the monitor beside it, where it looks for it. */
export const bundleCommand = async () => {
  const folder = join(home, "bundle")
  rmSync(folder, { recursive: true, force: true })
  const { metafile } = await bundleCommandInto(folder)
  const folders = new Set(Object.keys(metafile.inputs).map(folderOf))
  const others = [...folders].filter((folder) => !folder.startsWith(join(root, "packages")))
  const licences = others.map(licenceOf).sort()
  writeFileSync(join(folder, "LICENSES.txt"), `${licences.join(`\n\n${"-".repeat(80)}\n\n`)}\n`)
  cpSync(join(root, "packages/monitor/assets"), join(home, "assets"), { recursive: true })
}

if (process.argv[1] === import.meta.filename) await bundleCommand()
