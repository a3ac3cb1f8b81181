/** Searches a folder of Markdown by meaning: vectors find what is near, a reranker puts it in order. */
import { Embeddings, Rerank } from "@effect-zhipu/api"
import { Zhipu } from "@effect-zhipu/client"
import { FetchHttpClient, FileSystem } from "@effect/platform"
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer } from "effect"

const folder = process.argv[2] ?? "docs"
const question = process.argv[3] ?? "How do I retry a call that failed?"

const paragraphs = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const files = (yield* fs.readDirectory(folder)).filter((name) => name.endsWith(".md")).sort()
  const pages = yield* Effect.forEach(files, (name) =>
    Effect.map(fs.readFileString(`${folder}/${name}`), (text) => text.split(/\n{2,}/).map((text) => ({ name, text })))
  )
  // Headings alone say little.
  return pages.flat().filter(({ text }) => text.length > 80 && text.length < 4000)
})

const program = Effect.gen(function* () {
  const options = { model: "embedding-3", dimensions: 256, concurrency: 4 }
  const all = yield* paragraphs
  const { vectors } = yield* Embeddings.embedMany(
    all.map(({ text }) => text),
    { ...options, float32: true }
  )
  const near = yield* Embeddings.nearest(yield* Embeddings.embed(question, options), vectors, 20)
  const candidates = near.flatMap(({ index }) => all[index] ?? [])
  const best = yield* Rerank.order(candidates, question, { text: ({ text }) => text, top: 3 })
  yield* Console.log(`${all.length} paragraphs`)
  for (const { item, score } of best) {
    yield* Console.log(`${score.toFixed(2)} ${item.name}: ${item.text.replace(/\s+/g, " ").slice(0, 80)}`)
  }
})

program.pipe(
  Effect.provide([Zhipu.layerConfig().pipe(Layer.provide(FetchHttpClient.layer)), NodeContext.layer]),
  NodeRuntime.runMain
)
