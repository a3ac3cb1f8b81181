import * as StreamBatches from "@effect-zhipu/client/StreamBatches"
import { OverloadedError } from "@effect-zhipu/client/ZhipuError"
import { AnswerStream } from "@effect-zhipu/http"
import { describe, expect, it } from "@effect/vitest"
import { Chunk, Context, Effect, FastCheck, Metric, Runtime, Stream } from "effect"

const overloaded = new OverloadedError({ message: "The model is overloaded.", code: "1305" })

const ofBatches = <A>(batches: ReadonlyArray<ReadonlyArray<A>>): Stream.Stream<A> =>
  Stream.fromChunks(...batches.map(Chunk.fromIterable))

const collect = async <A>(iterable: AsyncIterable<A>): Promise<ReadonlyArray<A>> => {
  const all: Array<A> = []
  for await (const a of iterable) all.push(a)
  return all
}

const read = async <A>(stream: ReadableStream<A>): Promise<ReadonlyArray<A>> => {
  const reader = stream.getReader()
  const all: Array<A> = []
  for (;;) {
    const next = await reader.read()
    if (next.done) return all
    all.push(next.value)
  }
}

const conversions = [
  {
    name: "toAsyncIterable",
    toArray: <A, E>(stream: Stream.Stream<A, E>, options?: AnswerStream.Options) =>
      collect(AnswerStream.toAsyncIterable(stream, options))
  },
  {
    name: "toReadableStream",
    toArray: <A, E>(stream: Stream.Stream<A, E>, options?: AnswerStream.Options) =>
      read(AnswerStream.toReadableStream(stream, options))
  }
]

/** A stream of endless batches, and what was seen of it. */
const endless = (size: number) => {
  const seen = { batches: 0, released: 0 }
  const stream = Stream.ensuring(
    Stream.repeatEffectChunk(
      Effect.sync(() => {
        seen.batches++
        return Chunk.makeBy(size, (i) => i)
      }).pipe(Effect.zipLeft(Effect.yieldNow()))
    ),
    Effect.sync(() => seen.released++)
  )
  return { seen, stream }
}

const backlog = Effect.map(Metric.value(AnswerStream.backlog), ({ value }) => value)

const pause = (millis = 20) => new Promise((resolve) => setTimeout(resolve, millis))

describe.each(conversions)("$name", ({ toArray }) => {
  it("gives every element once, in order, however they come in batches", async () => {
    const batches = FastCheck.array(FastCheck.array(FastCheck.nat(), { maxLength: 5 }), { maxLength: 8 })
    await FastCheck.assert(
      FastCheck.asyncProperty(batches, async (batches) => {
        expect(await toArray(ofBatches(batches))).toEqual(batches.flat())
      }),
      { numRuns: 200 }
    )
  })

  it("fails with the error of the stream itself", async () => {
    const failing = Stream.concat(Stream.make("a", "b"), Stream.fail(overloaded))
    await expect(toArray(failing)).rejects.toBe(overloaded)
  })

  it("fails with a defect, and when the stream is interrupted from elsewhere", async () => {
    await expect(toArray(Stream.die(new Error("broken")))).rejects.toThrow("broken")
    await expect(toArray(Stream.fromEffect(Effect.interrupt))).rejects.toThrow(/Interrupted/)
  })

  it("gives the text of an answer that waits between its parts", async () => {
    const slow = Stream.make("a", "b", "c").pipe(
      Stream.rechunk(1),
      Stream.tap(() => Effect.sleep("2 millis"))
    )
    expect(await toArray(slow)).toEqual(["a", "b", "c"])
  })
})

describe.each(conversions)("the signal of $name", ({ toArray }) => {
  it("ends a stream that gives nothing, with its reason", async () => {
    let released = false
    const silent = Stream.ensuring(
      Stream.concat(Stream.make(1), Stream.never),
      Effect.sync(() => (released = true))
    )
    const stop = new AbortController()
    const failed = toArray(silent, { signal: stop.signal }).catch((error: unknown) => error)
    await pause()
    stop.abort()
    expect(await failed).toBe(stop.signal.reason)
    await pause()
    expect(released).toBe(true)
  })

  it("keeps a stream from starting", async () => {
    const { seen, stream } = endless(1)
    const reason = new Error("no more")
    await expect(toArray(stream, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(seen).toEqual({ batches: 0, released: 0 })
  })

  it("does nothing once the stream has ended", async () => {
    const stop = new AbortController()
    expect(await toArray(ofBatches([[1, 2]]), { signal: stop.signal })).toEqual([1, 2])
    stop.abort()
  })
})

describe("StreamBatches", () => {
  it("runs a stream once, also where its first batch is there before it is forked", async () => {
    const { seen, stream } = endless(1)
    const taken = await new Promise<number>((resolve) => {
      let taken = 0
      const batches = StreamBatches.make(Stream.concat(Stream.make(0), stream), Effect.runFork, {
        onBatch: () => {
          if (++taken < 5) batches.take()
          else void batches.close().then(() => resolve(taken))
        },
        onEnd: () => resolve(-1),
        onFailure: () => resolve(-1)
      })
      batches.take()
    })
    expect({ taken, released: seen.released }).toEqual({ taken: 5, released: 1 })
  })

  it("stops a stream that is closed within its first batch", async () => {
    let released = false
    const stream = Stream.ensuring(
      Stream.concat(Stream.make(0), Stream.never),
      Effect.sync(() => (released = true))
    )
    const batches = StreamBatches.make(stream, Effect.runFork, {
      onBatch: () => void batches.close(),
      onEnd: () => {},
      onFailure: () => {}
    })
    batches.take()
    await pause()
    expect(released).toBe(true)
  })
})

describe("toAsyncIterable", () => {
  it("interrupts the stream when the loop is left, and has released it by then", async () => {
    const { seen, stream } = endless(3)
    for await (const i of AnswerStream.toAsyncIterable(stream)) if (i === 1) break
    expect(seen).toEqual({ batches: 1, released: 1 })
  })

  it("interrupts a stream that gives nothing", async () => {
    let released = false
    const silent = Stream.ensuring(
      Stream.never,
      Effect.sync(() => (released = true))
    )
    const iterator = AnswerStream.toAsyncIterable(silent)[Symbol.asyncIterator]()
    const next = iterator.next()
    await pause()
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined })
    expect(released).toBe(true)
    expect(await next).toEqual({ done: true, value: undefined })
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
  })

  it("does not start before it is asked, and not at all when it is left before", async () => {
    const { seen, stream } = endless(1)
    const iterator = AnswerStream.toAsyncIterable(stream)[Symbol.asyncIterator]()
    await pause()
    await iterator.return?.()
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
    expect(seen).toEqual({ batches: 0, released: 0 })
  })

  it("reads no batch ahead of a slow consumer", async () => {
    const { seen, stream } = endless(2)
    const iterator = AnswerStream.toAsyncIterable(stream)[Symbol.asyncIterator]()
    await iterator.next()
    await pause()
    expect(seen.batches).toBe(1)
    await iterator.next()
    await pause()
    expect(seen.batches).toBe(1)
    await iterator.next()
    expect(seen.batches).toBe(2)
    await iterator.return?.()
  })

  it("answers calls that do not wait for each other in order", async () => {
    const iterator = AnswerStream.toAsyncIterable(ofBatches([[1], [2, 3], [4]]))[Symbol.asyncIterator]()
    const results = await Promise.all(Array.from({ length: 6 }, () => iterator.next()))
    expect(results.map(({ done, value }) => (done ? "end" : value))).toEqual([1, 2, 3, 4, "end", "end"])
  })

  it("throws a failure once, then is at its end", async () => {
    const iterator = AnswerStream.toAsyncIterable(Stream.fail(overloaded))[Symbol.asyncIterator]()
    await expect(iterator.next()).rejects.toBe(overloaded)
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
  })

  it("runs the stream anew for each loop", async () => {
    let runs = 0
    const iterable = AnswerStream.toAsyncIterable(Stream.suspend(() => Stream.make(++runs)))
    expect([await collect(iterable), await collect(iterable)]).toEqual([[1], [2]])
  })

  it("takes what the stream needs from a runtime", async () => {
    class Name extends Context.Tag("Name")<Name, string>() {}
    const runtime = await Effect.runPromise(Effect.provideService(Effect.runtime<Name>(), Name, "Ada"))
    const stream = Stream.fromEffect(Name)
    expect(await collect(AnswerStream.toAsyncIterableRuntime(stream, runtime))).toEqual(["Ada"])
    expect(await collect(stream.pipe(AnswerStream.toAsyncIterableRuntime(runtime)))).toEqual(["Ada"])
    expect(await read(stream.pipe(AnswerStream.toReadableStreamRuntime(runtime)))).toEqual(["Ada"])
  })
})

describe("toReadableStream", () => {
  it("interrupts the stream when it is cancelled, and has released it by then", async () => {
    const { seen, stream } = endless(3)
    const reader = AnswerStream.toReadableStream(stream).getReader()
    await reader.read()
    await reader.cancel()
    expect(seen).toEqual({ batches: 1, released: 1 })
  })

  it("interrupts a stream that gives nothing", async () => {
    let released = false
    const silent = Stream.ensuring(
      Stream.never,
      Effect.sync(() => (released = true))
    )
    const reader = AnswerStream.toReadableStream(silent).getReader()
    const next = reader.read()
    await pause()
    await reader.cancel()
    expect(released).toBe(true)
    expect(await next).toEqual({ done: true, value: undefined })
  })

  it("does not start before it is read, and reads no batch ahead", async () => {
    const { seen, stream } = endless(2)
    const reader = AnswerStream.toReadableStream(stream).getReader()
    await pause()
    expect(seen.batches).toBe(0)
    await reader.read()
    await pause()
    expect(seen.batches).toBe(1)
    await reader.cancel()
  })
})

describe("backlog", () => {
  it("counts no batch of a pull within which the loop was left", async () => {
    const before = await Effect.runPromise(backlog)
    let leaving: Promise<unknown> | undefined
    const iterator: AsyncIterator<number> = AnswerStream.toAsyncIterable(
      Stream.fromEffect(
        Effect.sync(() => {
          leaving = iterator.return?.()
          return 1
        })
      )
    )[Symbol.asyncIterator]()
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
    await leaving
    expect((await Effect.runPromise(backlog)) - before).toBe(0)
  })

  it("counts the events of a batch that waits, until it is taken or its consumer has gone", async () => {
    const runtime = Runtime.defaultRuntime
    const before = Runtime.runSync(runtime)(backlog)
    const waiting = () => Runtime.runSync(runtime)(backlog) - before

    const iterator = AnswerStream.toAsyncIterable(ofBatches([[1, 2, 3], [4, 5], [6]]))[Symbol.asyncIterator]()
    await iterator.next()
    expect(waiting()).toBe(3)
    await iterator.next()
    await iterator.next()
    await iterator.next()
    expect(waiting()).toBe(2)
    await iterator.return?.()
    expect(waiting()).toBe(0)

    const reader = AnswerStream.toReadableStream(ofBatches([[1, 2, 3]])).getReader()
    await reader.read()
    expect(waiting()).toBe(3)
    await reader.cancel()
    expect(waiting()).toBe(0)
    await read(AnswerStream.toReadableStream(ofBatches([[1, 2, 3]])))
    expect(waiting()).toBe(0)
  })
})
