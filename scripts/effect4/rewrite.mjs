// From the text of a module of an Effect 3 package to that of the same module for Effect 4.
import { posix } from "node:path"
import { edits } from "./edits.mjs"
import { folders } from "./editions.mjs"
import { tidyImports } from "./imports.mjs"
import { config } from "./rules/config.mjs"
import { context, effect } from "./rules/effect.mjs"
import { platform } from "./rules/platform.mjs"
import { schema } from "./rules/schema.mjs"
import { stream } from "./rules/stream.mjs"
import { tests } from "./rules/tests.mjs"

const rules = [...platform, ...context, ...effect, ...stream, ...config, ...schema]

const packageName = "@effect-zhipu/effect4"

const names = Object.keys(folders).join("|")

/** Imports of another package of ours are of a folder beside, in code; in an example they are of this package. */
const ownImports = (text, file) => {
  const inCode = new RegExp(
    `^((?:import|export|\\}) .*?from |.*\\bimport\\()"@effect-zhipu/(${names})(/[\\w/]+)?"`,
    "gm"
  )
  const relative = (_, before, name, module) => {
    const path = posix.join(folders[name], module?.slice(1) ?? "index")
    const from = posix.relative(posix.dirname(file), path)
    return `${before}"${from.startsWith(".") ? from : `./${from}`}.js"`
  }
  return text
    .replace(inCode, relative)
    .replace(new RegExp(`@effect-zhipu/(${names})(?![\\w-])`, "g"), (_, name) =>
      folders[name] === "" ? packageName : `${packageName}/${folders[name]}`
    )
}

/** Edits whose place was not found, or found more than once. */
export const misplaced = []

const edited = (text, file) =>
  (edits[file] ?? []).reduce((text, { from, to }) => {
    const isText = typeof from === "string"
    const found = isText ? text.split(from).length - 1 : [...text.matchAll(new RegExp(from, "g"))].length
    if (found !== 1) {
      misplaced.push(`${file}: ${found} places read ${from}`)
      return text
    }
    return isText ? text.replace(from, () => to) : text.replace(from, to)
  }, text)

/** A module may have a `Result` of its own. */
const ownResult = (text) =>
  /^(?:export )?(?:type|interface|class|const|namespace) Result\b/m.test(text)
    ? text.replace(
        /(?<![\w.])Result\.(?=(?:Result<|succeed\b|fail\b|is[A-Z]|map|match\b|get|gen\b|flatMap\b|try\b|all\b))/g,
        "EffectResult."
      )
    : text

/** @param file the path in `packages/effect4/src` */
export const rewrite = (text, file) => {
  const ruled = rules.reduce((text, rule) => rule(text), text)
  return tidyImports(edited(ownImports(ownResult(ruled), file), file))
}

/** Imports of packages of ours by their name, and of sources by their place. */
const testImports = (text, name) => {
  const folder = folders[name]
  return text
    .replace(new RegExp(`@effect-zhipu/(${names})(?![\\w-])`, "g"), (_, name) =>
      folders[name] === "" ? packageName : `${packageName}/${folders[name]}`
    )
    .replace(/"((?:\.\.\/)+)src\//g, folder === "" ? '"$1src/' : `"$1src/${folder}/`)
    .replace(new RegExp(`"((?:\\.\\./)+)\\.\\./(${names})/src/`, "g"), (_, up, name) =>
      folders[name] === "" ? `"${up}src/` : `"${up}src/${folders[name]}/`
    )
}

/** @param name the package whose test it is */
export const rewriteTest = (text, name, file) => {
  const ruled = [...tests, ...rules].reduce((text, rule) => rule(text), text)
  return tidyImports(edited(testImports(ownResult(ruled), name), `.tests-${name}/${file}`))
}
