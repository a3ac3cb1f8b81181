/**
 * Reads from the message of a quota error when the quota fills again. Pure.
 */

const pattern = /(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.\d+)?\s?(Z|[+-]\d{2}:?\d{2})?/

/**
 * In milliseconds since 1970. The service writes `yyyy-MM-dd HH:mm:ss` without a zone, in Chinese and English messages
 * alike; `zone` is what is assumed then, for example `+08:00`. `undefined` where there is no such date.
 *
 * @internal
 */
export const resetAt = (message: string | undefined, zone: string): number | undefined => {
  const match = message === undefined ? null : pattern.exec(message)
  if (match === null) return undefined
  const [, date, time, offset = zone] = match
  const millis = Date.parse(`${date}T${time}${normalise(offset)}`)
  return Number.isNaN(millis) ? undefined : millis
}

const normalise = (offset: string): string =>
  offset === "Z" || offset.includes(":") ? offset : `${offset.slice(0, 3)}:${offset.slice(3)}`
