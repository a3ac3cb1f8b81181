export type Found =
  | { readonly path: string; readonly reason: undefined }
  | { readonly path: undefined; readonly reason: string }

export interface FindOptions {
  /** Instead of PATH. */
  readonly path?: string
  /** Instead of the folders where programs commonly are. */
  readonly folders?: ReadonlyArray<string>
  readonly isRoot?: boolean
  /** The folder that stands for "apt-get is running". */
  readonly lock?: string
}

export declare const findRedis: (options?: FindOptions) => Promise<Found>

export declare const startRedis: (program: string) => Promise<{ readonly url: string; readonly stop: () => void }>

export declare const findPostgres: (options?: FindOptions) => Promise<Found>

export declare const startPostgres: (
  program: string,
  options?: { readonly durable?: boolean }
) => Promise<{ readonly url: string; readonly stop: () => Promise<void> }>

export declare const findNginx: (options?: FindOptions) => Promise<Found>

export declare const findCaddy: (options?: FindOptions) => Promise<Found>

export declare const findChromium: (options?: FindOptions) => Promise<Found>
