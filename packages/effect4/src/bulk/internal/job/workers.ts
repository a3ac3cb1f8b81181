// Generated from packages/bulk/src/internal/job/workers.ts by scripts/effect4: change that file.
/** How many items a job asks for at once. */

/**
 * With none a job would end with nothing asked, or wait for ever: what is no number of workers is the next that can be. Default 10.
 *
 * @internal
 */
export const workersOf = (concurrency = 10): number => Math.min(Math.max(1, Math.floor(concurrency) || 1), 10_000)
