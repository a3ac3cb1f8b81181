/**
 * Finds in a conversation what the service refuses with a bare 1214, and says where it is. Pure.
 *
 * Only what is sure: a service that grows more lenient must not be held back by its client, so ranges, roles and kinds of
 * parts are left to it.
 */
import type { ChatRequest } from "../documents/request.js"
import type { InvalidRequestFailure } from "../failures/failure.js"
import { isRecord } from "../text/records.js"

interface Problem {
  readonly path: string
  readonly what: string
}

/**
 * What the service would refuse with a bare 1214: a conversation without a user turn, an empty one, tool calls that are not
 * answered once each. `undefined` where there is nothing of it.
 *
 * @since 0.1.0
 * @category validation
 */
export const check = (request: ChatRequest): InvalidRequestFailure | undefined => {
  const problem = problemIn(request)
  return problem === undefined
    ? undefined
    : {
        _tag: "InvalidRequestError",
        message: `The request was not sent, as the service would refuse it (code 1214): ${problem.what} at ${problem.path}.`,
        path: problem.path
      }
}

/** A turn as it may come from a file or a program without types: what does not look like one is the service's to refuse. */
interface Turn {
  readonly role: unknown
  readonly content: unknown
  readonly toolCallId: unknown
  readonly toolCalls: ReadonlyArray<unknown>
}

const turnOf = (message: unknown): Turn => {
  const fields = isRecord(message) ? message : {}
  const calls = fields["tool_calls"]
  return {
    role: fields["role"],
    content: fields["content"],
    toolCallId: fields["tool_call_id"],
    toolCalls: Array.isArray(calls) ? calls : []
  }
}

const problemIn = (request: ChatRequest): Problem | undefined => {
  const messages: unknown = request.messages
  if (!Array.isArray(messages)) return { path: "messages", what: "there is no list of messages" }
  if (messages.length === 0) return { path: "messages", what: "the list of messages is empty" }
  const turns = messages.map(turnOf)
  if (turns.every(({ role }) => role === "system" || role === "assistant")) {
    return { path: "messages", what: "there is no user turn" }
  }
  return emptyTurn(turns) ?? brokenToolCalls(turns)
}

const emptyTurn = (turns: ReadonlyArray<Turn>): Problem | undefined => {
  const index = turns.findIndex(
    ({ content, role }) => role === "user" && (content === "" || (Array.isArray(content) && content.length === 0))
  )
  return index === -1 ? undefined : { path: `messages[${index}].content`, what: "the content of a user turn is empty" }
}

/** Each tool call is answered once, before the conversation goes on. */
const brokenToolCalls = (turns: ReadonlyArray<Turn>): Problem | undefined => {
  let open = new Map<unknown, string>()
  const answered = new Set<unknown>()
  for (const [i, { role, toolCallId: id, toolCalls }] of turns.entries()) {
    if (role === "tool") {
      if (open.delete(id)) {
        answered.add(id)
        continue
      }
      return {
        path: `messages[${i}].tool_call_id`,
        what: answered.has(id)
          ? `the tool call ${String(id)} is answered twice`
          : `there is no tool call ${String(id)} to answer in the assistant turn before`
      }
    }
    const unanswered = open.entries().next().value
    if (unanswered !== undefined) return notAnswered(unanswered)
    if (role === "assistant") {
      open = new Map()
      answered.clear()
      for (const [j, call] of toolCalls.entries()) {
        // Calls that the service makes itself (`mcp`, `web_search`, `retrieval`) are answered by it.
        if (!isRecord(call) || (call["type"] !== undefined && call["type"] !== "function")) continue
        const id = call["id"]
        const path = `messages[${i}].tool_calls[${j}]`
        if (open.has(id)) return { path: `${path}.id`, what: `two tool calls have the id ${String(id)}` }
        open.set(id, path)
      }
    }
  }
  const unanswered = open.entries().next().value
  return unanswered === undefined ? undefined : notAnswered(unanswered)
}

const notAnswered = ([id, path]: [id: unknown, path: string]): Problem => ({
  path,
  what: `the tool call ${String(id)} has no result`
})
