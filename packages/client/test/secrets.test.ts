import { describe, expect, it } from "@effect/vitest"
import {
  Message,
  RetryPolicy,
  ZhipuAuth,
  ZhipuChat,
  ZhipuConfig,
  ZhipuError,
  ZhipuHttpClient
} from "@effect-zhipu/client"
import { Cause, Context, Duration, Effect, Exit, Fiber, Layer, Redacted, Scope, Stream, TestClock } from "effect"
import { answer, chunk, frame } from "./support/decoding.js"
import {
  type Answer,
  client,
  completion,
  jsonReply,
  mock,
  type Reply,
  type Sent,
  streamed,
  testKey
} from "./support/http.js"
import { type Collected, collecting, shown } from "./support/shown.js"
import { drive } from "./support/time.js"
import { verdicts } from "./support/verdicts.js"

const id = "SENTINELidhalf01"
const secret = "SENTINELsecret02"
const prompt = "SENTINELprompt03"
const key = `${id}.${secret}`

const request = { model: "glm-4.6", messages: [Message.user(prompt)] }

/** What may be found in no text: the key, its halves, the prompt, and any JWT. */
const forbidden: ReadonlyArray<string | RegExp> = [id, secret, prompt, "SENTINEL", /eyJ[\w-]{10,}/]

const expectClean = (text: string, where: string): void => {
  for (const word of forbidden) {
    const found = typeof word === "string" ? text.indexOf(word) : text.search(word)
    if (found !== -1) expect(text.slice(Math.max(0, found - 100), found + 100), where).not.toMatch(word)
  }
}

const hang = { hang: true } as const

/** What the service could repeat: whatever authorization it was sent, whole or in its parts. */
const repeated = (sent: Sent): string => {
  const token = (sent.headers["authorization"] ?? "").slice("Bearer ".length)
  return [`Bearer ${token}`, token, ...token.split(".")].join(" and ")
}

const error =
  (status: number, code: string) =>
  (sent: Sent): Answer =>
    jsonReply({ error: { code, message: `refused ${repeated(sent)}` } }, status)

const html =
  (status: number) =>
  (sent: Sent): Answer => ({
    status,
    headers: { "content-type": "text/html" },
    body: `<html>your key: ${repeated(sent)}</html>`
  })

const event = (sent: Sent): string => frame({ error: { code: "1305", message: `busy, ${repeated(sent)}` } })

const hi = frame(chunk({ content: "Hi" }))

/** What makes each error; `"stream"` where only a stream fails so. */
const causes: Readonly<Record<string, readonly [answer: (sent: Sent) => Answer, only?: "stream"]>> = {
  ...Object.fromEntries(verdicts.map(({ code, status }) => [`code ${code}`, [error(status, code)] as const])),
  "a page": [html(502)],
  "a page under 200": [html(200)],
  "plain text": [(sent) => ({ status: 500, body: `Authorization: ${repeated(sent)}` })],
  "an error document under 200": [error(200, "1210")],
  "an error event": [(sent) => streamed(event(sent)), "stream"],
  "an error event after deltas": [(sent) => streamed(hi, event(sent)), "stream"],
  "a refused connection": [(sent) => ({ fails: new Error(`connect ECONNREFUSED with ${repeated(sent)}`) })],
  "a connection that broke off": [(sent) => streamed(": open\n\n", { fail: new Error(repeated(sent)) }), "stream"],
  "a truncated stream": [() => streamed(hi), "stream"],
  "a corrupt stream": [() => streamed(hi, `data: {${prompt}\n\n`), "stream"],
  "an event too large": [() => streamed(`data: ${"x".repeat(3000)}${prompt}\n\n`), "stream"],
  "no headers": [() => "never"],
  "no events": [() => streamed(hang), "stream"],
  "a stall": [() => streamed(hi, hang), "stream"],
  "a redirect": [() => ({ status: 302, headers: { location: "https://elsewhere.example" } })]
}

const options = (auth: ZhipuConfig.AuthKind): Partial<ZhipuConfig.Options> => ({
  apiKey: Redacted.make(key),
  auth,
  maxEventSize: 1000,
  retry: RetryPolicy.backoff({ base: "1 second", cap: "1 second", retries: 1, elapsed: "1 minute" }),
  deadlines: { connect: "10 seconds", firstChunk: "20 seconds", idle: "10 seconds" }
})

const operations: Readonly<
  Record<"complete" | "stream", Effect.Effect<unknown, ZhipuError.ZhipuError, ZhipuChat.ZhipuChat>>
> = { complete: ZhipuChat.complete(request), stream: Stream.runDrain(ZhipuChat.stream(request)) }

describe("no secret shows", () => {
  for (const auth of ["api-key", "jwt"] as const) {
    for (const [what, [answer, only]] of Object.entries(causes)) {
      it.effect(`82. with ${auth}, in the error after ${what}, its logs and spans`, () =>
        Effect.gen(function* () {
          for (const operation of only === undefined ? (["complete", "stream"] as const) : (["stream"] as const)) {
            const collected: Collected = { texts: [] }
            const { exit } = yield* drive(
              operations[operation].pipe(
                Effect.tapErrorCause((cause) => Effect.logError("The call failed", cause)),
                Effect.tapError((error) => Effect.logError(error)),
                Effect.withSpan("caller"),
                Effect.provide(client(mock(answer), options(auth))),
                collecting(collected)
              ),
              "3 minutes"
            )
            if (Exit.isSuccess(exit)) return expect(exit._tag).toBe("Failure")
            const error = yield* Effect.flip(Effect.failCause(exit.cause))
            expect(ZhipuError.isZhipuError(error)).toBe(true)
            expectClean(error.message, "message")
            expectClean(error.stack ?? "", "stack")
            for (const [how, text] of [...shown(error), ...shown(exit.cause), ...shown(exit)]) expectClean(text, how)
            expectClean(Cause.pretty(exit.cause, { renderErrorCause: true }), "Cause.pretty")
            // The log of the caller itself must be among what was collected.
            expect(collected.texts.join("\n")).toContain("The call failed")
            collected.texts.forEach((text) => expectClean(text, "log or span"))
          }
        })
      )
    }

    it.effect(`with ${auth}, in the logs and spans of calls that succeed`, () =>
      Effect.gen(function* () {
        const collected: Collected = { texts: [] }
        const over = mock([jsonReply(completion("an answer")), streamed(answer("an answer"))])
        const { exit } = yield* drive(
          Effect.all([operations.complete, operations.stream]).pipe(
            Effect.provide(client(over, options(auth))),
            collecting(collected)
          ),
          "1 minute"
        )
        expect(Exit.isSuccess(exit)).toBe(true)
        expect(over.sent).toHaveLength(2)
        expect(collected.texts.join("\n")).toContain("chat glm-4.6")
        collected.texts.forEach((text) => {
          expectClean(text, "log or span")
          expect(text).not.toContain("an answer")
        })
      })
    )

    it.scoped(`with ${auth}, in the services and layers`, () =>
      Effect.gen(function* () {
        const layer = client(mock(jsonReply(completion())), options(auth))
        const context = yield* Layer.build(layer)
        const authorization = yield* Context.get(context, ZhipuAuth.ZhipuAuth).authorization
        yield* Effect.provide(ZhipuChat.complete(request), context)
        const services = [
          Context.get(context, ZhipuConfig.ZhipuConfig),
          Context.get(context, ZhipuAuth.ZhipuAuth),
          Context.get(context, ZhipuHttpClient.ZhipuHttpClient),
          Context.get(context, ZhipuChat.ZhipuChat)
        ]
        for (const value of [...services, context, authorization, layer]) {
          for (const [how, text] of shown(value)) expectClean(text, how)
        }
      })
    )
  }

  it.effect("in the error of a request that cannot be written", () =>
    Effect.gen(function* () {
      const bad = { ...request, n: 1n }
      const error = yield* Effect.flip(ZhipuChat.complete(bad)).pipe(
        Effect.provide(client(mock("never"), options("jwt")))
      )
      expect(error._tag).toBe("RequestEncodeError")
      for (const [how, text] of shown(error)) expectClean(text, how)
    })
  )

  it.effect("in the error of a stream whose client has gone, nor the answer", () =>
    Effect.gen(function* () {
      const over = mock(streamed(frame(chunk({ content: "an answer" })), hang))
      const scope = yield* Scope.make()
      const context = yield* Layer.buildWithScope(client(over, options("api-key")), scope)
      const fiber = yield* Effect.fork(Effect.flip(Effect.provide(operations.stream, context)))
      yield* TestClock.adjust("1 second")
      yield* Scope.close(scope, Exit.void)
      const error = yield* Fiber.join(fiber)
      expect(error).toMatchObject({ _tag: "ConnectionError", phase: "closed", isRetryable: false })
      expect(error.partial?.choices[0]?.message.content).toBe("an answer")
      for (const [how, text] of [...shown(error), ...shown(Exit.fail(error))]) {
        expectClean(text, how)
        // `showHidden` is a way to ask for what is not enumerable; every other way keeps the answer out.
        if (how !== "inspect") expect(text).not.toContain("an answer")
      }
    })
  )
})

describe("what the service repeats of a key", () => {
  it.effect("is redacted in the message, and the rest is kept", () =>
    Effect.gen(function* () {
      const { exit } = yield* drive(
        Effect.flip(operations.complete).pipe(Effect.provide(client(mock(error(401, "1000")), options("api-key")))),
        Duration.minutes(1)
      )
      expect(Exit.isSuccess(exit) && exit.value.message).toContain(
        "refused Bearer <redacted> and <redacted> and <redacted> and <redacted>"
      )
    })
  )

  it.effect("is redacted though a JWT was sent in its place", () =>
    Effect.gen(function* () {
      const over = mock(jsonReply({ error: { code: "1000", message: `the key ${key} of ${id} is bad` } }, 401))
      const { exit } = yield* drive(
        Effect.flip(operations.complete).pipe(Effect.provide(client(over, options("jwt")))),
        Duration.minutes(1)
      )
      if (Exit.isFailure(exit)) return expect(exit._tag).toBe("Success")
      expectClean(exit.value.message, "message")
    })
  )

  it.effect("is redacted though it is a JWT", () =>
    Effect.gen(function* () {
      const over = mock((sent): Reply =>
        jsonReply({ error: { code: "1000", message: `bad ${sent.headers["authorization"]}` } }, 401)
      )
      const { exit } = yield* drive(
        Effect.flip(operations.complete).pipe(Effect.provide(client(over, options("jwt")))),
        Duration.minutes(1)
      )
      if (Exit.isFailure(exit)) return expect(exit._tag).toBe("Success")
      expect(exit.value.message).toContain("bad Bearer <redacted>")
      expectClean(exit.value.message, "message")
    })
  )

  it.effect("is redacted though it is escaped", () =>
    Effect.gen(function* () {
      const odd = "SENTINEL/half+one.SENTINEL/half=two"
      const message = `bad ${odd} ${encodeURIComponent(odd)}`
      const escaped = JSON.stringify({ error: { code: "1000", message } }).replaceAll("/", "\\/")
      const error = yield* Effect.flip(
        Effect.provide(
          ZhipuChat.complete(request),
          client(mock({ status: 401, body: escaped }), { apiKey: Redacted.make(odd), retry: RetryPolicy.none })
        )
      )
      expect(error.message).toContain("bad <redacted> <redacted>")
      expect(error.message).not.toContain("SENTINEL")
    })
  )

  it.effect("is redacted though it is packed in base64", () =>
    Effect.gen(function* () {
      const [id, secret] = ["0123456789abcdef", "SENTINELsecret"]
      const words = [`${id}.${secret}`, id, secret, `${secret}:more`].map((word) =>
        Buffer.from(word).toString("base64")
      )
      const message = `bad ${words.join(" ")}`
      const error = yield* Effect.flip(
        Effect.provide(
          ZhipuChat.complete(request),
          client(mock({ status: 401, body: JSON.stringify({ error: { code: "1000", message } }) }), {
            apiKey: Redacted.make(`${id}.${secret}`),
            retry: RetryPolicy.none
          })
        )
      )
      expect(error.message).toMatch(/bad( <redacted>\S{0,8}){4}/)
    })
  )

  it.effect("is redacted where the text is cut in the middle of it", () =>
    Effect.gen(function* () {
      for (let padding = 150; padding < 205; padding += 5) {
        const body = `${"x".repeat(padding)} ${testKey}`
        for (const reply of [
          { status: 502, headers: { "content-type": "text/plain" }, body },
          { status: 200, headers: { "content-type": "text/html" }, body }
        ]) {
          const over = mock(reply)
          const error = yield* Effect.flip(
            Effect.provide(ZhipuChat.complete(request), client(over, { retry: RetryPolicy.none }))
          )
          for (const part of [testKey, ...testKey.split(".")]) {
            for (let length = 6; length <= part.length; length++)
              expect(error.message).not.toContain(part.slice(0, length))
          }
        }
      }
    })
  )
})
