/** Work without a server, measured like a consumer. */

export interface TaskEntry {
  readonly name: string
  readonly load: () => Promise<Task>
}

export interface Task {
  /** Makes ready for so much work, outside the measurement; what it gives does the work and tells a digest of the outcome. */
  readonly prepare: (size: number) => Promise<() => Promise<string>>
}

export const tasks: ReadonlyArray<TaskEntry> = [
  { name: "jwt-by-hand", load: async () => (await import("./jwt.js")).byHand },
  { name: "jwt-cached", load: async () => (await import("./jwt.js")).cached },
  { name: "jwt-signed-anew", load: async () => (await import("./jwt.js")).signedAnew },
  { name: "fold-by-hand", load: async () => (await import("./fold.js")).byHand },
  { name: "fold-ours", load: async () => (await import("./fold.js")).ours }
]
