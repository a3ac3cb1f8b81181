/** What a consumer of a stream runs: one Channel step a batch. */
import * as Channel from "effect/Channel"
import type * as Chunk from "effect/Chunk"
import type { Handoff } from "./handoff.js"

/** Emits batches until the end. @internal */
export const emitting = <A, E>(batches: Handoff<A, E>): Channel.Channel<Chunk.Chunk<A>, unknown, E, unknown, void> => {
  const next: Channel.Channel<Chunk.Chunk<A>, unknown, E, unknown, void> = Channel.flatMap(
    Channel.fromEffect(batches.take),
    (batch) => (batch === undefined ? Channel.void : Channel.zipRight(Channel.write(batch), next))
  )
  return next
}
