// Generated from packages/client/src/internal/streaming/folded.ts by scripts/effect4: change that file.
/**
 * The whole of a stream as one Effect, for a stream that is still as `ZhipuChat.stream` gave it: whoever wants nothing but
 * the completion needs no Channel, and no fiber that wakes for each event.
 */
import type { ChunkEvent } from "@effect-zhipu/protocol/internal/documents/chunkEvent"
import type * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import type * as Stream from "effect/Stream"
import type { ChatCompletion } from "../../ChatCompletion.js"

type Events<E, R> = Stream.Stream<ChunkEvent, E, R>

const folded: unique symbol = Symbol("@effect-zhipu/effect4/folded")

interface Folded<E, R> {
  readonly [folded]: Effect.Effect<ChatCompletion, E, R>
}

/** @internal */
export const withFolded = <E, R>(stream: Events<E, R>, completion: Effect.Effect<ChatCompletion, E, R>): Events<E, R> =>
  Object.defineProperty(stream, folded, { value: completion })

/** @internal */
export const foldedOf = <E, R>(stream: Events<E, R>): Effect.Effect<ChatCompletion, E, R> | undefined =>
  isFolded(stream) ? stream[folded] : undefined

/** A stream that was wrapped keeps its Effect, wrapped likewise; of a stream that has none, the stream alone. @internal */
export const alike = <A, E, R>(
  stream: Stream.Stream<A, E, R>,
  wrapped: Stream.Stream<A, E, R>,
  wrap: <B>(effect: Effect.Effect<B, E, R>) => Effect.Effect<B, E, R>
): Stream.Stream<A, E, R> =>
  isFolded(stream) ? Object.defineProperty(wrapped, folded, { value: wrap(stream[folded]) }) : wrapped

const isFolded = <A, E, R>(stream: Stream.Stream<A, E, R>): stream is Stream.Stream<A, E, R> & Folded<E, R> =>
  Predicate.hasProperty(stream, folded)
