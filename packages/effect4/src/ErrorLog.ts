// Generated from packages/client/src/ErrorLog.ts by scripts/effect4: change that file.
/**
 * One line of the log for each call that failed, structured, at the level `Error`.
 *
 * It holds what `CallObserver.CallEnd` knows of the failure: kind, code, HTTP status, request id, attempts and time. It
 * holds no message of the service, which may quote the request, and so neither a key nor a prompt. A call that succeeded
 * after all, or that nobody waited for any more, is not logged.
 *
 * | annotation | example |
 * | --- | --- |
 * | `gen_ai.operation.name` | `chat` |
 * | `gen_ai.request.model` | `glm-4.6` |
 * | `error.type` | `RateLimitError` |
 * | `zhipu.error.code` | `1302` |
 * | `http.response.status_code` | `429` |
 * | `zhipu.request_id` | the id to name when asking the vendor |
 * | `zhipu.attempts` | `4` |
 * | `zhipu.elapsed_ms` | `8120` |
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as CallObserver from "./CallObserver.js"
import * as names from "./internal/telemetry/attributeNames.js"
import { attributes } from "./internal/telemetry/names.js"

/**
 * Logs the failures of the clients that this layer is provided to, in the fiber of the call: with its annotations and to
 * its loggers.
 *
 * @example
 * ```ts
 * import { ErrorLog, Zhipu } from "@effect-zhipu/effect4"
 * import { FetchHttpClient } from "effect/http"
 * import { Layer } from "effect"
 *
 * export const live = Zhipu.layerConfig().pipe(Layer.provide([FetchHttpClient.layer, ErrorLog.layer]))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<never> = CallObserver.add({
  start: ({ model, operation }) => ({
    ended: (end) =>
      end.outcome === "failure"
        ? Effect.logError("A call of the GLM service failed.").pipe(
            Effect.annotateLogs(
              attributes({
                [names.operation]: operation,
                [names.requestModel]: model,
                [names.errorType]: end.errorType,
                [names.errorCode]: end.error?.code,
                [names.statusCode]: end.error?.status,
                [names.requestId]: end.requestId,
                [names.attempts]: end.attempts,
                [names.elapsed]: end.durationMillis
              })
            )
          )
        : Effect.void
  })
})
