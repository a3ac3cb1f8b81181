import { describe, expect, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import * as Schema from "effect/Schema"
import * as Fault from "../src/Fault.js"
import { type Spec, table } from "../src/internal/simulator/faults/faultTable.js"
import { readFileSync } from "node:fs"

const argFor = (spec: Spec): FastCheck.Arbitrary<string | undefined> => {
  const given = (): FastCheck.Arbitrary<string | undefined> => {
    switch (spec.arg) {
      case "none":
        return FastCheck.constant(undefined)
      case "code":
        return FastCheck.integer({ min: -1, max: 9999 }).map(String)
      case "status":
        return FastCheck.constantFrom("200", "502", "502-html", "503-text", "429")
      case "count":
        return FastCheck.integer({ min: 1, max: 1e9 }).map(String)
      case "integer":
        return FastCheck.integer().map(String)
      case "text":
        return FastCheck.string({ minLength: 1, unit: "grapheme" })
      default:
        return "syntax" in spec.arg
          ? FastCheck.constantFrom("fail", "fail:1301", "polls=7", "forever", "unknown", "gone")
          : FastCheck.constantFrom(...spec.arg)
    }
  }
  return spec.argDefault === undefined ? given() : FastCheck.option(given(), { nil: undefined })
}

const placeFor = (spec: Spec): FastCheck.Arbitrary<Fault.Place | undefined> => {
  const places = spec.at.map((kind): FastCheck.Arbitrary<Fault.Place> =>
    kind === "headers"
      ? FastCheck.constant({ _tag: "Headers" })
      : kind === "bytes"
        ? FastCheck.nat().map((offset) => ({ _tag: "Bytes", offset }))
        : kind === "line"
          ? FastCheck.nat().map((number) => ({ _tag: "Line", number }))
          : FastCheck.nat().map((index) => ({ _tag: "Chunk", index }))
  )
  if (places.length === 0) return FastCheck.constant(undefined)
  const one = FastCheck.oneof(...places)
  return spec.atRequired ? one : FastCheck.option(one, { nil: undefined })
}

const rows = Fault.table.map(({ name }) => ({ name, spec: table[name] as Spec }))

const fault: FastCheck.Arbitrary<Fault.Fault> = FastCheck.constantFrom(...rows).chain(({ name, spec }) =>
  FastCheck.tuple(
    argFor(spec),
    placeFor(spec),
    FastCheck.option(FastCheck.integer({ min: 0, max: 100 }), { nil: undefined }),
    FastCheck.option(FastCheck.integer({ min: 0, max: 1000 }), { nil: undefined })
  ).map(([arg, at, chance, times]) => ({
    name,
    ...(arg === undefined ? {} : { arg }),
    ...(at === undefined ? {} : { at }),
    ...(chance === undefined ? {} : { chance }),
    ...(times === undefined ? {} : { times })
  }))
)

describe("Fault", () => {
  it("reads what it has written", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.array(fault, { maxLength: 4 }), (faults) => {
        const text = Fault.print(faults)
        expect(text).toMatch(/^[\x20-\x7e]*$/)
        expect(Either.getOrThrow(Fault.parse(text))).toEqual(faults)
      }),
      { numRuns: 2000 }
    )
  })

  it("never throws", () => {
    const text = Arbitrary.make(Schema.String)
    FastCheck.assert(FastCheck.property(text, (input) => Either.isEither(Fault.parse(input))))
    const alphabet = FastCheck.constantFrom(..."code:1305*3,@chunk~%truncate reset")
    FastCheck.assert(
      FastCheck.property(FastCheck.string({ unit: alphabet }), (input) => Either.isEither(Fault.parse(input)))
    )
  })

  it("reads a list", () => {
    expect(Either.getOrThrow(Fault.parse(" code:1305*3 , truncate@512,reset@chunk:3~25, idle@headers"))).toEqual([
      { name: "code", arg: "1305", times: 3 },
      { name: "truncate", at: { _tag: "Bytes", offset: 512 } },
      { name: "reset", at: { _tag: "Chunk", index: 3 }, chance: 25 },
      { name: "idle", at: { _tag: "Headers" } }
    ])
    expect(Either.getOrThrow(Fault.parse("retry-after:Wed%2C 21 Oct 2015 07:28:00 GMT"))).toEqual([
      { name: "retry-after", arg: "Wed, 21 Oct 2015 07:28:00 GMT" }
    ])
    expect(Either.getOrThrow(Fault.parse("tool-index:1e9"))).toEqual([{ name: "tool-index", arg: "1000000000" }])
    for (const empty of ["", "  ", "none"]) expect(Either.getOrThrow(Fault.parse(empty))).toEqual([])
  })

  it("says what is wrong", () => {
    const cases: Record<string, string> = {
      nonsense: `there is no fault "nonsense"`,
      constructor: `there is no fault "constructor"`,
      truncat: `there is no fault "truncat". Did you mean truncate? All`,
      "retry-afer:1": `Did you mean retry-after or `,
      code: `"code" needs an argument: code:NNNN`,
      "code:abc": `takes a business code`,
      "crlf:1": `"crlf" takes no argument`,
      "crlf@chunk:1": `"crlf" takes no place`,
      truncate: `"truncate" needs a place: truncate@BYTES|chunk:K`,
      "truncate@headers": `"truncate" has no place "@headers"`,
      "split:0": "a whole number from 1",
      "redirect:300": "one of 301, 302, 303, 307, 308",
      "code:1302~101": "more than 100 percent",
      "finish:%zz": "no escape",
      "a b": "not of the form",
      "crlf,": "not of the form"
    }
    for (const [input, message] of Object.entries(cases)) {
      const error = Either.getOrThrow(Either.flip(Fault.parse(input)))
      expect(error._tag).toBe("FaultParseError")
      expect(error.message).toContain(message)
    }
  })
})

describe("a name that is none", () => {
  it("is answered with a few that are like it, and where all are", () => {
    for (const name of ["nonsense", "reset-before", "tool", "a".repeat(5000)]) {
      const { message } = Either.getOrThrow(Either.flip(Fault.parse(name)))
      const near = Fault.table.filter((row) =>
        message
          .slice(name.length)
          .split(/[\s?]+/)
          .includes(row.name)
      )
      expect(near.length).toBeLessThanOrEqual(3)
      expect(message).toContain("FAULTS.md")
    }
    const one = Either.getOrThrow(Either.flip(Fault.parse("nonsense"))).message
    expect(one).not.toContain("Did you mean")
    expect(one.length).toBeLessThan(180)
  })

  it("leads to the fault it is nearest to", () => {
    for (const { name } of Fault.table.filter(({ name }) => name.length >= 8)) {
      const wrong = name.slice(0, 3) + name.slice(4)
      if (Fault.table.some((row) => row.name === wrong)) continue
      expect(Either.getOrThrow(Either.flip(Fault.parse(wrong))).message, wrong).toMatch(
        new RegExp(`Did you mean.* ${name}[ ?]`)
      )
    }
  })
})

describe("FAULTS.md", () => {
  it("lists every fault with what it does", () => {
    const cells = readFileSync(new URL("../FAULTS.md", import.meta.url), "utf8")
      .split("\n")
      .filter((line) => line.startsWith("| `"))
      .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|")))
    expect(cells.map(([, syntax, , doc]) => ({ syntax, doc }))).toEqual(
      Fault.table.map(({ doc, syntax }) => ({ syntax: `\`${syntax}\``, doc }))
    )
  })
})
