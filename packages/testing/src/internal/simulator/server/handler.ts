/**
 * One request from its head to the end of its answer.
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import type * as Http from "node:http"
import * as Fault from "../../../Fault.js"
import * as ActiveFaults from "../faults/activeFaults.js"
import { answerTo, promptTokens } from "../answers/answer.js"
import { authenticate } from "../requests/auth.js"
import { completionText } from "../answers/chunks.js"
import { errorBody, type ServiceError, serviceError } from "../answers/serviceErrors.js"
import { type Json, parseOrText, stringifySorted } from "../json.js"
import * as Models from "../requests/models.js"
import type { Language, ValidRequest } from "../requests/request.js"
import { contentEncoding, type Pace, writeBody } from "./writeBody.js"
import type { State } from "./state.js"
import { cutAtByte, type Step, streamSteps, textSteps } from "./bodySteps.js"
import { Invalid, parseBody, spelling, validate, type ValidateOptions } from "../requests/validate.js"

const jsonType = "application/json; charset=UTF-8"
const streamType = "text/event-stream;charset=UTF-8"
const maxBodyBytes = 64 * 1024 * 1024
const base = /^\/api(?:\/coding)?\/paas\/v4(\/.*)$/
const immediately: Pace = { firstTokenDelay: 0, tokensPerSecond: Infinity }

interface Exchange {
  readonly state: State
  readonly request: Http.IncomingMessage
  readonly response: Http.ServerResponse
  /** The number of the request, from 0. */
  readonly index: number
  readonly path: string
  readonly language: Language
  faults: ActiveFaults.ActiveFaults
  /** Faults that were asked for and happen in streams alone, where this is none. */
  unfit: ReadonlyArray<Fault.Fault>
  generated: boolean
  entered: boolean
  /** The simulator cut the connection itself. */
  broke: boolean
  chunks: number
}

const header = (request: Http.IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(", ") : value
}

const now = (exchange: Exchange): number => exchange.state.now() + (exchange.faults.number("clock-skew") ?? 0)

const leave = (exchange: Exchange): void => {
  if (!exchange.entered || exchange.generated) return
  exchange.generated = true
  exchange.state.leave()
}

/** A whole body at once. */
const send = (exchange: Exchange, status: number, headers: Record<string, string>, body: string): Effect.Effect<void> =>
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

const sendError = (exchange: Exchange, error: ServiceError, status = error.status): Effect.Effect<void> => {
  const body = errorBody(error, exchange.faults.arg("envelope"), `sim-${exchange.index}`)
  return send(exchange, status, { "Content-Type": jsonType, ...errorHeaders(exchange) }, stringifySorted(body))
}

const sendCode = (exchange: Exchange, code: string, detail?: string): Effect.Effect<void> =>
  sendError(exchange, serviceError(code, exchange.language, now(exchange), detail))

const sendSpring = (exchange: Exchange, status: number, error: string): Effect.Effect<void> =>
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

const breakOff = (exchange: Exchange): Effect.Effect<void> =>
  Effect.sync(() => {
    exchange.broke = true
    leave(exchange)
    exchange.request.socket.resetAndDestroy()
  })

/** The fault that decides the whole answer. */
const terminal = (exchange: Exchange, fault: Fault.Fault): Effect.Effect<void> => {
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

const readBody = (request: Http.IncomingMessage): Effect.Effect<string | undefined> =>
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

const record = (exchange: Exchange, text: string | undefined): void => {
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
    headers,
    auth: authenticate(authorization, settings, exchange.state.now()).kind,
    time: exchange.state.now()
  })
}

const body = (exchange: Exchange, steps: Iterable<Step>, pace: Pace): Effect.Effect<void> =>
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

/** Said once for each text: a test runs the same request again and again. */
const warn = ({ notices }: State, text: string): Effect.Effect<void> =>
  Effect.suspend(() => {
    if (notices.has(text)) return Effect.void
    notices.add(text)
    return Effect.logWarning(text)
  })

/** A test of a fault that cannot happen passes for the wrong reason. */
const tellUnfit = ({ state, unfit }: Exchange): Effect.Effect<void> =>
  unfit.length === 0
    ? Effect.void
    : warn(
        state,
        `Fault ${Fault.print(unfit)} acts on streams: it did nothing to a request without "stream": true. ` +
          "code:CODE, idle@headers, truncate@BYTES and reset@BYTES act on whole answers too."
      )

const respond = (exchange: Exchange, valid: ValidRequest): Effect.Effect<void> => {
  const { faults, response, state } = exchange
  const { firstTokenDelay, seed, tokensPerSecond } = state.settings
  const answer = answerTo(valid, seed, faults, state.takeReply())
  const headers = {
    Date: new Date(now(exchange)).toUTCString(),
    ...contentEncoding(faults),
    ...(exchange.unfit.length === 0 ? {} : { "X-Zhipu-Fault-Without-Effect": Fault.print(exchange.unfit) })
  }
  if (!valid.stream || faults.has("json-completion")) {
    const text = completionText(answer)
    return Effect.suspend(() => {
      response.writeHead(200, { "Content-Type": jsonType, ...headers })
      return body(exchange, textSteps(text), immediately)
    }).pipe(Effect.delay(firstTokenDelay + (answer.tokens * 1000) / tokensPerSecond), (answering) =>
      Effect.zipRight(tellUnfit(exchange), answering)
    )
  }
  return Effect.suspend(() => {
    response.writeHead(200, { "Content-Type": streamType, "Cache-Control": "no-cache", ...headers })
    response.flushHeaders()
    const toolStream = valid.body["tool_stream"] === true && valid.info.toolStream
    const steps = streamSteps({ answer, toolStream, faults, language: exchange.language, now: now(exchange) })
    return body(exchange, steps, { firstTokenDelay, tokensPerSecond })
  })
}

const chooseFaults = (
  exchange: Exchange,
  parsed: unknown
): Either.Either<ActiveFaults.ActiveFaults, Fault.FaultParseError> => {
  const { index, request, state } = exchange
  const given = header(request, "x-zhipu-fault")
  const scope = header(request, "x-zhipu-fault-scope") ?? ""
  const stream = typeof parsed === "object" && parsed !== null && "stream" in parsed && parsed.stream === true
  return Either.map(given === undefined ? Either.right(state.faults) : Fault.parse(given), (faults) => {
    const text = Fault.print(faults)
    exchange.unfit = stream ? [] : faults.filter(ActiveFaults.isOfStreams)
    return ActiveFaults.choose({
      faults,
      counters: state.faultCounters,
      scope: `${scope}|${text}`,
      draw: `${state.settings.seed}|${index}|${text}`,
      stream
    })
  })
}

const checkRequestId = (exchange: Exchange, valid: ValidRequest): boolean => {
  const id = valid.body["request_id"]
  const { requestIds, settings } = exchange.state
  if (!settings.uniqueRequestIds || typeof id !== "string") return true
  if (requestIds.has(id)) return false
  requestIds.add(id)
  return true
}

const chat = (exchange: Exchange, text: string): Effect.Effect<void> => {
  const { settings } = exchange.state
  const options: ValidateOptions = { models: settings.models, language: exchange.language }
  const chosen = chooseFaults(exchange, parseOrText(text))
  if (Either.isLeft(chosen)) {
    return send(
      exchange,
      400,
      { "Content-Type": jsonType },
      JSON.stringify({ error: { code: "fault", message: chosen.left.message } })
    )
  }
  exchange.faults = chosen.right
  if (chosen.right.terminal !== undefined) return terminal(exchange, chosen.right.terminal)
  const { refused } = authenticate(header(exchange.request, "authorization"), settings, now(exchange))
  if (refused !== undefined) return sendCode(exchange, refused)
  let valid: ValidRequest
  try {
    valid = validate(parseBody(text, options), options)
  } catch (error) {
    if (error instanceof Invalid) return sendCode(exchange, error.code, error.message)
    throw error
  }
  if (promptTokens(valid) > Models.contextOf(valid.model)) return sendCode(exchange, "1261")
  if (!checkRequestId(exchange, valid)) return sendCode(exchange, "1231")
  // The service answers all the same, so the simulator does.
  const misspelt = spelling(valid.body, "en").trim()
  return misspelt === ""
    ? respond(exchange, valid)
    : Effect.zipRight(warn(exchange.state, misspelt), respond(exchange, valid))
}

const modelList = (exchange: Exchange): Effect.Effect<void> => {
  const { refused } = authenticate(header(exchange.request, "authorization"), exchange.state.settings, now(exchange))
  if (refused !== undefined) return sendCode(exchange, refused)
  const names = [...Models.names, ...exchange.state.settings.models]
  const data: ReadonlyArray<Json> = names.map((id) => ({ id, object: "model", owned_by: "z-ai" }))
  return send(exchange, 200, { "Content-Type": jsonType }, JSON.stringify({ object: "list", data }))
}

const route = (exchange: Exchange): Effect.Effect<void> => {
  const { path, request, state } = exchange
  const rest = base.exec(path)?.[1]
  if (rest === "/chat/completions" && request.method === "POST") {
    exchange.entered = state.enter()
    return Effect.flatMap(readBody(request), (text) => {
      record(exchange, text)
      if (text === undefined) return sendSpring(exchange, 413, "Payload Too Large")
      return exchange.entered ? Effect.suspend(() => chat(exchange, text)) : sendCode(exchange, "1302")
    })
  }
  return Effect.flatMap(readBody(request), (text) => {
    record(exchange, text)
    if (rest === "/models" && request.method === "GET") return modelList(exchange)
    return rest === "/chat/completions" || rest === "/models"
      ? sendSpring(exchange, 405, "Method Not Allowed")
      : sendSpring(exchange, 404, "Not Found")
  })
}

const close = (exchange: Exchange): void => {
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

/**
 * Answers a request on the raw response, in whatever broken way the faults ask for. Returns when the answer is over or
 * the client has left.
 *
 * @internal
 */
export const handle = (
  state: State,
  request: Http.IncomingMessage,
  response: Http.ServerResponse
): Effect.Effect<void> =>
  Effect.suspend(() => {
    state.begin()
    const exchange: Exchange = {
      state,
      request,
      response,
      index: state.count++,
      path: (request.url ?? "/").split("?")[0] ?? "/",
      language: /^\s*en\b/i.test(header(request, "accept-language") ?? "") ? "en" : "zh",
      faults: ActiveFaults.none,
      unfit: [],
      generated: false,
      entered: false,
      broke: false,
      chunks: 0
    }
    return Effect.onExit(Effect.interruptible(Effect.withClock(route(exchange), state.settings.clock)), (exit) =>
      Exit.isSuccess(exit) || Exit.isInterrupted(exit)
        ? Effect.sync(() => close(exchange))
        : Effect.zipRight(
            send(exchange, 500, {}, ""),
            Effect.sync(() => close(exchange))
          )
    )
  })
