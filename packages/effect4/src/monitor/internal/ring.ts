// Generated from packages/monitor/src/internal/ring.ts by scripts/effect4: change that file.
/** A window that slides over time: one tally a second, in a ring that never grows. */
import * as Tally from "./tally.js"

/** @internal */
export const resolution = 1000

interface Slot {
  /** Which second since the epoch; the slot holds that second or none. */
  second: number
  readonly tally: Tally.Tally
}

/** @internal */
export interface Ring {
  /** The tally of a point in time. What is older than the window is counted nowhere. */
  readonly at: (millis: number) => Tally.Tally | undefined
  /** The sum over the window that ends now, and how many seconds of it have passed since the start. */
  readonly window: (now: number) => { readonly tally: Tally.Tally; readonly seconds: number }
}

/** @internal */
export const make = (windowMillis: number, startedAt: number): Ring => {
  const size = Math.max(1, Math.ceil(windowMillis / resolution))
  const slots = Array.from({ length: size }, (): Slot => ({ second: -1, tally: Tally.make() }))

  return {
    at: (millis) => {
      const second = Math.floor(millis / resolution)
      const slot = slots[((second % size) + size) % size]
      if (slot === undefined || slot.second > second) return undefined
      if (slot.second < second) {
        Tally.clear(slot.tally)
        slot.second = second
      }
      return slot.tally
    },
    window: (now) => {
      const last = Math.floor(now / resolution)
      const first = last - size + 1
      const tally = Tally.make()
      for (const slot of slots) if (slot.second >= first && slot.second <= last) Tally.addTo(tally, slot.tally)
      // The second that is going on counts with what has passed of it.
      const passed = now - Math.max(first * resolution, startedAt)
      return { tally, seconds: Math.max(resolution, passed) / 1000 }
    }
  }
}
