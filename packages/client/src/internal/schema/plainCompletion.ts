/**
 * Whether a completion is already what its Schema makes of it, as most are: no field is `null`, or of a type that is converted. The
 * Schema looks at each field in an Effect of its own, which was a seventh of all that a plain completion costs.
 */
import type { ChatCompletion } from "@effect-zhipu/protocol/internal/documents/completion"
import { isRecord } from "@effect-zhipu/protocol/internal/text/records"

type Check = (value: unknown) => boolean

const absentOr =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value)

const string = absentOr((value) => typeof value === "string")

const number = absentOr((value) => typeof value === "number")

const all =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check)

/** Fields that are not listed may be anything. */
const object = (checks: Readonly<Record<string, Check>>): Check => {
  const fields = Object.entries(checks)
  return (value) => {
    if (!isRecord(value)) return false
    for (const [name, check] of fields) if (!check(value[name])) return false
    return true
  }
}

const toolCall = object({
  id: string,
  index: number,
  type: string,
  function: absentOr(object({ name: string, arguments: string }))
})

const choice = object({
  index: number,
  finish_reason: string,
  // Where the service sends none, the Schema gives an empty one.
  message: object({ role: string, content: string, reasoning_content: string, tool_calls: absentOr(all(toolCall)) })
})

const usage = object({
  prompt_tokens: number,
  completion_tokens: number,
  total_tokens: number,
  prompt_tokens_details: absentOr(object({ cached_tokens: number })),
  completion_tokens_details: absentOr(object({ reasoning_tokens: number }))
})

const page = object({
  title: string,
  link: string,
  content: string,
  media: string,
  icon: string,
  refer: string,
  publish_date: string
})

const filter = object({ role: string, level: (value) => string(value) || number(value) })

const completion = object({
  id: string,
  request_id: string,
  object: string,
  created: number,
  model: string,
  choices: all(choice),
  usage: absentOr(usage),
  web_search: absentOr(all(page)),
  content_filter: absentOr(all(filter))
})

/** @internal */
export const isPlainCompletion = (document: unknown): document is ChatCompletion => completion(document)
