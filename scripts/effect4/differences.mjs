// Tests of edition 3 that cannot mean the same in edition 4: `file` as "client/stream.test.ts", `tests` the ends of their names, and why. A
// test that does not pass in edition 4 and is not named fails the comparison, and so does one that is named and passes.
export const differences = []
