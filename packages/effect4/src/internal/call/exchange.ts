// Generated from packages/client/src/internal/call/exchange.ts by scripts/effect4: change that file.
/** What is asked of the service, and the answer while an attempt lasts. */
import type * as Effect from "effect/Effect"
import { constVoid, identity } from "effect/Function"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Predicate from "effect/Predicate"
import type { CallResponse } from "../../CallObserver.js"
import type { Form } from "../../Form.js"
import { unwatched, type Watch } from "./deadlineWatch.js"

/**
 * One call of the API.
 *
 * @since 0.1.0
 * @category models
 */
export interface Call {
  /** Default `POST`. */
  readonly method?: "GET" | "POST" | "PUT" | "DELETE" | undefined
  /** Below the root, with a leading slash: `/chat/completions`. Ids within it are written by `ZhipuHttpClient.path`. */
  readonly path: string
  /**
   * What the path is below: the base URL (default), or the root of the host, `https://open.bigmodel.cn/api`, where agents
   * and knowledge bases stand.
   */
  readonly root?: "base" | "host" | undefined
  /** The query; what is `undefined` is left out. */
  readonly urlParams?: Readonly<Record<string, string | number | boolean | undefined>> | undefined
  /** Further headers of this call, which come before those of the configuration. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** The document to send, which is never changed, or a form. Absent: nothing is sent. */
  readonly body?: Readonly<Record<string, unknown>> | Form | undefined
  /**
   * A stream of events, one document (default), bytes as they come, or nothing that matters. It decides the `Accept`
   * header, and which deadlines there are: only `events` have `connect`. `json`, `events`, `bytes` and `empty` set it.
   */
  readonly expects?: "events" | "document" | "bytes" | "nothing" | undefined
  /** Whether the same request may be sent again at all. Default true; a form of a stream never is. */
  readonly resendable?: boolean | undefined
  /**
   * Sending it twice makes, or bills, two things. Then it is sent again only after a plain refusal, or where nothing was
   * sent: see `retryCreates` of the configuration. Default false.
   */
  readonly creates?: boolean | undefined
  /** The `Accept` header. Default: by `expects`. */
  readonly accept?: string | undefined
  /** The operation, as telemetry names it: `chat`. */
  readonly operation: string
  readonly model?: string | undefined
  /** Further attributes of the span. */
  readonly attributes?: Readonly<Record<string, unknown>> | undefined
}

/**
 * A successful response, while its attempt lasts.
 *
 * @since 0.1.0
 * @category models
 */
export interface Exchange {
  readonly response: HttpClientResponse.HttpClientResponse
  readonly requestId: string | undefined
}

const TypeId: unique symbol = Symbol("@effect-zhipu/effect4/Attended")

/** The exchange of an attempt of this client, with what the readers of its body need beside the response. @internal */
export interface Attended extends Exchange {
  readonly [TypeId]: typeof TypeId
  readonly watch: Watch
  /** Takes the key out of a text of the service. */
  readonly redact: (text: string) => string
  /** So many events of the answer are given out: from now on the call is not sent again. */
  readonly commit: (events: number) => void
  /** Where to look for what has come of the answer, when the call has ended; for telemetry alone. */
  readonly answer: (read: () => CallResponse) => void
  /** From now on the call waits for its consumer, which does not count as time of the service. */
  readonly pause: () => void
  readonly resume: () => void
  /** Runs when the call has ended well, before its connection is let go; the call does not wait for it. */
  readonly afterwards: (effect: Effect.Effect<void>) => void
}

/** @internal */
export const make = (fields: Omit<Attended, typeof TypeId>): Attended => ({ [TypeId]: TypeId, ...fields })

/**
 * A client of somebody else's making gives a response alone: nobody watches that one's deadlines, nor keeps its
 * connection.
 *
 * @internal
 */
export const attended = (exchange: Exchange): Attended =>
  isAttended(exchange)
    ? exchange
    : make({
        response: exchange.response,
        requestId: exchange.requestId,
        watch: unwatched,
        redact: identity,
        commit: constVoid,
        answer: constVoid,
        pause: constVoid,
        resume: constVoid,
        afterwards: constVoid
      })

const isAttended = (exchange: Exchange): exchange is Attended => Predicate.hasProperty(exchange, TypeId)
