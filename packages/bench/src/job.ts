/** What a consumer's process is told to do, and what it reports. */

export type Job =
  /** Streams, so many at once, each to its end. */
  | { readonly kind: "stream"; readonly baseUrl: string; readonly count: number; readonly concurrency: number }
  /** Streams one after the other; tells how long the first event took. */
  | { readonly kind: "first"; readonly baseUrl: string; readonly count: number }
  /** Loads the consumer, connects and waits for the first event: what a short-lived program pays. */
  | { readonly kind: "cold"; readonly baseUrl: string }
  /** Plain completions. */
  | { readonly kind: "complete"; readonly baseUrl: string; readonly count: number; readonly concurrency: number }
  /** Work without a server. */
  | { readonly kind: "task"; readonly size: number }
  /** A program from its start to its end. */
  | { readonly kind: "program"; readonly baseUrl: string }

export interface JobResult {
  /** User and system time of the whole process. */
  readonly cpuMicros: number
  readonly wallMillis: number
  /** Until the first event, the median over the streams of the job; `first`, `cold` and `program` only. */
  readonly firstMillis: number
  /** The peak of the process so far. */
  readonly maxRssKiB: number
  /** The distinct digests of all answers: one, if all is well. */
  readonly digests: ReadonlyArray<string>
}

export type Reply = { readonly result: JobResult } | { readonly error: string }

/** Which process a job is for: a consumer of the server, a task, or a program that is started anew for each job. */
export type Target =
  | { readonly kind: "consumer" | "task"; readonly name: string }
  | {
      readonly kind: "program"
      readonly name: string
      /** What Node runs, and how it is asked. */
      readonly args: ReadonlyArray<string>
      /** A bundle reports itself by a line of JSON; of a command the output is looked at. */
      readonly reports: "itself" | "text"
      /** The folder that stands for the user's. */
      readonly home: string
    }
