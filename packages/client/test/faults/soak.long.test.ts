/** 2,000 streams, 200 at a time, with a fault drawn for each: every one ends as its fault calls for, and nothing is left. */
import { RetryPolicy, ZhipuChat } from "@effect-zhipu/client"
import { Simulator } from "@effect-zhipu/testing"
import { expect, it } from "@effect/vitest"
import { Effect, Fiber, Stream, Supervisor } from "effect"
import { seeded } from "../support/random.js"
import * as Sim from "../support/simulator.js"

/** Over fetch fewer: what differs is the transport. */
const streamsOver: Record<Sim.Transport, number> = { undici: 1000, fetch: 300, node: 300 }
const atOnce = 200
const same = "the same, stop"

/** A fault, and how a stream ends with it. */
const outcomes: ReadonlyArray<readonly [faults: string, outcome: string]> = [
  ["", same],
  ["split:100, crlf", same],
  ["gzip", same],
  ["comments, usage-separate", same],
  ["no-done", same],
  ["hang-after-done", same],
  ["hang-after-finish", same],
  ["truncate@chunk:5", "StreamTruncatedError"],
  ["truncate@1500", "StreamTruncatedError"],
  ["reset@chunk:5", "ConnectionError body"],
  ["reset-before-headers", "ConnectionError connect"],
  ["malformed@chunk:3", "CorruptStreamError MalformedFrame"],
  ["glued@chunk:4", "CorruptStreamError MalformedFrame"],
  ["error-frame:1302@chunk:4", "RateLimitError 1302"],
  ["code:1113", "InsufficientBalanceError 1113"],
  ["status:502-html", "ServerError"],
  ["html-200", "CorruptStreamError UnexpectedContentType"],
  ["redirect:307", "InvalidRequestError"],
  ["idle@chunk:4", "DeadlineExceededError idle"]
]

/** What a consumer may do besides reading to the end. */
const manners = ["read", "read", "read", "read", "take", "interrupt"] as const

const count = (what: string): number => process.getActiveResourcesInfo().filter((name) => name === what).length

/** What keeps the process alive, by kind. */
const resources = Effect.sync(() => ({
  sockets: count("TCPSocketWrap"),
  servers: count("TCPServerWrap"),
  timers: count("Timeout") + count("Immediate")
}))

const soak = (transport: Sim.Transport) =>
  Effect.gen(function* () {
    const simulator = yield* Simulator.Simulator
    const streams = streamsOver[transport]
    const stream = ZhipuChat.stream(Sim.question)
    const whole = yield* Sim.outcomeOf(stream)
    const random = seeded(20)
    const tally = new Map<string, number>()
    const wrong: Array<string> = []

    const one = (faults: string, expected: string, manner: (typeof manners)[number], pause: number) => {
      if (manner === "take") return Effect.ignore(Stream.runDrain(Stream.take(stream, 2)))
      if (manner === "interrupt") {
        return Effect.fork(Stream.runDrain(stream)).pipe(
          Effect.tap(() => Effect.sleep(pause)),
          Effect.flatMap(Fiber.interrupt)
        )
      }
      return Effect.map(Sim.outcomeOf(stream), (outcome) => {
        const told = Sim.describeOutcome(outcome, whole)
        tally.set(told, (tally.get(told) ?? 0) + 1)
        if (told !== expected) wrong.push(`${faults}: ${told}`)
        const partial = outcome.error?.partial?.choices[0]?.message
        if (outcome.error !== undefined && (partial?.content ?? "") !== Sim.textOf(outcome.events)) {
          wrong.push(`${faults}: the error does not tell what came`)
        }
      })
    }

    const run = (n: number) =>
      Effect.forEach(
        Array.from({ length: n }, () => ({
          fault: random.pick(outcomes),
          manner: random.pick(manners),
          pause: random.below(30)
        })),
        ({ fault: [faults, expected], manner, pause }) => Sim.withFaults(faults)(one(faults, expected, manner, pause)),
        { concurrency: atOnce, discard: true }
      )

    // What is allocated once, is allocated now.
    yield* run(atOnce * 2)
    tally.clear()
    yield* Effect.sleep("700 millis")
    const before = Sim.usedMemory()
    const supervisor = yield* Supervisor.track
    yield* Effect.supervised(run(streams), supervisor)
    const fibers = yield* Sim.eventually(
      Effect.map(supervisor.value, (all) => all.length),
      (n) => n === 0
    )
    yield* simulator.awaitIdle
    const used = yield* Sim.eventually(
      Effect.delay(Effect.sync(Sim.usedMemory), "700 millis"),
      (now) => now - before < 10e6,
      "15 seconds"
    )
    const growth = (used - before) / 1e6
    const { disconnects, inFlight, openSockets, requests } = yield* simulator.stats
    console.log(
      [
        `${transport}: ${streams} streams, ${requests} requests, ${disconnects.length} left early, ` +
          `${openSockets} sockets open, ${growth.toFixed(1)} MB more in use`,
        ...[...tally].map(([told, n]) => `  ${n} ${told}`)
      ].join("\n")
    )
    expect(wrong).toStrictEqual([])
    expect(new Set(tally.keys())).toStrictEqual(new Set(outcomes.map(([, outcome]) => outcome)))
    expect(fibers).toBe(0)
    expect(inFlight).toBe(0)
    expect(growth).toBeLessThan(10)
    // Connections are kept for later, but no more than were in use at once.
    expect(openSockets).toBeLessThanOrEqual(2 * atOnce)
  })

const options = { retry: RetryPolicy.none, deadlines: { idle: "8 seconds" } } as const

for (const transport of Sim.transports) {
  it.live(
    `${streamsOver[transport]} streams with faults over ${transport}, ${atOnce} at a time`,
    () =>
      Effect.gen(function* () {
        const before = yield* resources
        const openSockets = yield* Effect.gen(function* () {
          yield* soak(transport).pipe(Effect.provide(Sim.clientLayer(transport, options)))
          const simulator = yield* Simulator.Simulator
          if (transport === "fetch") return 0
          const { openSockets } = yield* Sim.eventually(simulator.stats, (stats) => stats.openSockets === 0)
          return openSockets
        }).pipe(Effect.provide(Simulator.layer({ maxRecordedRequests: 0 })))
        expect(openSockets).toBe(0)
        const after = yield* Sim.eventually(
          resources,
          ({ servers, sockets, timers }) =>
            sockets <= before.sockets && servers <= before.servers && timers <= before.timers + 1,
          "10 seconds"
        )
        console.log(`${transport}: before ${JSON.stringify(before)}, after ${JSON.stringify(after)}`)
        expect(after.sockets).toBeLessThanOrEqual(before.sockets)
        expect(after.servers).toBeLessThanOrEqual(before.servers)
        // The wait itself is a timer.
        expect(after.timers).toBeLessThanOrEqual(before.timers + 1)
      }),
    180_000
  )
}
