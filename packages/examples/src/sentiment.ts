/** A program that asks a model. It wants `ZhipuChat` and does not care which: sentiment.test.ts gives it a mock. */
import { ChatCompletion, Message, ZhipuChat } from "@effect-zhipu/client"
import { Effect, Schema } from "effect"

export const Sentiment = Schema.Struct({ sentiment: Schema.Literal("good", "bad", "mixed") })

const decode = Schema.decode(Schema.parseJson(Sentiment))

/** What a customer thinks, by their review. A model that answers nonsense is asked once more. */
export const sentiment = (review: string) =>
  ZhipuChat.complete({
    model: "glm-4.6",
    messages: [Message.system(`Answer with JSON: {"sentiment": "good" | "bad" | "mixed"}`), Message.user(review)],
    response_format: { type: "json_object" },
    thinking: { type: "disabled" }
  }).pipe(
    Effect.flatMap((answer) => decode(ChatCompletion.text(answer))),
    Effect.retry({ times: 1, while: (error) => error._tag === "ParseError" }),
    Effect.map((answer) => answer.sentiment)
  )
