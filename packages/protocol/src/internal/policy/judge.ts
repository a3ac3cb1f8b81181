/**
 * What each failure means for those who decide what comes next. One table: whoever adds a failure fills one row, and the
 * compiler says where it is missing. Whether the same call is made again is in `retry.ts`.
 */
import type { CorruptReason, DeadlinePhase, FailureTag } from "../failures/failure.js"
import { type Judged, type Retry, retryOf, wasRefused } from "./retry.js"

/**
 * Who has to change something.
 *
 * @since 0.1.0
 * @category models
 */
export type Fault = "request" | "key" | "account" | "model" | "service" | "network" | "client"

/**
 * What follows from a failure.
 *
 * @since 0.1.0
 * @category models
 */
export interface Judgement {
  /** Whether asking again may help, and how long such a thing usually lasts: seconds, minutes, an instant. */
  readonly retry: Retry
  readonly fault: Fault
  /** Whether another model of the same service may answer. */
  readonly anotherModel: boolean
  /** Whether another key may get an answer, while this one rests. */
  readonly anotherKey: boolean
  /** Whether another client, with its own host and key, may get an answer. */
  readonly anotherClient: boolean
  /**
   * Whether the service said that it did not do what it was asked for, though asking again may help. After a lost connection,
   * a deadline or a failure of the service nobody knows.
   */
  readonly refused: boolean
  /** Whether it says that the model does not answer, for a circuit breaker. */
  readonly opensCircuit: boolean
  /**
   * What a command exits with: 1 the request, 3 the configuration, 4 a limit or the balance, 5 not reachable, 6 blocked by
   * moderation, 7 an answer that is not whole.
   */
  readonly exitCode: 1 | 3 | 4 | 5 | 6 | 7
}

/** Who may get an answer, where this call got none. */
type Others = Pick<Judgement, "anotherModel" | "anotherKey" | "anotherClient">

const others = (anotherModel: boolean, anotherKey: boolean, anotherClient: boolean): Others => ({
  anotherModel,
  anotherKey,
  anotherClient
})

const nobody = others(false, false, false)
const client = others(false, false, true)
const model = others(true, false, true)
const key = others(false, true, true)
const anyOther = others(true, true, true)

type Row = Omit<Judgement, "retry" | "refused">

const row = (fault: Fault, exitCode: Judgement["exitCode"], who: Others, opensCircuit = false): Row => ({
  fault,
  exitCode,
  ...who,
  opensCircuit
})

const requestIsWrong = row("request", 1, nobody)
const modelIsWrong = row("request", 1, model)
const unreachable = row("network", 5, client, true)
const silent = row("service", 5, model, true)
const garbled = row("service", 7, model)
const gaveUp = row("client", 5, nobody)
const limited = row("account", 4, anyOther)

const connection: Readonly<Record<"connect" | "body" | "closed", Row>> = {
  connect: unreachable,
  body: unreachable,
  closed: gaveUp
}

const deadline: Readonly<Record<DeadlinePhase, Row>> = {
  queue: row("client", 5, model),
  connect: row("network", 5, model, true),
  firstChunk: silent,
  idle: silent,
  // The caller's own limit: whatever is tried next comes too late.
  total: gaveUp
}

const corrupt: Readonly<Record<CorruptReason, Row>> = {
  MalformedFrame: garbled,
  IdChanged: garbled,
  EmptyResponse: garbled,
  EventTooLarge: row("client", 7, nobody),
  // A captive portal or a proxy answers for this host.
  UnexpectedContentType: row("network", 7, client),
  TooManyToolCalls: row("model", 7, nobody)
}

type JudgedAs<Tag extends FailureTag> = Extract<Judged, { readonly _tag: Tag }>

const table: { readonly [Tag in FailureTag]: Row | ((judged: JudgedAs<Tag>) => Row) } = {
  AuthenticationError: row("key", 3, key),
  // Of one model or one API, not of the key as a whole: in a pool it goes on to serve the others.
  PermissionError: row("key", 3, model),
  AccountError: row("account", 3, key),
  InsufficientBalanceError: limited,
  InvalidRequestError: requestIsWrong,
  ModelNotFoundError: modelIsWrong,
  ContextLengthError: modelIsWrong,
  ContentFilteredError: row("request", 6, nobody),
  RateLimitError: limited,
  QuotaExceededError: limited,
  OverloadedError: row("model", 5, model, true),
  ServerError: row("service", 5, model, true),
  ConnectionError: ({ phase }) => connection[phase],
  DeadlineExceededError: ({ phase }) => deadline[phase],
  StreamTruncatedError: row("network", 7, model, true),
  CorruptStreamError: ({ reason }) => corrupt[reason],
  RequestEncodeError: requestIsWrong,
  QueueFullError: row("client", 4, nobody),
  TaskFailedError: row("service", 1, nobody)
}

const read = <Tag extends FailureTag>(judged: JudgedAs<Tag> & { readonly _tag: Tag }): Row => {
  const found: Row | ((judged: JudgedAs<Tag>) => Row) = table[judged._tag]
  return typeof found === "function" ? found(judged) : found
}

/**
 * What follows from a failure, or from the error that a client has made of one.
 *
 * @since 0.1.0
 * @category policies
 */
export const judge = (judged: Judged): Judgement => ({
  retry: retryOf(judged),
  refused: wasRefused(judged),
  ...read(judged)
})

/**
 * Whether a value is a failure, or an error made of one, as far as a judgement needs it.
 *
 * @since 0.1.0
 * @category guards
 */
export const isJudged = (u: unknown): u is Judged => {
  if (typeof u !== "object" || u === null || !("_tag" in u) || typeof u._tag !== "string") return false
  switch (u._tag) {
    case "ConnectionError":
      return "phase" in u && isKeyOf(connection, u.phase)
    case "DeadlineExceededError":
      return "phase" in u && isKeyOf(deadline, u.phase)
    case "CorruptStreamError":
      return "reason" in u && isKeyOf(corrupt, u.reason)
    default:
      return isKeyOf(table, u._tag)
  }
}

const isKeyOf = (record: object, key: unknown): boolean => typeof key === "string" && Object.hasOwn(record, key)
