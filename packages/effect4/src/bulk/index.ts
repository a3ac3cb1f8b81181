// Generated from packages/bulk/src/index.ts by scripts/effect4: change that file.
/**
 * Runs jobs: many prompts, from a laptop to a cluster, none lost and none stored twice.
 *
 * `Bulk` is a port. A program is written against it, and a Layer says what works on its jobs: `layerLocal` is this process,
 * `layerCluster` many of them over PostgreSQL, `layerBatch` the vendor's batches at half the price.
 *
 * @since 0.1.0
 */
export * as Bulk from "./Bulk.js"

/**
 * What can go wrong with a job as a whole. What goes wrong with one item is kept with the item: see `BulkReport.Failure`.
 *
 * @since 0.1.0
 */
export * as BulkError from "./BulkError.js"

/**
 * What a job is: a name, items, and how they are to be worked on. A job is a description; `Bulk.run` runs it.
 *
 * @since 0.1.0
 */
export * as BulkJob from "./BulkJob.js"

/**
 * How a job stands: what is done, what failed and why, what it cost, and how long the rest will take.
 *
 * @since 0.1.0
 */
export * as BulkReport from "./BulkReport.js"

/**
 * Items from files and databases, read as the work goes on: a file of any length takes the memory of a few lines.
 *
 * @since 0.1.0
 */
export * as BulkSource from "./BulkSource.js"

/**
 * Where jobs, prompts, answers and failures are kept.
 *
 * Every engine writes through this port, in batches: what one batch says is stored together or not at all.
 *
 * @since 0.1.0
 */
export * as BulkStore from "./BulkStore.js"

/**
 * Takes part in the jobs of a cluster, whoever runs them.
 *
 * A worker knows no source: it asks for items that a process with `Bulk.run` has put into the store, and stores their answers. When the
 * last such process is gone, it ends what it has begun, and waits.
 *
 * @since 0.1.0
 */
export * as BulkWorker from "./BulkWorker.js"
