import type { ChunkEvent } from "@effect-zhipu/client"
import { Chunk, Duration, Effect, Stream } from "effect"

export const started: ChunkEvent.Started = { _tag: "Started", id: "1", model: "glm-4.6", created: 7 }

export const content = (text: string): ChunkEvent.ContentDelta => ({ _tag: "ContentDelta", choice: 0, text })

export const finished: ChunkEvent.Finished = { _tag: "Finished", choice: 0, reason: "stop" }

/** The whole text of a body. */
export const textOf = <E, R>(bytes: Stream.Stream<Uint8Array, E, R>): Effect.Effect<string, E, R> =>
  Stream.mkString(Stream.decodeText(bytes))

export const arrayOf = <A, E, R>(stream: Stream.Stream<A, E, R>): Effect.Effect<ReadonlyArray<A>, E, R> =>
  Effect.map(Stream.runCollect(stream), Chunk.toReadonlyArray)

/** Looks until it sees what it looks for, or 20 seconds have passed; gives what it saw last. */
export const eventually = <A, E, R>(look: Effect.Effect<A, E, R>, found: (a: A) => boolean): Effect.Effect<A, E, R> =>
  Effect.suspend(() => {
    const last = Date.now() + Duration.toMillis("20 seconds")
    const step: Effect.Effect<A, E, R> = Effect.flatMap(look, (a) =>
      found(a) || Date.now() > last ? Effect.succeed(a) : Effect.zipRight(Effect.sleep("5 millis"), step)
    )
    return step
  })
