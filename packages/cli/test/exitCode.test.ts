import * as ZhipuError from "@effect-zhipu/client/ZhipuError"
import { describe, expect, it } from "@effect/vitest"
import * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Fs from "node:fs"
import { BlockedError, BrokenPipe, DeadlineError, Reported, UsageError } from "../src/errors.js"
import * as ExitCode from "../src/exitCode.js"
import * as Words from "../src/words.js"

const message = "What to do"

describe("exitCode", () => {
  it("tells every class of error apart", () => {
    const expected: ReadonlyArray<readonly [unknown, number]> = [
      [new ZhipuError.AuthenticationError({ message }), 3],
      [new ZhipuError.PermissionError({ message }), 3],
      [new ZhipuError.AccountError({ message }), 3],
      [ConfigError.MissingData([], message), 3],
      [new ZhipuError.InsufficientBalanceError({ message }), 4],
      [new ZhipuError.RateLimitError({ message }), 4],
      [new ZhipuError.QuotaExceededError({ message }), 4],
      [new ZhipuError.OverloadedError({ message }), 5],
      [new ZhipuError.ServerError({ message }), 5],
      [new ZhipuError.ConnectionError({ message, phase: "connect" }), 5],
      [new ZhipuError.DeadlineExceededError({ message, phase: "total", limit: Duration.seconds(1) }), 5],
      [new ZhipuError.ContentFilteredError({ message }), 6],
      [new BlockedError(), 6],
      [new ZhipuError.StreamTruncatedError({ message, receivedBytes: 1, receivedFrames: 1 }), 7],
      [new ZhipuError.CorruptStreamError({ message, reason: "IdChanged" }), 7],
      [new ZhipuError.InvalidRequestError({ message }), 1],
      [new ZhipuError.ModelNotFoundError({ message }), 1],
      [new ZhipuError.ContextLengthError({ message }), 1],
      [new ZhipuError.RequestEncodeError({ message }), 1],
      [new UsageError({ message }), 2],
      [new BrokenPipe({}), 141],
      [new BrokenPipe({ isUnwritable: true }), 1],
      [new DeadlineError({ message }), 5],
      [new Reported({ exitCode: 4 }), 4],
      [new Error("boom"), 1],
      ["boom", 1],
      [undefined, 1],
      [{ _tag: "constructor" }, 1]
    ]
    for (const [error, code] of expected) expect(ExitCode.of(error), String(error)).toBe(code)
  })

  it("describes an error in one line, and the id to name in another", () => {
    expect(
      ExitCode.describe(new ZhipuError.RateLimitError({ message: "Too\nmany.", requestId: "r-1", attempts: 3 }))
    ).toEqual(["zhipu: RateLimitError: Too many.", "zhipu: request id: r-1, asked 3 times"])
    expect(ExitCode.describe(new ZhipuError.RateLimitError({ message, attempts: 1 }))).toEqual([
      `zhipu: RateLimitError: ${message}`
    ])
    expect(
      ExitCode.describe(ConfigError.Or(ConfigError.MissingData([], "A."), ConfigError.MissingData([], "B.")))
    ).toEqual(["zhipu: ConfigError: A. B."])
    expect(ExitCode.describe(new Error("boom"))).toEqual(["zhipu: Error: boom"])
    expect(ExitCode.describe(new BrokenPipe({}))).toEqual([])
    expect(ExitCode.describe(new Reported({ exitCode: 3 }))).toEqual([])
  })

  it("points to a help page where that tells more", () => {
    expect(ExitCode.describe(new UsageError({ message: "Not so.", help: "zhipu simulate" }))).toEqual([
      "zhipu: Not so.",
      "zhipu simulate --help tells how it is used."
    ])
    expect(ExitCode.describe(new UsageError({ message: "x.json cannot be read." }))).toEqual([
      "zhipu: x.json cannot be read."
    ])
    expect(ExitCode.describe(new UsageError({ message: "zhipu migrate: x.json cannot be read." }))).toEqual([
      "zhipu migrate: x.json cannot be read."
    ])
  })

  it("says what is left of an answer", () => {
    const truncated = new ZhipuError.StreamTruncatedError({
      message: "It broke off. `partial` holds what came; ask again.",
      receivedBytes: 1,
      receivedFrames: 1
    })
    expect(ExitCode.describe(truncated)).toEqual([
      "zhipu: StreamTruncatedError: It broke off. What came is printed; ask again."
    ])
    expect(ExitCode.describe(truncated, "nothing")).toEqual([
      "zhipu: StreamTruncatedError: It broke off. Nothing is printed, as the answer is not whole; ask again."
    ])
  })
})

describe("words", () => {
  const root = new URL("../../", import.meta.url)
  const source = (path: string) =>
    Fs.readFileSync(new URL(path, root), "utf8")
      .replaceAll("\\`", "`")
      // A message may go over two lines of the source.
      .replaceAll(/["`] \+\n\s*["`]/g, "")
  const sources = ["api/src/", "client/src/", "protocol/src/"].flatMap((folder) =>
    Fs.readdirSync(new URL(folder, root), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .map((path) => source(folder + path))
  )

  it("are those of the client", () => {
    for (const [library] of Words.table) {
      expect(
        sources.some((text) => text.includes(library)),
        library
      ).toBe(true)
    }
  })

  it("leave no name of the library in what the client says", () => {
    const said = [
      "protocol/src/internal/decoding/decoder",
      "protocol/src/internal/failures/businessCodes",
      "protocol/src/internal/failures/classify",
      "protocol/src/internal/failures/unreadable",
      "client/src/internal/body/transportError",
      "client/src/internal/call/deadlineWatch"
    ].flatMap((name) =>
      Array.from(
        source(`${name}.ts`)
          .replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, "")
          .matchAll(/"[^"\n]*`\w+`[^"\n]*"/g),
        ([words]) => words
      )
    )
    expect(said.length).toBeGreaterThan(5)
    for (const words of said) {
      const told = Words.ofCommand(words)
      if (!/`(glm-4\.6|request_id)`/.test(told)) expect(told).not.toContain("`")
    }
  })
})
