/** What calls go by: that of their client, or of their own. */
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { Deadlines } from "../../Deadlines.js"
import type { RetryPolicy } from "../../RetryPolicy.js"
import type { AuthenticationError } from "../../ZhipuError.js"
import type { Authorizer } from "../keys/lease.js"
import type { Response } from "./callOptions.js"

/** The fields of the configuration that a call needs. @internal */
export interface Settings {
  readonly apiKey: Effect.Effect<Redacted.Redacted, AuthenticationError>
  readonly auth: "api-key" | "jwt"
  readonly baseUrl: string
  readonly hostUrl: string
  readonly deadlines: Deadlines
  readonly retry: RetryPolicy
  readonly maxResentBytes: number
  readonly retryCreates: "refused" | "always"
  readonly resetZone: string
  readonly headers: Readonly<Record<string, string>>
  readonly propagateTrace: boolean
  readonly transformClient: (client: HttpClient.HttpClient) => HttpClient.HttpClient
}

/** What may be different for each call. @internal */
export interface Terms {
  readonly auth: Authorizer
  readonly deadlines: Deadlines
  /** The deadline of the wait for a permit, where the call has one of its own. */
  readonly queue: Duration.Duration | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly retry: RetryPolicy
  readonly requestId: string | undefined
  readonly onResponse: ((response: Response) => Effect.Effect<void>) | undefined
}
