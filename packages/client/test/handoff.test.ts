/** Batches from the reader of a socket to the consumer of a stream: none is lost, and few are held. */
import { describe, expect, it } from "@effect/vitest"
import { Chunk, Effect, Exit, Fiber } from "effect"
import * as Handoff from "../src/internal/streaming/handoff.js"

const make = () => Handoff.make<number, string>()

const taken = (handoff: Handoff.Handoff<number, string>) =>
  Effect.map(handoff.take, (batch) => (batch === undefined ? "end" : Chunk.toReadonlyArray(batch)))

describe("a handoff", () => {
  it.effect("gives batches in order, then how the stream ended", () =>
    Effect.gen(function* () {
      const handoff = make()
      handoff.offer(Chunk.make(1, 2))
      handoff.end(Exit.fail("cut"))
      expect(yield* taken(handoff)).toEqual([1, 2])
      expect(yield* Effect.flip(handoff.take)).toBe("cut")
      expect(yield* Effect.flip(handoff.take)).toBe("cut")
    })
  )

  it.effect("keeps a batch whose taker is interrupted, before and after it was woken", () =>
    Effect.gen(function* () {
      const handoff = make()
      const before = yield* Effect.fork(handoff.take)
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(before)
      handoff.offer(Chunk.of(1))
      expect(yield* taken(handoff)).toEqual([1])
      const after = yield* Effect.fork(handoff.take)
      yield* Effect.yieldNow()
      handoff.offer(Chunk.of(2))
      after.unsafeInterruptAsFork(after.id())
      yield* Fiber.await(after)
      expect(yield* taken(handoff)).toEqual([2])
    })
  )

  it.effect("holds one batch, and one more while its taker is on the way", () =>
    Effect.gen(function* () {
      const handoff = make()
      handoff.offer(Chunk.of(1))
      expect(handoff.isFull()).toBe(true)
      expect(yield* taken(handoff)).toEqual([1])
      const taker = yield* Effect.fork(taken(handoff))
      yield* Effect.yieldNow()
      handoff.offer(Chunk.of(2))
      expect(handoff.isFull()).toBe(false)
      handoff.offer(Chunk.of(3))
      expect(handoff.isFull()).toBe(true)
      let room = 0
      handoff.onRoom(() => room++)
      expect(room).toBe(0)
      expect(yield* Fiber.join(taker)).toEqual([2, 3])
      expect(room).toBe(1)
      handoff.onRoom(() => room++)
      expect(room).toBe(2)
    })
  )

  it.effect("wakes a taker that waits when the stream ends", () =>
    Effect.gen(function* () {
      const handoff = make()
      const taker = yield* Effect.fork(taken(handoff))
      yield* Effect.yieldNow()
      handoff.end(Exit.void)
      handoff.end(Exit.fail("too late"))
      expect(yield* Fiber.join(taker)).toBe("end")
      expect(handoff.hasEnded()).toBe(true)
    })
  )
})
