/** What a consumer of a stream runs: one Channel step a batch. */
import * as Channel from "effect/Channel"
import type * as Chunk from "effect/Chunk"
import type * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Handoff } from "./handoff.js"

/**
 * The batches of a reader that runs while the stream does.
 *
 * @internal
 */
export const streamOf = <A, E, X>(
  acquire: Effect.Effect<X>,
  batchesOf: (reader: X) => Handoff<A, E>,
  release: (reader: X) => Effect.Effect<unknown>
): Stream.Stream<A, E> =>
  Stream.fromChannel(Channel.acquireUseRelease(acquire, (reader) => emitting(batchesOf(reader)), release))

/** Emits batches until the end. The wait alone is an Effect, which costs a Channel several: what it waited for is taken without. */
const emitting = <A, E>(batches: Handoff<A, E>): Channel.Channel<Chunk.Chunk<A>, unknown, E, unknown, void> => {
  type Emitting = Channel.Channel<Chunk.Chunk<A>, unknown, E, unknown, void>
  const next = (): Emitting => {
    const batch = batches.poll()
    if (batch !== undefined) return Channel.flatMap(Channel.write(batch), next)
    const ending = batches.ending()
    return ending === undefined ? wait : Channel.fromEffect(ending)
  }
  const wait: Emitting = Channel.flatMap(Channel.fromEffect(batches.ready), next)
  return Channel.suspend(next)
}
