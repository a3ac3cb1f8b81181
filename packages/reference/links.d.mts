/** What is wrong with the pages of a folder, a line each. */
export const faultsOf: (folder: string) => ReadonlyArray<string>
