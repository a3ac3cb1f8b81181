import { ZhipuChat } from "@effect-zhipu/client"
import { Simulator } from "@effect-zhipu/testing"
import { it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import * as Sim from "../support/simulator.js"
for (const t of Sim.transports)
for (const f of ["hang-after-done", "idle@chunk:3"])
for (const c of [1, 10])
it.live(`x ${t} ${f} ${c}`, () => Effect.gen(function* () {
  const s = yield* Simulator.Simulator
  yield* Effect.forEach(Array.from({length: 50}), () => f === "hang-after-done" ? ZhipuChat.stream(Sim.question).pipe(Stream.runDrain) : ZhipuChat.stream(Sim.question).pipe(Stream.take(2), Stream.runDrain), { concurrency: c })
  for (const i of [0, 1, 2]) {
    const st = yield* s.stats
    console.log(t, f, c, { req: st.requests, conn: st.connections, open: st.openSockets, dis: st.disconnects.length, comp: st.completed, inFlight: st.inFlight })
    yield* Effect.sleep(700)
  }
}).pipe(Effect.provide(Sim.layer(t, {}, { faults: f }))))
