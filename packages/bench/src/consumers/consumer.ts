/** What each client under measurement is driven through. */
import type { Answer, Field } from "../answer.js"
import type { Elsewhere } from "./elsewhere.js"

export interface Client {
  /** Asks for a stream and reads it to its end. */
  readonly stream: (onFirst?: () => void) => Promise<Answer>
  /** Asks for a plain completion. */
  readonly complete: () => Promise<Answer>
}

/** Connects to a base URL; connections are shared by all that one process connects. */
export type Connect = (baseUrl: string) => Promise<Client>

export interface Entry {
  readonly name: string
  /** What it is, for the page of results. */
  readonly title: string
  /** What of the answer it gives out, which is what is checked. */
  readonly fields: ReadonlyArray<Field>
  /** Slow consumers get a part of a long burst; cost is told by the chunk. */
  readonly share: number
  /** Whether it can read plain completions of GLM. */
  readonly completes: boolean
  /** The major version of Node that it wants, where that is a newer one than ours do. */
  readonly minNode?: number | undefined
  /** Where it comes from, if not from this repository: it is left out where that cannot be had. */
  readonly elsewhere?: Elsewhere | undefined
  readonly load: () => Promise<{ readonly connect: Connect }>
}

export const apiKey = "0123456789abcdef.secret"

export const request = {
  model: "glm-4.7-flash",
  messages: [{ role: "user" as const, content: "Why is the sky blue? Save the answer." }]
}
