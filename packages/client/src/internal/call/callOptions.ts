/** What is different for a call, as a program says it. */
import type * as Effect from "effect/Effect"
import type * as Deadlines from "../../Deadlines.js"
import type { RetryPolicy } from "../../RetryPolicy.js"
import type { KeySource } from "../keys/lease.js"

/**
 * What a call may have of its own.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** Those that are named replace the client's. `total` is for each call by itself, with its retries. */
  readonly deadlines?: Deadlines.Options | undefined
  /** Further headers of its requests, which come before those of the client. `Authorization` is set by the key alone. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** In place of the client's policy. */
  readonly retry?: RetryPolicy | undefined
  /**
   * The key to ask with, for a program that serves several accounts; it is kept out of messages as the client's is. Keep the
   * same value (`Redacted`, effect or `KeyPool`) for an account: a token that was signed with it, and how the keys of a
   * pool are doing, are remembered as long as it lives. A key that cannot work fails with `AuthenticationError`.
   */
  readonly apiKey?: KeySource | undefined
  /**
   * The `request_id` of the document that is sent, where that has none: 6 to 64 characters. The service refuses one that it
   * has seen (1231), so such a call is not sent again, and a text is for one call; give an effect for more.
   */
  readonly requestId?: string | Effect.Effect<string> | undefined
  /** Runs when the headers of a response have come, also of one that is refused, before anything is read of its body. */
  readonly onResponse?: ((response: Response) => Effect.Effect<void>) | undefined
}

/**
 * What the headers of a response tell.
 *
 * @since 0.1.0
 * @category models
 */
export interface Response {
  readonly operation: string
  readonly model: string | undefined
  /** The number of the attempt, from 1. */
  readonly attempt: number
  readonly status: number
  /** By their names in lower case. A key in a value is taken out, and cookies are left out. */
  readonly headers: Readonly<Record<string, string>>
  readonly requestId: string | undefined
}
