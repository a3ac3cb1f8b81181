#!/usr/bin/env bash
# One would guess: a RateLimiter of "10 in a second" lets at most 10 calls through in any second, so that a service which allows
# that refuses none.
# What happens: up to 19. "token-bucket", Effect 3's default, begins with a full bucket that is refilled from the first call on: 10
# and 9 more. "fixed-window" of Effect 3 counts whole windows, so calls late in one meet those of the next: 17. That of Effect 4, its
# default, is no fixed window: it lasts as long as its calls would take one by one, so three calls hold it for 0.3 s, and ten more pass
# in the same second: 13. A service with a sliding window, as gateways have, refuses the rest. Ask for half, or space the calls.
# Versions: effect 3.22.4 and 4.1.0 (RateLimiter of effect/persistence, store in memory), Node 22.23.3.
# Source: effect/src/internal/rateLimiter.ts, effect/src/persistence/RateLimiter.ts.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"type":"module"}' > package.json
npm install --silent --no-audit --no-fund node@22.23.3 effect3@npm:effect@3.22.4 effect4@npm:effect@4.1.0
cat > program.mjs <<'JS'
import * as three from "effect3"
import * as four from "effect4"
import * as RateLimiter from "effect4/persistence/RateLimiter"
import * as TestClock4 from "effect4/testing/TestClock"

// The most calls in any stretch of a second: three calls, a pause of 900 ms, and then as many as may.
const most = (moments) => Math.max(...moments.map((from) => moments.filter((at) => at >= from && at < from + 1000).length))

const inThree = (algorithm) =>
  three.Effect.scoped(
    three.Effect.gen(function* () {
      const limit = yield* three.RateLimiter.make({ limit: 10, interval: "1 seconds", algorithm })
      const moments = []
      const calls = (n) =>
        three.Effect.forEach(
          Array.from({ length: n }),
          () => limit(three.Effect.map(three.Clock.currentTimeMillis, (now) => moments.push(now))),
          { concurrency: "unbounded" }
        )
      const fiber = yield* three.Effect.fork(calls(3).pipe(three.Effect.zipRight(three.Effect.sleep("900 millis")), three.Effect.zipRight(calls(40))))
      for (let i = 0; i < 700; i++) yield* three.TestClock.adjust("10 millis")
      yield* three.Fiber.join(fiber)
      return most(moments)
    })
  ).pipe(three.Effect.provide(three.TestContext.TestContext), three.Effect.runPromise)

const inFour = (algorithm) =>
  four.Effect.gen(function* () {
    const limited = yield* RateLimiter.makeWithRateLimiter
    const moments = []
    const limit = limited({ algorithm, onExceeded: "delay", window: "1 second", limit: 10, key: "calls" })
    const calls = (n) =>
      four.Effect.forEach(
        Array.from({ length: n }),
        () => limit(four.Effect.map(four.Clock.currentTimeMillis, (now) => moments.push(now))),
        { concurrency: "unbounded" }
      )
    const fiber = yield* four.Effect.forkChild(calls(3).pipe(four.Effect.andThen(four.Effect.sleep("900 millis")), four.Effect.andThen(calls(40))))
    for (let i = 0; i < 700; i++) yield* TestClock4.adjust("10 millis")
    yield* four.Fiber.join(fiber)
    return most(moments)
  }).pipe(
    four.Effect.provide(four.Layer.provide(RateLimiter.layer, RateLimiter.layerStoreMemory)),
    four.Effect.provide(TestClock4.layer()),
    four.Effect.runPromise
  )

const seen = []
for (const [edition, run] of [["effect 3", inThree], ["effect 4", inFour]])
  for (const algorithm of ["token-bucket", "fixed-window"]) seen.push(`${edition}, ${algorithm}, 10 a second: ${await run(algorithm)} in the worst second`)
console.log(seen.join("\n"))
const expected = [19, 17, 19, 13]
process.exitCode = seen.every((line, i) => line.includes(`: ${expected[i]} in`)) ? 0 : 1
JS
node_modules/.bin/node program.mjs
