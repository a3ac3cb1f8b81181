/**
 * The replies of a script, made ready to be played.
 */
import type { Reply } from "../../Simulator.js"
import type { Json } from "./json.js"
import { tokenize } from "../answers/prose.js"
import type { PlannedCall } from "./toolChoice.js"

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
