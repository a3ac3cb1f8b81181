/** `zhipu models`: what each model can do and what it costs. */
import type { Price } from "@effect-zhipu/client/Price"
import type { Region } from "@effect-zhipu/client/Region"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { defaultModel } from "../answer.js"
import * as Variables from "../doctor/variables.js"
import type { BrokenPipe } from "../errors.js"
import { say } from "../language.js"
import type { Failure } from "../operations/run.js"
import { Output } from "../output.js"
import { columns, tokens } from "../text.js"

const thinking = { always: "thinkingAlways", auto: "thinkingAuto", none: "thinkingNone" } as const

const inputs = {
  text: "inputText",
  image: "inputImage",
  video: "inputVideo",
  audio: "inputAudio",
  file: "inputFile"
} as const

/** @internal */
export const run = (options: {
  readonly json: boolean
  readonly remote: boolean
}): Effect.Effect<void, BrokenPipe | Failure, Output> =>
  Effect.gen(function* () {
    if (options.remote) {
      const { models } = yield* Effect.promise(() => import("../operations/web.js"))
      return yield* models({
        words: [],
        json: options.json,
        dryRun: false,
        auth: undefined,
        baseUrl: undefined,
        timeout: undefined,
        keyStdin: false,
        simulate: false,
        fault: undefined
      })
    }
    const output = yield* Output
    const { table } = yield* Effect.promise(() => import("@effect-zhipu/client/Model"))
    const Price = yield* Effect.promise(() => import("@effect-zhipu/client/Price"))
    const asked = (yield* Variables.variable("ZHIPU_MODEL"))?.trim() ?? defaultModel
    if (options.json) {
      const priced = table.map((model) => ({
        ...model,
        isDefault: model.id === asked,
        prices: [...Price.table, ...Price.tableCn].filter((price) => price.model === model.id)
      }))
      return yield* output.out(`${JSON.stringify(priced, null, output.stdoutIsTty ? 2 : 0)}\n`)
    }
    const region = yield* currentRegion
    const prices = region === "cn" ? Price.tableCn : Price.table
    const currency = prices[0]?.currency ?? ""
    const head = say("modelsHead", { currency }).split("|")
    const rows = table.map((model) => [
      model.id,
      model.context === undefined ? "-" : tokens(model.context),
      model.maxOutput === undefined ? "-" : tokens(model.maxOutput),
      say(thinking[model.thinking]),
      say(model.toolStream ? "yes" : "no"),
      (["text", ...model.input] as const).map((kind) => say(inputs[kind])).join("+"),
      Option.match(Price.find(prices, model.id, region), { onNone: () => "-", onSome: shownPrice }),
      [
        model.id === asked ? say("askedByDefault") : undefined,
        model.defaults.temperature === undefined ? undefined : `temperature ${model.defaults.temperature}`,
        model.defaults.topP === undefined ? undefined : `top_p ${model.defaults.topP}`,
        model.defaults.maxTokens === undefined ? undefined : `max_tokens ${model.defaults.maxTokens}`
      ]
        .filter((part) => part !== undefined)
        .join(", ")
    ])
    yield* output.out(`${columns([head, ...rows])}\n`)
  })

/** By the key and the settings, as a question would be asked. */
const currentRegion: Effect.Effect<Region> = Effect.gen(function* () {
  const ZhipuConfig = yield* Effect.promise(() => import("@effect-zhipu/client/ZhipuConfig"))
  const Region = yield* Effect.promise(() => import("@effect-zhipu/client/Region"))
  const read = yield* ZhipuConfig.fromEnvironment().pipe(
    Effect.orElse(() => ZhipuConfig.fromEnvironment({ apiKey: Redacted.make("nobody") })),
    Effect.either,
    Logger.withMinimumLogLevel(LogLevel.None)
  )
  if (Either.isLeft(read)) return "cn"
  const { baseUrl, region } = read.right
  return (URL.canParse(baseUrl ?? "") ? Region.of(new URL(baseUrl ?? "").hostname) : undefined) ?? region ?? "cn"
})

/** Where a short call costs less, from the least to the most. */
const shownPrice = ({ input, output, tiers = [] }: Price): string => {
  const all = [...tiers, { input, output }]
  const span = (of: ReadonlyArray<number>) => Array.from(new Set([Math.min(...of), Math.max(...of)])).join("-")
  return all.every(({ input, output }) => input === 0 && output === 0)
    ? say("free")
    : `${span(all.map(({ input }) => input))}, ${span(all.map(({ output }) => output))}`
}
