/** Makes a conversation fit into the context of a model by leaving out its oldest turns. Pure. */
import type { Message, Part } from "../documents/message.js"
import { modelOf } from "../documents/models.js"

/**
 * How a conversation is made to fit.
 *
 * @since 0.1.0
 * @category trimming
 */
export interface TrimOptions {
  /** Whose context it shall fit into, by the table of models. One that is not there has no limit. */
  readonly model: string
  /** Tokens that the messages may have. The context of the model bounds them as well, where the table knows it. */
  readonly maxTokens?: number | undefined
  /**
   * Tokens of the context that are kept free for the answer, thinking included. Default: what the model writes at most
   * where the request says nothing, but no more than a quarter of the context.
   */
  readonly reserve?: number | undefined
  /** What a message costs. Default: an estimate. */
  readonly countTokens?: ((message: Message) => number) | undefined
}

/**
 * Leaves out the oldest turns until the rest fits. A turn is a user message and all that follows up to the next one; what
 * stands before the first user message is a turn too. System messages stay, the last turn stays, and turns that share a
 * tool call and its result stay or go together. Where even that is too much, it is returned all the same: the service knows
 * best. A model that is not in the table has no limit but `maxTokens`.
 *
 * Gives the same array where nothing is left out. Counts each message once.
 *
 * @internal
 */
export const trim = (messages: ReadonlyArray<Message>, options: TrimOptions): ReadonlyArray<Message> => {
  const budget = budgetOf(options)
  if (budget === Infinity) return messages
  const count = options.countTokens ?? estimateTokens
  const tokens = messages.map((message) => Math.max(0, count(message)) || 0)
  const turns = turnsOf(messages)
  const sizes = new Map<number, number>()
  let left = 0
  for (const [index, size] of tokens.entries()) {
    left += size
    const turn = turns[index]
    if (turn !== undefined) sizes.set(turn, (sizes.get(turn) ?? 0) + size)
  }
  const last = turns.findLast((turn) => turn !== undefined)
  let from = 0
  for (const [turn, size] of sizes) {
    if (left <= budget || turn === last) break
    left -= size
    from = turn + 1
  }
  return from === 0 ? messages : messages.filter((_, index) => (turns[index] ?? Infinity) >= from)
}

const budgetOf = ({ maxTokens = Infinity, model, reserve }: TrimOptions): number => {
  const found = modelOf(model)
  if (found?.context === undefined) return maxTokens
  const written = found.defaults.maxTokens ?? found.maxOutput ?? 0
  return Math.min(maxTokens, found.context - (reserve ?? Math.min(written, Math.floor(found.context / 4))))
}

/** The turn of each message, rising; `undefined` for system messages. */
const turnsOf = (messages: ReadonlyArray<Message>): ReadonlyArray<number | undefined> => {
  const turns: Array<number | undefined> = []
  const callers = new Map<string, number>()
  let turn = 0
  for (const [index, message] of messages.entries()) {
    if (message.role === "system" || message.role === "developer") {
      turns.push(undefined)
      continue
    }
    if (message.role === "user") turn++
    if (message.role === "assistant") for (const { id } of message.tool_calls ?? []) callers.set(id, index)
    if (message.role === "tool") {
      // The service refuses a result that a user message parts from its call; whoever sends one shall not lose half of it.
      const caller = callers.get(message.tool_call_id)
      const own = caller === undefined ? undefined : turns[caller]
      if (own !== undefined && own < turn) {
        for (let at = index - 1; at > (caller ?? 0); at--) if (turns[at] !== undefined) turns[at] = own
        turn = own
      }
    }
    turns.push(turn)
  }
  return turns
}

/** What the role and the borders of a message cost. */
const perMessage = 4

/** What other parts may cost, as nothing is published: an image of middle size, a minute of video, a few pages. */
const perPart: Readonly<Record<Exclude<Part["type"], "text">, number>> = {
  image_url: 2000,
  video_url: 20_000,
  file_url: 10_000,
  file: 10_000,
  input_audio: 7500
}

/**
 * A guess at the tokens of a message that is rather too high than too low, as the vendor has published no tokenizer to
 * count with: a Chinese character is one token (really 0.5 to 0.8), an ASCII letter or blank 0.3 (about 0.25 in English
 * prose), a digit or sign 0.7, a character of another script 1, an emoji 3. Content, reasoning and tool calls count. Parts
 * count as constants: 2000 an image, 20,000 a video, 10,000 a file, 7500 (ten minutes) a sound.
 *
 * @internal
 */
export const estimateTokens = (message: Message): number => {
  let sum = perMessage
  if (typeof message.content === "string") sum += estimateText(message.content)
  else {
    for (const part of message.content ?? []) sum += part.type === "text" ? estimateText(part.text) : perPart[part.type]
  }
  if (message.role === "assistant") {
    sum += estimateText(message.reasoning_content ?? "")
    for (const { function: called } of message.tool_calls ?? []) {
      sum += perMessage + estimateText(called?.name ?? "") + estimateText(called?.arguments ?? "")
    }
  }
  return Math.ceil(sum)
}

const estimateText = (text: string): number => {
  let letters = 0
  let signs = 0
  let others = 0
  let halves = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    const lower = unit | 0x20
    if (unit === 0x20 || (lower >= 0x61 && lower <= 0x7a)) letters++
    else if (unit < 0x80) signs++
    else if (unit >= 0xd800 && unit <= 0xdfff) halves++
    else others++
  }
  return letters * 0.3 + signs * 0.7 + others + halves * 1.5
}
