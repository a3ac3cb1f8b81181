// Generated from packages/testing/src/internal/simulator/answers/script.ts by scripts/effect4: change that file.
/**
 * The replies of a script, made ready to be played.
 */
import type { Usage } from "../../../../ChatCompletion.js"
import type { Json } from "../json.js"
import { tokenize } from "./prose.js"
import type { PlannedCall } from "./toolChoice.js"

/**
 * A call of a tool in a `Reply`.
 *
 * @since 0.1.0
 * @category models
 */
export interface ReplyCall {
  /** Default: one that is made up, as the service does. */
  readonly id?: string | undefined
  readonly name: string
  /** A string is sent as it is, JSON or not; anything else as JSON. */
  readonly arguments: string | object
}

/**
 * What the model says in one turn: it thinks, then speaks, then calls tools. Everything is optional.
 *
 * It is sent as it is written, whatever the request says of thinking, `max_tokens`, `stop` and `tools`. An answer that
 * was cut by a limit is written so: broken arguments, and `finish: "length"`.
 *
 * @example
 * ```ts
 * import { Simulator } from "@effect-zhipu/effect4/testing"
 *
 * export const simulator = Simulator.layer({
 *   script: [
 *     { reasoning: "I need the weather.", calls: [{ name: "get_weather", arguments: { city: "London" } }] },
 *     { content: "It is raining." }
 *   ]
 * })
 * ```
 *
 * @since 0.1.0
 * @category models
 */
export interface Reply {
  readonly reasoning?: string | undefined
  readonly content?: string | undefined
  readonly calls?: ReadonlyArray<ReplyCall> | undefined
  /** The finish reason. Default: `tool_calls` where there are calls, `stop` where there are none. */
  readonly finish?: string | undefined
  /** Default: what is counted. */
  readonly usage?: Usage | undefined
}

/** @internal */
export interface Scripted {
  /** The number of the reply, from 0. */
  readonly index: number
  readonly reasoning: ReadonlyArray<string>
  readonly content: ReadonlyArray<string>
  readonly calls: ReadonlyArray<PlannedCall>
  readonly finishReason: string | undefined
  readonly usage: Json | undefined
}

/**
 * Throws where arguments have no JSON: here, and not in the middle of a request, where it would look like the service.
 *
 * @internal
 */
export const prepare = (script: ReadonlyArray<Reply>): ReadonlyArray<Scripted> =>
  script.map(({ calls = [], content = "", finish, reasoning = "", usage }, index) => ({
    index,
    reasoning: tokenize(reasoning),
    content: tokenize(content),
    calls: calls.map(({ arguments: given, id, name }) => ({
      id,
      name,
      arguments: typeof given === "string" ? given : JSON.stringify(given)
    })),
    finishReason: finish,
    usage: usage === undefined ? undefined : { ...usage }
  }))
