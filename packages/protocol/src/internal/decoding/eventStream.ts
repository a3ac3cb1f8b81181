/** Server-sent events of any content: for the streams of the service that are no chat. */
import { createParser } from "eventsource-parser"

/** @internal */
export interface EventStream {
  readonly feed: (bytes: Uint8Array) => void
  /** The body has ended: what has no blank line behind it counts as well, as the service may leave that out. */
  readonly end: () => void
}

/** @internal */
export const makeEventStream = (options: {
  /** The bound on one event, in UTF-16 code units of its text. */
  readonly maxEventSize: number
  readonly onEvent: (data: string, event: string | undefined) => void
  /** A line of JSON without a field name, as the service writes some errors. */
  readonly onBareLine: (line: string) => void
  readonly onTooLarge: () => void
}): EventStream => {
  const utf8 = new TextDecoder()
  const parser = createParser({
    maxBufferSize: options.maxEventSize,
    onEvent: ({ data, event }) => options.onEvent(data, event),
    onError: (problem) => {
      if (problem.type === "max-buffer-size-exceeded") options.onTooLarge()
      else if (problem.type === "unknown-field" && problem.line?.startsWith("{")) options.onBareLine(problem.line)
    }
  })
  return {
    feed: (bytes) => parser.feed(utf8.decode(bytes, { stream: true })),
    end: () => parser.feed(`${utf8.decode()}\n\n`)
  }
}
