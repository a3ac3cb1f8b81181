/** How much work each scenario is. */

export interface Sizes {
  readonly rounds: number
  readonly burst: number
  readonly paced: { readonly streams: number; readonly chunks: number }
  readonly crowd: { readonly streams: number; readonly chunks: number }
  readonly first: number
  readonly json: { readonly requests: number; readonly concurrency: number }
  readonly memory: number
  /** Chunks of a stream; 5,000 are about 1 MB. */
  readonly growth: ReadonlyArray<number>
  readonly jwt: { readonly cached: number; readonly signed: number }
  readonly fold: number
  /** Fragments of a call, and how many fragments a measurement has in all. */
  readonly tools: { readonly fragments: ReadonlyArray<number>; readonly total: number }
}

const full: Sizes = {
  rounds: 5,
  burst: 200_000,
  paced: { streams: 200, chunks: 100 },
  crowd: { streams: 500, chunks: 200 },
  first: 300,
  json: { requests: 1000, concurrency: 50 },
  memory: 200_000,
  growth: [5_000, 50_000, 500_000],
  jwt: { cached: 200_000, signed: 5_000 },
  fold: 1_000_000,
  tools: { fragments: [100, 1_000, 10_000], total: 20_000 }
}

const quick: Sizes = {
  rounds: 2,
  burst: 5_000,
  paced: { streams: 40, chunks: 30 },
  crowd: { streams: 30, chunks: 200 },
  first: 30,
  json: { requests: 60, concurrency: 20 },
  memory: 3_000,
  growth: [500, 2_500],
  jwt: { cached: 10_000, signed: 300 },
  fold: 100_000,
  tools: { fragments: [50, 500], total: 500 }
}

/** For the smoke test: enough to see that everything works, and nothing else. */
const tiny: Sizes = {
  rounds: 1,
  burst: 200,
  paced: { streams: 2, chunks: 5 },
  crowd: { streams: 4, chunks: 60 },
  first: 2,
  json: { requests: 4, concurrency: 2 },
  memory: 200,
  growth: [60, 120],
  jwt: { cached: 10, signed: 10 },
  fold: 500,
  tools: { fragments: [10, 20], total: 40 }
}

export const sizes = { full, quick, tiny }
