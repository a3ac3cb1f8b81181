// Generated from packages/testing/src/internal/simulator/server/unfit.ts by scripts/effect4: change that file.
/**
 * Says of faults that they can do nothing to a request: a test of a fault that cannot happen passes for the wrong reason.
 */
import * as Effect from "effect/Effect"
import * as Fault from "../../../Fault.js"
import * as ActiveFaults from "../faults/activeFaults.js"
import type { Exchange } from "./exchange.js"
import type { State } from "./state.js"

/** Said once for each text: a test runs the same request again and again. @internal */
export const warn = ({ notices }: Pick<State, "notices">, text: string): Effect.Effect<void> =>
  Effect.suspend(() => {
    if (notices.has(text)) return Effect.void
    notices.add(text)
    return Effect.logWarning(text)
  })

/** Operations that stand alone: faults of others are not for a later step of the same work. */
const alone: ReadonlySet<string> = new Set([
  "embeddings",
  "rerank",
  "tokenizer",
  "moderations",
  "web_search",
  "reader",
  "models",
  "quota"
])

type Reason = NonNullable<ReturnType<typeof ActiveFaults.reasonAgainst>>

const reasons: ReadonlyArray<Reason> = ["stream", "operation", "chat", "other"]

const sentence = (reason: Reason, faults: string, kind: ActiveFaults.Kind): string | undefined => {
  switch (reason) {
    case "stream":
      return (
        `Fault ${faults} acts on streams: it did nothing to a request without "stream": true. ` +
        "code:CODE, idle@headers, truncate@BYTES and reset@BYTES act on whole answers too."
      )
    case "operation":
      return `Fault ${faults} acts on operations beside chat: it did nothing to a chat.`
    case "chat":
      return `Fault ${faults} acts on chats: it did nothing to another operation.`
    case "other":
      return "operation" in kind && alone.has(kind.operation)
        ? `Fault ${faults} acts on other operations: it did nothing to ${kind.operation}.`
        : undefined
  }
}

/** @internal */
export const tellUnfit = ({ state, unfit }: Exchange, kind: ActiveFaults.Kind): Effect.Effect<void> =>
  unfit.length === 0
    ? Effect.void
    : Effect.forEach(
        reasons,
        (reason) => {
          const faults = unfit.filter((fault) => ActiveFaults.reasonAgainst(fault, kind) === reason)
          const text = faults.length === 0 ? undefined : sentence(reason, Fault.print(faults), kind)
          return text === undefined ? Effect.void : warn(state, text)
        },
        { discard: true }
      )

/** @internal */
export const unfitHeaders = ({ unfit }: Exchange): Readonly<Record<string, string>> =>
  unfit.length === 0 ? {} : { "X-Zhipu-Fault-Without-Effect": Fault.print(unfit) }
