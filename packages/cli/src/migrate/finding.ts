/** A finding, with the rule it comes from. Pure. */
import { type Rule, type RuleId, rules } from "./rules.js"

/** @internal */
export interface Finding extends Rule {
  readonly line: number
  readonly rule: RuleId
}

/** What is said here replaces the words of the rule. @internal */
export const make = (
  rule: RuleId,
  line: number,
  words: Partial<Pick<Rule, "what" | "why" | "instead">> = {}
): Finding => ({
  line,
  rule,
  ...rules[rule],
  ...words
})

/** By line, each rule once a line and wording. @internal */
export const sorted = (findings: ReadonlyArray<Finding>): ReadonlyArray<Finding> => {
  const seen = new Set<string>()
  return findings
    .filter(({ line, rule, what }) => {
      const id = `${line} ${rule} ${what}`
      if (seen.has(id)) return false
      seen.add(id)
      return true
    })
    .sort((a, b) => a.line - b.line)
}
