/** What can go wrong in the command itself, beside the errors of the client. */
import * as Data from "effect/Data"

/**
 * The command line, or a file that it names, cannot be used.
 *
 * @internal
 */
export class UsageError extends Data.TaggedError("UsageError")<{
  readonly message: string
  /** The command whose help page tells more, as it is called: `zhipu simulate`. None where a file is to blame. */
  readonly help?: string | undefined
}> {}

/** The simulator got no port to listen on. @internal */
export class ListenError extends Data.TaggedError("ListenError")<{ readonly message: string }> {}

/** Moderation blocked the answer in the middle. What there is to say has been said. @internal */
export class BlockedError extends Data.TaggedError("BlockedError") {}

/** Nothing goes to standard output any more. @internal */
export class BrokenPipe extends Data.TaggedError("BrokenPipe")<{
  /** It cannot be written, as on a disk that is full; else nobody reads it. */
  readonly isUnwritable?: boolean
}> {}

/** What was begun took longer than `--timeout`. @internal */
export class DeadlineError extends Data.TaggedError("DeadlineError")<{ readonly message: string }> {}

/** What was found has been printed; only the exit code is left to say. @internal */
export class Reported extends Data.TaggedError("Reported")<{ readonly exitCode: number }> {}
