// Generated from packages/client/src/internal/tools/transcript.ts by scripts/effect4: change that file.
/** How a transcript grows: by a turn of the model, and by the results of its calls. Pure. */
import { addUsage } from "@effect-zhipu/protocol/internal/documents/addUsage"
import { pendingCalls } from "@effect-zhipu/protocol/internal/requests/pendingCalls"
import type { Usage } from "../../ChatCompletion.js"
import { type AssistantMessage, toolResult } from "../../Message.js"
import type { Transcript } from "../../Transcript.js"

/** Adds a turn of the model. @internal */
export const withTurn = (self: Transcript, turn: AssistantMessage, usage: Usage | undefined): Transcript => {
  const total = addUsage(self.usage, usage)
  return {
    version: 1,
    messages: [...self.messages, turn],
    rounds: self.rounds + 1,
    ...(total === undefined ? {} : { usage: total })
  }
}

/** Adds results, by the id of their call, in the order of the calls. @internal */
export const withResults = (self: Transcript, results: ReadonlyMap<string, string>): Transcript => ({
  ...self,
  messages: [
    ...self.messages,
    ...pendingCalls(self.messages).flatMap(({ id }) => {
      const content = results.get(id)
      return content === undefined ? [] : [toolResult(id, content)]
    })
  ]
})
