// Generated from packages/client/src/internal/call/callTerms.ts by scripts/effect4: change that file.
/** The options of one call, checked and put over those of its client. Never on the way of a call that has none. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Deadlines } from "../../Deadlines.js"
import { InvalidRequestError, type ZhipuError } from "../../ZhipuError.js"
import { problemOfDeadlines, problemOfHeaders } from "../config/checks.js"
import { keyOf } from "../keys/authorizer.js"
import type { Authorizer } from "../keys/lease.js"
import { bearer } from "../keys/tokenCache.js"
import type { Options } from "./callOptions.js"
import type { Settings, Terms } from "./settings.js"

/** @internal */
export const termsOf =
  (own: Options) =>
  (usual: Terms, config: Settings): Effect.Effect<Terms, ZhipuError> =>
    Effect.gen(function* () {
      const problem = problemOfDeadlines(own.deadlines) ?? problemOfHeaders(own.headers)
      if (problem !== undefined) {
        return yield* new InvalidRequestError({
          message: `${problem.message} Nothing was sent. Change the options of ZhipuCall.`,
          path: problem.path
        })
      }
      const deadlines: Deadlines = { ...usual.deadlines, ...decoded(own.deadlines) }
      const { requestId } = own
      return {
        auth: own.apiKey === undefined ? usual.auth : yield* (usual.auth.forKey ?? plain(config))(own.apiKey),
        deadlines,
        queue: own.deadlines?.queue === undefined ? undefined : deadlines.queue,
        headers: { ...usual.headers, ...own.headers },
        retry: own.retry ?? usual.retry,
        requestId: Effect.isEffect(requestId) ? yield* requestId : requestId,
        onResponse: own.onResponse
      }
    })

const decoded = (given: Options["deadlines"] = {}): Partial<Deadlines> =>
  Object.fromEntries(
    Object.entries(given).flatMap(([phase, input]) =>
      input === undefined ? [] : [[phase, Duration.fromInputUnsafe(input)]]
    )
  )

/** For a `ZhipuAuth` of somebody else's making, which knows of no other keys than its own. */
const plain =
  (config: Settings): NonNullable<Authorizer["forKey"]> =>
  (source) =>
    Effect.succeed({
      authorization: Effect.map(keyOf(source, config.auth), (key) => bearer(Redacted.value(key))),
      renew: Effect.succeed(false)
    })
