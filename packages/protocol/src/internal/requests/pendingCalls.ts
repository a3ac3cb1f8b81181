/** Which tool calls at the end of a conversation have no result yet. Pure. */
import type { FunctionCall } from "../documents/completion.js"
import type { Message } from "../documents/message.js"

/** In the order of the calls. Calls that the service itself makes (`mcp`) are answered by it. @internal */
export const pendingCalls = (messages: ReadonlyArray<Message>): ReadonlyArray<FunctionCall> => {
  const answered = new Set<string>()
  for (let i = messages.length - 1; i >= 0; i--) {
    const message = messages[i]
    if (message?.role === "tool") {
      answered.add(message.tool_call_id)
      continue
    }
    if (message?.role !== "assistant") return []
    return (message.tool_calls ?? []).flatMap(({ function: fn, id, type }) =>
      type !== "function" || answered.has(id) ? [] : [{ id, name: fn?.name ?? "", arguments: fn?.arguments ?? "" }]
    )
  }
  return []
}
