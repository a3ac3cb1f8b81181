/** Programs over a language model whose client follows a script. */
import { ZhipuLanguageModel } from "@effect-zhipu/ai"
import type { ChatRequest, ZhipuChat } from "@effect-zhipu/client"
import { MockChat } from "@effect-zhipu/testing"
import type { LanguageModel, Response } from "@effect/ai"
import { Effect, Exit, Layer, Stream } from "effect"

/** GLM-4.6 over a `ZhipuChat` that follows a script. */
export const mocked = (
  script: MockChat.Script,
  config?: ZhipuLanguageModel.Config.Settings
): Layer.Layer<LanguageModel.LanguageModel | ZhipuChat.ZhipuChat | MockChat.MockChat> =>
  Layer.provideMerge(ZhipuLanguageModel.layer({ model: "glm-4.6", config }), MockChat.layer(script))

export const requests: Effect.Effect<ReadonlyArray<ChatRequest.ChatRequest>, never, MockChat.MockChat> = Effect.flatMap(
  MockChat.MockChat,
  (mock) => mock.requests
)

/** The only request. */
export const request = Effect.map(requests, (all) => {
  if (all.length !== 1 || all[0] === undefined) throw new Error(`there are ${all.length} requests`)
  return all[0]
})

/** All parts of a stream, and how it ended. */
export const collect = <E, R>(stream: Stream.Stream<Response.AnyPart, E, R>) =>
  Effect.suspend(() => {
    const parts: Array<Response.AnyPart> = []
    return stream.pipe(
      Stream.runForEach((part) => Effect.sync(() => parts.push(part))),
      Effect.exit,
      Effect.map((exit) => ({ parts, exit, error: Exit.isFailure(exit) ? failureOf(exit) : undefined }))
    )
  })

const failureOf = <E>(exit: Exit.Failure<unknown, E>): E => {
  if (exit.cause._tag !== "Fail") throw new Error(`not a failure: ${exit.cause}`)
  return exit.cause.error
}

export const typesOf = (parts: ReadonlyArray<Response.AnyPart>): ReadonlyArray<string> => parts.map(({ type }) => type)

/** What a part holds, without the mark that makes it one. */
export const plain = (part: Response.AnyPart): Record<string, unknown> =>
  Object.fromEntries(Object.entries(part).filter(([key]) => !key.startsWith("~")))

/** How an effect fails. Not `Effect.flip`, whose failure would be a whole response, over which reporters of tests hang. */
export const failed = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<E, never, R> =>
  Effect.matchEffect(effect, {
    onFailure: Effect.succeed,
    onSuccess: () => Effect.dieMessage("it was to fail, and did not")
  })
