// Tests of edition 3 that cannot mean the same in edition 4: `file` as "client/stream.test.ts", `tests` the ends of their names, and why. A
// test that does not pass in edition 4 and is not named fails the comparison, and so does one that is named and passes.
export const differences = [
  {
    file: "node/own.test.ts",
    tests: ["that nobody reads stop the socket at 256 KiB, and go on when they are read"],
    why: "Whoever waits for bytes runs within the transport's callback, and takes each piece as it comes: pieces of one turn are no batch."
  },
  {
    file: "ai/stream.test.ts",
    tests: ["a slow handler does not hold the stream: it had ended before the handler ran"],
    why: "effect/ai of Effect 4 tells the end of an answer when the handlers of its tools are done."
  }
]
