// Generated from packages/http/src/AnswerStream.ts by scripts/effect4: change that file.
/**
 * An answer for consumers that do not speak Effect: as an async iterable and as a `ReadableStream`.
 *
 * Events come from the network in batches, and both hand on what a batch holds without a step of Effect per event.
 * A consumer that does not read stops the stream, the stream its socket, and the socket the service: no more than one
 * batch waits in between, and `backlog` counts it. A consumer that leaves (`break`, `return`, `cancel`) interrupts the
 * stream, and its request is closed.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import { dual } from "effect/Function"
import type * as Metric from "effect/Metric"
import * as Stream from "effect/Stream"
import * as StreamBatches from "../StreamBatches.js"
import * as Backlog from "./internal/backlog.js"
import * as Batches from "./internal/batches.js"

/**
 * How many events were read from the service and wait for a consumer, over all iterables, `ReadableStream`s and
 * responses of this process: the gauge `zhipu.http.backlog`. Events of a batch count until the whole batch is taken.
 *
 * @since 0.1.0
 * @category metrics
 */
export const backlog: Metric.Gauge<number> = Backlog.gauge

const isStream = (args: IArguments): boolean => Stream.isStream(args[0])

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * Ends the reading when it is aborted, also while nothing comes: the request is closed, and the consumer gets the reason
   * of the signal as an error, by default a `DOMException` named `AbortError`. Default: none.
   */
  readonly signal?: AbortSignal | undefined
}

/**
 * A stream as an async iterable. Each `for await` runs the stream anew, which asks the service again. A failure of the
 * stream is thrown as it is: a `ZhipuError` stays one. Leaving the loop waits until the request is closed; a `signal` ends
 * it from outside, also while it waits for an event.
 *
 * Costs about 0.1 µs an event and 1 µs a batch; `Stream.toAsyncIterable` costs 3 to 8 µs an event.
 *
 * @example
 * ```ts
 * import type { ChunkEvent, ZhipuError } from "@effect-zhipu/effect4"
 * import { AnswerStream } from "@effect-zhipu/effect4/http"
 * import type { Stream } from "effect"
 *
 * export const print = async (answer: Stream.Stream<ChunkEvent.ChunkEvent, ZhipuError.ZhipuError>) => {
 *   for await (const event of AnswerStream.toAsyncIterable(answer)) {
 *     if (event._tag === "ContentDelta") process.stdout.write(event.text)
 *   }
 * }
 * ```
 *
 * @since 0.1.0
 * @category conversions
 */
export const toAsyncIterable = <A, E>(self: Stream.Stream<A, E>, options?: Options): AsyncIterable<A, undefined> =>
  toAsyncIterableRuntime(self, Context.empty(), options)

/**
 * `toAsyncIterable` for a stream with requirements, by the runtime that has them.
 *
 * @example
 * ```ts
 * import { Message, Zhipu, ZhipuChat } from "@effect-zhipu/effect4"
 * import { AnswerStream } from "@effect-zhipu/effect4/http"
 * import { FetchHttpClient } from "effect/http"
 * import { Layer, ManagedRuntime } from "effect"
 *
 * const managed = ManagedRuntime.make(Zhipu.layerConfig().pipe(Layer.provide(FetchHttpClient.layer)))
 *
 * export const ask = async (question: string) =>
 *   ZhipuChat.stream({ model: "glm-4.6", messages: [Message.user(question)] }).pipe(
 *     AnswerStream.toAsyncIterableRuntime(await managed.context())
 *   )
 * ```
 *
 * @since 0.1.0
 * @category conversions
 */
export const toAsyncIterableRuntime: {
  <R>(
    runtime: Context.Context<R>,
    options?: Options
  ): <A, E>(self: Stream.Stream<A, E, R>) => AsyncIterable<A, undefined>
  <A, E, R>(self: Stream.Stream<A, E, R>, runtime: Context.Context<R>, options?: Options): AsyncIterable<A, undefined>
} = dual(
  isStream,
  <A, E, R>(
    self: Stream.Stream<A, E, R>,
    runtime: Context.Context<R>,
    options?: Options
  ): AsyncIterable<A, undefined> => ({
    [Symbol.asyncIterator]: () =>
      StreamBatches.toAsyncIterator((consumer) => Batches.make(self, runtime, consumer, options))
  })
)

/**
 * A stream as a `ReadableStream`. It starts with the first read, and errs with the failure of the stream as it is.
 * `cancel` interrupts the stream, and is done when the request is closed.
 *
 * Costs about 0.4 µs an event and 1 µs a batch; `Stream.toReadableStream` costs 4 µs more a batch.
 *
 * @example
 * ```ts
 * import { ChunkEvent, type ZhipuError } from "@effect-zhipu/effect4"
 * import { AnswerStream } from "@effect-zhipu/effect4/http"
 * import type { Stream } from "effect"
 *
 * // The text alone, as the body of a response.
 * export const body = (answer: Stream.Stream<ChunkEvent.ChunkEvent, ZhipuError.ZhipuError>) =>
 *   AnswerStream.toReadableStream(ChunkEvent.text(answer)).pipeThrough(new TextEncoderStream())
 * ```
 *
 * @since 0.1.0
 * @category conversions
 */
export const toReadableStream = <A, E>(self: Stream.Stream<A, E>, options?: Options): ReadableStream<A> =>
  toReadableStreamRuntime(self, Context.empty(), options)

/**
 * `toReadableStream` for a stream with requirements, by the runtime that has them.
 *
 * @since 0.1.0
 * @category conversions
 */
export const toReadableStreamRuntime: {
  <R>(runtime: Context.Context<R>, options?: Options): <A, E>(self: Stream.Stream<A, E, R>) => ReadableStream<A>
  <A, E, R>(self: Stream.Stream<A, E, R>, runtime: Context.Context<R>, options?: Options): ReadableStream<A>
} = dual(
  isStream,
  <A, E, R>(self: Stream.Stream<A, E, R>, runtime: Context.Context<R>, options?: Options): ReadableStream<A> => {
    let controller: ReadableStreamDefaultController<A>
    // Told to `pull`, which is not called again before.
    let pulled: () => void = () => {}
    const batches = Batches.make(
      self,
      runtime,
      {
        onBatch: (batch) => {
          for (let i = 0; i < batch.length; i++) controller.enqueue(batch[i]!)
          pulled()
        },
        onEnd: () => {
          controller.close()
          pulled()
        },
        onFailure: (error) => {
          controller.error(error)
          pulled()
        }
      },
      options
    )
    return new ReadableStream<A>(
      {
        start: (own) => {
          controller = own
        },
        pull: () =>
          new Promise<void>((resolve) => {
            pulled = resolve
            batches.take()
          }),
        cancel: () => batches.close()
      },
      // Nothing is read ahead of the reader.
      { highWaterMark: 0 }
    )
  }
)
