import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { createHmac } from "node:crypto"
import * as Simulator from "../src/Simulator.js"

/** A JSON document; its fields are as loosely typed as `JSON.parse` gives them, since a test says what it expects. */
export type Json = { readonly [key: string]: ReturnType<typeof JSON.parse> }

export const user = (content: string): Json => ({ role: "user", content })

export const ask = (content: string, rest: Json = {}): Json => ({
  model: "glm-4.6",
  messages: [user(content)],
  ...rest
})

export interface PostOptions {
  readonly headers?: Record<string, string>
  readonly fault?: string
  readonly path?: string
  readonly method?: string
  readonly signal?: AbortSignal
  readonly authorization?: string | null
}

/** A request with plain `fetch`, so that nothing of this project is between the test and the wire. */
export const post = (body: unknown, options: PostOptions = {}) =>
  Effect.flatMap(Simulator.Simulator, (simulator) =>
    Effect.promise(() => {
      const authorization =
        options.authorization === undefined ? `Bearer ${Redacted.value(simulator.apiKey)}` : options.authorization
      return fetch(simulator.baseUrl + (options.path ?? "/chat/completions"), {
        method: options.method ?? "POST",
        headers: {
          "content-type": "application/json",
          ...(authorization === null ? {} : { authorization }),
          ...(options.fault === undefined ? {} : { "x-zhipu-fault": options.fault }),
          ...options.headers
        },
        ...(options.method === "GET" ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        redirect: "manual"
      })
    })
  )

export const text = (response: Response) => Effect.promise(() => response.text())

export const json = (response: Response) => Effect.promise(async (): Promise<Json> => JSON.parse(await response.text()))

export const postJson = (body: unknown, options?: PostOptions) => Effect.flatMap(post(body, options), json)

export const postText = (body: unknown, options?: PostOptions) => Effect.flatMap(post(body, options), text)

/** Status and business code. */
export const codeOf = (body: unknown, options?: PostOptions) =>
  Effect.flatMap(post(body, options), (response) =>
    Effect.map(json(response), (parsed): readonly [number, string | undefined] => [
      response.status,
      parsed["error"]?.code
    ])
  )

/** The data of the events of a stream in the framing of the service: one `data:` line each. */
export const dataOf = (body: string): ReadonlyArray<string> =>
  body
    .split("\n\n")
    .filter((event) => event !== "")
    .map((event) => event.replace(/^data: /, ""))

export const chunksOf = (body: string): ReadonlyArray<Json> =>
  dataOf(body)
    .filter((data) => data !== "[DONE]")
    .map((data) => JSON.parse(data))

export const streamed = (body: Json, options?: PostOptions) =>
  Effect.map(postText({ ...body, stream: true }, options), chunksOf)

export const deltas = (chunks: ReadonlyArray<Json>, field: string): string =>
  chunks.map((chunk) => chunk["choices"][0]?.delta?.[field] ?? "").join("")

/** Reads a body until it ends or breaks. */
export const readAll = async (response: Response): Promise<{ readonly body: string; readonly error: unknown }> => {
  const pieces: Array<Uint8Array> = []
  try {
    for await (const piece of response.body ?? []) pieces.push(piece)
    return { body: Buffer.concat(pieces).toString(), error: undefined }
  } catch (error) {
    return { body: Buffer.concat(pieces).toString(), error }
  }
}

export const read = (body: unknown, options?: PostOptions) =>
  Effect.flatMap(post(body, options), (response) => Effect.promise(() => readAll(response)))

export const jwt = (
  key: string,
  claims: Json,
  header: Json = { alg: "HS256", sign_type: "SIGN" },
  secret?: string
): string => {
  const [id = "", own = ""] = key.split(".")
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")
  const signed = `${part(header)}.${part({ api_key: id, ...claims })}`
  return `${signed}.${createHmac("sha256", secret ?? own)
    .update(signed)
    .digest("base64url")}`
}

/** Runs a test against a simulator of its own. */
export const withSimulator =
  (options: Simulator.Options = {}) =>
  <A, E>(effect: Effect.Effect<A, E, Simulator.Simulator>) =>
    Effect.scoped(
      Effect.flatMap(Simulator.make(options), (simulator) =>
        Effect.provide(effect, Context.make(Simulator.Simulator, simulator))
      )
    )

/** Polls until a condition holds; a test that waits for the network cannot know when. */
export const eventually = <A>(effect: Effect.Effect<A>, holds: (value: A) => boolean): Effect.Effect<A> =>
  Effect.flatMap(effect, (value) =>
    holds(value)
      ? Effect.succeed(value)
      : Effect.zipRight(
          Effect.sleep("5 millis"),
          Effect.suspend(() => eventually(effect, holds))
        )
  ).pipe(Effect.timeoutFail({ duration: "20 seconds", onTimeout: () => new Error("never") }), Effect.orDie)
