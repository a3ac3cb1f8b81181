// Generated from packages/monitor/src/internal/ring.ts by scripts/effect4: change that file.
/** A window that slides over time: one tally for each of its parts, in a ring that never grows. */
import * as Tally from "./tally.js"

/** Rates count at least that much time. @internal */
export const second = 1000

interface Slot {
  /** Which part since the epoch; the slot holds that part or none, which is minus infinity. */
  part: number
  readonly tally: Tally.Tally
}

/** What was counted in a time, when it ends, and how many seconds of it have passed since the start. @internal */
export interface Counted {
  readonly tally: Tally.Tally
  readonly time: number
  readonly seconds: number
}

/** @internal */
export interface Ring {
  /** The tally of what happens now. */
  readonly at: (now: number) => Tally.Tally | undefined
  /** The sum over the window that ends now. */
  readonly window: (now: number) => Counted
  /** The parts of the window that ends now, from the start on, the oldest first. */
  readonly parts: (now: number) => ReadonlyArray<Counted>
}

/** @internal */
export const make = (windowMillis: number, startedAt: number, partMillis = second): Ring => {
  const size = Math.max(1, Math.ceil(windowMillis / partMillis))
  const slots = Array.from({ length: size }, (): Slot => ({ part: -Infinity, tally: Tally.make() }))
  let started = startedAt
  let latest = startedAt

  const slotOf = (part: number) => slots[((part % size) + size) % size]

  /**
   * Where the clock on the wall was set back, which a machine does that has just learnt the time: what was counted in a future now
   * would keep its slots until then. How long it has counted stays as it was.
   */
  const look = (now: number): void => {
    if (now < latest - second) {
      started -= latest - now
      const last = Math.floor(now / partMillis)
      for (const slot of slots) if (slot.part > last) slot.part = -Infinity
    }
    latest = now
  }

  // What is going on counts with what has passed of it.
  const counted = (tally: Tally.Tally, from: number, time: number): Counted => ({
    tally,
    time,
    seconds: Math.max(second, time - Math.max(from, started)) / 1000
  })

  return {
    at: (now) => {
      look(now)
      const part = Math.floor(now / partMillis)
      const slot = slotOf(part)
      if (slot === undefined || slot.part > part) return undefined
      if (slot.part < part) {
        Tally.clear(slot.tally)
        slot.part = part
      }
      return slot.tally
    },
    window: (now) => {
      look(now)
      const last = Math.floor(now / partMillis)
      const first = last - size + 1
      const tally = Tally.make()
      for (const slot of slots) if (slot.part >= first && slot.part <= last) Tally.addTo(tally, slot.tally)
      return counted(tally, first * partMillis, now)
    },
    parts: (now) => {
      look(now)
      const last = Math.floor(now / partMillis)
      const first = Math.max(last - size + 1, Math.floor(started / partMillis))
      return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
        const part = first + index
        const slot = slotOf(part)
        const tally = slot?.part === part ? slot.tally : Tally.make()
        return counted(tally, part * partMillis, Math.min(now, (part + 1) * partMillis))
      })
    }
  }
}
