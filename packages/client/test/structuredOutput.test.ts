/** Values of a Schema: what is read over, what is refused, what is asked again, and what arrives on the way. */
import { describe, expect, it, layer as withLayer } from "@effect/vitest"
import {
  ChatCompletion,
  type ChatRequest,
  type ChunkEvent,
  Message,
  StructuredOutput,
  ZhipuError
} from "@effect-zhipu/client"
import { MockChat, Simulator } from "@effect-zhipu/testing"
import { Effect, FastCheck as fc, Schema, Stream } from "effect"
import { inspect } from "node:util"
import { find, scalar } from "@effect-zhipu/protocol/internal/text/jsonText"
import { layer as simulated } from "./support/simulator.js"

const Recipe = Schema.Struct({
  title: Schema.String,
  minutes: Schema.NumberFromString,
  steps: Schema.Array(Schema.String)
}).annotations({ identifier: "Recipe" })

const request: ChatRequest.ChatRequest = { model: "glm-4.6", messages: [Message.user("A recipe for soup")] }

const soup = { title: "Soup", minutes: 30, steps: ["Cut {all}", "Cook [slowly]"] }

const whole = JSON.stringify({ ...soup, minutes: "30" })

const generate = <A, I>(
  schema: Schema.Schema<A, I>,
  script: MockChat.Script,
  options: Partial<StructuredOutput.Options<A, I, never>> = {}
) => StructuredOutput.generate({ request, schema, ...options }).pipe(Effect.provide(MockChat.layer(script)))

/** The error of one single answer. */
const refused = <A, I>(schema: Schema.Schema<A, I>, ...answer: Parameters<typeof MockChat.text>) =>
  generate(schema, [MockChat.text(...answer)], { maxAttempts: 1 }).pipe(
    Effect.flip,
    Effect.filterOrDieMessage((error) => error._tag === "StructuredOutputError", "another error")
  )

describe("what is read", () => {
  const answers: Readonly<Record<string, string>> = {
    "the JSON alone": whole,
    "prose before and after": `Here is your recipe:\n\n${whole}\n\nEnjoy {it}, and see [1] and [more](https://example.com).`,
    "a fence": `\`\`\`json\n${whole}\n\`\`\``,
    "a fence in prose": `Sure!\n\`\`\`\n${whole}\n\`\`\`\nAnything else?`,
    "trailing commas": `{"title": "Soup", "minutes": "30", "steps": ["Cut {all}", "Cook [slowly]",],\n}`,
    comments: `{"title": "Soup", // for two\n"minutes": "30", /* } */ "steps": ["Cut {all}", "Cook [slowly]"]}`,
    "thinking before it": `<think>Maybe ${whole.replace("Soup", "Stew")}?</think>${whole}`,
    "the end of thinking": `</think>\n${whole}`,
    "box marks": `<|begin_of_box|>${whole}<|end_of_box|>`,
    "a draft before it": `${whole.replace("Soup", "Stew with more words")} No, wait: ${whole}`,
    "a piece of it after it": `${whole} where {"minutes": "30"} is the time`,
    "an object around it": `{"recipe": ${whole}}`,
    "more fields": `{"cook": "Ada", ${whole.slice(1)}`,
    "braces of prose before it": `The {recipe} of [the cook] { as asked }: ${whole}`,
    escapes: whole.replace("Soup", "\\u0053oup")
  }

  it.effect.each(Object.entries(answers))("%s", ([, answer]) =>
    Effect.gen(function* () {
      const { attempts, completion, value } = yield* generate(Recipe, [MockChat.text(answer)])
      expect(value).toEqual(soup)
      expect(attempts).toBe(1)
      expect(ChatCompletion.text(completion)).toBe(answer)
    })
  )

  it.effect("raw line breaks and tabs in strings", () =>
    Effect.gen(function* () {
      const { value } = yield* generate(Schema.Struct({ poem: Schema.String }), [
        MockChat.text(`{"poem": "Roses\n\tare red"}`)
      ])
      expect(value.poem).toBe("Roses\n\tare red")
    })
  )

  it.effect.each([
    `{"value": [1, 2]}`,
    `[1, 2]`,
    `{"numbers": [1, 2]}`,
    "The numbers are:\n```json\n[1, 2,]\n```",
    `Of [one] kind: [1, 2]`
  ])("an array root: %s", (answer) =>
    Effect.gen(function* () {
      expect((yield* generate(Schema.Array(Schema.Number), [MockChat.text(answer)])).value).toEqual([1, 2])
    })
  )

  it.effect.each([`{"value": "good"}`, `"good"`, '```json\n"good"\n```', ` "good"\n`])("a string: %s", (answer) =>
    Effect.gen(function* () {
      expect((yield* generate(Schema.Literal("good", "bad"), [MockChat.text(answer)])).value).toBe("good")
    })
  )

  it.effect("a small piece after it that would decode as well", () =>
    Effect.gen(function* () {
      const schema = Schema.Struct({ title: Schema.optional(Schema.String), minutes: Schema.optional(Schema.Number) })
      const script = [MockChat.text(`{"title": "Onion soup", "minutes": 30}, that is {"minutes": 29} and a rest.`)]
      expect((yield* generate(schema, script)).value).toEqual({ title: "Onion soup", minutes: 30 })
    })
  )

  it.effect("a number that a limit may have cut is not taken", () =>
    Effect.gen(function* () {
      expect((yield* generate(Schema.Number, [MockChat.text("12")])).value).toBe(12)
      expect((yield* refused(Schema.Number, "12", { finishReason: "length" })).reason).toBe("Truncated")
    })
  )

  it.effect("a union with null", () =>
    Effect.gen(function* () {
      const schema = Schema.NullOr(Schema.Struct({ a: Schema.Number }))
      for (const answer of ["null", `{"value": null}`]) {
        expect((yield* generate(schema, [MockChat.text(answer)])).value).toBe(null)
      }
      expect((yield* generate(schema, [MockChat.text(`{"value": {"a": 1}}`)])).value).toEqual({ a: 1 })
    })
  )

  it.effect("a value that was whole before the limit cut the prose after it", () =>
    Effect.gen(function* () {
      const script = [MockChat.text(`${whole} This is how my grand`, { finishReason: "length" })]
      expect((yield* generate(Recipe, script)).value).toEqual(soup)
    })
  )

  it.effect("a __proto__ key is dropped, at any depth", () =>
    Effect.gen(function* () {
      const answer = String.raw`{"a": {"__proto__": {"admin": true}, "b": 1}, "__proto__": {"admin": true}, "\u005f_proto__": 1}`
      const schema = Schema.Record({ key: Schema.String, value: Schema.Unknown })
      const { value } = yield* generate(schema, [MockChat.text(answer)])
      expect(value).toEqual({ a: { b: 1 } })
      for (const object of [value, value["a"], {}]) {
        expect(Reflect.get(Object(object), "admin")).toBe(undefined)
        expect(Object.getPrototypeOf(object)).toBe(Object.prototype)
      }
    })
  )
})

describe("what is refused", () => {
  it.effect.each([
    ["prose alone", "I would rather not.", "stop", "NoJson"],
    ["nothing", "", "stop", "NoJson"],
    ["prose with brackets", "See [the docs](x), {name} and [ ] it.", "stop", "NoJson"],
    ["thinking alone", `<think>Maybe ${whole}`, "stop", "NoJson"],
    ["an object cut by the limit", whole.slice(0, -20), "length", "Truncated"],
    ["an object cut by something else", whole.slice(0, -20), "stop", "Truncated"],
    ["cut in a literal", `{"title": tr`, "stop", "Truncated"],
    ["cut in a comment", `{"title": "Soup", /* and`, "stop", "Truncated"],
    ["all tokens thought away", "", "length", "Truncated"],
    ["a draft, and the answer cut", `${whole} No, wait: {"title": "St`, "length", "Truncated"],
    ["no quotes", `{title: "Soup", minutes: "30", steps: [{}]}`, "stop", "Malformed"],
    ["single quotes", `{'title': 'Soup', 'minutes': '30', 'steps': []}`, "stop", "Malformed"],
    ["a missing comma", `{"title": "Soup" "minutes": "30", "steps": []}`, "stop", "Malformed"],
    ["a broken object with a good one inside", `{"outer": nope, "inner": ${whole}}`, "stop", "Malformed"],
    ["very deep", `{"a":${"[".repeat(100_000)}`, "stop", "Malformed"],
    ["another type", whole.replace("[", `"`).replace("]", `"`).replaceAll(`""`, `"`), "stop", "Malformed"],
    ["another value", whole.replace(`"30"`, `"soon"`), "stop", "Mismatch"],
    ["a missing field", `{"title": "Soup"}`, "stop", "Mismatch"],
    ["the schema", `{"type": "object", "properties": {"title": {"type": "string"}}}`, "stop", "Mismatch"]
  ] as const)("%s", ([, answer, finishReason, reason]) =>
    Effect.gen(function* () {
      const error = yield* refused(Recipe, answer, { finishReason })
      expect(error).toMatchObject({ reason, text: answer, attempts: 1 })
      expect(error.completion?.choices[0]?.finish_reason).toBe(finishReason)
    })
  )

  it.effect("the issue says where, and what was expected", () =>
    Effect.gen(function* () {
      const malformed = yield* refused(Recipe, `{\n  "title": "Soup"\n  "minutes": 30\n}`)
      expect(malformed.issue).toBe("The answer is not JSON: a comma or } was expected at line 3, column 3.")
      const mismatch = yield* refused(Recipe, `{"title": 1, "minutes": "30", "steps": "none"}`)
      expect(mismatch.issue).toContain(`["title"]`)
      expect(mismatch.issue).toContain(`["steps"]`)
    })
  )

  it.effect("the message says where and what was expected, and nothing of the answer", () =>
    Effect.gen(function* () {
      const Person = Schema.Struct({
        name: Schema.NonEmptyString,
        born: Schema.Date,
        ages: Schema.Array(Schema.NumberFromString),
        told: Schema.Record({ key: Schema.String, value: Schema.Number }),
        kind: Schema.Literal("a", "b")
      })
      const said = (answer: object) =>
        Effect.map(refused(Person, JSON.stringify(answer)), ({ message }) => {
          expect(message).not.toContain("secret")
          return /does not fit the Schema: (.*?)\. `issue`/.exec(message)?.[1]
        })
      const good = { name: "Ada", born: "1815-12-10", ages: ["36"], told: {}, kind: "a" }
      expect(yield* said({ ...good, born: "secret" })).toMatch(/^born\b.*Date$/)
      expect(yield* said({ ...good, ages: ["1", 5], name: undefined })).toMatch(
        /^name\b.* missing\b.*, ages\[1\] ?.*string$/i
      )
      expect(yield* said({ ...good, told: { "a secret": "secret" } })).toMatch(/^told\.\*.* number$/)
      expect(yield* said({ ...good, kind: "secret" })).toMatch(/^kind\b.* "a" \| "b"$/)
      expect(yield* said({ ...good, ages: Array.from({ length: 99 }, () => 1) })).toMatch(/^ages\[0\].* and more$/)
    })
  )

  it.effect("a long issue is cut", () =>
    Effect.gen(function* () {
      const error = yield* refused(Schema.Array(Schema.String), JSON.stringify(Array.from({ length: 5000 }, () => 1)))
      expect(error.reason).toBe("Mismatch")
      expect(error.issue.length).toBeLessThan(2100)
    })
  )

  it.effect("the message advises, and logging the error does not print the answer", () =>
    Effect.gen(function* () {
      const error = yield* refused(Recipe, `{"title": "a secret soup`, { finishReason: "length" })
      expect(error.message).toContain("max_tokens")
      expect(error.text).toContain("a secret soup")
      expect(inspect(error, { depth: 10 })).not.toContain("secret")
      expect(JSON.stringify(error)).not.toContain("secret")
      const there = yield* Schema.encode(StructuredOutput.StructuredOutputError)(error)
      const back = yield* Schema.decode(StructuredOutput.StructuredOutputError)(there)
      expect(back).toMatchObject({ text: error.text, reason: "Truncated" })
      expect(back.completion?.choices[0]?.finish_reason).toBe("length")
    })
  )

  it.effect("a Schema without a JSON Schema, before anything is sent", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(generate(Schema.Struct({ big: Schema.BigIntFromSelf }), []))
      expect(error).toMatchObject({ _tag: "StructuredOutputError", reason: "Schema", attempts: 0, text: "" })
      expect(error).toMatchObject({ issue: expect.stringContaining("big") })
    })
  )
})

describe("what is asked", () => {
  const asked = <A, I>(options: Partial<StructuredOutput.Options<A, I, never>> & { schema: Schema.Schema<A, I> }) =>
    Effect.gen(function* () {
      yield* Effect.ignore(StructuredOutput.generate({ request, maxAttempts: 1, ...options }))
      const [sent] = yield* (yield* MockChat.MockChat).requests
      return {
        ...sent,
        system:
          sent?.messages.flatMap((m) => (m.role === "system" && typeof m.content === "string" ? [m.content] : [])) ?? []
      }
    }).pipe(Effect.provide(MockChat.layer(() => MockChat.text("{}"))))

  it.effect("JSON, by the schema in a system message", () =>
    Effect.gen(function* () {
      const sent = yield* asked({ schema: Recipe })
      expect(sent.response_format).toEqual({ type: "json_object" })
      expect(sent.messages?.map(({ role }) => role)).toEqual(["system", "user"])
      expect(sent.system[0]).toContain("(Recipe)")
      const schema = JSON.parse(sent.system[0]?.split("\n").at(-1) ?? "")
      expect(schema.required).toEqual(["title", "minutes", "steps"])
      expect(schema).not.toHaveProperty("$schema")
    })
  )

  it.effect("the schema is appended to a system message, and nothing is changed in place", () =>
    Effect.gen(function* () {
      const frozen = Object.freeze({
        ...request,
        messages: Object.freeze([Object.freeze(Message.system("Be brief.")), ...request.messages])
      })
      const sent = yield* asked({ schema: Recipe, request: frozen, name: "quick meal" })
      expect(sent.system).toHaveLength(1)
      expect(sent.system[0]).toMatch(/^Be brief\.\n\n/)
      expect(sent.system[0]).toContain("(quick meal)")
      expect(frozen.messages[0]).toEqual(Message.system("Be brief."))
    })
  )

  it.effect("the schema is a part of a system message of parts", () =>
    Effect.gen(function* () {
      const parts = { role: "system", content: [Message.text("Be brief.")] } as const
      const sent = yield* asked({ schema: Recipe, request: { ...request, messages: [parts, ...request.messages] } })
      const first = sent.messages?.[0]
      expect(first).toMatchObject({ content: [{ text: "Be brief." }, { text: expect.stringContaining("(Recipe)") }] })
    })
  )

  it.effect("an array is asked for in an object", () =>
    Effect.gen(function* () {
      const sent = yield* asked({ schema: Schema.Array(Recipe) })
      const schema = JSON.parse(sent.system[0]?.split("\n").at(-1) ?? "")
      expect(schema).toMatchObject({ type: "object", required: ["value"], properties: { value: { type: "array" } } })
      expect(schema.properties.value.items.type).toBe("object")
    })
  )

  it.effect("vision models are not sent the field they do not take, and what the request says stays", () =>
    Effect.gen(function* () {
      const formatFor = (fields: Partial<ChatRequest.ChatRequest>) =>
        Effect.map(asked({ schema: Recipe, request: { ...request, ...fields } }), (sent) => sent.response_format)
      expect(yield* formatFor({ model: "glm-4.6v" })).toBe(undefined)
      expect(yield* formatFor({ model: "glm-99" })).toEqual({ type: "json_object" })
      expect(yield* formatFor({ response_format: { type: "text" } })).toEqual({ type: "text" })
    })
  )
})

describe("asking again", () => {
  const conversation = (script: ReadonlyArray<MockChat.Reply>, options: { readonly maxAttempts?: number } = {}) =>
    Effect.gen(function* () {
      const outcome = yield* Effect.either(StructuredOutput.generate({ request, schema: Recipe, ...options }))
      return { outcome, requests: yield* (yield* MockChat.MockChat).requests }
    }).pipe(Effect.provide(MockChat.layer(script)))

  it.effect("tells what was wrong, after the answer with its reasoning", () =>
    Effect.gen(function* () {
      const { outcome, requests } = yield* conversation([
        MockChat.text(`{"title": 7}`, { reasoning: "A number, I think." }),
        MockChat.text(whole)
      ])
      expect(outcome).toMatchObject({ _tag: "Right", right: { value: soup, attempts: 2 } })
      expect(requests).toHaveLength(2)
      expect(requests[1]?.messages.slice(0, 2)).toEqual(requests[0]?.messages)
      expect(requests[1]?.messages.slice(2)).toMatchObject([
        { role: "assistant", content: `{"title": 7}`, reasoning_content: "A number, I think." },
        { role: "user", content: expect.stringContaining(`["title"]`) }
      ])
    })
  )

  it.effect("a truncated answer, then a typed failure with the text; the prompt does not grow", () =>
    Effect.gen(function* () {
      const cut = MockChat.text(whole.slice(0, 30), { finishReason: "length" })
      const { outcome, requests } = yield* conversation([cut, cut, MockChat.text(`{"title": "Sou`)])
      expect(outcome).toMatchObject({
        _tag: "Left",
        left: { _tag: "StructuredOutputError", reason: "Truncated", attempts: 3, text: `{"title": "Sou` }
      })
      expect(requests.map(({ messages }) => messages.length)).toEqual([2, 4, 4])
    })
  )

  it.effect("an answer without text is not repeated to the model", () =>
    Effect.gen(function* () {
      const { outcome, requests } = yield* conversation([MockChat.text("", { reasoning: "Hm." }), MockChat.text(whole)])
      expect(outcome._tag).toBe("Right")
      expect(requests[1]?.messages.map(({ role }) => role)).toEqual(["system", "user", "user"])
    })
  )

  it.effect.each([1, 0, Number.NaN])("maxAttempts %s asks once", (maxAttempts) =>
    Effect.gen(function* () {
      expect((yield* conversation([MockChat.text("no")], { maxAttempts })).requests).toHaveLength(1)
    })
  )

  it.effect("not where another answer would be no better", () =>
    Effect.gen(function* () {
      const called = yield* conversation([MockChat.toolCall({ name: "look", arguments: {} })])
      expect(called.outcome).toMatchObject({ left: { reason: "NoJson", message: expect.stringContaining("tool") } })
      const full = yield* conversation([
        MockChat.text(`{"title": "S`, { finishReason: "model_context_window_exceeded" })
      ])
      expect(full.outcome).toMatchObject({ left: { reason: "Truncated", message: expect.stringContaining("context") } })
    })
  )

  it.effect("not where moderation blocked the answer, even one that would decode", () =>
    Effect.gen(function* () {
      const { outcome, requests } = yield* conversation([MockChat.text(whole, { finishReason: "sensitive" })])
      expect(outcome).toMatchObject({ left: { _tag: "ContentFilteredError", code: "sensitive", requestId: "mock" } })
      expect(ZhipuError.isZhipuError(outcome._tag === "Left" && outcome.left)).toBe(true)
      expect(requests).toHaveLength(1)
    })
  )

  it.effect("an error of the call passes", () =>
    Effect.gen(function* () {
      const empty = new ZhipuError.InsufficientBalanceError({ message: "Top up.", code: "1113" })
      const { outcome } = yield* conversation([MockChat.text("no"), empty])
      expect(outcome).toMatchObject({ left: empty })
    })
  )
})

/** One batch for each event, as from a slow network. */
const slowly = (events: ReadonlyArray<ChunkEvent.ChunkEvent>) => Stream.rechunk(Stream.fromIterable(events), 1)

const inPieces = (text: string, size = 1): ReadonlyArray<ChunkEvent.ChunkEvent> => [
  { _tag: "Started", id: "1" },
  ...(text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? []).map((text): ChunkEvent.ChunkEvent => ({
    _tag: "ContentDelta",
    choice: 0,
    text
  })),
  { _tag: "Finished", choice: 0, reason: "stop" }
]

describe("stream", () => {
  const run = <A, I>(schema: Schema.Schema<A, I>, script: ReadonlyArray<MockChat.Reply>) =>
    StructuredOutput.stream({ request, schema }).pipe(
      Stream.runCollect,
      Effect.map((events) => Array.from(events)),
      Effect.provide(MockChat.layer(script))
    )

  const valuesOf = (events: ReadonlyArray<StructuredOutput.Partial | StructuredOutput.Complete<unknown>>) =>
    events.flatMap((event) => (event._tag === "Partial" ? [event.value] : []))

  it.effect("partial values, each another than the one before, then the decoded one", () =>
    Effect.gen(function* () {
      const events = yield* run(Recipe, [
        slowly(inPieces(`Sure: {"title": "So", "minutes": "30", "steps": [ "a", "b" ]}`))
      ])
      expect(valuesOf(events)).toEqual([
        {},
        { title: "" },
        { title: "S" },
        { title: "So" },
        { title: "So", minutes: "" },
        { title: "So", minutes: "3" },
        { title: "So", minutes: "30" },
        { title: "So", minutes: "30", steps: [] },
        { title: "So", minutes: "30", steps: [""] },
        { title: "So", minutes: "30", steps: ["a"] },
        { title: "So", minutes: "30", steps: ["a", ""] },
        { title: "So", minutes: "30", steps: ["a", "b"] }
      ])
      expect(events.at(-1)).toMatchObject({
        _tag: "Complete",
        value: { title: "So", minutes: 30, steps: ["a", "b"] },
        attempts: 1
      })
    })
  )

  it.effect("a number appears when it is whole, and characters are not cut in two", () =>
    Effect.gen(function* () {
      const schema = Schema.Array(Schema.Union(Schema.Number, Schema.String))
      const text = `{"value": [12, "\u{1F372}", 3]}`
      expect(valuesOf(yield* run(schema, [slowly(inPieces(text))]))).toEqual([
        [],
        [12],
        [12, ""],
        [12, "\u{1F372}"],
        [12, "\u{1F372}", 3]
      ])
      expect(valuesOf(yield* run(schema, [slowly(inPieces("[12, 3]"))]))).toEqual([[], [12], [12, 3]])
    })
  )

  it.effect("a second attempt begins anew, and says so", () =>
    Effect.gen(function* () {
      const events = yield* run(Recipe, [slowly(inPieces(`{"title": 1}`, 20)), slowly(inPieces(whole, 400))])
      expect(events).toMatchObject([
        { _tag: "Partial", attempt: 1, value: { title: 1 } },
        { _tag: "Partial", attempt: 2 },
        { _tag: "Complete", attempts: 2, value: soup }
      ])
    })
  )

  it.effect("fails as generate does", () =>
    Effect.gen(function* () {
      const reply = MockChat.text(`{"title": "So`, { finishReason: "length" })
      const error = yield* Effect.flip(run(Recipe, [reply, reply, reply]))
      expect(error).toMatchObject({ _tag: "StructuredOutputError", reason: "Truncated", attempts: 3 })
    })
  )

  it.effect("a long answer in small pieces costs little: few partial values, soon done", () =>
    Effect.gen(function* () {
      const items = Array.from({ length: 8000 }, (_, index) => `item ${index}`)
      const text = JSON.stringify({ value: items })
      const started = Date.now()
      const events = yield* run(Schema.Array(Schema.String), [slowly(inPieces(text, 5))])
      expect(events.at(-1)).toMatchObject({ _tag: "Complete", value: items })
      // 32 a doubling at most; each of the 20,000 batches would be a partial value, without the bound.
      expect(valuesOf(events).length).toBeLessThan(600)
      expect(valuesOf(events).length).toBeGreaterThan(100)
      expect(Date.now() - started).toBeLessThan(30_000)
    })
  )
})

describe("the reader", () => {
  const json = fc.jsonValue({ maxDepth: 4, noUnicodeString: false })

  const same = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

  it("reads what JSON.parse reads", () => {
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 2, "\t"), (value, indent) => {
        fc.pre(!JSON.stringify(value).includes("__proto__"))
        const text = JSON.stringify(value, null, indent)
        const found = typeof value === "object" && value !== null ? find(`So: ${text}\nYes.`)[0] : scalar(text)
        expect(found).toMatchObject({ _tag: "Whole" })
        expect(found?._tag === "Whole" && found.value).toEqual(same(value))
      })
    )
  })

  /** Whether `part` is what a reader may have seen of `all`. */
  const isPrefix = (part: unknown, all: unknown): boolean => {
    if (typeof part === "string") return typeof all === "string" && all.startsWith(part)
    if (Array.isArray(part)) {
      return Array.isArray(all) && part.length <= all.length && part.every((item, at) => isPrefix(item, all[at]))
    }
    if (typeof part === "object" && part !== null) {
      const of = Object(all)
      return Object.entries(part).every(([key, item]) => Object.hasOwn(of, key) && isPrefix(item, of[key]))
    }
    return Object.is(part, all)
  }

  it("reads a part of a value that is cut anywhere, and never calls it whole or broken", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.array(json), fc.dictionary(fc.string(), json)),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (value, at) => {
          const text = JSON.stringify(value)
          fc.pre(!text.includes("__proto__") && !/[\uD800-\uDFFF]|\\u[dD]/.test(text))
          const cut = text.slice(0, 1 + Math.floor(at * (text.length - 2)))
          const found = find(cut)
          expect(found.map(({ _tag }) => _tag)).toEqual(["Open"])
          expect(isPrefix(found[0]?._tag === "Open" && found[0].value, same(value))).toBe(true)
        }
      ),
      { numRuns: 500 }
    )
  })

  it("survives any text", () => {
    const noise = fc.array(
      fc.constantFrom(...`{}[]",:\\/*-+.0123eEtruefalsn u'\n\`<>`, "null", "\\u", "\ud83d", "字"),
      {
        maxLength: 60
      }
    )
    fc.assert(
      fc.property(noise, (pieces) => {
        const text = pieces.join("")
        let end = 0
        for (const found of find(text)) {
          expect(found.start).toBeGreaterThanOrEqual(end)
          expect(found.end).toBeGreaterThan(found.start)
          expect(found.end).toBeLessThanOrEqual(text.length)
          end = found.end
        }
        scalar(text)
      }),
      { numRuns: 2000 }
    )
  })

  it("takes time in proportion to the text, whatever is in it", () => {
    for (const piece of ["[", "{", "[x", "{x", `{"a`, "[1,", `{"a":[`, "/*", `"`, "[[[x", "{'", "//", "\\"]) {
      const started = Date.now()
      find(piece.repeat(200_000))
      expect([piece, Date.now() - started < 20_000]).toEqual([piece, true])
    }
  })

  it.each([
    ["brackets in a comment of a line", "{//", "\nx"],
    ["brackets in a comment", "[/*", "*/x"],
    ["broken values in a comment", `{"a"/*}`, "*/x"],
    ["broken values", "{'}", ""],
    ["broken values in lines", "{'}\n", ""]
  ])("takes time in proportion to the text: %s", (_, piece, end) => {
    const started = Date.now()
    find(piece.repeat(100_000) + end)
    expect(Date.now() - started).toBeLessThan(20_000)
  })

  it("finds the value in what looks like a comment after a bracket of prose", () => {
    expect(find('From [//host] {"a":1}\nDone.')).toMatchObject([{ _tag: "Whole", value: { a: 1 } }])
  })

  it("tells each place by its line and column", () => {
    const details = find("{'}\n\n a {'} {'}").map((found) => found._tag === "Broken" && found.detail)
    expect(details).toEqual(
      ["line 1, column 2", "line 3, column 5", "line 3, column 9"].map((place) => expect.stringContaining(place))
    )
  })
})

withLayer(simulated("node"), { excludeTestServices: true })("over HTTP", (it) => {
  const Weather = Schema.Struct({ city: Schema.String, celsius: Schema.Int, sky: Schema.Literal("sun", "rain") })
  const weather: ChatRequest.ChatRequest = {
    model: "glm-4.6",
    messages: [Message.user("The weather in Florence: 31 degrees, rain")]
  }

  it.effect("an object, and an array", () =>
    Effect.gen(function* () {
      const { completion, value } = yield* StructuredOutput.generate({ request: weather, schema: Weather })
      expect(value).toEqual({ city: "Florence", celsius: 31, sky: "rain" })
      expect(completion.usage?.total_tokens).toBeGreaterThan(0)
      const list = yield* StructuredOutput.generate({ request: weather, schema: Schema.Array(Weather) })
      expect(list.value).toEqual([value])
    })
  )

  it.effect("partial objects, then the object", () =>
    Effect.gen(function* () {
      const events = yield* StructuredOutput.stream({ request: weather, schema: Weather }).pipe(Stream.runCollect)
      expect(Array.from(events).at(-1)).toMatchObject({ _tag: "Complete", value: { city: "Florence", celsius: 31 } })
    })
  )

  it.effect("an answer that is cut at the limit, each time", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.Simulator
      yield* simulator.reset
      const request = { ...weather, max_tokens: 5, thinking: { type: "disabled" } } as const
      const error = yield* Effect.flip(StructuredOutput.generate({ request, schema: Weather, maxAttempts: 2 }))
      expect(error).toMatchObject({ _tag: "StructuredOutputError", reason: "Truncated", attempts: 2 })
      expect((yield* simulator.requests).map(({ body }) => Object(body).messages.length)).toEqual([2, 4])
    })
  )
})
