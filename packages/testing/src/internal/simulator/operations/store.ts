/**
 * What the operations keep: files, tasks, batches and media, until `reset`. Ids count up from the start, so that the same calls
 * give the same ids. Mutable, as the state of the simulator is.
 */
import type { Json } from "../json.js"

/** @internal */
export interface StoredFile {
  readonly id: string
  readonly filename: string
  readonly purpose: string
  readonly bytes: Uint8Array
  /** Unix seconds. */
  readonly createdAt: number
}

/** @internal */
export interface StoredTask {
  readonly id: string
  readonly requestId: string
  readonly model: string
  /** What a poll is told in the end, beside the state. */
  readonly result: Json
  /** As the last look at it was told. */
  state: "processing" | "success" | "fail"
  /** How often it still is `PROCESSING`. */
  pollsLeft: number
  /** When it is done at the earliest: milliseconds since the epoch. */
  readonly doneAt: number
  /** The argument of the fault `task`, if it was created with that. */
  readonly fault: string | undefined
}

/** @internal */
export interface StoredBatch {
  readonly id: string
  readonly inputFileId: string
  readonly endpoint: string
  readonly metadata: unknown
  readonly autoDelete: boolean
  readonly createdAt: number
  status: string
  pollsLeft: number
  outputFileId: string
  errorFileId: string
  counts: { readonly total: number; readonly completed: number; readonly failed: number } | undefined
  errors: ReadonlyArray<Json>
  finishedAt: number | undefined
  /** How a fault ends it. */
  readonly ends: string | undefined
}

/** @internal */
export interface StoredMedia {
  readonly bytes: Uint8Array
  readonly mediaType: string
}

/** @internal */
export interface TaskSettings {
  /** How often a task is asked for before it is done. */
  readonly taskPolls: number
  /** How long it takes at least, in milliseconds. */
  readonly taskDuration: number
  /** Whether an upload is answered as it was years ago. */
  readonly legacy: boolean
}

/** @internal */
export class Store {
  readonly settings: TaskSettings
  readonly files = new Map<string, StoredFile>()
  readonly tasks = new Map<string, StoredTask>()
  readonly batches = new Map<string, StoredBatch>()
  readonly media = new Map<string, StoredMedia>()
  readonly requestIds = new Set<string>()
  polls = 0
  downloads = 0
  uploads = 0
  uploadedBytes = 0
  private count = 0

  constructor(settings: TaskSettings) {
    this.settings = settings
  }

  next(): number {
    return ++this.count
  }

  stats() {
    const tasks: Record<string, number> = {}
    const states = [
      ...Array.from(this.tasks.values(), ({ state }) => state),
      ...Array.from(this.batches.values(), ({ status }) => status)
    ]
    for (const state of states) tasks[state] = (tasks[state] ?? 0) + 1
    const { downloads, polls, uploadedBytes, uploads } = this
    return { uploads, uploadedBytes, polls, downloads, tasks }
  }

  clear(): void {
    this.files.clear()
    this.tasks.clear()
    this.batches.clear()
    this.media.clear()
    this.requestIds.clear()
    this.polls = 0
    this.downloads = 0
    this.uploads = 0
    this.uploadedBytes = 0
    this.count = 0
  }
}
