// Generated from packages/bulk/src/internal/store/rows.ts by scripts/effect4: change that file.
/** What stands in the tables, as the engines see it. */
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { BulkStoreError, StopReason } from "../../BulkError.js"
import type { Failure, State } from "../../BulkReport.js"

/** @internal */
export interface JobRow {
  readonly id: number
  readonly name: string
  readonly state: State
  /** What somebody asked of the process that runs it. */
  readonly wanted: "run" | "pause" | "cancel"
  readonly reason: string | undefined
  /** What a program wants to remember of it, such as the command line. */
  readonly spec: string | undefined
  /** JSON of what all runners of a cluster go by: `Terms`. */
  readonly terms: string | undefined
  /** The process that runs it, as `host:pid`. */
  readonly owner: string | undefined
  /** By the clock of the database, as `now`; those of the machines may differ. */
  readonly seenAt: number | undefined
  /** When it was read. */
  readonly now: number
  readonly createdAt: number
  readonly endedAt: number | undefined
  readonly deadlineAt: number | undefined
  readonly resetAt: number | undefined
  readonly runStartedAt: number | undefined
  /** How many items had ended when the present run began. */
  readonly runEnded: number
  readonly total: number | undefined
  readonly items: number
  readonly done: number
  readonly truncated: number
  readonly failed: number
  readonly inFlight: number
  readonly repeated: number
  readonly calls: number
  readonly promptTokens: number
  readonly cachedTokens: number
  readonly completionTokens: number
  readonly cost: number
  readonly currency: string | undefined
  readonly unpriced: number
}

/** @internal */
export interface JobPatch {
  readonly state?: State
  readonly wanted?: JobRow["wanted"]
  readonly reason?: string | null
  readonly spec?: string
  readonly terms?: string
  readonly owner?: string | null
  readonly seenAt?: number
  readonly endedAt?: number | null
  readonly deadlineAt?: number | null
  readonly resetAt?: number | null
  readonly runStartedAt?: number
  readonly runEnded?: number
  readonly total?: number
}

/** @internal */
export interface NewItem {
  readonly id: string
  readonly digest: string
  /** JSON */
  readonly request: string
  /** JSON */
  readonly metadata: string | undefined
}

/** @internal */
export interface OpenItem extends NewItem {
  readonly row: number
}

/** @internal */
export interface Attempt {
  readonly startedAt: number | undefined
  readonly endedAt: number | undefined
  /** The tag of its error; `Lost` where the process ended before the answer came. */
  readonly tag: string | undefined
  readonly requestId: string | undefined
  /** Absent where the service did not tell, as of a call that failed. */
  readonly usage:
    | { readonly promptTokens: number; readonly cachedTokens: number; readonly completionTokens: number }
    | undefined
  readonly cost: { readonly amount: number; readonly currency: string } | undefined
}

/** @internal */
export interface Ending {
  readonly row: number
  readonly attempts: ReadonlyArray<Attempt>
  readonly outcome:
    | {
        readonly _tag: "Done"
        readonly completion: string
        readonly value: string | undefined
        readonly truncated: boolean
      }
    | { readonly _tag: "Failed"; readonly tag: string; readonly error: string }
    | { readonly _tag: "Again" }
}

/** @internal */
export interface Batch {
  readonly begun: ReadonlyArray<NewItem>
  /** Rows of items that waited. */
  readonly resumed: ReadonlyArray<number>
  readonly ended: ReadonlyArray<Ending>
}

/** @internal */
export interface StoredAnswer {
  readonly row: number
  readonly id: string
  readonly metadata: string | undefined
  readonly completion: string
  readonly value: string | undefined
}

/**
 * How far a batch file is. `sending` and `starting` say that the service may have it, though its answer is not here; what a `cancelled` one
 * has answered is still to be fetched.
 *
 * @internal
 */
export type BatchStep = "filling" | "cut" | "sending" | "sent" | "starting" | "started" | "cancelled" | "ended"

/** A file of items for the vendor's batches. @internal */
export interface BatchRow {
  readonly id: number
  readonly model: string
  /** Like no other one: by it the file is found at the service. */
  readonly filename: string
  readonly step: BatchStep
  readonly lines: number
  readonly bytes: number
  readonly fileId: string | undefined
  readonly batchId: string | undefined
  readonly startedAt: number | undefined
}

/** @internal */
export interface BatchPatch {
  readonly step?: BatchStep
  readonly fileId?: string
  readonly batchId?: string
  readonly startedAt?: number
}

/** What the batch files of jobs stand in. @internal */
export interface BatchFiles {
  /** Those of a job that have not ended, in order. */
  readonly open: (job: number) => Effect.Effect<ReadonlyArray<BatchRow>, BulkStoreError>
  readonly make: (job: number, model: string, filename: string) => Effect.Effect<BatchRow, BulkStoreError>
  readonly patch: (batch: number, patch: BatchPatch) => Effect.Effect<void, BulkStoreError>
  /** Puts items into files, by the row of one that waits and the id of a new one. Gives the rows of new ones; one that was there before has none. */
  readonly enlist: (
    job: number,
    items: Pick<Batch, "begun" | "resumed">,
    places: ReadonlyMap<string | number, { readonly batch: number; readonly bytes: number }>,
    owner: string | undefined
  ) => Effect.Effect<ReadonlyMap<string, number>, BulkStoreError>
  /** What of a file has not ended, after a row. */
  readonly items: (
    batch: number,
    after: number,
    limit: number
  ) => Effect.Effect<ReadonlyArray<OpenItem>, BulkStoreError>
  /** Which of these rows are in a file and have not ended. */
  readonly pending: (
    batch: number,
    rows: ReadonlyArray<number>
  ) => Effect.Effect<ReadonlyArray<OpenItem>, BulkStoreError>
  /** Takes what of a file has not ended out of it again: it waits, and may go into another one. */
  readonly release: (job: number, batch: number) => Effect.Effect<void, BulkStoreError>
  /** Which of these rows have been in a file, and were not taken out of it. */
  readonly known: (rows: ReadonlyArray<number>) => Effect.Effect<ReadonlySet<number>, BulkStoreError>
}

/** What a runner of a cluster stores at a time, and what it wants. @internal */
export interface Turn {
  readonly ended: ReadonlyArray<Ending>
  /** How many items it would begin. */
  readonly want: number
  /** How many of them may be begun, as the job stands. */
  readonly mayBegin: (row: JobRow) => number
  /** For whom the job is to change, if it is still at work. */
  readonly change: { readonly stop: StopReason } | { readonly sleepUntil: number } | undefined
}

/** Processes that work on the same jobs. A runner is known by the items that it holds; one that is silent for too long loses them. @internal */
export interface Runners {
  /**
   * A new runner of a job. Where `lead` says so and no other one does, it leads: it reads the source. None, where a process that is no
   * runner has the job.
   */
  readonly join: (
    job: number,
    runner: string,
    lead:
      | {
          /** Begins the job anew; without it, it is gone on with as it stands, and not where it is over. */
          readonly begin: ((row: JobRow) => JobPatch) | undefined
          readonly patch: JobPatch
          readonly isGone: (owner: string, silentMillis: number) => boolean
        }
      | undefined,
    leaseMillis: number
  ) => Effect.Effect<Standing | { readonly owner: string }, BulkStoreError>
  /** Says that a runner is there, gives up those that do not, and leads where nobody does. Undefined where it was given up itself. */
  readonly beat: (
    job: number,
    runner: string,
    lead: JobPatch | undefined,
    leaseMillis: number
  ) => Effect.Effect<(Standing & { readonly pauses: Held }) | undefined, BulkStoreError>
  /** Stores what ended and begins others, all or nothing. Undefined where the runner was given up, and nothing is stored. */
  readonly turn: (
    job: number,
    runner: string,
    turn: Turn
  ) => Effect.Effect<
    { readonly row: JobRow; readonly begun: ReadonlyArray<OpenItem>; readonly pauses: Held } | undefined,
    BulkStoreError
  >
  /** Has all runners hold a model for so many milliseconds, unless they hold it for longer. They hear of it when they next turn or beat. */
  readonly hold: (model: string, millis: number) => Effect.Effect<void, BulkStoreError>
  /** Adds items that wait, those left out that are there. */
  readonly feed: (
    job: number,
    items: ReadonlyArray<NewItem>
  ) => Effect.Effect<{ readonly row: JobRow; readonly added: ReadonlyMap<string, number> }, BulkStoreError>
  /** Ends a job of which nothing is left; false where something is. */
  readonly finish: (job: number, owner: string) => Effect.Effect<boolean, BulkStoreError>
  /** Gives back what a runner holds. */
  readonly leave: (job: number, runner: string) => Effect.Effect<void, BulkStoreError>
}

/** For how many milliseconds models are still held, by any runner. @internal */
export type Held = Readonly<Record<string, number>>

/** How a job stands for a runner. @internal */
export interface Standing {
  readonly row: JobRow
  /** How many work on the job. */
  readonly runners: number
}

/** The port of a store. @internal */
export interface Service {
  /** The job of this name, made where it is not there: at this time, or that of the database. */
  readonly open: (name: string, now?: number) => Effect.Effect<JobRow, BulkStoreError>
  readonly find: (name: string) => Effect.Effect<Option.Option<JobRow>, BulkStoreError>
  /** Newest first. */
  readonly list: Effect.Effect<ReadonlyArray<JobRow>, BulkStoreError>
  /** Takes the job for a process, unless another one has it that is not gone, by how long it has been silent. Gives the owner. */
  readonly take: (
    job: number,
    owner: string,
    now: number,
    isGone: (owner: string, silentMillis: number) => boolean
  ) => Effect.Effect<string, BulkStoreError>
  /** Here and below, `owner` is who has the job: a `BulkStoreError` for a `JobBusyError`, and no change, where another one has it by now. */
  readonly patch: (job: number, patch: JobPatch, owner?: string) => Effect.Effect<void, BulkStoreError>
  /** Items that were being asked for when their process ended: they wait again, and each counts as a call that is repeated. */
  readonly recover: (job: number, now: number, owner?: string) => Effect.Effect<number, BulkStoreError>
  /** The digest of the request of each of these items that is stored. */
  readonly known: (
    job: number,
    ids: ReadonlyArray<string>
  ) => Effect.Effect<ReadonlyMap<string, string>, BulkStoreError>
  /** Items that wait to be asked for, after a row. */
  readonly waiting: (
    job: number,
    after: number,
    limit: number
  ) => Effect.Effect<ReadonlyArray<OpenItem>, BulkStoreError>
  /**
   * Stores a batch. Gives the row of each item that was begun; one that was there before has none. What has ended before is not stored a
   * second time.
   */
  readonly commit: (
    job: number,
    batch: Batch,
    owner?: string
  ) => Effect.Effect<ReadonlyMap<string, number>, BulkStoreError>
  readonly answers: (
    job: number,
    after: number,
    limit: number
  ) => Effect.Effect<ReadonlyArray<StoredAnswer>, BulkStoreError>
  readonly failed: (
    job: number,
    after: number,
    limit: number
  ) => Effect.Effect<ReadonlyArray<Failure & { readonly row: number }>, BulkStoreError>
  /** How many items failed, by the tag of the error. */
  readonly failures: (job: number) => Effect.Effect<Readonly<Record<string, number>>, BulkStoreError>
  /** Failed items wait again: those of these tags, or all. */
  readonly requeue: (job: number, tags: ReadonlyArray<string> | undefined) => Effect.Effect<number, BulkStoreError>
  /** The calls of an item, in order. */
  readonly attempts: (job: number, id: string) => Effect.Effect<ReadonlyArray<Attempt>, BulkStoreError>
  readonly batches: BatchFiles
  /** What processes share that work on the same jobs; SQLite has none of it. */
  readonly runners: Runners | undefined
  /** Removes a job with its prompts and answers, if it may go as it stands then; says whether it did. */
  readonly remove: (job: number, mayGo: (row: JobRow) => boolean) => Effect.Effect<boolean, BulkStoreError>
}
