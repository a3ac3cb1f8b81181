import * as ZhipuError from "@effect-zhipu/client/ZhipuError"
import { describe, expect, it } from "@effect/vitest"
import * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import { BlockedError, BrokenPipe, Reported, UsageError } from "../src/errors.js"
import * as ExitCode from "../src/exitCode.js"

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
      [new BrokenPipe(), 141],
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
    expect(ExitCode.describe(new BrokenPipe())).toEqual([])
    expect(ExitCode.describe(new Reported({ exitCode: 3 }))).toEqual([])
  })
})
