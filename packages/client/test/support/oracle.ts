/**
 * What a recorded stream says, read by a simple loop over its whole text. Knows nothing of the client: the recordings
 * have one `data: ` line an event and whole tool calls, so nothing more is needed.
 */

interface Frame {
  /** Offset, in bytes, where the document of this frame ends. */
  readonly end: number
  readonly chunk: RecordedChunk
}

interface RecordedChunk {
  readonly id: string
  readonly model: string
  readonly created: number
  readonly choices: ReadonlyArray<{
    readonly index: number
    readonly finish_reason?: string
    readonly delta: {
      readonly content?: string
      readonly reasoning_content?: string
      readonly tool_calls?: ReadonlyArray<{
        readonly id: string
        readonly function: { readonly name: string; readonly arguments: string }
      }>
    }
  }>
  readonly usage?: unknown
}

/** An event as the oracle sees it. */
export type Seen = { readonly _tag: string } & Readonly<Record<string, unknown>>

export interface Oracle {
  readonly frames: ReadonlyArray<Frame>
  /** The events of a stream that ended well, in order. */
  readonly events: ReadonlyArray<Seen>
  /** How many of the events come of the first so many frames. */
  readonly eventsAfter: ReadonlyArray<number>
  readonly text: string
  readonly reasoning: string
  readonly usage: unknown
  readonly reasons: ReadonlyArray<string>
  readonly calls: ReadonlyArray<{ readonly id: string; readonly name: string; readonly arguments: string }>
  /** The offset, in bytes, from which on the stream has said that it is complete. */
  readonly completeFrom: number
}

export const readRecording = (whole: string): Oracle => {
  const frames: Array<Frame> = []
  let offset = 0
  for (const part of whole.split("\n\n")) {
    const bytes = new TextEncoder().encode(part).length
    if (part.startsWith("data: {")) {
      const chunk: RecordedChunk = JSON.parse(part.slice("data: ".length))
      frames.push({ end: offset + bytes, chunk })
    }
    offset += bytes + 2
  }
  const first = frames[0]
  if (first === undefined) throw new Error("a recording without chunks")
  const events: Array<Seen> = [
    { _tag: "Started", id: first.chunk.id, model: first.chunk.model, created: first.chunk.created }
  ]
  const eventsAfter: Array<number> = [0]
  const calls: Array<{ readonly id: string; readonly name: string; readonly arguments: string }> = []
  const reasons: Array<string> = []
  let text = ""
  let reasoning = ""
  let usage: unknown
  let completeFrom: number | undefined
  for (const { chunk, end } of frames) {
    for (const { delta, finish_reason: reason, index } of chunk.choices) {
      if (delta.reasoning_content) {
        reasoning += delta.reasoning_content
        events.push({ _tag: "ReasoningDelta", choice: index, text: delta.reasoning_content })
      }
      if (delta.content) {
        text += delta.content
        events.push({ _tag: "ContentDelta", choice: index, text: delta.content })
      }
      for (const call of delta.tool_calls ?? []) {
        const { arguments: args, name } = call.function
        events.push({ _tag: "ToolCallStarted", choice: index, index: calls.length, id: call.id, name })
        events.push({ _tag: "ToolCallDelta", choice: index, index: calls.length, arguments: args })
        calls.push({ id: call.id, name, arguments: args })
      }
      if (reason !== undefined) {
        reasons.push(reason)
        completeFrom ??= end
      }
    }
    if (chunk.usage !== undefined) {
      usage = chunk.usage
      events.push({ _tag: "Usage", usage })
    }
    eventsAfter.push(events.length)
  }
  calls.forEach((call, index) => events.push({ _tag: "ToolCallCompleted", choice: 0, index, ...call }))
  events.push({ _tag: "Finished", choice: 0, reason: reasons[0] })
  if (completeFrom === undefined) throw new Error("a recording without a finish reason")
  return { frames, events, eventsAfter, text, reasoning, usage, reasons, calls, completeFrom }
}
