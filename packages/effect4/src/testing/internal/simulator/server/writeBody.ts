// Generated from packages/testing/src/internal/simulator/server/writeBody.ts by scripts/effect4: change that file.
/**
 * Writes the steps of a body to the socket: with back-pressure, at a pace, compressed or in small pieces.
 */
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Http from "node:http"
import type { Transform } from "node:stream"
import * as Zlib from "node:zlib"
import type { ActiveFaults } from "../faults/activeFaults.js"
import type { Step } from "./bodySteps.js"

/** @internal */
export interface Pace {
  /** Milliseconds before the first step. */
  readonly firstTokenDelay: number
  /** Infinity: as fast as the client reads. */
  readonly tokensPerSecond: number
}

/** @internal */
export interface BodyOptions {
  readonly response: Http.ServerResponse
  readonly steps: Iterable<Step>
  readonly faults: ActiveFaults
  readonly clock: Clock.Clock
  readonly pace: Pace
  /** Called when nothing more is generated, before the last bytes leave. */
  readonly onGenerated: () => void
  readonly onWrite: () => void
  /** Called before the simulator itself breaks the connection. */
  readonly onBreak: () => void
}

/** A step to do in Effect, because it takes time or ends the body. */
type Pause = { readonly _tag: "Pause"; readonly millis: number }

/** Written at once this often, then the event loop has a turn, so that a client that left is noticed. */
const writesPerTurn = 256

const pieceSize = 65_536

const compressor = (response: Http.ServerResponse, faults: ActiveFaults): Transform | undefined => {
  if (faults.has("gzip")) {
    const gzip = Zlib.createGzip({ flush: Zlib.constants.Z_SYNC_FLUSH })
    gzip.pipe(response)
    return gzip
  }
  if (faults.has("brotli")) {
    const brotli = Zlib.createBrotliCompress({
      flush: Zlib.constants.BROTLI_OPERATION_FLUSH,
      params: { [Zlib.constants.BROTLI_PARAM_QUALITY]: 4 }
    })
    brotli.pipe(response)
    return brotli
  }
  return undefined
}

/** @internal */
export const contentEncoding = (faults: ActiveFaults): Record<string, string> =>
  faults.has("gzip") ? { "Content-Encoding": "gzip" } : faults.has("brotli") ? { "Content-Encoding": "br" } : {}

/** The pieces of a step in the sizes they are written in. */
const piecesOf = (data: string | Uint8Array, size: number | undefined): ReadonlyArray<string | Uint8Array> => {
  const limit = size ?? pieceSize
  if (data.length * 3 <= limit) return [data]
  const bytes = typeof data === "string" ? Buffer.from(data) : data
  const pieces: Array<Uint8Array> = []
  for (let at = 0; at < bytes.length; at += limit) pieces.push(bytes.subarray(at, at + limit))
  return pieces
}

/**
 * Writes a body and ends it. The response must have its head written. Never fails; interruption stops it at once.
 *
 * @internal
 */
export const writeBody = (options: BodyOptions): Effect.Effect<void> => {
  const { clock, faults, onBreak, onGenerated, onWrite, pace, response } = options
  const packer = compressor(response, faults)
  const out = packer ?? response
  const iterator = options.steps[Symbol.iterator]()
  const splitSize = faults.number("split")
  const gap = faults.number("slow") ?? 0
  const keepalive = faults.number("keepalive")
  const millisPerToken = 1000 / pace.tokensPerSecond
  const started = clock.currentTimeMillisUnsafe()
  let dueAt = started
  let delayed = pace.firstTokenDelay
  let waiting: Step | undefined
  let pieces: Array<string | Uint8Array> = []

  /** How long to wait before a step; once only for each. */
  const waitBefore = (step: Step): number => {
    if (step._tag !== "Write") return 0
    const now = clock.currentTimeMillisUnsafe()
    const first = delayed
    delayed = 0
    if (millisPerToken === 0) return first + gap
    dueAt = Math.max(dueAt + step.tokens * millisPerToken, now - 100) + first
    const behind = dueAt - now
    return (behind >= 1 ? behind : 0) + gap
  }

  /** Writes until a step takes time or ends the body. */
  const pump = Effect.callback<Step | Pause>((resume) => {
    let stopped = false
    const run = (): void => {
      if (stopped) return
      for (let writes = 0; ; writes++) {
        const piece = pieces.shift()
        if (piece !== undefined) {
          const ready = out.write(piece)
          if (!ready) return void out.once("drain", run)
          if (splitSize !== undefined || writes >= writesPerTurn) return void setImmediate(run)
          continue
        }
        let step = waiting
        if (step === undefined) {
          const next = iterator.next()
          if (next.done === true) return resume(Effect.succeed({ _tag: "End" }))
          step = next.value
          if (step._tag !== "Write") return resume(Effect.succeed(step))
          const millis = waitBefore(step)
          if (millis > 0) {
            waiting = step
            return resume(Effect.succeed({ _tag: "Pause", millis }))
          }
        }
        waiting = undefined
        if (step._tag !== "Write") continue
        onWrite()
        if (step.last === true) onGenerated()
        pieces = [...piecesOf(step.data, splitSize)]
      }
    }
    run()
    return Effect.sync(() => {
      stopped = true
      out.off("drain", run)
    })
  })

  const comment = Effect.sync(() => void out.write(": keep-alive\n\n"))

  const pause = (millis: number): Effect.Effect<void> => {
    if (keepalive === undefined) return millis === Infinity ? Effect.never : Effect.sleep(millis)
    return millis <= keepalive
      ? Effect.sleep(millis)
      : Effect.sleep(keepalive).pipe(
          Effect.andThen(comment),
          Effect.andThen(Effect.suspend(() => pause(millis - keepalive)))
        )
  }

  const flushed = Effect.callback<void>((resume) => {
    out.write(new Uint8Array(0), () => resume(Effect.void))
    if (packer !== undefined) setTimeout(() => resume(Effect.void), 20)
  })

  const ended = Effect.callback<void>((resume) => {
    onGenerated()
    response.once("finish", () => resume(Effect.void))
    // Without a "finish" before it the client has left.
    response.once("close", () => resume(Effect.void))
    out.end()
  })

  const broken = Effect.andThen(
    flushed,
    Effect.sync(() => {
      onBreak()
      response.socket?.destroy()
    })
  )

  const loop: Effect.Effect<void> = Effect.flatMap(pump, (step) => {
    switch (step._tag) {
      case "End":
        return ended
      case "Pause":
        return Effect.andThen(pause(step.millis), loop)
      case "Hang":
        return pause(Infinity)
      case "Reset":
        return broken
      case "Write":
        return loop
    }
  })

  if (packer === undefined) return loop
  // What is still being packed when the client leaves would be written to a response that has ended, which throws.
  const abandoned = Effect.sync(() => {
    packer.unpipe(response)
    packer.destroy()
  })
  return Effect.ensuring(loop, abandoned)
}
