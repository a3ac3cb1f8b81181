/** Server-sent events of any content: for the streams of the service that are no chat. */
import { type EventLinesOptions, makeEventLines } from "./sseLines.js"

/** @internal */
export interface EventStream {
  readonly feed: (bytes: Uint8Array) => void
  /** The body has ended: what has no blank line behind it counts as well, as the service may leave that out. */
  readonly end: () => void
}

/** @internal */
export const makeEventStream = (options: EventLinesOptions): EventStream => {
  const utf8 = new TextDecoder()
  const lines = makeEventLines(options)
  return {
    feed: (bytes) => lines.feed(utf8.decode(bytes, { stream: true })),
    end: () => lines.feed(`${utf8.decode()}\n\n`)
  }
}
