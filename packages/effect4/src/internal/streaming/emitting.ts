/** What a consumer of a stream runs: one pull a batch. */
import * as Channel from "effect/Channel"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Handoff } from "./handoff.js"

/**
 * The batches of a reader that runs while the stream does. Its scope is that of the stream, which is at hand: a scope of its
 * own would be one more stage for each batch.
 *
 * @internal
 */
export const streamOf = <A, E, X>(
  acquire: Effect.Effect<X>,
  batchesOf: (reader: X) => Handoff<A, E>,
  release: (reader: X) => Effect.Effect<unknown>
): Stream.Stream<A, E> =>
  Stream.fromChannel(
    Channel.fromTransform((_, scope) =>
      Effect.uninterruptible(
        Effect.flatMap(acquire, (reader) =>
          Effect.as(Scope.addFinalizer(scope, release(reader)), batchesOf(reader).pull)
        )
      )
    )
  )
