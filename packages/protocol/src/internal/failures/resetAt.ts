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
  const millis = /^(Z|[+-]\d{2}:?\d{2})$/.test(offset)
    ? Date.parse(`${date}T${time}${normalise(offset)}`)
    : inZone(Date.parse(`${date}T${time}Z`), offset)
  return Number.isNaN(millis) ? undefined : millis
}

const normalise = (offset: string): string =>
  offset === "Z" || offset.includes(":") ? offset : `${offset.slice(0, 3)}:${offset.slice(3)}`

/** When the clocks of a zone show what those of Greenwich show at this time. */
const inZone = (wall: number, zone: string): number => {
  if (Number.isNaN(wall)) return wall
  try {
    // The offset is that of the time that is looked for, which is not known before: the second look is at about the right one.
    return wall - offsetAt(wall - offsetAt(wall, zone), zone)
  } catch {
    // No zone of this name.
    return Number.NaN
  }
}

const offsetAt = (millis: number, zone: string): number => {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric"
  }).formatToParts(millis)
  const of = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((part) => part.type === type)?.value)
  return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second")) - millis
}
