/** Work without a server, measured like a consumer. */
export interface Task {
  /** Makes ready for so much work, outside the measurement; what it gives does the work and tells a digest of the outcome. */
  readonly prepare: (size: number) => Promise<() => Promise<string>>
}
