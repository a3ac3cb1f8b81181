// The tests of both editions side by side: each test of edition 3 passes in edition 4 as well, or is named with the reason why it does not.
import { faultRows } from "../fault-rows.mjs"
import { differences } from "./differences.mjs"

/** A title without what a codemod makes of its words, and what another version of vitest or of Effect makes of the values in it. */
const titleOf = (fullName) =>
  fullName
    .replace(/@effect-zhipu\/(?:effect4\/)?/g, "")
    .replace("over one layer ", "")
    .replace(/\bResult\b/g, "Either")
    .replace(/['"]/g, "")
    .replace(/\bDuration\((\w+)\)/g, "$1")
    .replace(/\b(\d+) millis\b/g, "$1")

/** Numbers of tests by file and name, from vitest's JSON report; `fileOf` gives a file the name that both editions know it by. */
const testsIn = (report, fileOf) => {
  const files = new Map()
  for (const { assertionResults, name } of report.testResults) {
    const tests = new Map()
    for (const { fullName, status } of assertionResults) {
      const known = titleOf(fullName)
      const test = tests.get(known) ?? { failed: 0, passed: 0, skipped: 0 }
      test[status === "passed" || status === "failed" ? status : "skipped"]++
      tests.set(known, test)
    }
    const file = fileOf(name)
    if (file !== undefined) files.set(file, tests)
  }
  return files
}

const sum = (tests, status) => [...(tests?.values() ?? [])].reduce((all, test) => all + test[status], 0)

const isNamed = ({ file, tests }, inFile, name) =>
  file === inFile &&
  (tests === undefined || tests.some((test) => (typeof test === "string" ? name.endsWith(test) : test.test(name))))

/** What is wrong in edition 4 by what edition 3 shows, in words; nothing is where both agree. */
const problemsOf = (three, four, used) => {
  const problems = []
  for (const [file, tests] of three) {
    const others = four.get(file) ?? new Map()
    for (const [name, { passed }] of tests) {
      const other = others.get(name) ?? { failed: 0, passed: 0, skipped: 0 }
      const difference = differences.find((difference) => isNamed(difference, file, name))
      const lacks = other.passed < passed || other.failed > 0
      if (lacks && difference === undefined) {
        const what = other.failed > 0 ? "fails" : other.skipped > 0 ? "is skipped" : "does not run"
        problems.push(`${file}: ${what} in edition 4, and nobody has said why: ${name}`)
      }
      if (difference !== undefined && lacks) used.add(difference)
      if (difference !== undefined && !lacks && passed > 0) {
        problems.push(`${file}: passes in edition 4 though it is named in differences.mjs: ${name}`)
      }
    }
    for (const [name, { failed }] of others) {
      if (failed > 0 && !tests.has(name))
        problems.push(`${file}: fails in edition 4, and edition 3 has no such test: ${name}`)
    }
  }
  return problems
}

/** What an edition tells of itself: tests that fail, files that do not load, errors of no test. */
const failuresOf = ({ code, report }, edition, isExplained) => {
  const failed = report.testResults.flatMap(({ assertionResults, name }) =>
    assertionResults
      .filter(({ fullName, status }) => status === "failed" && !isExplained(name, fullName))
      .map(({ fullName }) => `${name}: fails in edition ${edition}: ${fullName}`)
  )
  const broken = report.testResults
    .filter(
      ({ assertionResults, status }) => status === "failed" && assertionResults.every((one) => one.status !== "failed")
    )
    .map(({ name }) => `${name}: cannot be loaded in edition ${edition}`)
  const unexplained =
    code !== 0 && report.numFailedTests === 0 && broken.length === 0
      ? [`the run of edition ${edition} ended with code ${code}, for an error that is of no test`]
      : []
  return [...failed, ...broken, ...unexplained]
}

const padded = (counts) => counts.map((count) => String(count).padStart(6)).join("")

/** The rows of the list of faults over edition 4, and what is wrong with them. */
const compareRows = (reports, which) => {
  const [three, four] = reports.map((report) => faultRows(report, which))
  console.log(["", "fault rows over edition 4", "", ...four.lines].join("\n"))
  const held = [...three.outcomes].filter(([, outcome]) => outcome.startsWith("holds"))
  const broken = held.filter(([row]) => !four.outcomes.get(row)?.startsWith("holds"))
  console.log(`\nfault rows: edition 3 shows ${held.length}; edition 4 ${held.length - broken.length} of these`)
  if (three.missing.length > 0) console.log(`of packages that have one edition alone: ${three.missing.join(", ")}`)
  return broken.map(
    ([row]) => `fault row ${row} holds in edition 3; in edition 4: ${four.outcomes.get(row) ?? "NOT SHOWN"}`
  )
}

/**
 * Prints the numbers of both editions, file by file, and the rows of the list of faults that edition 4 shows, and gives what is wrong.
 * `which` tells the short tests from the long ones; `runs` are those of both editions, with vitest's report, exit code and seconds.
 */
export const compare = (runs, fileOf, which) => {
  const reports = runs.map(({ report }) => report)
  const [three, four] = reports.map((report, edition) => testsIn(report, (name) => fileOf(edition + 3, name)))
  console.log("\npassed in edition 3 and in edition 4, and named differences\n")
  const used = new Set()
  const problems = [
    ...failuresOf(runs[0], 3, () => false),
    ...failuresOf(runs[1], 4, (name) => fileOf(4, name) !== undefined),
    ...problemsOf(three, four, used)
  ]
  const packages = new Map()
  for (const [file, tests] of [...three].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const counts = [sum(tests, "passed"), sum(four.get(file), "passed")]
    const skipped = [sum(tests, "skipped"), sum(four.get(file), "skipped")]
    const whole = packages.get(file.split("/")[0]) ?? [0, 0]
    packages.set(file.split("/")[0], [whole[0] + counts[0], whole[1] + counts[1]])
    const also = skipped.some((count) => count > 0) ? `  (${skipped.join(" and ")} skipped)` : ""
    console.log(`${padded(counts)}  ${file}${also}`)
    for (const difference of differences.filter((difference) => difference.file === file)) {
      console.log(`${" ".repeat(14)}${difference.why}`)
    }
  }
  const both = [...packages.values()].reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0])
  const own = reports[1].numPassedTests - both[1]
  console.log("")
  for (const [name, counts] of packages) console.log(`${padded(counts)}  ${name}`)
  if (own > 0) console.log(`${padded([0, own])}  effect4: order, JSON Schemas and operations of Effect 4 alone`)
  console.log(`${padded([both[0], both[1] + own])}  ${which} tests`)
  console.log(`${padded(runs.map(({ seconds }) => Math.round(seconds)))}  seconds`)
  problems.push(...compareRows(reports, which))
  for (const difference of differences) {
    if (three.has(difference.file) && !used.has(difference)) {
      problems.push(`${difference.file}: a row of differences.mjs names nothing that differs: ${difference.why}`)
    }
  }
  console.log(
    problems.length === 0
      ? "\nboth editions pass the same tests, but for what is named"
      : `\n${problems.length} problems\n`
  )
  return problems
}
