/** Events that are there already, folded to one completion: by hand, and by `ChunkEvent.fold`. */
import * as ChunkEvent from "@effect-zhipu/client/ChunkEvent"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { sha256 } from "../answer.js"
import type { Task } from "./task.js"

/** A burst brings some 240 events at a time. */
const batchSize = 240

const batchesOf = (size: number): ReadonlyArray<ReadonlyArray<ChunkEvent.ChunkEvent>> => {
  const batches: Array<ReadonlyArray<ChunkEvent.ChunkEvent>> = []
  for (let from = 0; from < size; from += batchSize) {
    batches.push(
      Array.from({ length: Math.min(batchSize, size - from) }, (_, i): ChunkEvent.ChunkEvent => {
        const text = ` token ${from + i}`
        return from + i < size / 2
          ? { _tag: "ReasoningDelta", choice: 0, text }
          : { _tag: "ContentDelta", choice: 0, text }
      })
    )
  }
  return batches
}

const digestOf = (reasoning: string, content: string): string => sha256(JSON.stringify([reasoning, content]))

/** What folding so many events must give. */
export const expected = (size: number): string => {
  const texts = Array.from({ length: size }, (_, i) => ` token ${i}`)
  const half = Math.ceil(size / 2)
  return digestOf(texts.slice(0, half).join(""), texts.slice(half).join(""))
}

export const byHand: Task = {
  prepare: async (size) => {
    const batches = batchesOf(size)
    return async () => {
      let reasoning = ""
      let content = ""
      for (const batch of batches) {
        for (const event of batch) {
          if (event._tag === "ReasoningDelta") reasoning += event.text
          else if (event._tag === "ContentDelta") content += event.text
        }
      }
      return digestOf(reasoning, content)
    }
  }
}

export const ours: Task = {
  prepare: async (size) => {
    const stream = Stream.fromChunks(...batchesOf(size).map((batch) => Chunk.unsafeFromArray(batch)))
    return async () => {
      const { choices } = await Effect.runPromise(ChunkEvent.fold(stream))
      return digestOf(choices[0]?.message.reasoning_content ?? "", choices[0]?.message.content ?? "")
    }
  }
}
