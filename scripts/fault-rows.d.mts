export interface Results {
  readonly testResults: ReadonlyArray<{
    readonly assertionResults: ReadonlyArray<{ readonly status: string; readonly title: string }>
  }>
}

export declare const faultRows: (
  results: Results,
  which?: "short" | "long"
) => {
  readonly lines: ReadonlyArray<string>
  readonly missing: ReadonlyArray<number>
  readonly outcomes: ReadonlyMap<number, string>
}
