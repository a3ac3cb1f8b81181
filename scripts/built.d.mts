export declare const builtEnvironment: Readonly<Record<string, string>>

export declare const compiled: (name: string) => Promise<void>

export interface Entry {
  readonly in: string
  /** The path in the folder, without an ending. */
  readonly out: string
}

export declare const bundleInto: (folder: string, programs: ReadonlyArray<Entry>) => Promise<unknown>

export declare const bundled: (name: string, programs: ReadonlyArray<string>) => Promise<string>

export declare const oneFile: (source: string, file: string) => Promise<unknown>
