/** Says in the words of the command what the client says in those of the library. Pure. */

/** What an answer that failed on the way has left on standard output. @internal */
export type Printed = "what came" | "nothing" | "never any"

const closedEarly: Readonly<Record<Printed, string>> = {
  "what came": "What came is printed; ask again.",
  nothing: "Nothing is printed, as the answer is not whole; ask again.",
  "never any": "Ask again."
}

/** What the client says, which may be a part of a sentence, and what stands for it at a terminal. @internal */
export const table: ReadonlyArray<readonly [library: string, command: string | Readonly<Record<Printed, string>>]> = [
  ["`partial` holds what came; ask again.", closedEarly],
  ["`partial` holds what came; or raise the `idle` deadline.", closedEarly],
  ["Raise the limit of requests in flight, or the `queue` deadline.", "Ask again."],
  [", or raise the `connect` deadline.", ": zhipu doctor tells more."],
  [
    "raise the `firstChunk` deadline, or stream.",
    "ask again, without --no-stream if you gave that, or ask another model with --model."
  ],
  ["Raise the `total` deadline, or ask for less.", "Give it longer with --timeout or ZHIPU_TIMEOUT, or ask for less."],
  ["If the answer may be that large, raise `maxEventSize`.", "The command takes no larger ones: ask for less at once."],
  ["Send fewer, or raise `maxQueue`.", "Send fewer at once."],
  ['use `auth: "api-key"`', "use --auth api-key"],
  [", or its layer released. Keep it as long as its calls.", "."],
  ["Set checks: false if the service takes it by now.", ""],
  [", or give `apiKey`. To try without a key: npx @effect-zhipu/cli simulate", ", or use --key-stdin."]
]

/** @internal */
export const ofCommand = (message: string, printed: Printed = "what came"): string =>
  table.reduce(
    (text, [library, command]) => text.replaceAll(library, typeof command === "string" ? command : command[printed]),
    message
  )
