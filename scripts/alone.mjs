// One process at a time, of all that name the same folder: it is there while one of them works.
import { mkdirSync, rmSync, statSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"

/** Does what only one may do at once; a folder older than so many minutes is of one that was killed. */
export const alone = async (lock, minutes, action) => {
  for (;;) {
    try {
      mkdirSync(lock)
      break
    } catch {
      const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
      if (age > minutes * 60_000) rmSync(lock, { recursive: true, force: true })
      await sleep(200)
    }
  }
  try {
    return await action()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}
