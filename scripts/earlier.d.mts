export type FoundEarlier =
  | { readonly folder: string; readonly reason: undefined }
  | { readonly folder: undefined; readonly reason: string }

export declare const earlierCommit: string

export declare const lookForEarlier: (options?: {
  /** Instead of the system's folder for temporary files. */
  readonly cache?: string
}) => Promise<FoundEarlier>
