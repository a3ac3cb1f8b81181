// What publint and Are the Types Wrong say of the packed packages.
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core"
import { readFileSync } from "node:fs"
import { publint } from "publint"
import { formatMessage } from "publint/utils"

/**
 * Ways to resolve a module that packages of ES modules alone do not serve, by design: the ones that the profile `esm-only`
 * of Are the Types Wrong leaves out as well. CommonJS programs load them with `import()`, and with `require` in Node 20.19.
 */
const notServed = ["node10", "node16-cjs"]

const publintSays = async (bytes) => {
  const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true, level: "suggestion" })
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`)
}

const attwSays = async (bytes, modules) => {
  // The pattern "./*" stands for all modules; each is resolved, not just the pattern.
  const entrypoints = modules.map((module) => (module === "index" ? "." : `./${module}`))
  const {
    problems = [],
    types,
    entrypoints: seen = {}
  } = await checkPackage(createPackageFromTarballData(bytes), {
    entrypoints
  })
  if (types === false) return ["attw: there are no types"]
  const unresolved = entrypoints.filter((entrypoint) =>
    ["node16-esm", "bundler"].some((kind) => {
      const { resolution } = seen[entrypoint]?.resolutions[kind] ?? {}
      return resolution === undefined || !resolution.fileName.endsWith(".d.ts")
    })
  )
  return [
    ...unresolved.map((entrypoint) => `attw: ${entrypoint} has no types`),
    ...problems
      .filter(({ resolutionKind }) => !notServed.includes(resolutionKind))
      .map(({ kind, ...where }) => `attw: ${kind} ${JSON.stringify(where)}`)
  ]
}

/** Complaints about a package, in words. A command has no modules, and so no types. */
export const complaintsOf = async ({ modules, name, path }) => {
  const bytes = new Uint8Array(readFileSync(path))
  const types = name.endsWith("/cli") ? [] : await attwSays(bytes, modules)
  return [...(await publintSays(bytes)), ...types].map((complaint) => `${name}: ${complaint}`)
}
