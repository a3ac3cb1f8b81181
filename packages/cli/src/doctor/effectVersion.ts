/** Whether the packages of this client that a project has installed fit the effect that they find. */
import * as Effect from "effect/Effect"
import { existsSync, readFileSync, realpathSync } from "node:fs"
import { dirname, join } from "node:path"
import * as check from "./check.js"

/** The package for each version of Effect, and what installs the effect that it is for. */
const editions = [
  { name: "@effect-zhipu/client", major: "3", install: "npm install effect@^3.22 @effect/platform@^0.97" },
  { name: "@effect-zhipu/effect4", major: "4", install: "npm install effect@^4.1" }
] as const

/** Where a module of the folder would find a package: as Node looks, from folder to folder upwards. */
const folderOf = (name: string, folder: string): string | undefined => {
  const found = join(folder, "node_modules", name)
  if (existsSync(join(found, "package.json"))) return realpathSync(found)
  return dirname(folder) === folder ? undefined : folderOf(name, dirname(folder))
}

const versionIn = (folder: string): string | undefined => {
  try {
    return /"version": *"([^"]+)"/.exec(readFileSync(join(folder, "package.json"), "utf8"))?.[1]
  } catch {
    return undefined
  }
}

/** Says nothing where they fit, or where none is installed. @internal */
export const checkEffect = (folder: string): Effect.Effect<ReadonlyArray<check.Check>> =>
  Effect.sync(() =>
    editions.flatMap(({ install, major, name }) => {
      const home = folderOf(name, folder)
      const effect = home === undefined ? undefined : folderOf("effect", home)
      const version = effect === undefined ? undefined : versionIn(effect)
      const other = editions.find((edition) => edition.name !== name && version?.startsWith(`${edition.major}.`))
      if (other === undefined) return []
      return [
        check.fail(
          "effect",
          `${name} is for Effect ${major}, and finds effect ${version}: a program that imports it ends with ERR_MODULE_NOT_FOUND.`,
          `Run: npm install ${other.name} (for Effect ${other.major}), or: ${install}`
        )
      ]
    })
  )
