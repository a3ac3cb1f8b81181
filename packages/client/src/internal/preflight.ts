/**
 * Finds in a conversation what the service refuses with a bare 1214, and says where it is. Pure.
 *
 * Only what is sure: a service that grows more lenient must not be held back by its client, so ranges, roles and kinds of
 * parts are left to it.
 */
import type { ChatRequest } from "../ChatRequest.js"
import type { Message } from "../Message.js"
import { InvalidRequestError } from "../ZhipuError.js"

interface Problem {
  readonly path: string
  readonly what: string
}

/** @internal */
export const check = (request: ChatRequest): InvalidRequestError | undefined => {
  const problem = problemIn(request)
  return problem === undefined
    ? undefined
    : new InvalidRequestError({
        message: `The request was not sent, as the service would refuse it (code 1214): ${problem.what} at ${problem.path}.`,
        path: problem.path
      })
}

const problemIn = (request: ChatRequest): Problem | undefined => {
  const messages: unknown = request.messages
  if (!Array.isArray(messages)) return { path: "messages", what: "there is no list of messages" }
  if (messages.length === 0) return { path: "messages", what: "the list of messages is empty" }
  const turns: ReadonlyArray<Message> = request.messages
  if (turns.every(({ role }) => role === "system" || role === "assistant")) {
    return { path: "messages", what: "there is no user turn" }
  }
  return emptyTurn(turns) ?? brokenToolCalls(turns)
}

const emptyTurn = (messages: ReadonlyArray<Message>): Problem | undefined => {
  for (const [i, message] of messages.entries()) {
    if (message.role === "user" && (message.content === "" || message.content.length === 0)) {
      return { path: `messages[${i}].content`, what: "the content of a user turn is empty" }
    }
  }
  return undefined
}

/** Each tool call is answered once, before the conversation goes on. */
const brokenToolCalls = (messages: ReadonlyArray<Message>): Problem | undefined => {
  let open = new Map<string, string>()
  const answered = new Set<string>()
  for (const [i, message] of messages.entries()) {
    if (message.role === "tool") {
      const id = message.tool_call_id
      if (open.delete(id)) {
        answered.add(id)
        continue
      }
      return {
        path: `messages[${i}].tool_call_id`,
        what: answered.has(id)
          ? `the tool call ${id} is answered twice`
          : `there is no tool call ${id} to answer in the assistant turn before`
      }
    }
    const unanswered = open.entries().next().value
    if (unanswered !== undefined) return notAnswered(unanswered)
    if (message.role === "assistant") {
      open = new Map()
      answered.clear()
      for (const [j, call] of (message.tool_calls ?? []).entries()) {
        // Calls that the service makes itself (`mcp`, `web_search`, `retrieval`) are answered by it.
        if (call.type !== undefined && call.type !== "function") continue
        const path = `messages[${i}].tool_calls[${j}]`
        if (open.has(call.id)) return { path: `${path}.id`, what: `two tool calls have the id ${call.id}` }
        open.set(call.id, path)
      }
    }
  }
  const unanswered = open.entries().next().value
  return unanswered === undefined ? undefined : notAnswered(unanswered)
}

const notAnswered = ([id, path]: [id: string, path: string]): Problem => ({
  path,
  what: `the tool call ${id} has no result`
})
