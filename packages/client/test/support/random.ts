/** Random numbers that are the same in every run, and cuttings made with them. */

export interface Random {
  /** From 0 to below 1. */
  readonly next: () => number
  /** An integer from 0 to below `n`. */
  readonly below: (n: number) => number
  readonly pick: <A>(items: ReadonlyArray<A>) => A
}

/** A seeded generator (mulberry32). */
export const seeded = (seed: number): Random => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const below = (n: number): number => Math.floor(next() * n)
  return {
    next,
    below,
    pick: (items) => {
      const item = items[below(items.length)]
      if (item === undefined) throw new Error("nothing to pick from")
      return item
    }
  }
}

/** Cuts bytes at ascending offsets. */
export const cutAt = (bytes: Uint8Array, offsets: ReadonlyArray<number>): ReadonlyArray<Uint8Array> => {
  const pieces: Array<Uint8Array> = []
  let from = 0
  for (const offset of offsets) {
    pieces.push(bytes.subarray(from, offset))
    from = offset
  }
  pieces.push(bytes.subarray(from))
  return pieces
}

/** Cuts bytes into up to `most` pieces at random places; some pieces may be empty. */
export const cutAtRandom = (random: Random, bytes: Uint8Array, most: number): ReadonlyArray<Uint8Array> =>
  cutAt(
    bytes,
    Array.from({ length: random.below(most) }, () => random.below(bytes.length + 1)).sort((a, b) => a - b)
  )

/** One piece per byte. */
export const byteByByte = (bytes: Uint8Array): ReadonlyArray<Uint8Array> =>
  Array.from(bytes, (_, i) => bytes.subarray(i, i + 1))
