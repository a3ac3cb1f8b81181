/**
 * Until when a job sleeps whose quota is used up. The clock of the service may be behind, or its time rounded down: a time that has passed
 * says to ask again at once, and calls that are refused again would go out as fast as they come back.
 */

/** @internal */
export interface Nap {
  readonly until: (resetAt: number, now: number) => number
  /** An answer came: the next nap is as short as the first. */
  readonly over: () => void
}

const [shortest, longest] = [1000, 60_000]

/** @internal */
export const make = (): Nap => {
  let millis = shortest
  let least = 0
  return {
    until: (resetAt, now) => {
      // Calls that were refused together are one refusal.
      if (now >= least) {
        least = now + millis
        millis = Math.min(longest, millis * 2)
      }
      return Math.max(resetAt, least)
    },
    over: () => void (millis = shortest)
  }
}
