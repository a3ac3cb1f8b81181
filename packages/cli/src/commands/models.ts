/** `zhipu models`: the capability table. */
import * as Effect from "effect/Effect"
import type { BrokenPipe } from "../errors.js"
import type { Failure } from "../operations/run.js"
import { Output } from "../output.js"
import { columns, tokens } from "../text.js"

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
    if (options.json) return yield* output.out(`${JSON.stringify(table, null, output.stdoutIsTty ? 2 : 0)}\n`)
    const head = ["MODEL", "CONTEXT", "MAX OUTPUT", "THINKING", "TOOL STREAM", "INPUT", "DEFAULTS"]
    const rows = table.map((model) => [
      model.id,
      model.context === undefined ? "-" : tokens(model.context),
      model.maxOutput === undefined ? "-" : tokens(model.maxOutput),
      model.thinking,
      model.toolStream ? "yes" : "no",
      ["text", ...model.input].join("+"),
      [
        model.defaults.temperature === undefined ? undefined : `temperature ${model.defaults.temperature}`,
        model.defaults.topP === undefined ? undefined : `top_p ${model.defaults.topP}`,
        model.defaults.maxTokens === undefined ? undefined : `max_tokens ${model.defaults.maxTokens}`
      ]
        .filter((part) => part !== undefined)
        .join(", ")
    ])
    yield* output.out(`${columns([head, ...rows])}\n`)
  })
