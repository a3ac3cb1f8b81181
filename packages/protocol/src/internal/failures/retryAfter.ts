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
  const told = (name: string, unit: number): number | undefined => {
    const value = headers[name]?.trim() ?? ""
    return /^\d+(\.\d+)?$/.test(value) ? Number(value) * unit : undefined
  }
  // Date.parse also reads "-1" and other fragments as dates; an HTTP date begins with the name of a day.
  const date = /^\s*[A-Za-z]{3}.*/.exec(headers["retry-after"] ?? "")?.[0]
  return clamp(told("retry-after-ms", 1) ?? told("retry-after", 1000) ?? Date.parse(date ?? "") - nowMillis)
}
