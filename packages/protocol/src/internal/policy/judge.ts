/**
 * What each failure means for those who decide what comes next. One table: whoever adds a failure fills one row, and the
 * compiler says where it is missing.
 */
import type { CorruptReason, DeadlinePhase, Failure, FailureTag } from "../failures/failure.js"

/**
 * What a judgement looks at: of a failure, or of the error that a client has made of one.
 *
 * @since 0.1.0
 * @category models
 */
export type Judged = {
  readonly [F in Failure as F["_tag"]]: Pick<F, Extract<keyof F, "_tag" | "code" | "phase" | "reason">>
}[FailureTag]

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
  readonly retry: "throttle" | "overload" | "network" | "none"
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

/** What another model, key and client may do about it; nothing says that it was refused. */
const nobody = { refused: false, anotherModel: false, anotherKey: false, anotherClient: false } as const
const client = { ...nobody, anotherClient: true } as const
const model = { ...client, anotherModel: true } as const
const key = { ...client, anotherKey: true } as const
const anyOther = { ...model, anotherKey: true } as const

/** Nothing was done of what was asked for. */
const refused = { refused: true } as const

const never = { retry: "none", opensCircuit: false } as const

const requestIsWrong: Judgement = { ...never, ...nobody, fault: "request", exitCode: 1 }
const unreachable: Judgement = { ...client, retry: "network", fault: "network", opensCircuit: true, exitCode: 5 }
const silent: Judgement = { ...never, ...model, fault: "service", opensCircuit: true, exitCode: 5 }
const garbled: Judgement = { ...model, retry: "network", fault: "service", opensCircuit: false, exitCode: 7 }

const account: Judgement = { ...never, ...key, ...refused, fault: "account", exitCode: 3 }

const connection: Readonly<Record<"connect" | "body" | "closed", Judgement>> = {
  connect: unreachable,
  body: unreachable,
  // Whoever shut the client down wants no answer any more.
  closed: { ...never, ...nobody, fault: "client", exitCode: 5 }
}

const deadline: Readonly<Record<DeadlinePhase, Judgement>> = {
  queue: { ...never, ...model, fault: "client", exitCode: 5 },
  // No request was being worked on yet, so that sending it again costs no tokens.
  connect: { ...model, retry: "network", fault: "network", opensCircuit: true, exitCode: 5 },
  firstChunk: silent,
  idle: silent,
  // The caller's own limit: whatever is tried next comes too late.
  total: { ...never, ...nobody, fault: "client", exitCode: 5 }
}

const corrupt: Readonly<Record<CorruptReason, Judgement>> = {
  MalformedFrame: garbled,
  IdChanged: garbled,
  EmptyResponse: garbled,
  EventTooLarge: { ...never, ...nobody, fault: "client", exitCode: 7 },
  // A captive portal or a proxy answers for this host.
  UnexpectedContentType: { ...never, ...client, fault: "network", exitCode: 7 },
  TooManyToolCalls: { ...never, ...nobody, fault: "model", exitCode: 7 }
}

type JudgedAs<Tag extends FailureTag> = Extract<Judged, { readonly _tag: Tag }>

const always = (judgement: Judgement) => (): Judgement => judgement

const table: { readonly [Tag in FailureTag]: (judged: JudgedAs<Tag>) => Judgement } = {
  AuthenticationError: always({ ...never, ...key, ...refused, fault: "key", exitCode: 3 }),
  // Of one model or one API, not of the key as a whole: in a pool it goes on to serve the others.
  PermissionError: always({ ...never, ...model, fault: "key", exitCode: 3 }),
  // 1120: the account cannot be reached at the moment.
  AccountError: ({ code }) => (code === "1120" ? { ...account, retry: "overload" } : account),
  InsufficientBalanceError: always({ ...never, ...anyOther, ...refused, fault: "account", exitCode: 4 }),
  InvalidRequestError: always(requestIsWrong),
  ModelNotFoundError: always({ ...requestIsWrong, ...model }),
  ContextLengthError: always({ ...requestIsWrong, ...model }),
  ContentFilteredError: always({ ...requestIsWrong, exitCode: 6 }),
  RateLimitError: always({
    ...anyOther,
    ...refused,
    retry: "throttle",
    fault: "account",
    opensCircuit: false,
    exitCode: 4
  }),
  QuotaExceededError: always({ ...never, ...anyOther, ...refused, fault: "account", exitCode: 4 }),
  OverloadedError: always({ ...model, ...refused, retry: "overload", fault: "model", opensCircuit: true, exitCode: 5 }),
  ServerError: always({ ...model, retry: "overload", fault: "service", opensCircuit: true, exitCode: 5 }),
  ConnectionError: ({ phase }) => connection[phase],
  DeadlineExceededError: ({ phase }) => deadline[phase],
  StreamTruncatedError: always({ ...model, retry: "network", fault: "network", opensCircuit: true, exitCode: 7 }),
  CorruptStreamError: ({ reason }) => corrupt[reason],
  RequestEncodeError: always(requestIsWrong),
  QueueFullError: always({ ...never, ...nobody, fault: "client", exitCode: 4 }),
  // Asking again for the same is another task, which is paid for again.
  TaskFailedError: always({ ...never, ...nobody, fault: "service", exitCode: 1 })
}

const read = <Tag extends FailureTag>(judged: JudgedAs<Tag> & { readonly _tag: Tag }): Judgement =>
  table[judged._tag](judged)

/**
 * What follows from a failure, or from the error that a client has made of one.
 *
 * @since 0.1.0
 * @category policies
 */
export const judge = (judged: Judged): Judgement => read(judged)

/**
 * Whether asking again may help.
 *
 * @since 0.1.0
 * @category policies
 */
export const isRetryable = (judged: Judged): boolean => judge(judged).retry !== "none"

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
