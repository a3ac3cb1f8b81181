/** What follows from each failure, written out: a row that changes, or goes, is seen here. */
import { describe, expect, it } from "@effect/vitest"
import { CircuitBreaker, Fallback, KeyPool, RetryPolicy, ZhipuError } from "@effect-zhipu/client"
import { Duration, Schema } from "effect"
import { isJudged, judge } from "@effect-zhipu/protocol/internal/policy/judge"
import type { Judged } from "@effect-zhipu/protocol/internal/policy/retry"

type Verdict = readonly [
  retry: "throttle" | "overload" | "network" | "none",
  fault: "request" | "key" | "account" | "model" | "service" | "network" | "client",
  mayHelp: string,
  opensCircuit: boolean,
  exitCode: number
]

/** The name of a failure, what its row depends on, and the row. */
const rows: ReadonlyArray<readonly [judged: Judged, verdict: Verdict]> = [
  [{ _tag: "AuthenticationError" }, ["none", "key", "key, client", false, 3]],
  [{ _tag: "AuthenticationError", code: "1003" }, ["none", "key", "key, client", false, 3]],
  [{ _tag: "PermissionError" }, ["none", "key", "model, client", false, 3]],
  [{ _tag: "AccountError" }, ["none", "account", "key, client", false, 3]],
  [{ _tag: "AccountError", code: "1112" }, ["none", "account", "key, client", false, 3]],
  [{ _tag: "AccountError", code: "1120" }, ["overload", "account", "key, client", false, 3]],
  [{ _tag: "InsufficientBalanceError" }, ["none", "account", "model, key, client", false, 4]],
  [{ _tag: "InvalidRequestError" }, ["none", "request", "", false, 1]],
  [{ _tag: "ModelNotFoundError" }, ["none", "request", "model, client", false, 1]],
  [{ _tag: "ContextLengthError" }, ["none", "request", "model, client", false, 1]],
  [{ _tag: "ContentFilteredError" }, ["none", "request", "", false, 6]],
  [{ _tag: "RateLimitError" }, ["throttle", "account", "model, key, client", false, 4]],
  [{ _tag: "QuotaExceededError" }, ["none", "account", "model, key, client", false, 4]],
  [{ _tag: "OverloadedError" }, ["overload", "model", "model, client", true, 5]],
  [{ _tag: "ServerError" }, ["overload", "service", "model, client", true, 5]],
  [{ _tag: "ConnectionError", phase: "connect" }, ["network", "network", "client", true, 5]],
  [{ _tag: "ConnectionError", phase: "body" }, ["network", "network", "client", true, 5]],
  [{ _tag: "ConnectionError", phase: "closed" }, ["none", "client", "", false, 5]],
  [{ _tag: "DeadlineExceededError", phase: "queue" }, ["none", "client", "model, client", false, 5]],
  [{ _tag: "DeadlineExceededError", phase: "connect" }, ["network", "network", "model, client", true, 5]],
  [{ _tag: "DeadlineExceededError", phase: "firstChunk" }, ["none", "service", "model, client", true, 5]],
  [{ _tag: "DeadlineExceededError", phase: "idle" }, ["none", "service", "model, client", true, 5]],
  [{ _tag: "DeadlineExceededError", phase: "total" }, ["none", "client", "", false, 5]],
  [{ _tag: "StreamTruncatedError" }, ["network", "network", "model, client", true, 7]],
  [{ _tag: "CorruptStreamError", reason: "MalformedFrame" }, ["network", "service", "model, client", false, 7]],
  [{ _tag: "CorruptStreamError", reason: "IdChanged" }, ["network", "service", "model, client", false, 7]],
  [{ _tag: "CorruptStreamError", reason: "EmptyResponse" }, ["network", "service", "model, client", false, 7]],
  [{ _tag: "CorruptStreamError", reason: "EventTooLarge" }, ["none", "client", "", false, 7]],
  [{ _tag: "CorruptStreamError", reason: "UnexpectedContentType" }, ["none", "network", "client", false, 7]],
  [{ _tag: "CorruptStreamError", reason: "TooManyToolCalls" }, ["none", "model", "", false, 7]],
  [{ _tag: "RequestEncodeError" }, ["none", "request", "", false, 1]],
  [{ _tag: "QueueFullError" }, ["none", "client", "", false, 4]],
  [{ _tag: "TaskFailedError" }, ["none", "service", "", false, 1]]
]

const errorOf = (judged: Judged): ZhipuError.ZhipuError =>
  Schema.decodeUnknownSync(ZhipuError.ZhipuError)({
    message: "…",
    limit: Duration.toMillis("1 second"),
    maxQueue: 1,
    taskId: "1",
    kind: "video",
    state: "FAIL",
    receivedBytes: 0,
    receivedFrames: 0,
    ...judged
  })

const nameOf = (judged: Judged): string => Object.values(judged).join(" ")

describe("what follows from a failure", () => {
  for (const [judged, verdict] of rows) {
    it(nameOf(judged), () => {
      const { anotherClient, anotherKey, anotherModel, exitCode, fault, opensCircuit, retry } = judge(judged)
      const mayHelp = [anotherModel && "model", anotherKey && "key", anotherClient && "client"].filter(Boolean)
      expect([retry, fault, mayHelp.join(", "), opensCircuit, exitCode]).toEqual(verdict)
    })
  }

  it("is a refusal, after which even what is made or paid for may be asked for again, where nothing was done", () => {
    const refused = rows.filter(([judged]) => judge(judged).refused)
    expect([...new Set(refused.map(([{ _tag }]) => _tag))]).toEqual([
      "AuthenticationError",
      "AccountError",
      "InsufficientBalanceError",
      "RateLimitError",
      "QuotaExceededError",
      "OverloadedError"
    ])
  })

  it("is told of every error, in each of its phases and for each of its reasons", () => {
    const told = new Set(rows.map(([judged]) => nameOf(judged)))
    for (const { _tag } of ZhipuError.ZhipuError.members) {
      const names =
        _tag === "ConnectionError"
          ? ["connect", "body", "closed"].map((phase) => `${_tag} ${phase}`)
          : _tag === "DeadlineExceededError"
            ? ZhipuError.DeadlinePhase.literals.map((phase) => `${_tag} ${phase}`)
            : _tag === "CorruptStreamError"
              ? ZhipuError.CorruptReason.literals.map((reason) => `${_tag} ${reason}`)
              : [_tag]
      for (const name of names) expect(told, name).toContain(name)
    }
  })

  it("is what retries, fallbacks, circuit breakers and pools of keys decide by", () => {
    const keyErrors = new Set<string>(Object.keys(KeyPool.cooldown))
    for (const [judged, [retry, , mayHelp, opensCircuit]] of rows) {
      const error = errorOf(judged)
      const name = nameOf(judged)
      expect(error.isRetryable, name).toBe(retry !== "none")
      expect(RetryPolicy.kindOf(error), name).toBe(retry === "none" ? undefined : retry)
      expect(Fallback.modelMayHelp(error), name).toBe(mayHelp.includes("model"))
      expect(Fallback.clientMayHelp(error), name).toBe(mayHelp.includes("client"))
      expect(CircuitBreaker.isFailure(error), name).toBe(opensCircuit)
      expect(keyErrors.has(error._tag), name).toBe(mayHelp.includes("key"))
    }
  })

  it("is not told of what is no failure", () => {
    for (const [judged] of rows) {
      expect(isJudged(judged), nameOf(judged)).toBe(true)
      expect(isJudged(errorOf(judged)), nameOf(judged)).toBe(true)
    }
    const others = [
      undefined,
      null,
      "RateLimitError",
      {},
      { _tag: 1 },
      { _tag: "toString" },
      { _tag: "NoSuchElementException" },
      { _tag: "ConnectionError" },
      { _tag: "ConnectionError", phase: "total" },
      { _tag: "DeadlineExceededError", phase: "body" },
      { _tag: "CorruptStreamError", reason: "constructor" }
    ]
    for (const other of others) expect(isJudged(other), JSON.stringify(other)).toBe(false)
  })
})
