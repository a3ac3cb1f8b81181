/** Whether the service answers, whether the clocks agree, and how soon a first token comes. */
import type { ChatRequest } from "@effect-zhipu/client/ChatRequest"
import type * as ChunkEvent from "@effect-zhipu/client/ChunkEvent"
import * as Model from "@effect-zhipu/client/Model"
import * as ZhipuChat from "@effect-zhipu/client/ZhipuChat"
import type * as ZhipuConfig from "@effect-zhipu/client/ZhipuConfig"
import type { ZhipuError } from "@effect-zhipu/client/ZhipuError"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as ExitCode from "../exitCode.js"
import { printable } from "../text.js"
import * as Words from "../words.js"
import type { Check } from "./check.js"
import * as check from "./check.js"
import { otherHost } from "./host.js"

const { exitCodes } = ExitCode

/** @internal */
export interface Reached {
  readonly check: Check
  /** By how much the service's clock is ahead of this machine's; `undefined` where it did not tell. */
  readonly skewMillis: number | undefined
}

/** Asks without a key, so that a wrong host learns none. Every answer of an HTTP server counts. @internal */
export const reach = (
  baseUrl: string,
  deadline: Duration.Duration
): Effect.Effect<Reached, never, HttpClient.HttpClient> =>
  Effect.gen(function* () {
    const client = yield* HttpClient.HttpClient
    const startedAt = yield* Clock.currentTimeMillis
    const asked = yield* client.execute(HttpClientRequest.get(`${baseUrl}/models`)).pipe(
      Effect.tap((response) => Effect.ignore(response.text)),
      Effect.timeoutOption(deadline),
      Effect.either
    )
    const now = yield* Clock.currentTimeMillis
    const host = new URL(baseUrl).host
    if (asked._tag === "Left") {
      return { check: unreachable(host, codeOf(asked.left)), skewMillis: undefined }
    }
    if (Option.isNone(asked.right)) {
      const seen = `${host} did not answer within ${Duration.format(deadline)}.`
      return {
        check: check.fail("reachable", seen, "Check the network and any proxy or firewall.", exitCodes.unreachable),
        skewMillis: undefined
      }
    }
    const { headers, status } = asked.right.value
    const skewMillis = skewOf(headers["date"], startedAt, now)
    if (status === 407) {
      return {
        check: check.fail(
          "reachable",
          "The proxy wants a login (HTTP 407).",
          "Put user and password into the URL of the proxy: http://user:password@host:port",
          exitCodes.unreachable
        ),
        skewMillis: undefined
      }
    }
    const page = status < 400 && (headers["content-type"] ?? "").startsWith("text/html")
    if (page || (status >= 300 && status < 400)) {
      return {
        check: check.warn(
          "reachable",
          `${host} answered with ${page ? "a web page" : "a redirect"} (HTTP ${status}), which the service never does.`,
          "Check the base URL, and whether a proxy or a login page stands in between."
        ),
        skewMillis: undefined
      }
    }
    return {
      check: check.ok("reachable", `${host} answered after ${now - startedAt} ms (HTTP ${status}).`),
      skewMillis
    }
  })

/** The header has whole seconds and is written at some time during the call: only what is outside of that is skew. */
const skewOf = (date: string | undefined, startedAt: number, now: number): number | undefined => {
  const time = date === undefined ? Number.NaN : Date.parse(date)
  if (Number.isNaN(time)) return undefined
  if (time + 1000 < startedAt) return time + 1000 - startedAt
  return time > now ? time - now : 0
}

interface Reason {
  readonly seen: string
  readonly advice: string
}

const reasons: Readonly<Record<string, Reason>> = {
  ENOTFOUND: { seen: "its name is not known (DNS)", advice: "Check the base URL for a typing error, and the network." },
  EAI_AGAIN: { seen: "names cannot be looked up (DNS)", advice: "Check the network." },
  ECONNREFUSED: { seen: "nobody listens there", advice: "Check the base URL, its port, and any proxy." },
  ECONNRESET: { seen: "the connection was reset", advice: "Check any proxy or firewall in between." },
  ETIMEDOUT: { seen: "the connection timed out", advice: "Check the network and any proxy or firewall." },
  UND_ERR_CONNECT_TIMEOUT: { seen: "the connection timed out", advice: "Check the network and any proxy or firewall." },
  // What undici makes of a proxy that answers CONNECT with anything but 200.
  UND_ERR_ABORTED: {
    seen: "the proxy did not let the connection through",
    advice: "If it wants a login, put user and password into its URL: http://user:password@host:port"
  },
  ERR_SSL_WRONG_VERSION_NUMBER: { seen: "it does not speak TLS", advice: "Check the base URL: http:// or https://." }
}

const certificate: Reason = {
  seen: "its certificate is not trusted",
  advice: "Where a proxy of your company opens connections, set NODE_EXTRA_CA_CERTS to its certificate."
}

const unreachable = (host: string, code: string | undefined): Check => {
  const known = code === undefined ? undefined : /CERT|SELF_SIGNED|ISSUER/.test(code) ? certificate : reasons[code]
  const seen = known?.seen ?? "the connection failed"
  return check.fail(
    "reachable",
    `${host} cannot be reached: ${seen}${code === undefined ? "" : ` (${printable(code)})`}.`,
    known?.advice ?? "Check the network, the base URL and any proxy.",
    exitCodes.unreachable
  )
}

/** Only the code is taken from an error of the transport, as the error holds the request. */
const codeOf = (error: unknown, depth = 0): string | undefined => {
  if (typeof error !== "object" || error === null || depth > 6) return undefined
  const inner = codeOf(Reflect.get(error, "cause"), depth + 1)
  if (inner !== undefined) return inner
  const errors: unknown = Reflect.get(error, "errors")
  const first = Array.isArray(errors) ? codeOf(errors[0], depth + 1) : undefined
  const code: unknown = Reflect.get(error, "code")
  return first ?? (typeof code === "string" ? code : undefined)
}

const tolerated = 30_000

/** Vendors refuse a token from the future; how far is not documented, so this is a guess on the safe side. */
const futureTolerated = 5 * 60_000

/** @internal */
export const checkClock = (
  skewMillis: number | undefined,
  auth: ZhipuConfig.AuthKind,
  tokenTtl: Duration.Duration
): Check => {
  if (skewMillis === undefined) return check.skip("clock", "The service told no time.")
  const seconds = Math.round(Math.abs(skewMillis) / 1000)
  if (Math.abs(skewMillis) < tolerated) {
    return check.ok("clock", seconds === 0 ? "As the service's." : `${seconds} s away from the service's.`)
  }
  const seen = `The clock of this machine is ${seconds} s ${skewMillis > 0 ? "behind" : "ahead of"} the service's.`
  const advice = "Set the clock, for example by turning on NTP: timedatectl set-ntp true"
  if (auth === "api-key") return check.warn("clock", `${seen} A key does not mind, a signed token (jwt) does.`, advice)
  return skewMillis >= Duration.toMillis(tokenTtl) || -skewMillis > futureTolerated
    ? check.fail("clock", `${seen} Signed tokens are refused (1003).`, advice)
    : check.warn("clock", `${seen} Signed tokens (jwt) are at risk.`, advice)
}

/** @internal */
export const checkModel = (model: string): Check => {
  return Option.match(Model.find(model), {
    onNone: () =>
      check.warn("model", `${model} is not in the table of this version.`, "zhipu models prints what is known."),
    onSome: ({ id }) =>
      id === model
        ? check.ok("model", `${model} is known.`)
        : check.warn("model", `${model}. Model codes are written in lower case.`, `Write ${id}.`)
  })
}

/** A small question, without thinking where that can be switched off. */
const question = (model: string): ChatRequest => ({
  model,
  messages: [{ role: "user", content: "Answer with the word: ok" }],
  max_tokens: 16,
  ...(Option.exists(Model.find(model), ({ thinking }) => thinking === "auto") ? { thinking: { type: "disabled" } } : {})
})

const isToken = (event: ChunkEvent.ChunkEvent): boolean =>
  event._tag === "ContentDelta" || event._tag === "ReasoningDelta" || event._tag === "ToolCallStarted"

const slow = Duration.seconds(5)

/** Asks for an answer of a few tokens, and measures the time to the first. @internal */
export const probe = (
  model: string,
  baseUrl: string,
  deadline: Duration.Duration
): Effect.Effect<Check, never, ZhipuChat.ZhipuChat> =>
  Effect.gen(function* () {
    const startedAt = yield* Clock.currentTimeMillis
    let firstAt: number | undefined
    let tokens: number | undefined
    const asked = yield* ZhipuChat.stream(question(model)).pipe(
      Stream.runForEach((event) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          if (firstAt === undefined && isToken(event)) firstAt = now
          if (event._tag === "Usage") tokens = event.usage.total_tokens
        })
      ),
      Effect.timeoutOption(deadline),
      Effect.either
    )
    if (asked._tag === "Left") return refused(asked.left, baseUrl)
    if (Option.isNone(asked.right)) {
      const what = firstAt === undefined ? "No first token came" : "The answer did not end"
      return check.fail(
        "first token",
        `${what} within ${Duration.format(deadline)}.`,
        `${model} may be overloaded: wait, try another model with --model, or allow more time with --timeout.`,
        exitCodes.unreachable
      )
    }
    const cost = tokens === undefined ? "" : `, ${tokens} tokens`
    if (firstAt === undefined) {
      return check.warn(
        "first token",
        `${model} ended without a token${cost}.`,
        "Some models spend such a short answer on thinking: try another model with --model."
      )
    }
    const seen = `${model} gave its first token after ${((firstAt - startedAt) / 1000).toFixed(1)} s${cost}.`
    return firstAt - startedAt < Duration.toMillis(slow)
      ? check.ok("first token", seen)
      : check.warn("first token", `${seen} That is slow.`, "The model is busy: wait, or try another with --model.")
  })

const refused = (error: ZhipuError, baseUrl: string): Check => {
  const code = "code" in error && error.code !== undefined ? ` (${error.code})` : ""
  const seen = `${error._tag}${code}: ${printable(Words.ofCommand(error.message, "never any"))}`
  const fail = (advice: string, exitCode = ExitCode.of(error)) => check.fail("first token", seen, advice, exitCode)
  switch (error._tag) {
    case "AuthenticationError":
      return fail(
        error.code === "1003" ? "Set the clock of this machine, or use ZHIPU_AUTH=api-key." : otherHost(baseUrl)
      )
    case "InsufficientBalanceError":
      return fail("Top up the account, try a free model (--model glm-4.7-flash), or use the base URL of your plan.")
    case "ModelNotFoundError":
      return fail("zhipu models prints the codes. Set ZHIPU_MODEL, or try another with --model.")
    case "QuotaExceededError":
    case "RateLimitError":
      return fail("The key works. Wait, or send fewer requests at a time.")
    case "OverloadedError":
    case "ServerError":
      return fail("The key works. Wait, or try another model with --model.")
    case "InvalidRequestError":
      // Nothing at this path: the base URL is wrong, and not the question.
      return "status" in error && (error.status === 404 || error.status === 405)
        ? fail(`Check the path: ZHIPU_BASE_URL=${new URL(baseUrl).origin}/api/paas/v4`, exitCodes.configuration)
        : fail("Try another model with --model.")
    default:
      return fail("Check the base URL, and any proxy in between.")
  }
}
