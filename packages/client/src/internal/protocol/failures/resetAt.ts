/**
 * Reads from the message of a quota error when the quota fills again. Pure.
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"

const pattern = /(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.\d+)?\s?(Z|[+-]\d{2}:?\d{2})?/

/**
 * The service writes `yyyy-MM-dd HH:mm:ss` without a zone, in Chinese and English messages alike; `zone` is
 * what is assumed then, for example `+08:00`. `undefined` where there is no such date.
 *
 * @internal
 */
export const resetAt = (message: string | undefined, zone: string): DateTime.Utc | undefined => {
  const match = message === undefined ? null : pattern.exec(message)
  if (match === null) return undefined
  const [, date, time, offset = zone] = match
  return Option.getOrUndefined(DateTime.make(`${date}T${time}${normalise(offset)}`))
}

const normalise = (offset: string): string =>
  offset === "Z" || offset.includes(":") ? offset : `${offset.slice(0, 3)}:${offset.slice(3)}`
