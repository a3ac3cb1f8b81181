// How fast a job is beside the same calls alone, in turns, so that a busy machine slows both. It runs what was built.
// Arguments: the simulator, the database. It prints the rates.
import { Bulk, BulkJob, BulkStore } from "@effect-zhipu/bulk"
import { ChunkEvent, Message, Zhipu, ZhipuChat } from "@effect-zhipu/client"
import { UndiciHttpClient } from "@effect-zhipu/node"
import { Effect, Layer, Redacted, Stream } from "effect"

const [baseUrl = "", apiKey = "", filename = ""] = process.argv.slice(2)
const [items, rounds, concurrency] = [1000, 4, 50]

const request = (n) => ({ model: "glm-4.6", messages: [Message.user(`question ${n}`)] })

const jobOf = (round) =>
  BulkJob.make({
    name: `round-${round}`,
    items: Stream.map(Stream.range(1, items), (n) => ({ id: `item-${n}`, request: request(n) })),
    concurrency
  })

const millis = (effect) =>
  Effect.suspend(() => {
    const startedAt = performance.now()
    return Effect.map(effect, () => performance.now() - startedAt)
  })

const program = Effect.gen(function* () {
  const chat = yield* ZhipuChat.ZhipuChat
  const bare = Effect.forEach(
    Array.from({ length: items }, (_, n) => n),
    (n) => ChunkEvent.fold(chat.stream(request(n))),
    { concurrency, discard: true }
  )
  yield* bare
  yield* Bulk.run(jobOf("warm"))
  let alone = 0
  let asJobs = 0
  for (let round = 0; round < rounds; round++) {
    alone += yield* millis(bare)
    asJobs += yield* millis(Bulk.run(jobOf(round)))
  }
  process.stdout.write(JSON.stringify({ ratio: alone / asJobs, perSecond: (items * rounds * 1000) / asJobs }))
})

const live = Bulk.layerLocal().pipe(
  Layer.provide(BulkStore.layerSqlite({ filename })),
  Layer.provideMerge(Zhipu.layer({ apiKey: Redacted.make(apiKey), baseUrl })),
  Layer.provide(UndiciHttpClient.layer)
)

await Effect.runPromise(Effect.provide(program, live))
