/** That a batch as large as the service takes is never in memory: the simulator is a process of its own. */
import { Batches, Embeddings, Files } from "@effect-zhipu/api"
import { Zhipu, ZhipuHttpClient } from "@effect-zhipu/client"
import { UndiciHttpClient } from "@effect-zhipu/node"
import { NodeContext } from "@effect/platform-node"
import { expect, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Schedule, Stream } from "effect"
import * as ChildProcess from "node:child_process"
import { join } from "node:path"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { bundled } from "../../../scripts/built.mjs"

setFlagsFromString("--expose-gc")
const collect: () => void = runInNewContext("gc")

const megabytes = 1024 * 1024

/** What is held, garbage aside. */
const held = Effect.sync(() => {
  collect()
  const { arrayBuffers, heapUsed } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / megabytes
})

const simulator = Effect.acquireRelease(
  Effect.promise(async () => {
    const bin = join(await bundled("cli", ["bin"]), "bin.js")
    const child = ChildProcess.spawn(process.execPath, [bin, "simulate", "--json"], {
      env: { PATH: process.env["PATH"] ?? "" },
      stdio: ["ignore", "pipe", "ignore"]
    })
    const line = await new Promise<string>((resolve) => child.stdout.once("data", (data) => resolve(String(data))))
    const { apiKey, baseUrl }: { apiKey: string; baseUrl: string } = JSON.parse(line)
    return { child, apiKey, baseUrl }
  }),
  ({ child }) => Effect.sync(() => child.kill())
)

const client = Layer.unwrapScoped(
  Effect.map(simulator, ({ apiKey, baseUrl }) =>
    Zhipu.layer({ apiKey: Redacted.make(apiKey), baseUrl }).pipe(Layer.provide(UndiciHttpClient.layer))
  )
)

/** Runs an effect, looking now and then; gives the most that was held above the start. */
const peakOf = <E, R>(effect: Effect.Effect<unknown, E, R>): Effect.Effect<number, E, R> =>
  Effect.gen(function* () {
    const start = yield* held
    let most = 0
    const look = Effect.map(held, (now) => {
      most = Math.max(most, now - start)
    })
    yield* Effect.raceFirst(effect, Effect.repeat(look, Schedule.spaced("200 millis")))
    yield* look
    return most
  })

const count = 50_000

it.live(
  "a batch of 50 000 lines and 90 MB takes less than 80 MB",
  () =>
    Effect.gen(function* () {
      // 1800 bytes a line.
      const calls = Stream.range(1, count).pipe(
        Stream.map((number) => ({
          id: `call-${number}`,
          body: { model: "glm-4-flash", messages: [{ role: "user", content: `Say: ${number}. ${"词".repeat(550)}` }] }
        }))
      )
      const http = yield* ZhipuHttpClient.ZhipuHttpClient
      const listed = Files.list({ purpose: "batch" }).pipe(
        Effect.provideService(ZhipuHttpClient.ZhipuHttpClient, http),
        Effect.orDie
      )
      const seen = new Set<string>()
      const sizes: Array<number | undefined> = []
      let failed = 0
      const peak = yield* peakOf(
        Batches.run(calls, {
          wait: { schedule: Schedule.spaced("200 millis") },
          onStep: ({ step }) =>
            step === "uploaded"
              ? Effect.map(listed, ({ data }) => void sizes.push(...data.map(({ bytes }) => bytes)))
              : Effect.void
        }).pipe(
          Stream.runForEach((line) =>
            Effect.sync(() => {
              if (line._tag === "Failure") failed++
              else seen.add(line.customId)
            })
          )
        )
      )
      expect(sizes).toHaveLength(1)
      expect(sizes[0]).toBeGreaterThan(90_000_000)
      expect(failed).toBe(0)
      expect(seen.size).toBe(count)
      expect(peak).toBeLessThan(80)
    }).pipe(Effect.provide([client, NodeContext.layer])),
  300_000
)

it.live(
  "10 000 texts hold their vectors, and little else",
  () =>
    Effect.gen(function* () {
      const texts = Array.from({ length: 10_000 }, (_, index) => `text ${index}`)
      let vectors: ReadonlyArray<Float32Array> = []
      const peak = yield* peakOf(
        Effect.map(Embeddings.embedMany(texts, { model: "embedding-3", dimensions: 256, float32: true }), (answer) => {
          vectors = answer.vectors
        })
      )
      expect(vectors).toHaveLength(10_000)
      // 256 numbers of 4 bytes each are 10 MB.
      expect(peak).toBeLessThan(30)
    }).pipe(Effect.provide(client)),
  120_000
)
