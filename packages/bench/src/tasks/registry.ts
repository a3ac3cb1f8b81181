/** All tasks. Loads none of them. */
import type { Task } from "./task.js"

export interface TaskEntry {
  readonly name: string
  readonly load: () => Promise<Task>
}

export const tasks: ReadonlyArray<TaskEntry> = [
  { name: "jwt-by-hand", load: async () => (await import("./jwt.js")).byHand },
  { name: "jwt-cached", load: async () => (await import("./jwt.js")).cached },
  { name: "jwt-signed-anew", load: async () => (await import("./jwt.js")).signedAnew },
  { name: "fold-by-hand", load: async () => (await import("./fold.js")).byHand },
  { name: "fold-ours", load: async () => (await import("./fold.js")).ours }
]
