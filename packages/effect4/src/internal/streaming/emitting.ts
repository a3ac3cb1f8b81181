/** What a consumer of a stream runs: one pull a batch. */
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Channel from "effect/Channel"
import * as Effect from "effect/Effect"
import type { Handoff } from "./handoff.js"

/** Emits batches until the end. @internal */
export const emitting = <A, E>(batches: Handoff<A, E>): Channel.Channel<Arr.NonEmptyReadonlyArray<A>, E> =>
  Channel.fromPull(
    Effect.succeed(
      Effect.flatMap(batches.take, (batch) =>
        batch !== undefined && Arr.isReadonlyArrayNonEmpty(batch) ? Effect.succeed(batch) : Cause.done()
      )
    )
  ) as Channel.Channel<Arr.NonEmptyReadonlyArray<A>, E>
