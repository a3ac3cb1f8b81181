/** Texts as items, beside questions to a chat: what is asked for one of them, and what is kept of the answer. */
import * as Embeddings from "@effect-zhipu/api/Embeddings"
import type { ChatCompletion } from "@effect-zhipu/client/ChatCompletion"
import type { ChatRequest } from "@effect-zhipu/client/ChatRequest"
import type { ZhipuError } from "@effect-zhipu/client/ZhipuError"
import * as Effect from "effect/Effect"

/** What an item asks. @internal */
export type Request = ChatRequest | Embeddings.EmbeddingRequest

/** @internal */
export const isChat = (request: Request): request is ChatRequest => "messages" in request

/** What the service answers to an item. @internal */
export type Answer = ChatCompletion | Embeddings.EmbeddingResponse

const isCompletion = (answer: Answer): answer is ChatCompletion => "choices" in answer

/** An answer without its vector, which is stored beside it. @internal */
export const completionOf = (answer: Answer): ChatCompletion => {
  if (isCompletion(answer)) return answer
  const { data: _, ...told } = answer
  return { ...told, choices: [] }
}

/** JSON of the vector of an answer; none of a chat. @internal */
export const valueOf = (answer: Answer): Effect.Effect<string | undefined, ZhipuError> =>
  isCompletion(answer)
    ? Effect.succeed(undefined)
    : Effect.map(Embeddings.vectors(answer, 1), ([vector]) => JSON.stringify(vector))
