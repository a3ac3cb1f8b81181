import { describe, expect, it } from "@effect/vitest"
import { Embeddings, Moderations, Reader, Rerank, Tokenizer, WebSearch, WebTools } from "@effect-zhipu/api"
import { Message, RetryPolicy, ToolLoop, Zhipu } from "@effect-zhipu/client"
import { MockHttpClient, Simulator } from "@effect-zhipu/testing"
import { Chunk, Effect, Either, Layer, Redacted, Stream } from "effect"
import { asked, over, sendFaults, serviceLayer, withFaults } from "./support/service.js"

const model = "embedding-3"
const dimensions = 256

describe("Embeddings", () => {
  over(serviceLayer())((test) => {
    test(
      "gives the vector of a text",
      Effect.gen(function* () {
        expect(yield* Embeddings.embed("sky", { model, dimensions })).toHaveLength(256)
        expect(yield* Embeddings.embed("sky", { model: "embedding-2" })).toHaveLength(1024)
      })
    )

    test(
      "83. gives 10 000 vectors in the order of the texts, 64 a call at most, though the service shuffles",
      Effect.gen(function* () {
        yield* asked
        const texts = Array.from({ length: 10_000 }, (_, index) => `text number ${index}`)
        const options = { model, dimensions, concurrency: 4, float32: true } as const
        const { usage, vectors } = yield* withFaults("embed:shuffled")(Embeddings.embedMany(texts, options))
        expect(vectors).toHaveLength(10_000)
        const sizes = (yield* asked).map(({ body }) => (body as { input: Array<string> }).input.length)
        expect(sizes).toHaveLength(157)
        expect(Math.max(...sizes)).toBe(64)
        for (const index of [0, 1, 63, 64, 4321, 9999]) {
          const own = yield* Embeddings.embed(texts[index] ?? "", { model, dimensions })
          expect(Embeddings.cosine(own, vectors[index] ?? []), `text ${index}`).toBeCloseTo(1, 5)
        }
        expect(usage.total_tokens).toBeGreaterThan(10_000)
      })
    )

    test(
      "83. takes a short answer for none",
      Effect.gen(function* () {
        for (const wrong of [
          Effect.asVoid(Embeddings.embedMany(["a", "b", "c"], { model, dimensions })),
          Effect.asVoid(Embeddings.embed("a", { model, dimensions })),
          Stream.runDrain(Embeddings.stream(Stream.make("a", "b"), { model, dimensions }))
        ]) {
          expect(yield* Effect.flip(withFaults("embed:short")(wrong))).toMatchObject({ _tag: "CorruptStreamError" })
        }
      })
    )

    test(
      "83. says of which texts a call was that failed",
      Effect.gen(function* () {
        const texts = Array.from({ length: 150 }, (_, index) => `text ${index}`)
        const refused = Array.from(texts, (text, index) => (index === 130 ? "" : text))
        yield* asked
        for (const ask of [
          Embeddings.embedMany(refused, { model, dimensions }),
          Stream.runDrain(Embeddings.stream(Stream.drop(Stream.fromIterable(refused), 10), { model, dimensions }))
        ]) {
          const empty = yield* Effect.flip(ask)
          const index = (yield* asked).length === 0 ? 130 : 120
          expect(empty).toMatchObject({ _tag: "InvalidRequestError", path: `texts[${index}]` })
          expect(empty.message).toMatch(new RegExp(`^Text ${index}, .* is empty`))
        }
        const long = Array.from(texts, (text, index) => (index === 3 ? "word ".repeat(5000) : text))
        const tooLong = yield* Effect.flip(Embeddings.embedMany(long, { model, dimensions }))
        expect(tooLong.message).toMatch(/^Texts 0 to 63: .*3072 tokens/)
        const failed = yield* Effect.flip(
          withFaults("code:1302")(Embeddings.embedMany(texts, { model, dimensions, batchSize: 50 }))
        )
        expect(failed).toMatchObject({ _tag: "RateLimitError", code: "1302", isRetryable: true })
        expect(failed.message).toMatch(/^Texts 0 to 49: /)
      })
    )

    test(
      "asks nothing for no texts, and refuses what cannot be",
      Effect.gen(function* () {
        yield* asked
        expect(yield* Embeddings.embedMany([], { model })).toEqual({ vectors: [], usage: {} })
        expect((yield* Effect.flip(Embeddings.embedMany(["a"], { model, batchSize: 65 })))._tag).toBe(
          "InvalidRequestError"
        )
        expect((yield* Effect.flip(Embeddings.embedMany(["a"], { model, concurrency: 0 })))._tag).toBe(
          "InvalidRequestError"
        )
        expect(yield* asked).toEqual([])
      })
    )

    test(
      "embeds a stream as it comes, in its order",
      Effect.gen(function* () {
        const texts = Stream.range(1, 130).pipe(Stream.map((number) => `text ${number}`))
        const found = yield* Embeddings.stream(texts, { model, dimensions, batchSize: 32, concurrency: 3 }).pipe(
          Stream.runCollect,
          withFaults("embed:shuffled")
        )
        const list = Chunk.toReadonlyArray(found)
        expect(list.map(({ index }) => index)).toEqual(Array.from({ length: 130 }, (_, index) => index))
        const own = yield* Embeddings.embed("text 100", { model, dimensions })
        expect(Embeddings.cosine(own, list[99]?.vector ?? [])).toBeCloseTo(1, 5)
      })
    )

    test(
      "finds what is near",
      Effect.gen(function* () {
        const texts = ["tax return form", "the cat sat on a mat", "a dog in the fog"]
        const { vectors } = yield* Embeddings.embedMany(texts, { model, dimensions })
        const query = yield* Embeddings.embed("cat on a mat", { model, dimensions })
        const found = yield* Embeddings.nearest(query, vectors, 2)
        expect(found).toHaveLength(2)
        expect(found[0]?.index).toBe(1)
        expect(found[0]?.score).toBeGreaterThan(found[1]?.score ?? 1)
      })
    )
  })

  it("measures", () => {
    expect(Embeddings.cosine([1, 0], [2, 0])).toBe(1)
    expect(Embeddings.cosine([1, 0], [0, 2])).toBe(0)
    expect(Embeddings.cosine([1, 1], [-1, -1])).toBeCloseTo(-1)
    expect(Embeddings.cosine([0, 0], [1, 1])).toBe(0)
    expect(Embeddings.cosine([1, 0], [1, 0, 0])).toBeNaN()
    expect(Embeddings.cosine(Float32Array.of(3, 4), [3, 4])).toBe(1)
    expect(
      Either.getOrThrow(
        Embeddings.nearest(
          [1, 0],
          [
            [0, 1],
            [1, 0],
            [1, 0]
          ],
          2
        )
      )
    ).toEqual([
      { index: 1, score: 1 },
      { index: 2, score: 1 }
    ])
    expect(Either.getOrThrow(Either.flip(Embeddings.nearest([1, 0], [[1, 0], [1]], 1)))).toMatchObject({
      _tag: "InvalidRequestError",
      path: "vectors[1]"
    })
  })
})

describe("Rerank", () => {
  over(serviceLayer())((test) => {
    test(
      "answers by index, with the text only where it is asked for",
      Effect.gen(function* () {
        const request = { model: "rerank", query: "cat", documents: ["dog", "cat"] }
        const { results } = yield* Rerank.rank(request)
        expect(results.map(({ document, index }) => [index, document])).toEqual([
          [1, undefined],
          [0, undefined]
        ])
        const [best] = (yield* Rerank.rank({ ...request, return_documents: true, top_n: 1 })).results
        expect(best?.document).toBe("cat")
      })
    )

    test(
      "orders more items than a call takes, each by its own text",
      Effect.gen(function* () {
        yield* asked
        const items = Array.from({ length: 300 }, (_, id) => ({ id, text: `page ${id} of a book` }))
        const ranked = yield* Rerank.order(items, "page 222 of a book", { text: (item) => item.text, top: 3 })
        expect(ranked).toHaveLength(3)
        expect(ranked[0]).toMatchObject({ item: { id: 222 }, index: 222 })
        const requests = yield* asked
        expect(requests.map(({ body }) => (body as { documents: Array<string> }).documents.length)).toEqual([
          128, 128, 44
        ])
        expect(requests.every(({ body }) => !("return_documents" in (body as object)))).toBe(true)
        expect(yield* Rerank.order([], "a", { text: String })).toEqual([])
        expect(yield* Rerank.order(["a"], "a", { text: String, top: 0 })).toEqual([])
        for (const top of [-1, 1.5, Number.NaN]) {
          expect(yield* Effect.flip(Rerank.order(["a"], "a", { text: String, top }))).toMatchObject({ path: "top" })
        }
        const some = yield* Rerank.order(items, "page 222 of a book", { text: (item) => item.text, minScore: 0.99 })
        expect(some.map(({ index }) => index)).toEqual([222])
      })
    )

    test(
      "refuses texts that are too long, or cuts them",
      Effect.gen(function* () {
        const long = [`cat ${"x".repeat(4095)}😀`, "cat"]
        expect(yield* Effect.flip(Rerank.order(long, "cat", { text: String }))).toMatchObject({ path: "documents[0]" })
        expect(yield* Rerank.order(long, "cat", { text: String, truncate: true })).toHaveLength(2)
        expect(yield* Effect.flip(Rerank.order(["a"], "c".repeat(5000), { text: String }))).toMatchObject({
          path: "query"
        })
      })
    )
  })

  it.effect("fails where an answer leaves out an item, or judges one twice", () =>
    Effect.gen(function* () {
      const order = (top?: number) => Rerank.order(["a", "b", "c"], "q", { text: String, top })
      expect((yield* Effect.flip(order()))._tag).toBe("CorruptStreamError")
      expect((yield* Effect.flip(order()))._tag).toBe("CorruptStreamError")
      expect((yield* Effect.flip(order(2)))._tag).toBe("CorruptStreamError")
      expect((yield* order(2)).map(({ item }) => item)).toEqual(["c", "a"])
    }).pipe(
      Effect.provide(
        Zhipu.layer({ apiKey: Redacted.make("a.b"), retry: RetryPolicy.none }).pipe(
          Layer.provide(
            MockHttpClient.layer(
              [[2, 0], [], [1, 1], [2, 0]].map((found) => ({
                body: JSON.stringify({
                  results: found.map((index, place) => ({ index, relevance_score: 0.9 - place / 10 }))
                })
              }))
            )
          )
        )
      )
    )
  )
})

describe("Tokenizer", () => {
  over(serviceLayer())((test) => {
    test(
      "counts as the usage of a chat does, images besides",
      Effect.gen(function* () {
        const messages = [Message.system("Be brief."), Message.user("Why is the sky blue?")]
        const count = yield* Tokenizer.tokens(messages, { model: "glm-4.6" })
        expect(count).toBeGreaterThan(10)
        const image = [Message.user([Message.text("What is it?"), Message.imageUrl("https://example.com/a.png")])]
        expect(yield* Tokenizer.tokens(image, { model: "glm-4.6v" })).toBeGreaterThan(700)
      })
    )

    test(
      "counts by another model where the service does not know the first here",
      Effect.gen(function* () {
        const messages = [Message.user("Hi")]
        expect((yield* Effect.flip(Tokenizer.tokens(messages, { model: "glm-5.2" })))._tag).toBe("ModelNotFoundError")
        expect(yield* Tokenizer.tokens(messages, { model: "glm-5.2", fallbackModel: "glm-4.6" })).toBeGreaterThan(0)
      })
    )

    test(
      "tells whether a request fits",
      Effect.gen(function* () {
        const request = { model: "glm-4.6", messages: [Message.user("Hi")] }
        const fit = yield* Tokenizer.fits(request)
        expect(fit).toMatchObject({ fits: true })
        expect(fit.left + fit.prompt).toBe(200 * 1024)
        expect(yield* Tokenizer.fits({ ...request, max_tokens: 100 }, { context: 100 })).toMatchObject({ fits: false })
        expect(yield* Effect.flip(Tokenizer.fits({ ...request, model: "mine" }))).toMatchObject({ path: "model" })
      })
    )
  })
})

describe("Moderations", () => {
  over(serviceLayer())((test) => {
    test(
      "answers a rejection, and reads a counter that is a text",
      Effect.gen(function* () {
        const answer = yield* Moderations.check({ model: "moderation", input: "[reject] this" })
        expect(answer.result_list[0]?.risk_level).toBe("REJECT")
        expect(answer.usage?.moderation_text?.call_count).toBe(1)
        const parts = yield* Moderations.check({
          model: "moderation",
          input: [
            { type: "text", text: "fine" },
            { type: "image_url", image_url: { url: "https://example.com/[review].png" } }
          ]
        })
        expect(parts.result_list.map(({ risk_level }) => risk_level)).toEqual(["PASS", "REVIEW"])
        expect(Moderations.verdict(parts)).toEqual({ level: "REVIEW", risks: ["spam"] })
      })
    )

    test(
      "cuts a long text at the ends of sentences, and the worst counts",
      Effect.gen(function* () {
        yield* asked
        const text = `${"This is fine. ".repeat(300)}[reject]. ${"我很好。".repeat(600)}`
        expect(yield* Moderations.checkText(text)).toEqual({ level: "REJECT", risks: ["violence"] })
        const inputs = (yield* asked).map(({ body }) => (body as { input: string }).input)
        expect(inputs.join("")).toBe(text)
        expect(inputs.length).toBeGreaterThan(3)
        expect(inputs.every((input) => input.length <= 2000)).toBe(true)
        expect(inputs.slice(0, -1).every((input) => /[.。]$/.test(input))).toBe(true)
      })
    )

    test(
      "guards",
      Effect.gen(function* () {
        expect(yield* Moderations.guard("fine")).toBe("fine")
        expect(yield* Moderations.guard("[review] me")).toBe("[review] me")
        expect((yield* Effect.flip(Moderations.guard("[review] me", { failOn: "REVIEW" })))._tag).toBe(
          "ContentFilteredError"
        )
        expect((yield* Effect.flip(Moderations.guard("[reject] me")))._tag).toBe("ContentFilteredError")
      })
    )
  })
})

describe("WebSearch and Reader", () => {
  over(serviceLayer())((test) => {
    test(
      "searches",
      Effect.gen(function* () {
        yield* asked
        const pages = yield* WebSearch.results("Effect", { count: 5, recency: "week", domain: "effect.website" })
        expect(pages).toHaveLength(5)
        expect((yield* asked)[0]?.body).toEqual({
          search_query: "Effect",
          search_engine: "search_pro",
          search_intent: false,
          count: 5,
          search_domain_filter: "effect.website",
          search_recency_filter: "oneWeek"
        })
      })
    )

    test(
      "takes no results for an answer",
      Effect.gen(function* () {
        const answer = yield* WebSearch.search({
          search_query: "hello",
          search_engine: "search_std",
          search_intent: true
        })
        expect(answer.search_intent[0]?.intent).toBe("SEARCH_NONE")
        expect(answer.search_result).toEqual([])
        expect(yield* WebSearch.results("hello", { intent: true })).toEqual([])
      })
    )

    test(
      "reads a page",
      Effect.gen(function* () {
        expect(yield* Reader.markdown("https://example.com/a", { retain_images: false })).toContain("# The page /a")
        const { reader_result: page } = yield* Reader.read({ url: "https://example.com", with_links_summary: true })
        expect(page?.links).toEqual({ Home: "https://example.com/" })
        expect((yield* Effect.flip(Reader.markdown("https://invalid")))._tag).toBe("ServerError")
      })
    )
  })

  it.live("are tools of a model", () =>
    Effect.gen(function* () {
      const answer = yield* ToolLoop.run({
        request: { model: "glm-4.6", messages: [Message.user("Look it up")] },
        toolkit: WebTools.toolkit
      })
      expect(answer.completion.choices[0]?.message.content).toBe("Done.")
      const requests = yield* asked
      expect(requests.map(({ path }) => path.replace("/api/paas/v4", ""))).toEqual([
        "/chat/completions",
        "/web_search",
        "/reader",
        "/chat/completions"
      ])
    }).pipe(
      Effect.provide(
        WebTools.layer({ count: 2 }).pipe(
          Layer.provideMerge(
            serviceLayer({
              script: [
                {
                  calls: [
                    { name: "search_web", arguments: { query: "Effect" } },
                    { name: "read_page", arguments: { url: "https://example.com" } }
                  ]
                },
                { content: "Done." }
              ]
            })
          )
        )
      )
    )
  )
})

describe("under the base URL of a Coding Plan", () => {
  over(serviceLayer())((test) => {
    test(
      "an empty wallet says that it is the wrong one",
      Effect.gen(function* () {
        const { apiKey, baseUrl } = yield* Simulator.Simulator
        const embed = withFaults("code:1113")(Effect.flip(Embeddings.embed("a", { model })))
        expect((yield* embed).message).not.toContain("Coding Plan: ")
        const plan = Zhipu.layer({
          apiKey,
          baseUrl: baseUrl.replace("/api/", "/api/coding/"),
          transformClient: sendFaults
        })
        const error = yield* Effect.provide(embed, plan)
        expect(error).toMatchObject({ _tag: "InsufficientBalanceError", code: "1113" })
        expect(error.message).toContain("The base URL is that of a Coding Plan")
      })
    )
  })
})
