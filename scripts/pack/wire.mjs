// The protocol by itself: installed into an empty folder, where there is no Effect to load.
import { build } from "esbuild"
import { cp, mkdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { must, runNpm } from "../tools.mjs"

const programs = fileURLToPath(new URL("./wire/", import.meta.url))

/** Bytes, minified and compressed, of a program that reads a stream: 14 KB. More fails the tests. */
export const limit = 14_336

/** Installs the package alone, and the programs beside it; gives what is wrong with what npm installed. */
export const install = async (folder, tarball) => {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }))
  const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"]
  await must("npm install", runNpm("npm", ["install", ...flags, tarball], { cwd: folder, stdio: "pipe" }))
  await cp(programs, folder, { recursive: true })
  const lock = JSON.parse(await readFile(join(folder, "node_modules", ".package-lock.json"), "utf8"))
  const installed = Object.keys(lock.packages).map((path) => path.replace(/^node_modules\//, ""))
  const wanted = ["@effect-zhipu/protocol"]
  return installed.toSorted().join() === wanted.join() ? [] : [`npm installed ${installed.join(", ")}`]
}

/** What is wrong with what the program has written. */
export const complaintsOf = (output) => {
  const wanted = {
    text: "因为大气 scatters blue light 🌤.",
    reasoning: "用户问天空为什么是蓝色的。",
    calls: [{ name: "get_weather", arguments: '{"city":"上海"}' }],
    reason: "tool_calls",
    tokens: 40,
    same: true,
    cut: "StreamTruncatedError true network 因为大气",
    busy: "RateLimitError true account"
  }
  const expected = JSON.stringify(wanted)
  return output.trim() === expected ? [] : [`it writes ${output.trim()}, and not ${expected}`]
}

/** How large a program is that reads a stream: `Decoder.events`, and what that needs. */
export const measure = async (folder) => {
  const { outputFiles } = await build({
    stdin: { contents: `export { events } from "@effect-zhipu/protocol/Decoder"`, resolveDir: folder },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false
  })
  const [{ contents }] = outputFiles
  return { bytes: gzipSync(contents, { level: 9 }).byteLength, minified: contents.byteLength }
}
