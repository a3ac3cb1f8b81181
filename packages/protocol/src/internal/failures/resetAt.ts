/**
 * Reads from the message of a quota error when the quota fills again. Pure.
 */

const pattern = /(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.\d+)?\s?(Z|[+-]\d{2}:?\d{2})?/

/**
 * In milliseconds since 1970. The service writes `yyyy-MM-dd HH:mm:ss` without a zone, in Chinese and English messages
 * alike; `zone` is what is assumed then, `+08:00` or `Asia/Shanghai`. `undefined` where there is no such date.
 *
 * @internal
 */
export const resetAt = (message: string | undefined, zone: string): number | undefined => {
  const match = message === undefined ? null : pattern.exec(message)
  if (match === null) return undefined
  const [, date, time, offset = zone] = match
  const wall = `${date}T${time}`
  try {
    const millis = Date.parse(
      wall + (/^(Z|[+-]\d{2}:?\d{2})$/.test(offset) ? normalise(offset) : offsetOf(wall, offset))
    )
    return Number.isNaN(millis) ? undefined : millis
  } catch {
    // No zone of this name, or no such time.
    return undefined
  }
}

const normalise = (offset: string): string => offset.replace(/(\d{2}):?(\d{2})/, "$1:$2")

/**
 * The offset of a zone at a time by its own clocks. That of the time that is looked for is not known before: the second look
 * is at about the right one.
 */
const offsetOf = (wall: string, zone: string): string =>
  offsetAt(Date.parse(wall + offsetAt(Date.parse(`${wall}Z`), zone)), zone)

const offsetAt = (millis: number, timeZone: string): string =>
  // "11/29/2025, GMT+08:00", and of Greenwich "11/29/2025, GMT"
  /[+-].*/.exec(new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" }).format(millis))?.[0] ?? "Z"
