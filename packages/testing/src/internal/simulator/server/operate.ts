/**
 * A request of an operation other than chat, and one of a file behind a link.
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Http from "node:http"
import { stringifySorted } from "../json.js"
import * as Multipart from "../../multipart.js"
import type { Incoming, Outgoing } from "../operations/operation.js"
import type { Match } from "../operations/routes.js"
import { authenticate } from "../requests/auth.js"
import { Invalid, parseBody } from "../requests/validate.js"
import { textSteps } from "./bodySteps.js"
import {
  body,
  breakOff,
  chooseFaults,
  type Exchange,
  header,
  immediately,
  jsonType,
  now,
  record,
  send,
  sendCode,
  sendError,
  sendSpring,
  terminal
} from "./exchange.js"
import { tellUnfit, unfitHeaders } from "./unfit.js"
import { contentEncoding } from "./writeBody.js"

/** Above the 100 MB that the service takes, so that it can say so. */
const maxBytes = 110 * 1024 * 1024

/** What the service takes: over it, it answers HTTP 435. */
const maxUpload = 100_000_000

type Read =
  | { readonly _tag: "Whole"; readonly bytes: Buffer }
  | { readonly _tag: "TooLarge" }
  | { readonly _tag: "Cut" }

/** Reads a body to its end, or up to where a fault cuts it. */
const readBytes = (request: Http.IncomingMessage, cutAt: number): Effect.Effect<Read> =>
  Effect.async((resume) => {
    const pieces: Array<Buffer> = []
    let size = 0
    const stop = () => {
      request.off("data", onData)
      request.off("end", onEnd)
    }
    const onData = (piece: Buffer) => {
      size += piece.length
      if (size > cutAt) {
        stop()
        return resume(Effect.succeed({ _tag: "Cut" }))
      }
      if (size <= maxBytes) pieces.push(piece)
      // What was kept is let go at once.
      else pieces.length = 0
    }
    const onEnd = () =>
      resume(Effect.succeed(size > maxBytes ? { _tag: "TooLarge" } : { _tag: "Whole", bytes: Buffer.concat(pieces) }))
    request.on("data", onData)
    request.once("end", onEnd)
    return Effect.sync(stop)
  })

const originOf = ({ request }: Exchange): string => `http://${header(request, "host") ?? "127.0.0.1"}`

const queryOf = ({ request }: Exchange): URLSearchParams => new URL(request.url ?? "/", "http://simulator").searchParams

const reply = (exchange: Exchange, outgoing: Outgoing): Effect.Effect<void> => {
  const { faults, response } = exchange
  const headers = { Date: new Date(now(exchange)).toUTCString(), ...contentEncoding(faults), ...unfitHeaders(exchange) }
  const [type, steps] =
    outgoing._tag === "Json"
      ? [jsonType, textSteps(stringifySorted(outgoing.document))]
      : [outgoing.mediaType, [{ _tag: "Write", data: outgoing.bytes, tokens: 0, last: true } as const]]
  return Effect.suspend(() => {
    response.writeHead(outgoing._tag === "Json" ? (outgoing.status ?? 200) : 200, { "Content-Type": type, ...headers })
    return body(exchange, steps, immediately)
  })
}

const answer = (exchange: Exchange, { operation, params }: Match, bytes: Buffer): Effect.Effect<void> => {
  const { faults, language, request, state } = exchange
  const { models, seed } = state.settings
  const contentType = header(request, "content-type") ?? ""
  const isForm = /^multipart\//i.test(contentType)
  try {
    const form = isForm ? Multipart.parse(contentType, bytes) : undefined
    if (isForm && form === undefined) throw new Invalid("1210", "API 调用参数有误：表单不完整。 The form is not whole.")
    const text = form === undefined ? bytes.toString("utf8") : ""
    const document = text === "" ? {} : parseBody(text, { models, language })
    const incoming: Incoming = {
      params,
      query: queryOf(exchange),
      body: document,
      form,
      store: state.store,
      seed,
      models,
      language,
      faults,
      now: now(exchange),
      origin: originOf(exchange)
    }
    return reply(exchange, operation.run(incoming))
  } catch (error) {
    if (!(error instanceof Invalid)) throw error
    return error.status === undefined
      ? sendCode(exchange, error.code, error.message)
      : sendError(exchange, { code: error.code, status: error.status, message: error.message })
  }
}

/** Answers a request of an operation. @internal */
export const operate = (exchange: Exchange, match: Match): Effect.Effect<void> => {
  const { request, state } = exchange
  const kind = { operation: match.operation.name }
  const chosen = chooseFaults(exchange, kind)
  const cutAt = Either.match(chosen, {
    onLeft: () => Number.POSITIVE_INFINITY,
    onRight: (faults) => {
      const at = faults.at("upload")
      return at?._tag === "Bytes" ? at.offset : Number.POSITIVE_INFINITY
    }
  })
  return Effect.flatMap(readBytes(request, cutAt), (read) => {
    const bytes = read._tag === "Whole" ? read.bytes : Buffer.alloc(0)
    const contentType = header(request, "content-type") ?? ""
    const form = Multipart.parse(contentType, bytes)
    record(exchange, form === undefined ? bytes.toString("utf8") : JSON.stringify(Multipart.shown(form)))
    if (read._tag === "Cut") return breakOff(exchange)
    if (Either.isLeft(chosen)) {
      const error = { code: "fault", message: chosen.left.message }
      return send(exchange, 400, { "Content-Type": jsonType }, JSON.stringify({ error }))
    }
    exchange.faults = chosen.right
    if (chosen.right.terminal !== undefined) return terminal(exchange, chosen.right.terminal)
    const { refused } = authenticate(header(request, "authorization"), state.settings, now(exchange))
    if (refused !== undefined) return sendCode(exchange, refused)
    if (read._tag === "TooLarge" || (form !== undefined && form.files.some((file) => file.bytes.length > maxUpload))) {
      return sendError(exchange, { code: "435", status: 435, message: "文件大小超过限制" })
    }
    return Effect.zipRight(
      tellUnfit(exchange, kind),
      Effect.suspend(() => answer(exchange, match, bytes))
    )
  })
}

const mediaPath = /^\/_media\/([^/]+)$/

/**
 * A file behind a link of an answer: on the service such links are on hosts of others, which must not see the key. So a request
 * that brings one is refused with 403. Undefined where the path is another.
 *
 * @internal
 */
export const mediumOf = (exchange: Exchange): Effect.Effect<void> | undefined => {
  const id = mediaPath.exec(exchange.path)?.[1]
  if (id === undefined) return undefined
  const { request, state } = exchange
  record(exchange, undefined)
  const chosen = Either.getOrUndefined(chooseFaults(exchange, { operation: "media" }))
  if (chosen?.terminal !== undefined) {
    exchange.faults = chosen
    return terminal(exchange, chosen.terminal)
  }
  const denied = (status: number, reason: string) =>
    send(exchange, status, { "Content-Type": "application/xml" }, `<Error><Code>${reason}</Code></Error>`)
  if (request.headers.authorization !== undefined) return denied(403, "AccessDenied")
  if (chosen?.has("media") === true) return denied(403, "AccessDenied")
  const found = state.store.media.get(id)
  if (found === undefined) return denied(404, "NoSuchKey")
  if (request.method !== "GET") return sendSpring(exchange, 405, "Method Not Allowed")
  state.store.downloads++
  if (chosen !== undefined) exchange.faults = chosen
  return reply(exchange, { _tag: "Bytes", bytes: found.bytes, mediaType: found.mediaType })
}
