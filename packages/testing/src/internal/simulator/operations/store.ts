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

/**
 * A file that a simulator has from the beginning.
 *
 * @since 0.1.0
 * @category models
 */
export interface GivenFile {
  readonly name: string
  /** What it is for: `batch`, `agent` … */
  readonly purpose: string
  readonly bytes: Uint8Array
}

/**
 * A page that a search finds.
 *
 * @since 0.1.0
 * @category models
 */
export interface GivenPage {
  readonly title: string
  readonly content: string
  /** Default: none, as some engines have it. */
  readonly link?: string | undefined
  /** `2026-01-15`. */
  readonly publish_date?: string | undefined
}

/** When files that were there from the beginning came: Unix seconds. */
const longAgo = 1_767_225_600

/** @internal */
export interface TaskSettings {
  /** How often a task is asked for before it is done. */
  readonly taskPolls: number
  /** How long it takes at least, in milliseconds. */
  readonly taskDuration: number
  /** Whether an upload is answered as it was years ago. */
  readonly legacy: boolean
  readonly files: ReadonlyArray<GivenFile>
  /** What searches find; pages are made up where nothing is given. */
  readonly searchResults: ReadonlyArray<GivenPage> | undefined
}

/** @internal */
export const numbered = (prefix: string, number: number): string => `${prefix}${String(number).padStart(10, "0")}`

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
    this.begin()
  }

  private begin(): void {
    for (const { bytes, name: filename, purpose } of this.settings.files) {
      const id = numbered("file-", this.next())
      this.files.set(id, { id, filename, purpose, bytes, createdAt: longAgo })
    }
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
    this.begin()
  }
}
