// Generated from packages/bulk/src/internal/job/owner.ts by scripts/effect4: change that file.
/** Which process runs a job, so that two never do, and that the next one need not wait when it has died. */
import { randomUUID } from "node:crypto"
import { hostname } from "node:os"

/** Runs of this process. */
const alive = (() => new Set<string>())()

/** How long the owner of a job on another machine may be silent before it counts as dead. @internal */
export const silenceMillis = 20_000

const prefix = `${hostname()}:${process.pid}:`

/** A name for a run, `host:pid:unique`. @internal */
export const make = (): string => {
  const owner = `${prefix}${randomUUID().slice(0, 8)}`
  alive.add(owner)
  return owner
}

/** @internal */
export const forget = (owner: string): void => void alive.delete(owner)

/** Whether the process of a run has ended, as far as one can tell. @internal */
export const isGone = (owner: string, silentMillis: number): boolean => {
  if (alive.has(owner)) return false
  // A process of this name before this one, as in a container whose only process is always number 1.
  if (owner.startsWith(prefix)) return true
  const [host, pid] = owner.split(":")
  if (host === hostname() && !isRunning(Number(pid))) return true
  return silentMillis > silenceMillis
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It is there, and somebody else's.
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}
