/** A recording over real HTTP, on the raw response, since platform knows no broken ones. */
import type { ServeError } from "@effect/platform/HttpServerError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Scope from "effect/Scope"
import type * as Http from "node:http"
import { listen, type Options } from "../listen.js"
import * as Multipart from "../multipart.js"
import type { Exchange, Recording } from "./format.js"
import { parsed } from "./matching.js"
import { type Player, refusalBody } from "./player.js"

/** @internal */
export const serve = (
  recording: Recording,
  player: Player,
  options: Pick<Options, "acceptHost" | "host" | "port">
): Effect.Effect<{ readonly baseUrl: string; readonly port: number }, ServeError, Scope.Scope> => {
  const clock = Clock.make()
  return Effect.map(
    listen(options, (request, response) =>
      answer(player, request, response).pipe(
        // The network does not wait for a test to move time on.
        Effect.withClock(clock),
        Effect.ensuring(Effect.sync(() => close(response)))
      )
    ),
    ({ origin, port }) => ({ baseUrl: `${origin}${basePathOf(recording)}`, port })
  )
}

/** The operations of the service, at the end of a path; a gateway may have them below any other. */
const operation =
  /\/(?:(?:async\/)?(?:chat\/completions|images\/generations|videos\/generations)|embeddings|rerank|tokenizer|moderations|web_search|reader|models|(?:files|batches|async-result)(?:\/.*)?)$/

/** What a client takes for the base URL: all before the operation, of the first request that has one below it. */
const basePathOf = ({ exchanges }: Recording): string => {
  for (const { request } of exchanges) {
    const { pathname } = new URL(request.url)
    const base = /^.*?\/paas\/v4(?=\/)/.exec(pathname)?.[0] ?? pathname.replace(operation, "")
    if (base !== pathname) return base
  }
  // Others, such as the quota of a plan, are asked for at the host.
  return "/api/paas/v4"
}

/** A response that was ended keeps its connection; any other has none to keep. */
const close = (response: Http.ServerResponse): void => {
  if (!response.writableEnded) response.end()
  if (!response.writableFinished) response.destroy()
}

const bodyOf = (request: Http.IncomingMessage): Effect.Effect<string> =>
  Effect.async((resume) => {
    const pieces: Array<Buffer> = []
    request.on("data", (piece: Buffer) => pieces.push(piece))
    request.once("end", () => {
      const type = request.headers["content-type"] ?? ""
      resume(Effect.succeed(Multipart.comparable(type, Buffer.concat(pieces))))
    })
  })

const answer = (player: Player, request: Http.IncomingMessage, response: Http.ServerResponse): Effect.Effect<void> =>
  Effect.gen(function* () {
    const startedAt = yield* Clock.currentTimeMillis
    const sent = parsed(yield* bodyOf(request))
    const found = player.next({
      method: request.method ?? "",
      path: (request.url ?? "/").split("?")[0] ?? "/",
      headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
      body: sent.body ?? sent.text
    })
    if (Either.isLeft(found)) {
      response.writeHead(400, { "content-type": "application/json; charset=UTF-8" })
      return yield* ended(response, refusalBody(found.left))
    }
    yield* play(player, found.right, startedAt, response)
  })

const play = (
  player: Player,
  exchange: Exchange,
  startedAt: number,
  response: Http.ServerResponse
): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { body, end } = exchange
    if (exchange.response !== undefined) {
      const { headers, ms, status } = exchange.response
      yield* player.until(startedAt, ms)
      response.writeHead(status, headers)
      response.flushHeaders()
      for (const { bytes, ms } of body) {
        yield* player.until(startedAt, ms)
        yield* written(response, bytes)
      }
    }
    yield* player.until(startedAt, end.ms)
    switch (end.how) {
      case "whole":
        return yield* ended(response, "")
      case "broken":
        // What was written before must still arrive, which a reset would throw away.
        if (response.headersSent) response.socket?.destroy()
        else response.socket?.resetAndDestroy()
        return
      case "interrupted":
        return yield* Effect.never
    }
  })

/** Each read of the recording as a write of its own, and none before the one before is taken. */
const written = (response: Http.ServerResponse, bytes: Uint8Array): Effect.Effect<void> =>
  Effect.async((resume) => {
    response.write(bytes, () => resume(Effect.void))
  })

const ended = (response: Http.ServerResponse, text: string): Effect.Effect<void> =>
  Effect.async((resume) => {
    response.once("close", () => resume(Effect.void))
    response.end(text, () => resume(Effect.void))
  })
