/**
 * Reads a stream body: the order of things, and what ends it. `frames.ts` makes frames of its bytes, `chunkReader.ts` events of
 * those. Hot: one call of `feed` serves a whole network read, synchronously.
 */
import type { ChunkEvent, WarningCode } from "../documents/chunkEvent.js"
import { classify } from "../failures/classify.js"
import { corruptStream } from "../failures/corruptStream.js"
import { fromJson, fromText } from "../failures/errorBody.js"
import type { CorruptReason, Failure } from "../failures/failure.js"
import { parseJson } from "../text/jsonScan.js"
import { defined, isRecord } from "../text/records.js"
import type { ChunkProblem } from "./chunkProblem.js"
import { makeChunks } from "./chunkReader.js"
import { makeFrames } from "./frames.js"
import { makeTemplate, type Template } from "./template.js"
import { jsonOf } from "./toolCalls.js"

/** How a stream is read. */
export interface DecoderOptions {
  /** The bound on one event, in UTF-16 code units of its text. */
  readonly maxEventSize: number
  /** What to do with a frame that is no chunk. */
  readonly onMalformed: "fail" | "skip"
  /** The functions that the request offered. */
  readonly toolNames: ReadonlySet<string>
  /** How many choices the request asks for, where that is known. */
  readonly choices?: number | undefined
  /** Whether what can be read, but is not as the protocol says, is refused. Default: it is read, with a `Warning`. */
  readonly strict?: boolean | undefined
  /** The status of the response, for errors inside the body. */
  readonly status: number
  readonly requestId: string | undefined
  /** The zone of reset times in messages. */
  readonly resetZone: string
  /** Takes the key out of a text of the service. */
  readonly redact: (text: string) => string
}

/**
 * - `open`: more is expected
 * - `finished`: every choice has its finish reason; `[DONE]` or the end of the body may follow
 * - `early`: every choice has a finish reason, but where the answer may go on: some relays write one on each chunk
 * - `done`: complete
 * - `failed`: `error` is set
 *
 * @since 0.1.0
 * @category models
 */
export type DecoderState = "open" | "finished" | "early" | "done" | "failed"

/**
 * Reads one stream: `feed` it the bytes as they come, `take` the events when it `hasEvents`, tell it the `end`, and look at
 * its `state` and `error`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Decoder {
  readonly feed: (bytes: Uint8Array) => void
  /** The body has ended, by itself (`undefined`) or by an error of the transport. */
  readonly end: (error?: Failure) => void
  /** Completes a `finished` or `early` stream whose `[DONE]` does not come. */
  readonly complete: () => void
  /** Takes one completion that came instead of a stream. */
  readonly completion: (document: Readonly<Record<string, unknown>>) => void
  /** The events since the last call. */
  readonly take: () => Array<ChunkEvent>
  /** Whether there is something to give out: with the first event of the answer itself, or any after it. */
  readonly hasEvents: () => boolean
  readonly state: () => DecoderState
  readonly error: () => Failure | undefined
}

/** @internal */
export const makeDecoder = (options: DecoderOptions, template: Template = makeTemplate()): Decoder => {
  let events: Array<ChunkEvent> = []
  let begun = false
  let flushing = false
  let ended: "done" | "failed" | undefined
  let error: Failure | undefined

  const emit = (event: ChunkEvent): void => {
    events.push(event)
  }

  const chunks = makeChunks({ ...options, emit })
  const foreign = new Set<string>()

  const read = (chunk: Readonly<Record<string, unknown>>, index: number): ChunkEvent | undefined => {
    const before = events.length
    const problem = chunks.read(chunk)
    // Where ids change, each chunk has to be looked at: one that comes a second time begins another answer.
    if (problem === undefined) return events.length === before + 1 && chunks.hasOneId() ? events[before] : undefined
    refuse(problem, index)
    return undefined
  }

  const refuse = (problem: ChunkProblem, index?: number): void => {
    if ("detail" in problem) return corrupt(problem.reason, problem.detail, index)
    const { error, finishReason } = problem
    fail(finishReason === undefined ? failureIn(error) : inferenceFailed(finishReason, error, options))
  }

  const warn = (code: WarningCode, detail: string): void => emit({ _tag: "Warning", code, detail })

  const fail = (failure: Failure): void => {
    ended = "failed"
    error = failure
  }

  const corrupt = (reason: CorruptReason, detail: string, index?: number): void => {
    if (reason === "MalformedFrame") {
      // What is left when the body ends was cut off.
      if (flushing) return
      if (options.onMalformed === "skip") return warn(reason, `event ${index} was skipped: ${detail}`)
    }
    const where = index === undefined ? "" : ` (event ${index})`
    fail(corruptStream(options, reason, detail, `The stream is corrupt: ${detail}${where}. ${advice[reason]}`, index))
  }

  const failureIn = (told: unknown): Failure =>
    classify({
      ...options,
      body: fromJson(told) ?? fromText(options.redact(typeof told === "string" ? told : (jsonOf(told) ?? "")))
    })

  const complete = (): void => {
    const problem = chunks.complete()
    if (problem === undefined) ended = "done"
    else refuse(problem)
  }

  const frames = makeFrames(options.maxEventSize, template, {
    isOpen: () => ended === undefined,
    delta: (event) => {
      chunks.repeated()
      emit(event)
    },
    chunk: read,
    failure: (told) => fail(failureIn(told)),
    foreign: (index, name) => {
      if (options.strict === true) return corrupt("MalformedFrame", unnamed, index)
      if (foreign.has(name)) return
      foreign.add(name)
      warn("ForeignEvent", unnamed)
    },
    done: complete,
    warn,
    corrupt,
    // The Coding endpoint is known to write an error as a bare JSON line, without `data:`.
    bareLine: (index, line) => {
      const document = parseJson(line)
      if (fromJson(document) !== undefined) return fail(failureIn(document))
      corrupt("MalformedFrame", `a line of JSON without \`data:\`${document === undefined ? " is cut" : ""}`, index)
    }
  })

  const end = (transport?: Failure): void => {
    if (ended !== undefined) return
    // A JSON object closes itself, so one that is cut is never taken for whole.
    flushing = true
    frames.flush()
    if (isEnded()) return
    const isFinished = chunks.state() !== "open"
    // A connection that broke may have had more to give, but for the tokens, which come last.
    if (isFinished && (transport === undefined || chunks.hasUsage())) return complete()
    if (transport !== undefined) return fail(isFinished ? truncated("broke off behind a finish reason") : transport)
    if (frames.bytes() === 0) return corrupt("EmptyResponse", "the body is empty")
    fail(truncated("ended before its end was told"))
  }

  const truncated = (what: string): Failure => ({
    _tag: "StreamTruncatedError",
    message:
      `The stream ${what}, after ${frames.bytes()} bytes in ${frames.count()} events: ` +
      "the answer is not whole. `partial` holds what came; ask again.",
    status: options.status,
    requestId: options.requestId,
    receivedBytes: frames.bytes(),
    receivedFrames: frames.count()
  })

  const isEnded = (): boolean => ended !== undefined

  const completion = (document: Readonly<Record<string, unknown>>): void => {
    if (fromJson(document) !== undefined) return fail(failureIn(document))
    warn("NotStreamed", "the service answered without streaming")
    read(asChunk(document), 0)
    if (!isEnded()) complete()
  }

  return {
    feed: (bytes) => {
      if (ended === undefined) frames.feed(bytes)
    },
    end,
    complete: () => {
      if (chunks.state() === "early") warn("EndNotTold", "the end of the answer was not told")
      complete()
    },
    completion,
    take: () => {
      const taken = events
      events = []
      return taken
    },
    hasEvents: () => {
      begun ||= events.some(isOfAnswer)
      return begun && events.length > 0
    },
    state: () => ended ?? chunks.state(),
    error: () => error
  }
}

/** The failure that a finish reason stands for, in the words of its choice where that has any. @internal */
export const inferenceFailed = (
  reason: string,
  error: unknown,
  context: Pick<DecoderOptions, "status" | "requestId" | "resetZone" | "redact">
): Failure => {
  const body = fromJson({ error })
  if (body !== undefined) return classify({ ...context, body })
  return defined({
    _tag: "ServerError",
    message: `The model broke off with finish_reason ${reason}: the answer is not whole. Ask again.`,
    code: reason,
    status: context.status,
    requestId: context.requestId
  })
}

/** What only announces an answer is held back until there is one: a call that fails before can be sent again. */
const isOfAnswer = ({ _tag }: ChunkEvent): boolean => _tag !== "Started" && _tag !== "Warning" && _tag !== "Extra"

/** A completion as the one chunk of a stream: its messages as deltas. */
const asChunk = (document: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const choices = document["choices"]
  if (!Array.isArray(choices)) return document
  return {
    ...document,
    choices: choices.map((choice: unknown) => {
      if (!isRecord(choice)) return choice
      const { message, ...rest } = choice
      return { ...rest, delta: message }
    })
  }
}

const unnamed = "an event of another name that is no JSON object"

const again = "Ask again."

/** Some models do not read such schemas. @internal */
export const adviceForNothing =
  "Ask again; if it stays so and tools are offered, write their schemas without $ref, anyOf and oneOf."

const advice: Readonly<Record<CorruptReason, string>> = {
  MalformedFrame: again,
  IdChanged: again,
  EmptyResponse: adviceForNothing,
  EventTooLarge: "If the answer may be that large, raise `maxEventSize`.",
  UnexpectedContentType: "Check the base URL.",
  TooManyToolCalls: "Offer the model fewer tools."
}
