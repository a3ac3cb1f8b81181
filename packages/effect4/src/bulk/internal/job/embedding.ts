// Generated from packages/bulk/src/internal/job/embedding.ts by scripts/effect4: change that file.
/** Texts as items, beside questions to a chat: what is asked for one of them, and what is kept of the answer. */
import * as Effect from "effect/Effect"
import * as Embeddings from "../../../api/Embeddings.js"
import type { ChatCompletion } from "../../../ChatCompletion.js"
import type { ChatRequest } from "../../../ChatRequest.js"
import type { ZhipuError } from "../../../ZhipuError.js"

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
