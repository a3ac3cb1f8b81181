/** The words of the service in the messages of errors: they go to logs and terminals, whose lines are not theirs to make. */
import { RetryPolicy, ZhipuChat } from "@effect-zhipu/client"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { client, errorReply, mock, request } from "./support/http.js"

const errorOf = (over: ReturnType<typeof mock>) =>
  Effect.flip(ZhipuChat.complete(request)).pipe(Effect.provide(client(over, { retry: RetryPolicy.none })))

describe("the message of an error", () => {
  it.effect("is one line, and moves no cursor", () =>
    Effect.gen(function* () {
      const words = "bad\r\n2026-01-01 level=INFO forged\u001b[2J\u0007\u2028\u202Eend"
      const error = yield* errorOf(mock(errorReply(400, "1210", words)))
      expect(error.message).toContain("bad 2026-01-01 level=INFO forged [2J end")
      expect(error.message).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e]/u)
    })
  )

  it.effect("tells of what a transport says its first line", () =>
    Effect.gen(function* () {
      const error = yield* errorOf(mock({ fails: new Error("socket hang up\n\n+ actual\n- expected\n  2 !== 1") }))
      expect(error).toMatchObject({ _tag: "ConnectionError", reason: "socket hang up" })
      expect(error.message).not.toContain("actual")
    })
  )
})
