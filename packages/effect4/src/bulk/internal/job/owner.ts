// Generated from packages/bulk/src/internal/job/owner.ts by scripts/effect4: change that file.
/** Which process runs a job, so that two never do, and that the next one need not wait when it has died. */
import { randomUUID } from "node:crypto"
import { readlinkSync } from "node:fs"
import { hostname } from "node:os"

/** Runs of this process. */
const alive = (() => new Set<string>())()

/** How long the owner of a job on another machine may be silent before it counts as dead. @internal */
export const silenceMillis = 20_000

/** Within which a number names one process: two containers may have one host name, and each a process of number 1. */
const namespace = ((): string => {
  try {
    return readlinkSync("/proc/self/ns/pid").replace(/\D/g, "")
  } catch {
    return ""
  }
})()

/** A name for a run, `host:pid:unique`. @internal */
export const make = (): string => {
  const owner = `${hostname()}:${process.pid}:${namespace}-${randomUUID().slice(0, 8)}`
  alive.add(owner)
  return owner
}

/** @internal */
export const forget = (owner: string): void => void alive.delete(owner)

/** Whether the process of a run has ended, as far as one can tell. @internal */
export const isGone = (owner: string, silentMillis: number): boolean => {
  if (alive.has(owner)) return false
  const { host, isNear, pid } = read(owner)
  // One with the number of this one came before it.
  if (host === hostname() && isNear && (pid === process.pid || !isRunning(pid))) return true
  return silentMillis > silenceMillis
}

const read = (owner: string) => {
  const [host, pid, unique = ""] = owner.split(":")
  return { host, pid: Number(pid), isNear: unique.startsWith(`${namespace}-`) }
}

/**
 * Whether it may have been the container of this process before that was started again, whose only process is always number 1; or another one of
 * the same host name that is there.
 *
 * @internal
 */
export const isUncertain = (owner: string): boolean => {
  const { host, isNear, pid } = read(owner)
  return host === hostname() && pid === process.pid && !isNear
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
