// Generated from packages/http/src/internal/body.ts by scripts/effect4: change that file.
/** A stream of events as the body of a response, with a heartbeat. */
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { ChunkEvent } from "../../ChunkEvent.js"
import { ConnectionError, type ZhipuError } from "../../ZhipuError.js"
import * as Backlog from "./backlog.js"
import * as frames from "./frames.js"

/** @internal */
export interface Options {
  readonly heartbeat: Duration.Duration
  readonly partial: boolean
  readonly idle: Duration.Duration
}

/** @internal */
export interface Body {
  /** Done when the first event came, or the end; fails with what ended the stream before. */
  readonly first: Effect.Effect<void, ZhipuError>
  /** To be run once. */
  readonly bytes: Stream.Stream<Uint8Array>
}

/** What goes to the browser at once, and how many events are in it. */
interface Part {
  readonly bytes: Uint8Array
  readonly events: number
}

const utf8 = new TextEncoder()

const part = (text: string, events = 0): Part => ({ bytes: utf8.encode(text), events })

/** What ended a stream, as an error for the browser. A defect may hold anything, and goes to the server's log alone. */
const publicError = (cause: Cause.Cause<ZhipuError>): ZhipuError =>
  Option.getOrElse(Cause.findErrorOption(cause), () =>
    Cause.hasInterruptsOnly(cause)
      ? new ConnectionError({ message: "The server broke the answer off. Ask again.", phase: "closed" })
      : frames.serverFailed()
  )

const unread = (idle: Duration.Duration): ZhipuError =>
  new ConnectionError({
    message: `Nothing was read of the answer for ${Duration.format(idle)}, and the server broke it off. Ask again.`,
    phase: "closed"
  })

const logged = (cause: Cause.Cause<ZhipuError>): Effect.Effect<void> =>
  Cause.hasDies(cause) ? Effect.logError("An answer ended with a defect", cause) : Effect.void

/**
 * Starts to read, in a fiber of the scope. It reads one batch ahead of the browser, then waits.
 *
 * @internal
 */
export const start = <R>(
  stream: Stream.Stream<ChunkEvent, ZhipuError, R>,
  options: Options
): Effect.Effect<Body, never, R | Scope.Scope> =>
  Effect.gen(function* () {
    const clock = yield* Effect.clockWith(Effect.succeed)
    const mailbox = yield* Queue.make<Part, never | Cause.Done>({ capacity: 1 })
    const first = yield* Deferred.make<void, ZhipuError>()
    const backlog = Backlog.make()
    let id = 0
    // Elapsed time, which goes on though the clock on the wall is set back.
    const now = (): number => Number(clock.currentTimeNanosUnsafe()) / 1e6
    let sentAt = now()

    yield* Effect.addFinalizer(() => Effect.sync(backlog.clear))
    Queue.offerUnsafe(mailbox, part(frames.open))

    const offerAll = (events: ReadonlyArray<ChunkEvent>) =>
      Effect.suspend(() => {
        let text = ""
        for (const event of events) text += frames.ofEvent(id++, event)
        backlog.add(events.length)
        Deferred.doneUnsafe(first, Effect.void)
        const next = part(text, events.length)
        if (Queue.offerUnsafe(mailbox, next)) return Effect.void
        // No deadline of the client counts while its reader waits.
        return Effect.timeoutOrElse(Queue.offer(mailbox, next), {
          duration: options.idle,
          orElse: () => Effect.fail(unread(options.idle))
        })
      })

    const reader = Stream.runForEachArray(stream, (events) =>
      Arr.isReadonlyArrayEmpty(events) ? Effect.void : offerAll(events)
    ).pipe(
      Effect.matchCauseEffect({
        onSuccess: () =>
          Effect.suspend(() => {
            Deferred.doneUnsafe(first, Effect.void)
            return Queue.offer(mailbox, part(frames.done))
          }),
        onFailure: (cause) =>
          Effect.suspend(() => {
            const error = publicError(cause)
            Deferred.doneUnsafe(first, Effect.fail(error))
            const offer = Queue.offer(mailbox, part(frames.ofError(frames.errorDocument(error, options))))
            return Effect.andThen(logged(cause), offer)
          })
      }),
      // Without `done` and without an error the browser knows that the answer was cut.
      Effect.ensuring(Queue.end(mailbox)),
      // A server runs handlers in a region that cannot be interrupted, and a fiber inherits that.
      Effect.interruptible
    )

    const heartbeat = Effect.suspend(() => {
      const every = Duration.toMillis(options.heartbeat)
      const quiet = now() - sentAt
      if (quiet < every) return Effect.sleep(every - quiet)
      // Refused where something waits for the browser already: then it is the browser that is slow.
      Queue.offerUnsafe(mailbox, part(frames.keepAlive))
      return Effect.sleep(every)
    })

    yield* Effect.forkScoped(reader)
    if (Duration.isFinite(options.heartbeat) && !Duration.equals(options.heartbeat, Duration.zero)) {
      yield* Effect.forkScoped(Effect.interruptible(Effect.forever(heartbeat)))
    }

    const bytes = Stream.mapArray(Stream.fromQueue(mailbox), (parts) => {
      sentAt = now()
      return Arr.map(parts, ({ bytes, events }) => {
        backlog.remove(events)
        return bytes
      })
    })
    return { first: Deferred.await(first), bytes }
  })
