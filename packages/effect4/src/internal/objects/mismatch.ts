/** Says where a value does not fit a Schema and what it should be, without a word of the value. */
import type * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import * as SchemaIssue from "effect/SchemaIssue"

/** As many are told; of a list of a thousand, most say the same. */
const most = 3

const longest = 80

/**
 * The first things that do not fit, as the end of a sentence: "title: Expected string, steps[0]: Missing key". Issues of Effect 4 do
 * not hold the value where nobody asks for it. Keys that the Schema does not name, which the value has chosen, are left out.
 *
 * @internal
 */
export const mismatchOf = ({ issue }: Schema.SchemaError): string => {
  const all = misfits(issue, "", undefined)
  return `${all.slice(0, most).join(", ")}${all.length > most ? " and more" : ""}`
}

const misfits = (issue: SchemaIssue.Issue, path: string, parent: SchemaAST.AST | undefined): ReadonlyArray<string> => {
  switch (issue._tag) {
    case "Pointer":
      return misfits(
        issue.issue,
        issue.path.reduce<string>((path, key) => joined(path, key, parent), path),
        undefined
      )
    case "Composite":
      return issue.issues.slice(0, most + 1).flatMap((inner) => misfits(inner, path, issue.ast))
    case "Encoding":
      return misfits(issue.issue, path, parent)
    default: {
      const [message = ""] = format(issue).split("\n")
      const said = message.length > longest ? `${message.slice(0, longest)}…` : message
      return [`${path === "" ? "the value" : path}: ${said}`]
    }
  }
}

const format = SchemaIssue.makeFormatterDefault()

const joined = (path: string, key: PropertyKey, parent: SchemaAST.AST | undefined): string => {
  if (typeof key === "number") return `${path}[${key}]`
  const isNamed = parent?._tag === "Objects" && parent.propertySignatures.some((property) => property.name === key)
  const shown = isNamed ? String(key) : "*"
  return path === "" ? shown : `${path}.${shown}`
}
