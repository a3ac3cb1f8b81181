// Generated from packages/http/src/internal/batches.ts by scripts/effect4: change that file.
/** The batches of a stream, counted while they wait for their consumer. */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import * as StreamBatches from "../../StreamBatches.js"
import * as Backlog from "./backlog.js"

/** @internal */
export const make = <A, E, R>(
  stream: Stream.Stream<A, E, R>,
  runtime: Context.Context<R>,
  consumer: StreamBatches.Consumer<A>,
  options?: StreamBatches.Options
): StreamBatches.StreamBatches => {
  const backlog = Backlog.make()
  const counted: StreamBatches.Consumer<A> = {
    onBatch: (batch) => {
      backlog.add(batch.length)
      consumer.onBatch(batch)
    },
    onEnd: () => {
      backlog.clear()
      consumer.onEnd()
    },
    onFailure: (error) => {
      backlog.clear()
      consumer.onFailure(error)
    }
  }
  const batches = StreamBatches.make(stream, Effect.runForkWith(runtime), counted, options)
  return {
    take: () => {
      backlog.clear()
      batches.take()
    },
    close: () => {
      backlog.clear()
      return batches.close()
    }
  }
}
