/**
 * What the tables of docs/errors.md, and of its Chinese twin, say of each error: that none is missing, that codes and
 * statuses become the error of their row, and
 * which are retryable, as `judge` says.
 */
import { Message, RetryPolicy, StructuredOutput, ToolError, Zhipu, ZhipuChat, ZhipuError } from "@effect-zhipu/client"
import { judge } from "@effect-zhipu/protocol/Failure"
import { MockHttpClient } from "@effect-zhipu/testing"
import { expect, layer } from "@effect/vitest"
import { Effect, Either, Layer, Redacted, Schema } from "effect"
import { read } from "./support/markdown.js"

interface Row {
  readonly tag: string
  readonly cells: ReadonlyArray<string>
}

/** The rows of tables whose first cell is the name of an error, by how many cells they have. */
const rowsIn = (page: string, width: number): ReadonlyArray<Row> =>
  read(page)
    .split("\n")
    .flatMap((line) => {
      const [, tag] = /^\| `(\w+(?:Error|Limit|Held))` *\|/.exec(line) ?? []
      const cells = line.split("|").slice(1, -1)
      return tag !== undefined && cells.length === width ? [{ tag, cells: cells.map((cell) => cell.trim()) }] : []
    })

/** `1000–1005, 1113; HTTP 401, 5xx` */
const codesOf = ({ cells: [, cell = ""] }: Row) => {
  const [codes = "", statuses = ""] = cell.startsWith("HTTP") ? ["", cell] : cell.split("; ")
  const parts = (list: string) => list.split(", ").filter((part) => part !== "")
  return {
    ranges: parts(codes)
      .filter((part) => !part.startsWith("`"))
      .map((part) => {
        const [from, to] = part.split("–").map(Number)
        return { from: from ?? Number.NaN, to: to ?? from ?? Number.NaN }
      }),
    statuses: parts(statuses.replace(/^HTTP /, ""))
  }
}

/** A service that answers with the status, and the code if there is one, that `model` tells: `418`, `502 1302`. */
const service = MockHttpClient.layer(({ body }) => {
  const [, status, code] = /"model":"(\d+) ?(-?\d*)"/.exec(body) ?? []
  return {
    status: Number(status),
    headers: { "content-type": "application/json" },
    body: JSON.stringify(code === "" ? {} : { error: { code, message: "…" } })
  }
})

const client = Zhipu.layer({ apiKey: Redacted.make("id.secret"), retry: RetryPolicy.none }).pipe(Layer.provide(service))

const tagFor = (model: string) =>
  ZhipuChat.complete({ model, messages: [Message.user("Hello")] }).pipe(
    Effect.flip,
    Effect.map(({ _tag }) => _tag)
  )

const once = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.runSync(Effect.cached(effect))

const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i)

/** Each group of codes that the vendor has, and where it may grow. */
const candidates = [-1, 500, 1000, 1100, 1110, 1120, 1200, 1210, 1220, 1230, 1260, 1300, 1310, 1320].flatMap((first) =>
  first < 1000 ? [first] : from(first, first + 9)
)

/** The codes that the client knows: those that mean the same whatever the status is. */
const knownCodes = once(
  Effect.forEach(candidates, (code) =>
    Effect.gen(function* () {
      const tag = yield* tagFor(`418 ${code}`)
      const isKnown = tag !== "InvalidRequestError" || (yield* tagFor(`502 ${code}`)) === tag
      return isKnown ? [{ code, tag }] : []
    })
  ).pipe(Effect.map((found) => found.flat()))
)

const statuses = once(
  Effect.forEach([...from(300, 308), ...from(400, 440), ...from(500, 530), 599], (status) =>
    Effect.map(tagFor(String(status)), (tag) => ({ status, tag }))
  )
)

/** Every error of a name and a code: one for each phase and each reason that its class knows. */
const variants = (tag: string, code: string | undefined): ReadonlyArray<ZhipuError.ZhipuError> => {
  const phases = [...ZhipuError.DeadlinePhase.literals, "body", "closed"]
  const fields = [
    ...phases.map((phase) => ({ phase, reason: "MalformedFrame" })),
    ...ZhipuError.CorruptReason.literals.map((reason) => ({ phase: "connect", reason }))
  ]
  const others = {
    message: "…",
    limit: 1,
    maxQueue: 1,
    receivedBytes: 0,
    receivedFrames: 0,
    taskId: "t-1",
    kind: "video",
    state: "FAIL"
  }
  return fields.flatMap((own) => {
    const made = Schema.decodeUnknownEither(ZhipuError.ZhipuError)({ _tag: tag, code, ...own, ...others })
    return Either.isRight(made) ? [made.right] : []
  })
}

/** `yes`, `no`, or one of them but for the words that follow. */
const isSaidRetryable = (cell: string, error: ZhipuError.ZhipuError): boolean => {
  const [, word] = /^(yes|no|是|否)(?:[,，]|$)/.exec(cell) ?? []
  expect(word, `"${cell}" begins with yes or no`).toBeDefined()
  const exceptions = Array.from(cell.matchAll(/`(\w+)`/g), ([, name]) => name)
  const is = [error.code, "phase" in error ? error.phase : undefined, "reason" in error ? error.reason : undefined]
  return (word === "yes" || word === "是") !== is.some((value) => value !== undefined && exceptions.includes(value))
}

const tags = ZhipuError.ZhipuError.members.map((member) => member._tag)

layer(client)("the page of errors", (it) => {
  for (const page of ["docs/errors.md", "docs/zh/errors.md"]) {
    const rows = rowsIn(page, 4)

    it(`${page} has one row for each error`, () => {
      expect(rows.map(({ tag }) => tag)).toEqual(tags)
      const beside = [...ToolError.ToolError.members, StructuredOutput.StructuredOutputError].map(({ _tag }) => _tag)
      expect(rowsIn(page, 3).map(({ tag }) => tag)).toEqual([
        ...beside,
        "AttachmentError",
        "IncompleteAnswerError",
        "InvalidRequestError"
      ])
    })

    it.effect(`${page} knows what each business code becomes`, () =>
      Effect.gen(function* () {
        const known = yield* knownCodes
        expect(known.length).toBeGreaterThan(40)
        for (const { code, tag } of known) {
          const found = rows.filter((row) => codesOf(row).ranges.some(({ from, to }) => from <= code && code <= to))
          expect({ code, rows: found.map((row) => row.tag) }).toEqual({ code, rows: [tag] })
        }
        for (const { from, to } of rows.flatMap((row) => codesOf(row).ranges)) {
          for (const end of [from, to]) expect(known.map(({ code }) => code)).toContain(end)
        }
      })
    )

    it.effect(`${page} knows what each status becomes`, () =>
      Effect.gen(function* () {
        for (const { status, tag } of yield* statuses) {
          const lists = (name: string) => rows.filter((row) => codesOf(row).statuses.includes(name))
          const exact = lists(String(status))
          const found = exact.length > 0 ? exact : lists(`${Math.floor(status / 100)}xx`)
          expect({ status, rows: found.map((row) => row.tag) }).toEqual({ status, rows: [tag] })
        }
      })
    )

    it(`${page} says which are retryable`, () => {
      for (const row of rows) {
        const codes = [undefined, ...codesOf(row).ranges.flatMap(({ from, to }) => [String(from), String(to)])]
        const errors = codes.flatMap((code) => variants(row.tag, code))
        expect(errors.length, row.tag).toBeGreaterThan(0)
        for (const error of errors) {
          const { _tag, code } = error
          const isRetryable = judge(error).retry !== "none"
          const said = { _tag, code, isRetryable: isSaidRetryable(row.cells[2] ?? "", error) }
          expect(said, JSON.stringify(error)).toEqual({ _tag, code, isRetryable })
        }
      }
    })
  }
})
