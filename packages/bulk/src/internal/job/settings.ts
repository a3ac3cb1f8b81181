/** What items are asked with, from the client of the program. */
import * as Price from "@effect-zhipu/client/Price"
import * as Region from "@effect-zhipu/client/Region"
import { ZhipuChat } from "@effect-zhipu/client/ZhipuChat"
import { ZhipuConfig } from "@effect-zhipu/client/ZhipuConfig"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Settings } from "./ask.js"

/** @internal */
export const make: Effect.Effect<Settings, never, ZhipuChat> = Effect.gen(function* () {
  const chat = yield* ZhipuChat
  const prices = yield* Price.Prices
  const config = yield* Effect.serviceOption(ZhipuConfig)
  return {
    chat,
    prices,
    region: Option.getOrUndefined(Option.map(config, ({ baseUrl }) => Region.of(new URL(baseUrl).hostname)))
  }
})
