// Generated from packages/bulk/src/internal/job/settings.ts by scripts/effect4: change that file.
/** What items are asked with, from the client of the program. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Price from "../../../Price.js"
import * as Region from "../../../Region.js"
import { ZhipuChat } from "../../../ZhipuChat.js"
import { ZhipuConfig } from "../../../ZhipuConfig.js"
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
