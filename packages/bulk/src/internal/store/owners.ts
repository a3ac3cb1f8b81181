/** The runner of a cluster that leads a job, as the owner of the job: it is on no host that another process could look at. */

const prefix = "cluster::"

/** @internal */
export const ofRunner = (runner: string): string => prefix + runner

/** None of a process that has the job for itself. @internal */
export const runnerOf = (owner: string): string | undefined =>
  owner.startsWith(prefix) ? owner.slice(prefix.length) : undefined
