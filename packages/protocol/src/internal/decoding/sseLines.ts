/**
 * Text to server-sent events, as the standard says it, but for the ids and retry times, which this service never sends. Hot:
 * an event whose data is one line, as nearly all are, costs two searches and a slice.
 */

/** @internal */
export interface EventLines {
  /** Takes what came next, cut anywhere. */
  readonly feed: (text: string) => void
}

/** @internal */
export interface EventLinesOptions {
  /** The bound on one event, in UTF-16 code units of what has come of it. */
  readonly maxEventSize: number
  readonly onEvent: (data: string, event: string | undefined) => void
  /** A line of JSON that is no field of an event. */
  readonly onBareLine: (line: string) => void
  /** Told once: nothing is read after that. */
  readonly onTooLarge: () => void
}

const lineFeed = 10

const space = 32

/** Whether `data:` stands there. Three times as fast as `startsWith`. */
const isData = (text: string, at: number): boolean =>
  text.charCodeAt(at) === 100 &&
  text.charCodeAt(at + 1) === 97 &&
  text.charCodeAt(at + 2) === 116 &&
  text.charCodeAt(at + 3) === 97 &&
  text.charCodeAt(at + 4) === 58

/** @internal */
export const makeEventLines = ({ maxEventSize, onBareLine, onEvent, onTooLarge }: EventLinesOptions): EventLines => {
  /** The line that has not ended, in the pieces that it came in. */
  let pending: Array<string> = []
  let pendingLength = 0
  /** The last text ended with a carriage return, which a line feed may follow. */
  let isReturnHeld = false
  let isTooLarge = false
  let data: string | undefined
  let event: string | undefined

  const dispatch = (): void => {
    const message = data
    const type = event
    data = event = undefined
    if (message !== undefined) onEvent(message, type)
  }

  const addData = (value: string): void => {
    data = data === undefined ? value : `${data}\n${value}`
  }

  const readLine = (line: string): void => {
    if (line === "") return dispatch()
    const colon = line.indexOf(":")
    const value = colon < 0 ? "" : line.slice(line.charCodeAt(colon + 1) === space ? colon + 2 : colon + 1)
    switch (colon < 0 ? line : line.slice(0, colon)) {
      case "data":
        return addData(value)
      case "event":
        event = value === "" ? undefined : value
        return
      default:
        if (line.startsWith("{")) onBareLine(line)
    }
  }

  const readLines = (text: string): void => {
    let start = 0
    let end = text.indexOf("\n")
    if (end >= 0 && pending.length > 0) {
      pending.push(text.slice(0, end))
      const line = pending.join("")
      pending = []
      pendingLength = 0
      readLine(line)
      start = end + 1
      end = text.indexOf("\n", start)
    }
    for (; end >= 0; end = text.indexOf("\n", start)) {
      if (isData(text, start)) {
        addData(text.slice(text.charCodeAt(start + 5) === space ? start + 6 : start + 5, end))
        // The blank line behind it, without another search.
        if (text.charCodeAt(end + 1) === lineFeed) {
          end++
          dispatch()
        }
      } else {
        readLine(text.slice(start, end))
      }
      start = end + 1
    }
    if (start === text.length) return
    pending.push(start === 0 ? text : text.slice(start))
    pendingLength += text.length - start
  }

  return {
    feed: (next) => {
      if (isTooLarge) return
      let text = next
      if (isReturnHeld) {
        text = `\r${text}`
        isReturnHeld = false
      }
      if (text.includes("\r")) {
        isReturnHeld = text.endsWith("\r")
        text = (isReturnHeld ? text.slice(0, -1) : text).replace(/\r\n?/g, "\n")
      }
      readLines(text)
      if (pendingLength + (data?.length ?? 0) <= maxEventSize) return
      isTooLarge = true
      onTooLarge()
    }
  }
}
