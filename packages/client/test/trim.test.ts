/** What is left of a conversation that is too long for the model. */
import { describe, expect, it } from "@effect/vitest"
import { Message, Model } from "@effect-zhipu/client"
import { FastCheck as fc, Option } from "effect"
import { estimateTokens, trim, type TrimOptions } from "@effect-zhipu/protocol/internal/requests/trim"

const calling = (...ids: ReadonlyArray<string>): Message.AssistantMessage => ({
  role: "assistant",
  content: "",
  tool_calls: ids.map((id) => ({ id, type: "function", function: { name: "look", arguments: "{}" } }))
})

const system = Message.system("Be brief.")

/** Three turns; the second one uses tools. */
const conversation: ReadonlyArray<Message.Message> = [
  system,
  Message.user("one"),
  Message.assistant("1"),
  Message.user("two"),
  calling("a", "b"),
  Message.toolResult("b", "rain"),
  Message.toolResult("a", "sun"),
  Message.assistant("2"),
  Message.user("three"),
  Message.assistant("3")
]

const each = (tokens: number) => ({ model: "glm-4.6", countTokens: () => tokens })

describe("trim", () => {
  it("gives back the same array where all fits, or nothing is known of a limit", () => {
    expect(trim(conversation, { model: "glm-4.6" })).toBe(conversation)
    expect(trim(conversation, { ...each(1e9), model: "glm-99" })).toBe(conversation)
  })

  it("drops the oldest turns, no more than needed", () => {
    expect(trim(conversation, { ...each(1), maxTokens: 10 })).toBe(conversation)
    expect(trim(conversation, { ...each(1), maxTokens: 9 })).toEqual([system, ...conversation.slice(3)])
    expect(trim(conversation, { ...each(1), maxTokens: 8 })).toEqual([system, ...conversation.slice(3)])
    expect(trim(conversation, { ...each(1), maxTokens: 7 })).toEqual([system, ...conversation.slice(8)])
  })

  it("keeps the last turn and system messages even where they are too much", () => {
    expect(trim(conversation, { ...each(1), maxTokens: 0 })).toEqual([system, ...conversation.slice(8)])
    expect(trim([system], { ...each(1), maxTokens: 0 })).toEqual([system])
    expect(trim([], { ...each(1), maxTokens: 0 })).toEqual([])
  })

  it("keeps system messages wherever they are", () => {
    const late = Message.system("Now in French.")
    const messages = conversation.toSpliced(3, 0, late)
    expect(trim(messages, { ...each(1), maxTokens: 4 })).toEqual([system, late, ...conversation.slice(8)])
  })

  it("what stands before the first user message is the oldest turn", () => {
    const greeted = [system, Message.assistant("Welcome!"), ...conversation.slice(8)]
    expect(trim(greeted, { ...each(1), maxTokens: 3 })).toEqual([system, ...conversation.slice(8)])
  })

  it("a result that a user message parts from its call goes with it", () => {
    const parted = [Message.user("one"), calling("a"), Message.user("two"), Message.toolResult("a", "sun")]
    expect(trim([...parted, Message.user("three")], { ...each(1), maxTokens: 3 })).toEqual([Message.user("three")])
    expect(trim(parted, { ...each(1), maxTokens: 3 })).toBe(parted)
  })

  it("fills the context of the model but for what is reserved for the answer", () => {
    const { context = 0, defaults } = Option.getOrThrow(Model.find("glm-4v-plus-0111"))
    const turns = [Message.user("one"), Message.user("two")]
    const fits = (tokens: number, options: Partial<TrimOptions> = {}) =>
      trim(turns, { model: "glm-4v-plus-0111", countTokens: () => tokens / 2, ...options }) === turns
    expect(defaults.maxTokens).toBe(1024)
    expect([fits(context - 1024), fits(context - 1023)]).toEqual([true, false])
    expect([fits(context - 9, { reserve: 9 }), fits(context - 8, { reserve: 9 })]).toEqual([true, false])
    expect(fits(200, { maxTokens: 199 })).toBe(false)
    expect(fits(context, { maxTokens: 1e9 })).toBe(false)
  })

  it("reserves a quarter of the context at most where it is not told", () => {
    const context = 200 * 1024
    const turns = [Message.user("one"), Message.user("two")]
    expect(trim(turns, { model: "glm-4.6", countTokens: () => (context * 3) / 8 })).toBe(turns)
    expect(trim(turns, { model: "glm-4.6", countTokens: () => (context * 3) / 8 + 1 })).toHaveLength(1)
  })

  it("counts that are no numbers count as nothing", () => {
    const counts = [Number.NaN, -5]
    expect(trim(conversation, { model: "glm-4.6", maxTokens: 1, countTokens: () => counts.pop() ?? 0 })).toBe(
      conversation
    )
  })
})

describe("trim, for any conversation", () => {
  const id = fc.constantFrom("a", "b", "c")
  const message: fc.Arbitrary<Message.Message> = fc.oneof(
    { weight: 1, arbitrary: fc.constant(system) },
    { weight: 3, arbitrary: fc.string().map((text) => Message.user(text)) },
    { weight: 2, arbitrary: fc.string().map((text) => Message.assistant(text)) },
    { weight: 2, arbitrary: fc.uniqueArray(id, { minLength: 1 }).map((ids) => calling(...ids)) },
    { weight: 3, arbitrary: id.map((id) => Message.toolResult(id, "rain")) }
  )
  // Every message is an object of its own, so that they can be told apart.
  const messages = fc.array(message, { maxLength: 30 }).map((all) => all.map((one) => ({ ...one })))
  const budget = fc.integer({ min: 0, max: 100 })
  const size = (message: Message.Message) => 1 + String(message.content).length
  const sum = (all: ReadonlyArray<Message.Message>) => all.reduce((sum, message) => sum + size(message), 0)
  const cut = (all: ReadonlyArray<Message.Message>, maxTokens: number) =>
    trim(all, { model: "glm-4.6", maxTokens, countTokens: size })

  const check = (
    property: (all: ReadonlyArray<Message.Message>, left: ReadonlyArray<Message.Message>, budget: number) => void
  ) =>
    fc.assert(
      fc.property(messages, budget, (all, budget) => property(all, cut(all, budget), budget)),
      { numRuns: 1000 }
    )

  it("what is left is what was there, in order, with all system messages", () => {
    check((all, left) => {
      const kept = new Set<Message.Message>(left)
      expect(all.filter((message) => kept.has(message))).toEqual([...left])
      expect(all.filter((message) => message.role === "system").every((message) => kept.has(message))).toBe(true)
    })
  })

  it("the last turn is left", () => {
    check((all, left) => {
      const from = all.findLastIndex(({ role }) => role === "user")
      expect(left.slice(left.length - (all.length - Math.max(0, from)))).toEqual(all.slice(Math.max(0, from)))
    })
  })

  it("no result is left without its call, nor a call without its result", () => {
    const pairs = (all: ReadonlyArray<Message.Message>) => {
      const callers = new Map<string, Message.Message>()
      return all.flatMap((message) => {
        if (message.role === "assistant") for (const { id } of message.tool_calls ?? []) callers.set(id, message)
        const caller = message.role === "tool" ? callers.get(message.tool_call_id) : undefined
        return caller === undefined ? [] : [[caller, message] as const]
      })
    }
    check((all, left) => {
      const kept = new Set<Message.Message>(left)
      for (const [caller, result] of pairs(all)) expect(kept.has(caller)).toBe(kept.has(result))
    })
  })

  it("it fits where that is possible, and a turn more would not", () => {
    check((all, left, budget) => {
      const least = sum(cut(all, 0))
      if (least <= budget) expect(sum(left)).toBeLessThanOrEqual(budget)
      else expect(sum(left)).toBe(least)
      if (left.length < all.length) expect(sum(all)).toBeGreaterThan(budget)
    })
  })

  it("once is enough", () => {
    check((_, left, budget) => {
      expect(cut(left, budget)).toBe(left)
    })
  })
})

describe("the estimate", () => {
  const text = (content: string) => estimateTokens(Message.user(content)) - 4

  it("is rather too high than too low, for English, Chinese, JSON and code", () => {
    // Tokens as tokenizers of this family (155,000 entries) count them are about 4 characters of English prose, 1.5 of
    // Chinese, 2.5 of JSON.
    const english = "The quick brown fox jumps over the lazy dog, and nobody saw it. ".repeat(20)
    const chinese = "敏捷的棕色狐狸跳过了那只懒狗，没有人看见。".repeat(20)
    const json = JSON.stringify({ id: 123456, name: "fox", tags: ["a", "b"], at: "2026-01-15T09:30:00Z" }).repeat(20)
    for (const [sample, charactersPerToken] of [
      [english, 4],
      [chinese, 1.5],
      [json, 2.5]
    ] as const) {
      const real = sample.length / charactersPerToken
      expect(text(sample)).toBeGreaterThan(real)
      expect(text(sample)).toBeLessThan(real * 2)
    }
  })

  it("counts reasoning, tool calls and parts, but not the length of a picture's base64", () => {
    const long = "word ".repeat(100)
    const bare = estimateTokens(Message.assistant(""))
    expect(estimateTokens({ ...Message.assistant(""), reasoning_content: long })).toBeGreaterThan(bare + 100)
    expect(estimateTokens(calling("a"))).toBeGreaterThan(bare)
    const seen = (url: string) => estimateTokens(Message.user([Message.imageUrl(url), Message.text("What is it?")]))
    expect(seen("x".repeat(100_000))).toBe(seen("x"))
    expect(seen("x")).toBeGreaterThan(1000)
  })
})
