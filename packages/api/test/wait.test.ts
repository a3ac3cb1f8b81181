import { describe, expect, it } from "@effect/vitest"
import { Tasks } from "@effect-zhipu/api"
import { ZhipuError } from "@effect-zhipu/client"
import { Duration, Effect, Fiber, Ref, Schedule, TestClock } from "effect"

const task = { id: "42", kind: "video" }

type Look = Tasks.Poll<string> | ZhipuError.ZhipuError

/** Something that is found in these states, one after the other, the last one for ever; and when it was looked at. */
const scripted = (looks: ReadonlyArray<Look>) =>
  Effect.map(Ref.make<ReadonlyArray<number>>([]), (times) => ({
    poll: Effect.gen(function* () {
      const now = yield* TestClock.currentTimeMillis
      const count = yield* Ref.modify(times, (all) => [all.length, [...all, now]])
      const look = looks[Math.min(count, looks.length - 1)]
      if (look === undefined) return yield* Effect.dieMessage("no look")
      return ZhipuError.isZhipuError(look) ? yield* Effect.fail(look) : look
    }),
    times
  }))

const waiting: Look = { _tag: "Waiting", state: "PROCESSING" }
const done: Look = { _tag: "Done", state: "SUCCESS", value: "here" }

const wait = (poll: Effect.Effect<Tasks.Poll<string>, ZhipuError.ZhipuError>, options?: Tasks.WaitOptions) =>
  Tasks.wait(task, poll, (found) => found, options)

const overloaded = new ZhipuError.OverloadedError({ message: "busy" })

describe("the wait for a task", () => {
  it.effect("looks after 2 s, and then 1.5 times as long each time, up to 10 s", () =>
    Effect.gen(function* () {
      const { poll, times } = yield* scripted([...Array.from({ length: 9 }, () => waiting), done])
      const fiber = yield* Effect.fork(wait(poll))
      yield* TestClock.adjust("2 minutes")
      expect(yield* Fiber.join(fiber)).toBe("here")
      const at = yield* Ref.get(times)
      const gaps = at.map((time, index) => (time - (at[index - 1] ?? 0)) / 1000)
      const expected = [2, 3, 4.5, 6.75, 10, 10, 10, 10, 10, 10]
      // Jitter is 80 to 120 %.
      expect(gaps.length).toBe(expected.length)
      for (const [index, gap] of gaps.entries()) {
        expect(gap).toBeGreaterThanOrEqual((expected[index] ?? 0) * 0.8 - 0.01)
        expect(gap).toBeLessThanOrEqual((expected[index] ?? 0) * 1.2 + 0.01)
      }
    })
  )

  it.effect("tells its progress after each look", () =>
    Effect.gen(function* () {
      const { poll } = yield* scripted([waiting, { _tag: "Waiting", state: "QUEUED" }, done])
      const seen = yield* Ref.make<ReadonlyArray<Tasks.Progress>>([])
      const fiber = yield* Effect.fork(
        wait(poll, {
          schedule: Schedule.spaced("1 second"),
          onProgress: (one) => Ref.update(seen, (all) => [...all, one])
        })
      )
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(fiber)
      expect(
        (yield* Ref.get(seen)).map(({ elapsed, id, polls, state }) => [id, state, polls, Duration.toSeconds(elapsed)])
      ).toEqual([
        ["42", "PROCESSING", 1, 1],
        ["42", "QUEUED", 2, 2],
        ["42", "SUCCESS", 3, 3]
      ])
    })
  )

  it.effect("goes on over five looks in a row that fail for a reason that passes", () =>
    Effect.gen(function* () {
      const { poll } = yield* scripted([...Array.from({ length: 5 }, () => overloaded), waiting, overloaded, done])
      const fiber = yield* Effect.fork(wait(poll))
      yield* TestClock.adjust("10 minutes")
      expect(yield* Fiber.join(fiber)).toBe("here")
    })
  )

  it.effect("ends with the sixth, and says which task goes on", () =>
    Effect.gen(function* () {
      const { poll } = yield* scripted([overloaded])
      const fiber = yield* Effect.fork(Effect.flip(wait(poll)))
      yield* TestClock.adjust("4 minutes")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "OverloadedError", taskId: "42", message: "busy" })
      expect(overloaded.taskId).toBeUndefined()
    })
  )

  it.effect("ends at once with what will not pass", () =>
    Effect.gen(function* () {
      const gone = new ZhipuError.InvalidRequestError({ message: "no such task", status: 404 })
      const { poll, times } = yield* scripted([waiting, gone, done])
      const fiber = yield* Effect.fork(Effect.flip(wait(poll)))
      yield* TestClock.adjust("1 minute")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "InvalidRequestError", taskId: "42" })
      expect(yield* Ref.get(times)).toHaveLength(2)
    })
  )

  it.effect("84. has a limit, 5 minutes unless it is told another", () =>
    Effect.gen(function* () {
      for (const [timeout, seconds] of [
        [undefined, 300],
        ["20 seconds", 20]
      ] as const) {
        const { poll } = yield* scripted([waiting])
        const fiber = yield* Effect.fork(Effect.flip(wait(poll, { timeout })))
        yield* TestClock.adjust(Duration.seconds(seconds - 0.001))
        expect(yield* Fiber.poll(fiber)).toMatchObject({ _tag: "None" })
        yield* TestClock.adjust(1)
        expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "DeadlineExceededError", phase: "total", taskId: "42" })
      }
    })
  )

  it.effect("ends when a schedule of the caller does", () =>
    Effect.gen(function* () {
      const { poll, times } = yield* scripted([waiting])
      const schedule = Schedule.intersect(Schedule.spaced("1 second"), Schedule.recurs(3))
      const fiber = yield* Effect.fork(Effect.flip(wait(poll, { schedule })))
      yield* TestClock.adjust("1 minute")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "DeadlineExceededError", taskId: "42" })
      expect(yield* Ref.get(times)).toHaveLength(3)
    })
  )

  it.effect("stops looking when it is interrupted", () =>
    Effect.gen(function* () {
      const { poll, times } = yield* scripted([waiting])
      const fiber = yield* Effect.fork(wait(poll))
      yield* TestClock.adjust("3 seconds")
      yield* Fiber.interrupt(fiber)
      const looked = (yield* Ref.get(times)).length
      yield* TestClock.adjust("5 minutes")
      expect(looked).toBe(1)
      expect(yield* Ref.get(times)).toHaveLength(looked)
    })
  )
})
