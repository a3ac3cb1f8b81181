/**
 * What the simulator remembers: mutable, because every request touches it and nothing else does.
 */
import type * as Clock from "effect/Clock"
import type * as Socket from "node:net"
import type { Fault } from "../../../Fault.js"
import { parseOrText } from "../json.js"
import type { Scripted } from "../answers/script.js"
import { type GivenFile, type GivenPage, Store } from "../operations/store.js"

/**
 * A client that closed its connection before its answer was complete.
 *
 * @since 0.1.0
 * @category models
 */
export interface Disconnect {
  /** Which request, from 0, as in `RecordedRequest`. */
  readonly index: number
  /** When the simulator noticed: milliseconds since the epoch. */
  readonly time: number
  /** How many events of this answer had been written. */
  readonly chunksWritten: number
  /** Whether the whole answer had been generated, `[DONE]` included. */
  readonly complete: boolean
}

/**
 * What happened since the start, or since the last `reset`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Stats {
  /** Requests that came, of every kind. */
  readonly requests: number
  /** Requests that were answered to the end, errors included. */
  readonly completed: number
  /** Requests over `maxInFlight`. */
  readonly refused: number
  /** Connections that the simulator broke because of a fault. */
  readonly broken: number
  /**
   * Chat requests whose answer is being generated, now. An answer stops counting just before its last bytes leave, so
   * that a client that starts its next request on `[DONE]` is within its limit.
   */
  readonly inFlight: number
  readonly peakInFlight: number
  /** TCP connections that were opened. */
  readonly connections: number
  /** TCP connections that are open now. */
  readonly openSockets: number
  /** Events of streams, and whole JSON answers, that were written. */
  readonly chunksWritten: number
  /** Clients that left before the end. */
  readonly disconnects: ReadonlyArray<Disconnect>
  /** Files that were taken, and their bytes. */
  readonly uploads: number
  readonly uploadedBytes: number
  /** Looks at tasks and batches that were answered. */
  readonly polls: number
  /** Contents of files, and files behind links, that were given out. */
  readonly downloads: number
  /** How many tasks and batches there are, by their state in lower case. */
  readonly tasks: Readonly<Record<string, number>>
}

/**
 * A request as it came.
 *
 * @since 0.1.0
 * @category models
 */
export interface RecordedRequest {
  /** The number of the request, from 0. */
  readonly index: number
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  /** Names in lower case. `authorization` reads `<redacted>`. */
  readonly headers: Readonly<Record<string, string>>
  /** What the `authorization` header held. */
  readonly auth: "none" | "api-key" | "jwt" | "unreadable"
  /**
   * Parsed JSON; the text where it is no JSON, `undefined` where there was none. Of a form, its fields, and each file as
   * `{ filename, mediaType, size, sha256 }`.
   */
  readonly body: unknown
  /** Milliseconds since the epoch. */
  readonly time: number
}

/** @internal */
export interface Settings {
  readonly seed: number
  readonly apiKeys: ReadonlyArray<string>
  readonly acceptAnyKey: boolean
  readonly models: ReadonlyArray<string>
  readonly script: ReadonlyArray<Scripted>
  /** Milliseconds. */
  readonly firstTokenDelay: number
  readonly tokensPerSecond: number
  readonly maxInFlight: number
  readonly uniqueRequestIds: boolean
  readonly maxRecordedRequests: number
  /** Characters of bodies. */
  readonly maxRecordedText: number
  readonly clock: Clock.Clock
  readonly files: ReadonlyArray<GivenFile>
  readonly searchResults: ReadonlyArray<GivenPage> | undefined
  readonly taskPolls: number
  /** Milliseconds. */
  readonly taskDuration: number
  readonly legacy: boolean
}

/** @internal */
export class State {
  readonly settings: Settings
  readonly sockets = new Set<Socket.Socket>()
  readonly faultCounters = new Map<string, number>()
  readonly requestIds = new Set<string>()
  /** What was logged, which is logged once. */
  readonly notices = new Set<string>()
  /** What operations other than chat keep. */
  readonly store: Store
  faults: ReadonlyArray<Fault>
  private recorded: Array<{ readonly text: string; readonly request: Omit<RecordedRequest, "body"> }> = []
  private recordedText = 0
  disconnects: Array<Disconnect> = []
  count = 0
  /** How many replies of the script have been used up. */
  played = 0
  active = 0
  inFlight = 0
  peakInFlight = 0
  connections = 0
  chunksWritten = 0
  refused = 0
  completed = 0
  broken = 0
  /** Set when the server goes down, so that its own cuts do not count as the clients'. */
  closing = false
  private waiters: Array<() => void> = []

  constructor(settings: Settings, faults: ReadonlyArray<Fault>) {
    this.settings = settings
    this.store = new Store(settings)
    this.faults = faults
  }

  now(): number {
    return this.settings.clock.unsafeCurrentTimeMillis()
  }

  setFaults(faults: ReadonlyArray<Fault>): void {
    this.faults = faults
    this.faultCounters.clear()
  }

  /** Bodies are kept as text, which takes less than what they say; of those that are too much the newest. */
  record(text: string, request: Omit<RecordedRequest, "body">): void {
    const { maxRecordedRequests, maxRecordedText } = this.settings
    if (maxRecordedRequests < 1) return
    this.recorded.push({ text, request })
    this.recordedText += text.length
    while (
      this.recorded.length > maxRecordedRequests ||
      (this.recordedText > maxRecordedText && this.recorded.length > 1)
    ) {
      this.recordedText -= this.recorded.shift()?.text.length ?? 0
    }
  }

  requests(): ReadonlyArray<RecordedRequest> {
    return this.recorded.map(({ request, text }) => ({ ...request, body: parseOrText(text) }))
  }

  /** The next reply of the script, used up by this; none where it has run out. */
  takeReply(): Scripted | undefined {
    const reply = this.settings.script[this.played]
    if (reply !== undefined) this.played++
    return reply
  }

  /** Takes a place among the requests in flight, or tells that there is none. */
  enter(): boolean {
    if (this.inFlight >= this.settings.maxInFlight) {
      this.refused++
      return false
    }
    this.inFlight++
    this.peakInFlight = Math.max(this.peakInFlight, this.inFlight)
    return true
  }

  leave(): void {
    this.inFlight--
  }

  begin(): void {
    this.active++
  }

  finish(): void {
    this.active--
    if (this.active > 0) return
    const waiters = this.waiters
    this.waiters = []
    for (const resume of waiters) resume()
  }

  /** Calls back once no request is being handled; returns how to stop waiting. */
  onIdle(resume: () => void): () => void {
    if (this.active === 0) {
      resume()
      return () => undefined
    }
    this.waiters.push(resume)
    return () => {
      this.waiters = this.waiters.filter((one) => one !== resume)
    }
  }

  /** Counting starts anew; what is still in flight goes on and keeps its place. */
  reset(): void {
    this.faultCounters.clear()
    this.requestIds.clear()
    this.store.clear()
    this.recorded = []
    this.recordedText = 0
    this.disconnects = []
    this.count = 0
    this.played = 0
    this.peakInFlight = this.inFlight
    this.connections = 0
    this.chunksWritten = 0
    this.refused = 0
    this.completed = 0
    this.broken = 0
  }

  stats(): Stats {
    return {
      requests: this.count,
      completed: this.completed,
      refused: this.refused,
      broken: this.broken,
      inFlight: this.inFlight,
      peakInFlight: this.peakInFlight,
      connections: this.connections,
      openSockets: this.sockets.size,
      chunksWritten: this.chunksWritten,
      disconnects: [...this.disconnects],
      ...this.store.stats()
    }
  }
}
