/** What a file of a conversation holds: lines of JSON, one for each thing that happened. Pure. */
import type * as ChatCompletion from "@effect-zhipu/client/ChatCompletion"
import * as Message from "@effect-zhipu/client/Message"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

const Begin = Schema.Struct({
  type: Schema.Literal("begin"),
  /** In ISO 8601, as all times here. */
  at: Schema.String,
  model: Schema.String,
  system: Schema.optional(Schema.String)
})

const Turn = Schema.Struct({
  type: Schema.Literal("turn"),
  at: Schema.String,
  model: Schema.String,
  /** What was asked, and the answer. */
  messages: Schema.Array(Message.Message),
  tokens: Schema.optional(Schema.Struct({ input: Schema.Number, output: Schema.Number })),
  /** The built-in simulator made the answer up. */
  simulated: Schema.optional(Schema.Boolean)
})

/** Messages that come from elsewhere, such as a file. */
const Loaded = Schema.Struct({ type: Schema.Literal("messages"), messages: Schema.Array(Message.Message) })

const System = Schema.Struct({ type: Schema.Literal("system"), system: Schema.optional(Schema.String) })

/** The last turn is taken back. */
const Undo = Schema.Struct({ type: Schema.Literal("undo") })

const Line = Schema.Union(Begin, Turn, Loaded, System, Undo)

/** @internal */
export type Line = typeof Line.Type

const decode = Schema.decodeUnknownOption(Schema.parseJson(Line))

/** @internal */
export const encode = (line: Line): string => `${JSON.stringify(line)}\n`

/** A turn, now. @internal */
export const turnLine = (
  model: string,
  messages: ReadonlyArray<Message.Message>,
  usage: ChatCompletion.Usage | undefined,
  isSimulated: boolean
): Line => ({
  type: "turn",
  at: new Date().toISOString(),
  model,
  messages,
  ...(usage?.prompt_tokens === undefined || usage.completion_tokens === undefined
    ? {}
    : { tokens: { input: usage.prompt_tokens, output: usage.completion_tokens } }),
  ...(isSimulated ? { simulated: true } : {})
})

/** A conversation as it stands after all its lines. @internal */
export interface Kept {
  readonly begun: string
  /** When the last turn ended. */
  readonly at: string
  readonly model: string
  readonly system: string | undefined
  /** Without the instructions. */
  readonly messages: ReadonlyArray<Message.Message>
  readonly turns: number
  readonly simulated: boolean
  /** Lines that cannot be read, by their numbers from 1. */
  readonly unreadable: ReadonlyArray<number>
}

/** Without the last thing that was asked, and what followed. @internal */
export const withoutLast = (messages: ReadonlyArray<Message.Message>): ReadonlyArray<Message.Message> => {
  const last = messages.findLastIndex(({ role }) => role === "user")
  return last === -1 ? [] : messages.slice(0, last)
}

const count = (messages: ReadonlyArray<Message.Message>): number =>
  messages.filter(({ role }) => role === "user").length

/** What the text of a file comes to; `undefined` where nothing of it can be read. @internal */
export const read = (text: string): Kept | undefined => {
  let kept: Kept | undefined
  const unreadable: Array<number> = []
  for (const [index, source] of text.split("\n").entries()) {
    if (source.trim() === "") continue
    const line = Option.getOrUndefined(decode(source))
    if (line === undefined) unreadable.push(index + 1)
    else kept = after(kept, line)
  }
  return kept === undefined ? undefined : { ...kept, turns: count(kept.messages), unreadable }
}

const empty: Kept = {
  begun: "",
  at: "",
  model: "",
  system: undefined,
  messages: [],
  turns: 0,
  simulated: false,
  unreadable: []
}

const after = (kept: Kept = empty, line: Line): Kept => {
  switch (line.type) {
    case "begin":
      return { ...kept, begun: line.at, at: line.at, model: line.model, system: line.system }
    case "turn":
      return {
        ...kept,
        at: line.at,
        model: line.model,
        messages: [...kept.messages, ...line.messages],
        simulated: kept.simulated || line.simulated === true
      }
    case "messages":
      return { ...kept, messages: [...kept.messages, ...line.messages] }
    case "system":
      return { ...kept, system: line.system }
    case "undo":
      return { ...kept, messages: withoutLast(kept.messages) }
  }
}

/** The text of a message, without what is no text. @internal */
export const textOf = ({ content }: Message.Message): string =>
  typeof content === "string"
    ? content
    : (content ?? []).map((part) => (part.type === "text" ? part.text : `[${part.type}]`)).join("\n")
