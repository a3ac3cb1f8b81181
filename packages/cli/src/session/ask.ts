/** Asks within a conversation, shows the answer, and keeps both. */
import type { ChatRequest } from "@effect-zhipu/client/ChatRequest"
import type * as Message from "@effect-zhipu/client/Message"
import * as Price from "@effect-zhipu/client/Price"
import * as Region from "@effect-zhipu/client/Region"
import type { Zhipu } from "@effect-zhipu/client/Zhipu"
import * as ZhipuConfig from "@effect-zhipu/client/ZhipuConfig"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Answer from "../answer.js"
import type { BrokenPipe } from "../errors.js"
import * as ExitCode from "../exitCode.js"
import * as Keeping from "../keeping.js"
import { say } from "../language.js"
import type { Output } from "../output.js"
import * as Render from "../render.js"
import { turnLine } from "../store/lines.js"
import { messagesOf, type Session, type State } from "./state.js"

const streamed = { json: false, jsonl: false, noStream: false, toolStream: false, extract: false }

/**
 * Asks after some turns: those of the conversation, or fewer where the last is asked anew. Where nothing came, or what came must not
 * stay, the conversation is what it was, and what was asked can be asked again.
 *
 * @internal
 */
export const ask = (
  state: State,
  content: Message.UserMessage["content"],
  session: Session,
  before: ReadonlyArray<Message.Message> = state.turns
): Effect.Effect<State, BrokenPipe, Output | Zhipu> =>
  Effect.gen(function* () {
    const { keyboard, output, progress, settings } = session
    const asked: ReadonlyArray<Message.Message> = [...before, { role: "user", content }]
    const request: ChatRequest = {
      ...settings,
      model: state.model,
      messages: messagesOf({ ...state, turns: asked }),
      ...(state.thinking === undefined ? {} : { thinking: { type: state.thinking } })
    }
    const summary = Answer.emptySummary()
    progress.answered = false
    let filtered = false
    const startedAt = yield* Clock.currentTimeMillis
    const ended = yield* keyboard
      .stoppable(Answer.show({ ...streamed, ...state.layout, ask: session.ask }, request, progress, summary))
      .pipe(
        Effect.catchAll((error) => {
          if (error._tag === "BrokenPipe") return Effect.fail(error)
          filtered = error._tag === "ContentFilteredError"
          return Effect.as(output.notice(...ExitCode.describe(error)), true)
        })
      )
    yield* output.endLine
    yield* output.notice(...Render.notices(summary.notable), ...(ended ? [] : [say("stopped")]))
    const elapsed = (yield* Clock.currentTimeMillis) - startedAt
    const { baseUrl } = yield* ZhipuConfig.ZhipuConfig
    const cost = costOf(state.model, baseUrl, summary)
    const line = Render.usageLine(summary.model, summary.usage, elapsed)
    const priced = cost === undefined ? line : `${line}${say("comma")}${say("about", { cost: shownCost(cost) })}`
    if (summary.model !== undefined) yield* output.notice(Render.dimmed(priced, output.color))
    const unanswered = { content, before }
    const next = { ...state, unanswered, spent: spentAfter(state, summary, cost) }
    if (filtered || summary.notable.some((event) => event._tag === "Finished" && event.reason === "sensitive")) {
      // With it in the conversation, whatever is asked next may be refused as well.
      yield* output.notice(say("blockedNotKept"))
      return next
    }
    if (summary.text === "") return next
    const messages: ReadonlyArray<Message.Message> = [
      { role: "user", content },
      { role: "assistant", content: summary.text }
    ]
    const turn = turnLine(state.model, messages, summary.usage, session.isSimulated)
    const lines = before === state.turns ? [turn] : [{ type: "undo" } as const, turn]
    const log = yield* Keeping.add(state.log, lines, output)
    // What is attached goes with a prompt that is new.
    const files = before === state.turns ? [] : state.files
    return { ...next, unanswered: undefined, log, turns: [...before, ...messages], files }
  })

const costOf = (
  model: string,
  baseUrl: string,
  { usage }: Answer.Summary
): { readonly amount: number; readonly currency: string } | undefined => {
  // Nothing where the price list of this version does not know the model at this host.
  const price = Price.find([...Price.table, ...Price.tableCn], model, Region.of(new URL(baseUrl).hostname))
  return usage === undefined || Option.isNone(price) ? undefined : Price.cost(price.value, usage)
}

/** @internal */
export const shownCost = ({ amount, currency }: { readonly amount: number; readonly currency: string }): string =>
  `${amount.toFixed(4)} ${currency}`

const spentAfter = (
  { spent }: State,
  { usage }: Answer.Summary,
  cost: { readonly amount: number; readonly currency: string } | undefined
): State["spent"] => {
  if (usage === undefined) return spent
  const [input, output] = [usage.prompt_tokens ?? 0, usage.completion_tokens ?? 0]
  return {
    input: spent.input + input,
    output: spent.output + output,
    context: input + output,
    cost:
      cost === undefined
        ? spent.cost
        : { ...spent.cost, [cost.currency]: (spent.cost[cost.currency] ?? 0) + cost.amount }
  }
}
