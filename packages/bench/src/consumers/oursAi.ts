/** `@effect-zhipu/ai`: `LanguageModel.streamText` of `@effect/ai`, over the same client and transport as `ours-fetch`. */
import * as LanguageModel from "@effect/ai/LanguageModel"
import type * as Response from "@effect/ai/Response"
import * as Tool from "@effect/ai/Tool"
import * as Toolkit from "@effect/ai/Toolkit"
import * as ZhipuLanguageModel from "@effect-zhipu/ai/ZhipuLanguageModel"
import * as Zhipu from "@effect-zhipu/client/Zhipu"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { Answer } from "../answer.js"
import { apiKey, type Connect, request } from "./consumer.js"

/** The tool that the answers call. A call of a tool that was not offered is an error of the provider. */
const SaveFile = Tool.make("save_file", { parameters: { path: Schema.String, content: Schema.String } })

const toolkit = Toolkit.make(SaveFile)

const transport = ManagedRuntime.make(FetchHttpClient.layer)

const endOf = (finish: Response.FinishPart | undefined) => ({
  finishReason: finish?.metadata.zhipu?.finishReason,
  promptTokens: finish?.usage.inputTokens,
  completionTokens: finish?.usage.outputTokens,
  totalTokens: finish?.usage.totalTokens,
  cachedTokens: finish?.usage.cachedInputTokens,
  reasoningTokens: finish?.usage.reasoningTokens
})

export const connect: Connect = async (baseUrl) => {
  const { context } = await transport.runtime()
  const live = ZhipuLanguageModel.layer({ model: request.model }).pipe(
    Layer.provide(Zhipu.layer({ apiKey: Redacted.make(apiKey), baseUrl })),
    Layer.provide(Layer.succeedContext(context)),
    Layer.merge(toolkit.toLayer({ save_file: () => Effect.void }))
  )
  const runtime = ManagedRuntime.make(live)
  const model = await runtime.runPromise(LanguageModel.LanguageModel)
  const tools = await runtime.runPromise(toolkit)
  const options = { prompt: request.messages, toolkit: tools, disableToolCallResolution: true } as const

  const stream = (onFirst: (() => void) | undefined) =>
    Effect.suspend(() => {
      let reasoning = ""
      let content = ""
      let toolArguments = ""
      let finish: Response.FinishPart | undefined
      let first = onFirst
      return Stream.runForEachChunk(model.streamText(options), (parts) =>
        Effect.sync(() => {
          first?.()
          first = undefined
          for (const part of parts) {
            if (part.type === "text-delta") content += part.delta
            else if (part.type === "reasoning-delta") reasoning += part.delta
            else if (part.type === "tool-params-delta") toolArguments += part.delta
            else if (part.type === "finish") finish = part
          }
        })
      ).pipe(Effect.map((): Answer => ({ reasoning, content, toolArguments, ...endOf(finish) })))
    })

  const complete = Effect.map(model.generateText(options), ({ content, reasoningText, text, toolCalls }): Answer => {
    const call = toolCalls[0]
    return {
      reasoning: reasoningText ?? "",
      content: text,
      toolArguments: call === undefined ? "" : JSON.stringify(call.params),
      ...endOf(content.find((part) => part.type === "finish"))
    }
  })

  return {
    stream: (onFirst) => runtime.runPromise(stream(onFirst)),
    complete: () => runtime.runPromise(complete)
  }
}
