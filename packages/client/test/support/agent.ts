/** A model that plays its turns by a script, over the wire: bytes go through the whole client. */
import { type Message, type ToolLoop, type Toolkit, type ZhipuChat } from "@effect-zhipu/client"
import { Effect, Stream } from "effect"
import { client, type Mock, mock, streamed } from "./http.js"

export interface ScriptedCall {
  readonly id: string
  readonly name: string
  /** A string is sent as it is, anything else as JSON. */
  readonly arguments: unknown
}

export interface ScriptedTurn {
  readonly reasoning?: string
  readonly content?: string
  readonly calls?: ReadonlyArray<ScriptedCall>
  readonly finish?: string
  readonly usage?: Readonly<Record<string, unknown>>
}

export const argumentsOf = ({ arguments: args }: ScriptedCall): string =>
  typeof args === "string" ? args : JSON.stringify(args)

/** Pieces of so many characters; a surrogate pair may be cut, as JSON escapes it then. */
const pieces = (text: string, size: number): ReadonlyArray<string> =>
  Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.slice(i * size, (i + 1) * size))

/** The chunks of a turn in the order of the service. */
export const framesOf = (turn: ScriptedTurn, id = "c1"): ReadonlyArray<string> => {
  const { calls = [], content = "", finish, reasoning = "", usage } = turn
  const chunk = (choice: object, rest: object = {}) =>
    `data: ${JSON.stringify({ id, model: "glm-4.6", choices: [{ index: 0, ...choice }], ...rest })}\n\n`
  return [
    ...pieces(reasoning, 7).map((text) => chunk({ delta: { role: "assistant", reasoning_content: text } })),
    ...pieces(content, 5).map((text) => chunk({ delta: { role: "assistant", content: text } })),
    ...calls.map((call, index) =>
      chunk({
        delta: {
          tool_calls: [
            { id: call.id, index, type: "function", function: { name: call.name, arguments: argumentsOf(call) } }
          ]
        }
      })
    ),
    chunk(
      {
        finish_reason: finish ?? (calls.length === 0 ? "stop" : "tool_calls"),
        delta: { role: "assistant", content: "" }
      },
      usage === undefined ? {} : { usage }
    ),
    "data: [DONE]\n\n"
  ]
}

/** Plays one turn after the other; a request too many is a defect of the test. */
export const model = (...turns: ReadonlyArray<ScriptedTurn>): Mock =>
  mock((_, number) => {
    const turn = turns[number - 1]
    if (turn === undefined) throw new Error(`the model was asked ${number} times, and plays ${turns.length} turns`)
    return streamed(...framesOf(turn, `c${number}`))
  })

export const provide =
  (over: Mock) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, Exclude<R, ZhipuChat.ZhipuChat>> =>
    Effect.provide(effect, client(over)) as Effect.Effect<A, E, Exclude<R, ZhipuChat.ZhipuChat>>

/** The bodies that were sent. */
export const bodies = (over: Mock): ReadonlyArray<{ readonly [field: string]: unknown }> =>
  over.sent.map(({ body }) => Object(JSON.parse(body)))

export const messagesOf = (over: Mock): ReadonlyArray<ReadonlyArray<Message.Message>> =>
  bodies(over).map((body) => body["messages"] as ReadonlyArray<Message.Message>)

export type AnyEvent = ToolLoop.Event<Toolkit.Tools>

/** Runs a loop to its end; gives its events, and its error if it failed. */
export const outcome = <E, R>(
  loop: Stream.Stream<AnyEvent, E, R>
): Effect.Effect<{ readonly events: ReadonlyArray<AnyEvent>; readonly error: E | undefined }, never, R> =>
  Effect.suspend(() => {
    const events: Array<AnyEvent> = []
    return Stream.runForEach(loop, (event) => Effect.sync(() => events.push(event))).pipe(
      Effect.match({ onFailure: (error) => ({ events, error }), onSuccess: () => ({ events, error: undefined }) })
    )
  })

/** The events but for those of the model, in a few words. */
export const story = (events: ReadonlyArray<AnyEvent>): ReadonlyArray<string> =>
  events.flatMap((event) => {
    switch (event._tag) {
      case "Chunk":
        return []
      case "ToolResult":
      case "ApprovalDenied":
        return [`${event.round} ${event._tag} ${event.id} ${event.content}`]
      case "ToolFailed":
        return [`${event.round} ${event._tag} ${event.id} ${event.reason} ${event.content}`]
      default:
        return [`${event.round} ${event._tag}`]
    }
  })

/** The error that a loop fails with. */
export const errorOf = <A, E, R>(loop: Effect.Effect<A, E, R>): Effect.Effect<E, never, R> =>
  Effect.matchEffect(loop, {
    onFailure: Effect.succeed,
    onSuccess: () => Effect.dieMessage("the loop did not fail")
  })
