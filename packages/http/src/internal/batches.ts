/** The batches of a stream, counted while they wait for their consumer. */
import * as StreamBatches from "@effect-zhipu/client/StreamBatches"
import * as Runtime from "effect/Runtime"
import type * as Stream from "effect/Stream"
import * as Backlog from "./backlog.js"

/** @internal */
export const make = <A, E, R>(
  stream: Stream.Stream<A, E, R>,
  runtime: Runtime.Runtime<R>,
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
  const batches = StreamBatches.make(stream, Runtime.runFork(runtime), counted, options)
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
