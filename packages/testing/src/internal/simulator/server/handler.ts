/**
 * One request from its head to the end of its answer.
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import type * as Http from "node:http"
import * as ActiveFaults from "../faults/activeFaults.js"
import { answerTo, promptTokens } from "../answers/answer.js"
import { authenticate } from "../requests/auth.js"
import { completionText } from "../answers/chunks.js"
import * as Routes from "../operations/routes.js"
import { parseOrText } from "../json.js"
import * as Models from "../requests/models.js"
import type { ValidRequest } from "../requests/request.js"
import { contentEncoding } from "./writeBody.js"
import type { State } from "./state.js"
import { streamSteps, textSteps } from "./bodySteps.js"
import { Invalid, parseBody, spelling, validate, type ValidateOptions } from "../requests/validate.js"
import {
  body,
  chooseFaults,
  close,
  type Exchange,
  header,
  immediately,
  jsonType,
  now,
  readBody,
  record,
  send,
  sendCode,
  sendSpring,
  streamType,
  terminal
} from "./exchange.js"
import * as Operate from "./operate.js"
import { tellUnfit, unfitHeaders, warn } from "./unfit.js"

const chatPath = /^\/api(?:\/coding)?\/paas\/v4\/chat\/completions$/

const respond = (exchange: Exchange, valid: ValidRequest): Effect.Effect<void> => {
  const { faults, response, state } = exchange
  const { firstTokenDelay, seed, tokensPerSecond } = state.settings
  const answer = answerTo(valid, seed, faults, state.takeReply())
  const headers = {
    Date: new Date(now(exchange)).toUTCString(),
    ...contentEncoding(faults),
    ...unfitHeaders(exchange)
  }
  if (!valid.stream || faults.has("json-completion")) {
    const text = completionText(answer)
    return Effect.suspend(() => {
      response.writeHead(200, { "Content-Type": jsonType, ...headers })
      return body(exchange, textSteps(text), immediately)
    }).pipe(Effect.delay(firstTokenDelay + (answer.tokens * 1000) / tokensPerSecond))
  }
  return Effect.suspend(() => {
    response.writeHead(200, { "Content-Type": streamType, "Cache-Control": "no-cache", ...headers })
    response.flushHeaders()
    const toolStream = valid.body["tool_stream"] === true && valid.info.toolStream
    const steps = streamSteps({ answer, toolStream, faults, language: exchange.language, now: now(exchange) })
    return body(exchange, steps, { firstTokenDelay, tokensPerSecond })
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

const asksForStream = (parsed: unknown): boolean =>
  typeof parsed === "object" && parsed !== null && "stream" in parsed && parsed.stream === true

const chat = (exchange: Exchange, text: string): Effect.Effect<void> => {
  const { settings } = exchange.state
  const options: ValidateOptions = { models: settings.models, language: exchange.language }
  const kind = { chat: asksForStream(parseOrText(text)) ? "stream" : "whole" } as const
  const chosen = chooseFaults(exchange, kind)
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
  return Effect.zipRight(
    misspelt === "" ? Effect.void : warn(exchange.state, misspelt),
    Effect.zipRight(tellUnfit(exchange, kind), respond(exchange, valid))
  )
}

const route = (exchange: Exchange): Effect.Effect<void> => {
  const { path, request, state } = exchange
  const isChat = chatPath.test(path)
  if (isChat && request.method === "POST") {
    exchange.entered = state.enter()
    return Effect.flatMap(readBody(request), (text) => {
      record(exchange, text)
      if (text === undefined) return sendSpring(exchange, 413, "Payload Too Large")
      return exchange.entered ? Effect.suspend(() => chat(exchange, text)) : sendCode(exchange, "1302")
    })
  }
  const medium = Operate.mediumOf(exchange)
  if (medium !== undefined) return medium
  const found = Routes.find(request.method ?? "", path)
  if (found !== undefined && found !== "Method") return Operate.operate(exchange, found)
  return Effect.flatMap(readBody(request), (text) => {
    record(exchange, text)
    return isChat || found === "Method"
      ? sendSpring(exchange, 405, "Method Not Allowed")
      : sendSpring(exchange, 404, "Not Found")
  })
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
