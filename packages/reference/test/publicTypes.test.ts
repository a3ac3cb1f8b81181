/** What a public type is made of has a public name too: nobody can write down, or look up, a type of `internal`. */
import { existsSync, readdirSync } from "node:fs"
import { basename, join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import ts from "typescript"
import { describe, expect, it } from "vitest"

const packagesFolder = fileURLToPath(new URL("../..", import.meta.url))

/** The declarations of the public modules, as the build wrote them. */
const modules = readdirSync(packagesFolder)
  .filter((name) => existsSync(join(packagesFolder, name, "src/index.ts")))
  .flatMap((name) => {
    const folder = join(packagesFolder, name, "dist")
    return readdirSync(folder)
      .filter((file) => file.endsWith(".d.ts") && file !== "index.d.ts")
      .map((file) => join(folder, file))
  })

const isInternal = (node: ts.Node): boolean => /[\\/]dist[\\/]internal[\\/]/.test(node.getSourceFile().fileName)

const isMarkedInternal = (node: ts.Node): boolean =>
  ts.getJSDocTags(node).some(({ tagName }) => tagName.text === "internal")

/** `typeof table`, or a part of it: `(typeof table)[number]`. */
const isOfValue = (node: ts.TypeNode): boolean =>
  ts.isTypeQueryNode(node) ||
  (ts.isParenthesizedTypeNode(node) && isOfValue(node.type)) ||
  (ts.isIndexedAccessTypeNode(node) && isOfValue(node.objectType))

/** Each `Module.export: name of internal/file` that a public declaration names. */
const internalNames = (files: ReadonlyArray<string>): ReadonlyArray<string> => {
  const program = ts.createProgram(files, {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    skipLibCheck: true,
    noEmit: true,
    types: ["node"]
  })
  const checker = program.getTypeChecker()
  const resolved = (symbol: ts.Symbol): ts.Symbol =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol

  const exported = files.flatMap((file) => {
    const source = program.getSourceFile(file)
    const module = source === undefined ? undefined : checker.getSymbolAtLocation(source)
    if (module === undefined) return []
    return checker.getExportsOfModule(module).map((symbol) => ({
      name: `${basename(file, ".d.ts")}.${symbol.name}`,
      symbol: resolved(symbol)
    }))
  })
  const isPublic = new Set(exported.map(({ symbol }) => symbol))

  const found = new Set<string>()
  for (const { name, symbol } of exported) {
    const seen = new Set<ts.Symbol>()
    const look = (symbol: ts.Symbol): void => {
      if (seen.has(symbol)) return
      seen.add(symbol)
      for (const declaration of symbol.declarations ?? []) if (!isMarkedInternal(declaration)) walk(declaration)
    }
    const named = (node: ts.Node): void => {
      const at = checker.getSymbolAtLocation(node)
      if (at === undefined) return
      const symbol = resolved(at)
      const declaration = symbol.declarations?.[0]
      if (declaration === undefined || isPublic.has(symbol) || ts.isTypeParameterDeclaration(declaration)) return
      // What the file of a public module does not export itself, such as the base of a tag's class, is a part of what it does.
      if (!isInternal(declaration)) {
        if (files.includes(declaration.getSourceFile().fileName)) look(symbol)
        return
      }
      if (ts.isSourceFile(declaration)) return
      const file = relative(packagesFolder, declaration.getSourceFile().fileName).replaceAll("\\", "/")
      found.add(`${name}: ${symbol.name} of ${file.replace("/dist/", "/src/").replace(/\.d\.ts$/, ".ts")}`)
    }
    const walk = (node: ts.Node): void => {
      // What a table holds is plain names and numbers.
      if (ts.isIndexedAccessTypeNode(node) && isOfValue(node.objectType)) return
      if (ts.isTypeOperatorNode(node) && node.operator === ts.SyntaxKind.KeyOfKeyword && ts.isTypeQueryNode(node.type))
        return
      if (ts.isTypeReferenceNode(node)) named(node.typeName)
      else if (ts.isTypeQueryNode(node)) named(node.exprName)
      else if (ts.isExpressionWithTypeArguments(node)) named(node.expression)
      else if (ts.isImportTypeNode(node) && node.qualifier !== undefined) named(node.qualifier)
      ts.forEachChild(node, walk)
    }
    look(symbol)
  }
  return [...found].sort()
}

describe("public types", () => {
  it("name nothing that is internal", () => {
    expect(modules.length).toBeGreaterThan(40)
    expect(internalNames(modules)).toEqual([])
  }, 120_000)
})
