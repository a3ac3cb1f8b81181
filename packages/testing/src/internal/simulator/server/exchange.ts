/**
 * A request that is being answered: what is known of it, and the ways to answer that all kinds of requests share.
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Http from "node:http"
import * as Fault from "../../../Fault.js"
import { errorBody, type ServiceError, serviceError } from "../answers/serviceErrors.js"
import * as ActiveFaults from "../faults/activeFaults.js"
import { stringifySorted } from "../json.js"
import { authenticate } from "../requests/auth.js"
import type { Language } from "../requests/request.js"
import { cutAtByte, type Step } from "./bodySteps.js"
import type { State } from "./state.js"
import { type Pace, writeBody } from "./writeBody.js"

/** @internal */
export const jsonType = "application/json; charset=UTF-8"
/** @internal */
export const streamType = "text/event-stream;charset=UTF-8"
const maxBodyBytes = 64 * 1024 * 1024
/** @internal */
export const immediately: Pace = { firstTokenDelay: 0, tokensPerSecond: Infinity }

/** @internal */
export interface Exchange {
  readonly state: State
  readonly request: Http.IncomingMessage
  readonly response: Http.ServerResponse
  /** The number of the request, from 0. */
  readonly index: number
  readonly path: string
  readonly language: Language
  faults: ActiveFaults.ActiveFaults
  /** Faults that were asked for and can do nothing to such a request. */
  unfit: ReadonlyArray<Fault.Fault>
  generated: boolean
  entered: boolean
  /** The simulator cut the connection itself. */
  broke: boolean
  chunks: number
}

/** @internal */
export const header = (request: Http.IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(", ") : value
}

/** @internal */
export const now = (exchange: Exchange): number => exchange.state.now() + (exchange.faults.number("clock-skew") ?? 0)

/** @internal */
export const leave = (exchange: Exchange): void => {
  if (!exchange.entered || exchange.generated) return
  exchange.generated = true
  exchange.state.leave()
}

/** A whole body at once. @internal */
export const send = (
  exchange: Exchange,
  status: number,
  headers: Record<string, string>,
  body: string
): Effect.Effect<void> =>
  Effect.async((resume) => {
    const { response } = exchange
    const bytes = Buffer.from(body)
    leave(exchange)
    response.writeHead(status, {
      ...headers,
      Date: new Date(now(exchange)).toUTCString(),
      "Content-Length": bytes.length
    })
    response.once("close", () => resume(Effect.void))
    response.once("finish", () => resume(Effect.void))
    response.end(exchange.request.method === "HEAD" ? undefined : bytes)
  })

const errorHeaders = (exchange: Exchange): Record<string, string> => {
  const { faults } = exchange
  const headers: Record<string, string> = {}
  const seconds = faults.number("retry-after-date")
  const plain = faults.arg("retry-after")
  const millis = faults.arg("retry-after-ms")
  const retry = faults.arg("x-should-retry")
  if (seconds !== undefined) headers["Retry-After"] = new Date(now(exchange) + seconds * 1000).toUTCString()
  if (plain !== undefined) headers["Retry-After"] = plain
  if (millis !== undefined) headers["Retry-After-Ms"] = millis
  if (retry !== undefined) headers["x-should-retry"] = retry
  return headers
}

/** @internal */
export const sendError = (exchange: Exchange, error: ServiceError, status = error.status): Effect.Effect<void> => {
  const body = errorBody(error, exchange.faults.arg("envelope"), `sim-${exchange.index}`)
  return send(exchange, status, { "Content-Type": jsonType, ...errorHeaders(exchange) }, stringifySorted(body))
}

/** @internal */
export const sendCode = (exchange: Exchange, code: string, detail?: string): Effect.Effect<void> =>
  sendError(exchange, serviceError(code, exchange.language, now(exchange), detail))

/** @internal */
export const sendSpring = (exchange: Exchange, status: number, error: string): Effect.Effect<void> =>
  send(
    exchange,
    status,
    { "Content-Type": "application/json" },
    JSON.stringify({
      timestamp: new Date(now(exchange)).toISOString().replace("Z", "+00:00"),
      status,
      error,
      path: exchange.path.replace(/^\/api(?:\/coding)?\/paas/, "")
    })
  )

const html = (title: string, text: string): string =>
  [`<html><head><title>${title}</title></head>`, `<body><h1>${title}</h1><p>${text}</p></body></html>`, ""].join("\r\n")

const sendStatus = (exchange: Exchange, arg: string): Effect.Effect<void> => {
  const [digits = "500", kind] = arg.split("-")
  const status = Number(digits)
  if (kind === "html") {
    return send(exchange, status, { "Content-Type": "text/html", ...errorHeaders(exchange) }, html(digits, "proxy"))
  }
  if (kind === "text") {
    return send(exchange, status, { "Content-Type": "text/plain", ...errorHeaders(exchange) }, "upstream error\n")
  }
  return send(exchange, status, errorHeaders(exchange), "")
}

/** @internal */
export const breakOff = (exchange: Exchange): Effect.Effect<void> =>
  Effect.sync(() => {
    exchange.broke = true
    leave(exchange)
    exchange.request.socket.resetAndDestroy()
  })

/** The fault that decides the whole answer. @internal */
export const terminal = (exchange: Exchange, fault: Fault.Fault): Effect.Effect<void> => {
  const arg = fault.arg ?? ""
  switch (fault.name) {
    case "code": {
      const error = serviceError(arg, exchange.language, now(exchange))
      const status = exchange.faults.arg("status")
      return sendError(exchange, error, status === undefined ? error.status : Number.parseInt(status, 10))
    }
    case "error-200":
      return sendError(exchange, serviceError(arg, exchange.language, now(exchange)), 200)
    case "status":
      return sendStatus(exchange, arg)
    case "redirect":
      return send(exchange, Number(arg), { Location: "/redirected/chat/completions" }, "")
    case "html-200":
      return send(
        exchange,
        200,
        { "Content-Type": "text/html; charset=utf-8" },
        html("Sign in", "Accept the terms to go online.")
      )
    case "empty-body":
      return send(exchange, 200, { "Content-Type": streamType }, "")
    case "reset-before-headers":
      return breakOff(exchange)
    default:
      return Effect.never
  }
}

/** @internal */
export const readBody = (request: Http.IncomingMessage): Effect.Effect<string | undefined> =>
  Effect.async((resume) => {
    const pieces: Array<Buffer> = []
    let size = 0
    const onData = (piece: Buffer) => {
      size += piece.length
      if (size <= maxBodyBytes) pieces.push(piece)
    }
    const onEnd = () => resume(Effect.succeed(size > maxBodyBytes ? undefined : Buffer.concat(pieces).toString("utf8")))
    request.on("data", onData)
    request.once("end", onEnd)
    return Effect.sync(() => {
      request.off("data", onData)
      request.off("end", onEnd)
    })
  })

/** @internal */
export const record = (exchange: Exchange, text: string | undefined): void => {
  const { request } = exchange
  const { authorization } = request.headers
  const headers: Record<string, string> = {}
  for (const name of Object.keys(request.headers)) headers[name] = header(request, name) ?? ""
  if (authorization !== undefined) headers["authorization"] = "<redacted>"
  const { settings } = exchange.state
  exchange.state.record(text ?? "", {
    index: exchange.index,
    method: request.method ?? "",
    path: exchange.path,
    query: Object.fromEntries(new URL(request.url ?? "/", "http://simulator").searchParams),
    headers,
    auth: authenticate(authorization, settings, exchange.state.now()).kind,
    time: exchange.state.now()
  })
}

/** @internal */
export const body = (exchange: Exchange, steps: Iterable<Step>, pace: Pace): Effect.Effect<void> =>
  writeBody({
    response: exchange.response,
    steps: cutAtByte(steps, exchange.faults),
    faults: exchange.faults,
    clock: exchange.state.settings.clock,
    pace,
    onGenerated: () => leave(exchange),
    onWrite: () => {
      exchange.chunks++
      exchange.state.chunksWritten++
    },
    onBreak: () => {
      exchange.broke = true
    }
  })

/** @internal */
export const chooseFaults = (
  exchange: Exchange,
  kind: ActiveFaults.Kind
): Either.Either<ActiveFaults.ActiveFaults, Fault.FaultParseError> => {
  const { index, request, state } = exchange
  const given = header(request, "x-zhipu-fault")
  const scope = header(request, "x-zhipu-fault-scope") ?? ""
  return Either.map(given === undefined ? Either.right(state.faults) : Fault.parse(given), (faults) => {
    const text = Fault.print(faults)
    exchange.unfit = faults.filter((fault) => ActiveFaults.reasonAgainst(fault, kind) !== undefined)
    return ActiveFaults.choose({
      faults,
      counters: state.faultCounters,
      scope: `${scope}|${text}`,
      draw: `${state.settings.seed}|${index}|${text}`,
      kind
    })
  })
}

/** @internal */
export const close = (exchange: Exchange): void => {
  const { response, state } = exchange
  const complete = exchange.generated
  leave(exchange)
  if (exchange.broke) state.broken++
  else if (response.writableFinished) state.completed++
  else if (!state.closing) {
    state.disconnects.push({ index: exchange.index, time: state.now(), chunksWritten: exchange.chunks, complete })
  }
  // Ended first, so that an answer that is on its way is not taken for one that the client left.
  if (!response.writableEnded) response.end()
  if (!response.writableFinished) response.destroy()
  state.finish()
}
