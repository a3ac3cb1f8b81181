export declare const bundleCommandInto: (folder: string) => Promise<unknown>

export declare const bundleCommand: () => Promise<void>
