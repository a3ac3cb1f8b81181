// Generated from packages/client/src/PromptLog.ts by scripts/effect4: change that file.
/**
 * Prompts and answers in the log, to see what a program says to the model. Nothing logs them without this layer: they hold what
 * people have written.
 *
 * Each call becomes one entry when it has ended, well or not. Keys and tokens are taken out by their shape, and values of fields
 * such as `Authorization`, also in JSON within a text, as the arguments of tool calls are; images and files in base64 are told by
 * their length. Whatever else is confidential stays.
 *
 * @since 0.1.0
 */
import { mark, withoutShapes } from "@effect-zhipu/protocol/internal/text/redaction"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { ChatCompletion } from "./ChatCompletion.js"
import type { ChatRequest } from "./ChatRequest.js"
import { type ChunkEvent, toCompletion } from "./ChunkEvent.js"
import { told } from "./internal/call/onlooker.js"
import * as names from "./internal/telemetry/attributeNames.js"
import { attributes } from "./internal/telemetry/names.js"
import * as ZhipuChat from "./ZhipuChat.js"
import type { ZhipuError } from "./ZhipuError.js"

/**
 * A call, as it is logged. Texts are cut at `maxLength`, and say so.
 *
 * - `request`: the request as JSON, or a note where it cannot be written so.
 * - `answer`: the message as JSON; of a call that failed what came of it, where something did.
 * - `outcome`: `success`, `interrupted` (also of a stream that was left before its end), or the `_tag` of the error.
 *
 * @since 0.1.0
 * @category models
 */
export interface Entry {
  readonly model: string
  readonly stream: boolean
  readonly request: string
  readonly answer: string | undefined
  readonly finishReason: string | undefined
  readonly outcome: string
  readonly durationMillis: number
}

/**
 * - `maxLength`: so many characters of the request, and as many of the answer. Default 8000.
 * - `log`: where an entry goes. Default: a line of the log at the level `Info`, with the entry as annotations. A call does not fail
 *   because it does, but waits for it.
 *
 * @since 0.1.0
 * @category options
 */
export interface Options {
  readonly maxLength?: number | undefined
  readonly log?: ((entry: Entry) => Effect.Effect<void>) | undefined
}

const toLog = ({ answer, durationMillis, finishReason, model, outcome, request }: Entry): Effect.Effect<void> =>
  Effect.logInfo("A call of the GLM service.").pipe(
    Effect.annotateLogs(
      attributes({
        [names.requestModel]: model,
        [names.elapsed]: durationMillis,
        "zhipu.outcome": outcome,
        "zhipu.finish_reason": finishReason,
        "zhipu.request": request,
        "zhipu.answer": answer
      })
    )
  )

/**
 * A client that logs what it asks and what it is answered. Below a `ZhipuCache` it logs the calls that reach the service, above
 * it all of them.
 *
 * @example
 * ```ts
 * import { PromptLog, Zhipu } from "@effect-zhipu/effect4"
 * import { FetchHttpClient } from "effect/http"
 * import { Console, Layer } from "effect"
 *
 * const live = Zhipu.layerConfig().pipe(Layer.provide(FetchHttpClient.layer))
 *
 * export const logged = PromptLog.layer({ log: ({ answer, request }) => Console.log(request, answer) }).pipe(
 *   Layer.provideMerge(live)
 * )
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = ({ log = toLog, maxLength = 8000 }: Options = {}): Layer.Layer<
  ZhipuChat.ZhipuChat,
  never,
  ZhipuChat.ZhipuChat
> =>
  Layer.effect(
    ZhipuChat.ZhipuChat,
    Effect.map(ZhipuChat.ZhipuChat, (chat): ZhipuChat.Service => {
      const entered = (
        request: ChatRequest,
        stream: boolean,
        startedAt: number,
        exit: Exit.Exit<unknown, ZhipuError>,
        came: ChatCompletion | undefined
      ): Effect.Effect<void> =>
        told(
          () =>
            Effect.flatMap(Clock.currentTimeMillis, (now) => {
              const error = Exit.isFailure(exit) ? Option.getOrUndefined(Cause.findErrorOption(exit.cause)) : undefined
              const answer = came ?? error?.partial
              const [choice] = answer?.choices ?? []
              const outcome = stream && !hasEnded(came) ? "interrupted" : "success"
              return log({
                model: request.model,
                stream,
                request: shown(request, maxLength),
                answer: choice?.message === undefined ? undefined : shown(choice.message, maxLength),
                finishReason: choice?.finish_reason,
                outcome: Exit.isSuccess(exit) ? outcome : (error?._tag ?? outcomeOf(exit.cause)),
                durationMillis: now - startedAt
              })
            }),
          "The log of prompts failed."
        )
      return {
        complete: (request) =>
          Effect.flatMap(Clock.currentTimeMillis, (startedAt) =>
            Effect.onExit(chat.complete(request), (exit) =>
              entered(request, false, startedAt, exit, Exit.isSuccess(exit) ? exit.value : undefined)
            )
          ),
        stream: (request) =>
          Stream.unwrap(
            Effect.map(Clock.currentTimeMillis, (startedAt) => {
              const events: Array<ChunkEvent> = []
              return chat.stream(request).pipe(
                Stream.mapArray((chunk) => {
                  for (const event of chunk) events.push(event)
                  return chunk
                }),
                Stream.onExit((exit) => entered(request, true, startedAt, exit, toCompletion(events)))
              )
            })
          )
      }
    })
  )

/** A stream that its consumer left ends well as well. */
const hasEnded = (came: ChatCompletion | undefined): boolean =>
  came !== undefined && came.choices.length > 0 && came.choices.every((choice) => choice.finish_reason !== undefined)

const outcomeOf = (cause: Cause.Cause<unknown>): string => (Cause.hasInterruptsOnly(cause) ? "interrupted" : "Defect")

const secretName = /authorization|cookie|api[-_]?key|password|secret|access[-_]?token/i

/** The value of such a field in JSON that is the text of another field. */
const secretWithin = new RegExp(
  `("[^"\\\\]{0,40}?(?:${secretName.source})[^"\\\\]{0,40}"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*"`,
  "gi"
)

/** Base64 of images and files, in a data URI or bare. */
const long = /(?:data:[\w.+-]+\/[\w.+-]+;base64,)?[A-Za-z0-9+/]{400,}={0,2}/g

/** A number too large, a value within itself, or one that is too deep, cannot be written. */
const written = (value: unknown): string =>
  Option.getOrElse(
    Option.liftThrowable(() =>
      JSON.stringify(value, (name, field: unknown) => {
        // An object is no value: the schema of a parameter `password` is one.
        if (secretName.test(name) && (Array.isArray(field) || /^(?:string|number)$/.test(typeof field))) return mark
        if (typeof field !== "string") return field
        return field
          .replace(long, (bytes) => `[base64, ${bytes.length} characters]`)
          .replace(secretWithin, `$1"${mark}"`)
      })
    )(),
    () => "[cannot be written as JSON]"
  )

const shown = (value: unknown, maxLength: number): string => {
  const text = written(value)
  const clean = withoutShapes(text)
  return clean.length > maxLength ? `${clean.slice(0, maxLength)}… [${clean.length} characters]` : clean
}
