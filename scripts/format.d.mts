export declare const format: (files: ReadonlyArray<string>) => Promise<string>
