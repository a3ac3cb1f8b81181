/**
 * Reads how long a response asks to wait. The service itself sends no such header, proxies in front of it do. Pure.
 */

/** A header that asks for more than this is taken at this, so that a wrong date does not stop a program for days. */
const mostMillis = 60 * 60 * 1000

const clamp = (millis: number): number | undefined => {
  if (!Number.isFinite(millis)) return undefined
  return Math.min(Math.max(0, Math.ceil(millis)), mostMillis)
}

/**
 * In milliseconds: `retry-after-ms` (milliseconds), then `retry-after` (seconds, with a fraction too, or an HTTP date). What is
 * negative, past or no number counts as nothing said or as zero; more than an hour as an hour.
 *
 * @internal
 */
export const retryAfter = (
  headers: Readonly<Record<string, string | undefined>>,
  nowMillis: number
): number | undefined => {
  const millis = headers["retry-after-ms"]?.trim()
  if (millis !== undefined && /^\d+(\.\d+)?$/.test(millis)) return clamp(Number(millis))
  const value = headers["retry-after"]?.trim()
  if (value === undefined || value === "") return undefined
  if (/^\d+(\.\d+)?$/.test(value)) return clamp(Number(value) * 1000)
  // Date.parse also reads "-1" and other fragments as dates; an HTTP date begins with the name of a day.
  if (!/^[A-Za-z]{3}/.test(value)) return undefined
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : clamp(date - nowMillis)
}
