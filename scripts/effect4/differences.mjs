// Test files in which the editions differ, and why: what is not listed here is the same in number and passes, or the run fails.
export const differences = []
