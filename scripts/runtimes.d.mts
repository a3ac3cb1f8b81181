export type RuntimeName = "node22" | "node24" | "bun" | "deno"

export type FoundRuntime =
  | { readonly path: string; readonly version: string; readonly reason: undefined }
  | { readonly path: undefined; readonly version: undefined; readonly reason: string }

export interface RuntimeOptions {
  /** Instead of PATH. */
  readonly path?: string
  /** Instead of the folder in node_modules where what was installed is kept. */
  readonly cache?: string
  /** Instead of the npm that runs this. */
  readonly npm?: string
  readonly platform?: string
  readonly arch?: string
}

export declare const runtimeNames: ReadonlyArray<RuntimeName>

export declare const lookForRuntime: (name: RuntimeName, options?: RuntimeOptions) => Promise<FoundRuntime>

export declare const findRuntime: (name: RuntimeName, options?: RuntimeOptions) => Promise<string | undefined>
