/** Says where a value does not fit a Schema and what it should be, without a word of the value. */
import type * as ParseResult from "effect/ParseResult"
import * as SchemaAST from "effect/SchemaAST"

/** As many are told; of a list of a thousand, most say the same. */
const most = 3

const longest = 80

/**
 * The first things that do not fit, as the end of a sentence: "title should be string, steps[0] is missing". What the messages of the
 * Schema say is left out, as they may quote the value; so are keys that the Schema does not name, which the value has chosen.
 *
 * @internal
 */
export const mismatchOf = ({ issue }: ParseResult.ParseError): string => {
  const all = misfits(issue, "", undefined)
  return `${all.slice(0, most).join(", ")}${all.length > most ? " and more" : ""}`
}

const misfits = (
  issue: ParseResult.ParseIssue,
  path: string,
  parent: SchemaAST.AST | undefined
): ReadonlyArray<string> => {
  const name = path === "" ? "the value" : path
  switch (issue._tag) {
    case "Pointer": {
      const keys: ReadonlyArray<PropertyKey> = [issue.path].flat()
      return misfits(
        issue.issue,
        keys.reduce<string>((path, key) => joined(path, key, parent), path),
        undefined
      )
    }
    case "Composite": {
      if (SchemaAST.isUnion(issue.ast)) return [shouldBe(name, issue.ast)]
      const issues: ReadonlyArray<ParseResult.ParseIssue> = [issue.issues].flat()
      return issues.slice(0, most + 1).flatMap((inner) => misfits(inner, path, issue.ast))
    }
    case "Refinement":
      return issue.kind === "From" ? misfits(issue.issue, path, parent) : [shouldBe(name, issue.ast)]
    case "Transformation":
      return issue.kind === "Transformation" ? [shouldBe(name, issue.ast)] : misfits(issue.issue, path, parent)
    case "Type":
      return [shouldBe(name, issue.ast)]
    case "Missing":
      return [`${name} is missing`]
    case "Unexpected":
      return [`${name} is not expected`]
    case "Forbidden":
      return [`${name} cannot be decoded`]
  }
}

const shouldBe = (name: string, ast: SchemaAST.AST): string => {
  const expected = String(ast)
  return `${name} should be ${expected.length > longest ? `${expected.slice(0, longest)}…` : expected}`
}

const joined = (path: string, key: PropertyKey, parent: SchemaAST.AST | undefined): string => {
  if (typeof key === "number") return `${path}[${key}]`
  const isNamed =
    parent !== undefined &&
    SchemaAST.isTypeLiteral(parent) &&
    parent.propertySignatures.some((property) => property.name === key)
  const shown = isNamed ? String(key) : "*"
  return path === "" ? shown : `${path}.${shown}`
}
