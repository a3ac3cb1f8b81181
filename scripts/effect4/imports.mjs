// The imports of a rewritten module: those of modules that are called otherwise now, those that rules made necessary, and without
// those that nothing uses any more.
import { withoutComments } from "./source.mjs"
/** Modules that a rule may name without an import standing there; by the name under which they are imported. */
const known = {
  Arr: "effect/Array",
  EffectResult: "effect/Result",
  HttpClientError: "effect/http/HttpClientError",
  Socket: "effect/socket/Socket",
  TestTime: "#test-time",
  Url: "effect/http/Url",
  ...Object.fromEntries(
    (
      "Arbitrary Cause Channel Clock Config ConfigProvider Context Effect Exit Fiber JsonSchema Latch Metric Option Predicate Pull Queue Redactable Ref Scheduler " +
      "References Result Schema Scope SchemaAST SchemaGetter SchemaIssue SchemaTransformation Semaphore Stream SubscriptionRef"
    )
      .split(" ")
      .map((name) => [name, `effect/${name}`])
  )
}

/** Before a name that is no property of another: a spread is none. */
const free = "(?<![\\w$]|(?<!\\.\\.)\\.)"

const importLine = /^import (type )?(?:\* as (\w+)|\{([^}]*)\}) from "([^"]+)"\n/gm

/** Sorted as the linter and the sources have it: modules of others first, then those of the package. */
const order = (line) => {
  const path = /from "([^"]+)"/.exec(line)[1]
  return [path.startsWith(".") ? (path.startsWith("./") ? 2 : 1) : 0, path.toLowerCase()]
}

const compare = (a, b) => {
  const [kindA, pathA] = order(a)
  const [kindB, pathB] = order(b)
  return kindA - kindB || (pathA < pathB ? -1 : pathA > pathB ? 1 : 0)
}

/** Modules that the barrel of effect has, or had. */
const elsewhere = { TestClock: "effect/testing/TestClock", FastCheck: "fast-check" }

/** What is imported from the barrel of effect is imported from its modules where it is another module now. */
const spread = (text) =>
  text.replace(/^import (type )?\{([^}]*)\} from "(effect|effect\/http)"\n/gm, (_, type, names, from) => {
    const all = names
      .split(",")
      .map((name) => name.trim())
      .filter(Boolean)
    const pathOf = (name) => {
      const module = name.replace("type ", "").split(" as ")[0]
      return from === "effect"
        ? elsewhere[module]
        : /^(?:FileSystem|Path|Terminal)$/.test(module)
          ? `effect/${module}`
          : module === "KeyValueStore"
            ? "effect/persistence/KeyValueStore"
            : undefined
    }
    const moved = all.filter((name) => pathOf(name) !== undefined)
    const kept = all.filter((name) => !moved.includes(name) && !gone.has(name.replace("type ", "")))
    return [
      ...(kept.length === 0 ? [] : [`import ${type ?? ""}{ ${kept.join(", ")} } from "${from}"\n`]),
      ...moved.map((name) => `import * as ${name.replace("type ", "").split(" as ").at(-1)} from "${pathOf(name)}"\n`)
    ].join("")
  })

/** Modules that effect has no more. */
const gone = new Set([
  "Either",
  "ConfigError",
  "FiberRef",
  "FiberRefs",
  "FiberId",
  "JSONSchema",
  "ParseResult",
  "Mailbox",
  "TestContext",
  "DefaultServices",
  "MetricBoundaries",
  "MetricLabel",
  "STM",
  "List"
])

export const tidyImports = (source) => {
  const text = spread(source)
  const lines = [...text.matchAll(importLine)]
  const first = lines[0]?.index
  const body = withoutComments(text.replace(importLine, ""))
  const uses = (name) => new RegExp(`${free}${name}\\b`).test(body)
  const kept = []
  const isNamed = (name) => kept.some((line) => new RegExp(`[{,] (?:type )?${name}(?: as \\w+)?\\s*[,}]`).test(line))
  const namespaces = new Map()
  for (const { 0: line, 1: type, 2: namespace, 3: names } of lines) {
    if (namespace === undefined) {
      const used = names
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== "" && uses(name.replace(/^type /, "").replace(/^.* as /, "")))
      if (used.length > 0) kept.push(line.replace(/\{[^}]*\}/, `{ ${used.join(", ")} }`))
      continue
    }
    if (!new RegExp(`${free}${namespace}\\s*\\.`).test(body)) continue
    const before = namespaces.get(namespace)
    // A value is imported where one of two imports of a module is of its values.
    if (before === undefined || (before.type && type === undefined))
      namespaces.set(namespace, { type: type !== undefined, line })
  }
  for (const [name, path] of Object.entries(known)) {
    const value = new RegExp(
      `${free}${name}\\.(?:[a-z]\\w*\\b|[A-Z]\\w*\\(|(?:Clock|MinimumLogLevel|FiberRuntimeMetrics|CurrentLogAnnotations|TracerPropagationEnabled)(?=[,)]))|instanceof ${name}\\.|class \\w+ extends ${name}\\.`
    ).test(body)
    if (isNamed(name)) continue
    const before = namespaces.get(name)
    if (before !== undefined && !(before.type && value)) continue
    if (before === undefined && !new RegExp(`${free}${name}\\.\\w`).test(body)) continue
    if (new RegExp(`\\b(?:const|class|interface|type|namespace) ${name}\\b`).test(body)) continue
    namespaces.set(name, { type: !value, line: `import ${value ? "" : "type "}* as ${name} from "${path}"\n` })
  }
  const sorted = [...kept, ...[...namespaces.values()].map(({ line }) => line)].sort(compare)
  if (sorted.length === 0) return text.replace(importLine, "")
  const without = text.replace(importLine, "")
  const at = first ?? /^\/\*\*[\s\S]*?\*\/\n/.exec(without)?.[0].length ?? 0
  return without.slice(0, at) + sorted.join("") + without.slice(at)
}
