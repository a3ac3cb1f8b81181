/**
 * The events of a stream as the completion that the service would have sent without streaming.
 *
 * @since 0.1.0
 */
import { makeFold } from "./internal/decoding/fold.js"
import type { ChunkEvent } from "./internal/documents/chunkEvent.js"
import type { ChatCompletion } from "./internal/documents/completion.js"

export { type Fold, makeFold as make } from "./internal/decoding/fold.js"
export { addUsage } from "./internal/documents/addUsage.js"

/**
 * Reads a stream of events to its end. Rejects as the stream does: an answer that is not whole is no completion.
 *
 * @since 0.1.0
 * @category folding
 */
export const completion = async (events: Iterable<ChunkEvent> | AsyncIterable<ChunkEvent>): Promise<ChatCompletion> => {
  const fold = makeFold()
  for await (const event of events) fold.add(event)
  return fold.result()
}
