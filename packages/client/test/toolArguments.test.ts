/** Arguments that do not fit: all that is wrong is told at once, and texts are read as what the tool wants where that is asked for. */
import { describe, expect, it } from "@effect/vitest"
import { ChatCompletion, Message, Tool, ToolError, Toolkit, ToolLoop } from "@effect-zhipu/client"
import { Effect, Schema } from "effect"
import { inspect } from "node:util"
import { bodies, errorOf, messagesOf, model, provide } from "./support/agent.js"

const parameters = {
  config: Schema.Struct({ mode: Schema.Literal("eco", "fast"), levels: Schema.Array(Schema.Int) }),
  limit: Schema.Int,
  on: Schema.Boolean,
  label: Schema.optional(Schema.String)
}

const asTexts = { config: '{"mode":"eco","levels":["1","2"]}', limit: "10", on: "true", label: "5" }
const asMeant = { config: { mode: "eco", levels: [1, 2] }, limit: 10, on: true, label: "5" }

const call = (args: unknown) => ({ calls: [{ id: "call_1", name: "set", arguments: args }] })

/** Runs a loop whose model calls `set` with the arguments; gives what the handler got, and what the model was told. */
const play = (
  args: unknown,
  tool: { readonly policy?: Tool.OnError; readonly coerceArguments?: boolean } = {},
  loop: { readonly coerceArguments?: boolean } = {}
) =>
  Effect.gen(function* () {
    const got: Array<unknown> = []
    const toolkit = Toolkit.make(Tool.make("set", { description: "Sets", parameters, ...tool }))
    const over = model(call(args), { content: "Done." })
    const answer = yield* ToolLoop.run({
      request: { model: "glm-4.6", messages: [Message.user("Set it.")] },
      toolkit,
      ...loop
    }).pipe(provide(over), Effect.provide(toolkit.toLayer({ set: (given) => Effect.sync(() => void got.push(given)) })))
    const messages = messagesOf(over)[1] ?? []
    return { text: ChatCompletion.text(answer.completion), got, messages, told: messages.at(-1)?.content }
  })

describe("arguments with several faults", () => {
  it.effect("are told to the model with all of them", () =>
    Effect.gen(function* () {
      const { got, text, told } = yield* play(asTexts)
      expect(got).toEqual([])
      expect(text).toBe("Done.")
      for (const field of ["config", "limit", "on"]) expect(told).toContain(`[\\"${field}\\"]`)
      expect(told).toContain("at config, limit, on.")
      expect(told).not.toContain('[\\"label\\"]')
    })
  )

  it.effect("are told by the error with all of them, whose message quotes nothing of the model", () =>
    Effect.gen(function* () {
      const error = yield* errorOf(
        play({ config: { mode: "SECRET", levels: [1, "SECRET", 2.5] }, limit: "SECRET" }, { policy: "fail" })
      )
      expect(error).toMatchObject({
        _tag: "ToolCallError",
        reason: "ArgumentsInvalid",
        message: expect.stringMatching(/ at config\.mode, config\.levels\.1, config\.levels\.2, limit, on\.$/)
      })
      if (!ToolError.isToolError(error) || error._tag !== "ToolCallError") return expect.fail("another error")
      for (const field of ["mode", "levels", "limit", "on"]) expect(error.issue).toContain(`["${field}"]`)
      for (const shown of [String(error), JSON.stringify(error), inspect(error)]) expect(shown).not.toContain("SECRET")
      const sent = yield* Schema.encode(ToolError.ToolCallError)(error)
      expect((yield* Schema.decode(ToolError.ToolCallError)(sent)).issue).toBe(error.issue)
    })
  )

  it.effect("are told in a bounded length, however many there are", () =>
    Effect.gen(function* () {
      const levels = Array.from({ length: 5000 }, () => "x")
      const { told } = yield* play({ ...asMeant, config: { mode: "eco", levels } })
      expect(String(told).length).toBeLessThan(3000)
      const long = yield* play({ config: "x".repeat(5000), limit: "10", on: "true" })
      expect(String(long.told).length).toBeLessThan(3000)
      expect(long.told).toContain("at config, limit, on.")
      const error = yield* errorOf(play({ ...asMeant, config: { mode: "eco", levels } }, { policy: "fail" }))
      expect(error.message.length).toBeLessThan(400)
      expect(error.message).toContain("and 4990 more")
    })
  )
})

describe("texts in place of numbers, booleans and objects", () => {
  it.effect("are refused, where nobody asked for more", () =>
    Effect.map(play(asTexts, {}, { coerceArguments: false }), ({ got }) => expect(got).toEqual([]))
  )

  for (const [who, tool, loop] of [
    ["the tool", { coerceArguments: true }, {}],
    ["the loop", {}, { coerceArguments: true }],
    ["the tool and not the loop", { coerceArguments: true }, { coerceArguments: false }]
  ] as const) {
    it.effect(`are read where ${who} asks for it, and go back as they were written`, () =>
      Effect.gen(function* () {
        const { got, messages } = yield* play(asTexts, tool, loop)
        expect(got).toEqual([asMeant])
        const turn = messages.find((message) => message.role === "assistant")
        expect(turn).toMatchObject({ tool_calls: [{ function: { arguments: JSON.stringify(asTexts) } }] })
      })
    )
  }

  it.effect("are refused by a tool that says so, whatever the loop says", () =>
    Effect.map(play(asTexts, { coerceArguments: false }, { coerceArguments: true }), ({ got }) =>
      expect(got).toEqual([])
    )
  )

  it.effect("as a whole are read as well: arguments that are JSON twice", () =>
    Effect.map(play(JSON.stringify(JSON.stringify(asMeant)), { coerceArguments: true }), ({ got }) =>
      expect(got).toEqual([asMeant])
    )
  )

  it.effect("that would be rounded or say nothing are refused, with what is left wrong", () =>
    Effect.gen(function* () {
      const { got, told } = yield* play({ ...asTexts, limit: "10.5", on: "yes" }, { coerceArguments: true })
      expect(got).toEqual([])
      expect(told).toContain('[\\"limit\\"]')
      expect(told).toContain('[\\"on\\"]')
      expect(told).not.toContain('[\\"config\\"]')
    })
  )

  it.effect("stay texts where the Schema takes them, whatever they say", () =>
    Effect.gen(function* () {
      const got: Array<unknown> = []
      const toolkit = Toolkit.make(
        Tool.make("set", {
          description: "Sets",
          parameters: { n: Schema.NumberFromString, any: Schema.Unknown, text: Schema.String },
          coerceArguments: true
        })
      )
      const args = { n: "5", any: "5", text: "true" }
      yield* ToolLoop.run({ request: { model: "glm-4.6", messages: [Message.user("Set it.")] }, toolkit }).pipe(
        provide(model(call(args), { content: "Done." })),
        Effect.provide(toolkit.toLayer({ set: (given) => Effect.sync(() => void got.push(given)) }))
      )
      expect(got).toEqual([{ n: 5, any: "5", text: "true" }])
    })
  )
})

it.effect("a tool is offered without references and unions of single types", () =>
  Effect.gen(function* () {
    class Place extends Schema.Class<Place>("Place")({ city: Schema.String, zip: Schema.NullOr(Schema.String) }) {}
    const toolkit = Toolkit.make(
      Tool.make("route", { description: "A route", parameters: { from: Place, to: Place, via: Schema.Array(Place) } })
    )
    const over = model({ content: "Done." })
    yield* ToolLoop.run({ request: { model: "glm-4.6", messages: [Message.user("Go.")] }, toolkit }).pipe(
      provide(over),
      Effect.provide(toolkit.toLayer({ route: () => Effect.void }))
    )
    const sent = JSON.stringify(bodies(over)[0]?.["tools"])
    expect(sent).not.toMatch(/\$ref|\$defs|anyOf/)
    expect(sent).toContain('"via":{"type":"array","items":{"type":"object"')
    expect(sent).toContain('"zip":{"type":["string","null"]}')
  })
)
