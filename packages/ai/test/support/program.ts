/** A program that knows @effect/ai alone. It runs over a simulator and over payloads of the service. */
import { Chat, Tool, Toolkit } from "@effect/ai"
import { Effect, Schema } from "effect"
import { collect } from "./model.js"

export const Weather = Tool.make("weather", {
  description: "Get weather information for a location",
  parameters: { location: Schema.String.annotations({ description: "the city" }) },
  success: Schema.String
})

export const toolkit = Toolkit.make(Weather)

export const handlers = toolkit.toLayer({ weather: () => Effect.succeed("40 C") })

/** Asks, lets the model call the tool, and asks it to go on with the result. */
export const converse = (question: string) =>
  Effect.gen(function* () {
    const chat = yield* Chat.fromPrompt([{ role: "system", content: "You are a helpful assistant" }])
    const first = yield* collect(chat.streamText({ prompt: question, toolkit }))
    const second = yield* collect(chat.streamText({ prompt: [], toolkit }))
    return { first, second, history: yield* chat.history }
  }).pipe(Effect.provide(handlers))

export const Answer = Schema.Struct({ answer: Schema.String, turn: Schema.Number })

export const decide = (question: string) =>
  Effect.gen(function* () {
    const chat = yield* Chat.empty
    const { value } = yield* chat.generateObject({ prompt: question, schema: Answer, objectName: "answer" })
    return value
  })

export const textOf = (parts: ReadonlyArray<{ readonly type: string }>): string =>
  parts.map((part) => (part.type === "text-delta" && "delta" in part ? String(part.delta) : "")).join("")
