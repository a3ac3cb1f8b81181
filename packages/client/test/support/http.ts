/** A platform HttpClient that answers as it is told, under whatever clock the test runs. */
import { HttpClient, HttpClientError, HttpClientResponse } from "@effect/platform"
import type { HttpClientRequest } from "@effect/platform"
import { Message, Zhipu } from "@effect-zhipu/client"
import type { ChatRequest, ZhipuConfig } from "@effect-zhipu/client"
import { Clock, type Duration, Effect, Layer, Redacted, Runtime } from "effect"

/** One step of a body: bytes, a pause of the Effect `Clock`, a break, or silence for ever. */
export type Step =
  | string
  | Uint8Array
  | { readonly wait: Duration.DurationInput }
  | { readonly fail: Error }
  | { readonly hang: true }

export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Text is sent as it is, an array step by step. */
  readonly body?: string | ReadonlyArray<Step>
  /** How long the headers take. */
  readonly delay?: Duration.DurationInput
  /** The body goes on though it is cancelled: `"ignores"` says it has ended, `"hangs"` never says anything. */
  readonly stubborn?: "ignores" | "hangs"
}

/** What becomes of one request: a reply, silence, or a failure before the headers. */
export type Answer = Reply | "never" | { readonly fails: Error }

/** A request as it went out. */
export interface Sent {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Milliseconds of the Effect `Clock`. */
  readonly at: number
  /** Set when the consumer of the body gave it up. */
  cancelled: boolean
}

export interface Mock {
  readonly client: HttpClient.HttpClient
  readonly layer: Layer.Layer<HttpClient.HttpClient>
  readonly sent: Array<Sent>
}

export const eventStream = { "content-type": "text/event-stream;charset=UTF-8" } as const

export const jsonType = { "content-type": "application/json; charset=UTF-8" } as const

export const streamed = (...steps: ReadonlyArray<Step>): Reply => ({ headers: eventStream, body: steps })

export const jsonReply = (document: unknown, status = 200): Reply => ({
  status,
  headers: jsonType,
  body: JSON.stringify(document)
})

export const errorReply = (status: number, code: string | number, message = "refused"): Reply =>
  jsonReply({ error: { code, message } }, status)

/** Answers the n-th request with the n-th answer, the rest with the last one. */
export const mock = (answers: Answer | ReadonlyArray<Answer> | ((sent: Sent, attempt: number) => Answer)): Mock => {
  const sent: Array<Sent> = []
  const choose = (request: Sent): Answer => {
    if (typeof answers === "function") return answers(request, sent.length)
    const list: ReadonlyArray<Answer> = Array.isArray(answers) ? answers : [answers]
    const answer = list[Math.min(sent.length, list.length) - 1]
    if (answer === undefined) throw new Error("the mock has no answer")
    return answer
  }
  const client = HttpClient.make((request, url) =>
    Effect.gen(function* () {
      const runtime = yield* Effect.runtime()
      const out: Sent = {
        method: request.method,
        url: url.toString(),
        headers: { ...request.headers },
        body: bodyOf(request),
        at: yield* Clock.currentTimeMillis,
        cancelled: false
      }
      sent.push(out)
      const answer = choose(out)
      if (answer === "never") return yield* Effect.never
      if ("fails" in answer) {
        return yield* Effect.fail(
          new HttpClientError.RequestError({ request, reason: "Transport", cause: answer.fails })
        )
      }
      if (answer.delay !== undefined) yield* Effect.sleep(answer.delay)
      return HttpClientResponse.fromWeb(request, toResponse(answer, runtime, out))
    })
  )
  return { client, layer: Layer.succeed(HttpClient.HttpClient, client), sent }
}

const bodyOf = (request: HttpClientRequest.HttpClientRequest): string =>
  request.body._tag === "Uint8Array" ? new TextDecoder().decode(request.body.body) : ""

const toResponse = (reply: Reply, runtime: Runtime.Runtime<never>, sent: Sent): Response => {
  const steps = typeof reply.body === "string" ? [reply.body] : (reply.body ?? [])
  // A response of this status has no body at all.
  return new Response(reply.status === 204 ? null : bytesOf(steps, reply.stubborn, runtime, sent), {
    status: reply.status ?? 200,
    headers: reply.headers ?? {}
  })
}

const never = new Promise<never>(() => {})

const bytesOf = (
  steps: ReadonlyArray<Step>,
  stubborn: Reply["stubborn"],
  runtime: Runtime.Runtime<never>,
  sent: Sent
): ReadableStream<Uint8Array> => {
  let next = 0
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    for (;;) {
      const step = steps[next++]
      if (step === undefined) return controller.close()
      if (typeof step === "string") {
        if (step !== "") return controller.enqueue(new TextEncoder().encode(step))
      } else if (step instanceof Uint8Array) {
        if (step.length > 0) return controller.enqueue(step)
      } else if ("hang" in step) {
        return never
      } else if ("fail" in step) {
        return controller.error(step.fail)
      } else {
        await Runtime.runPromise(runtime)(Effect.sleep(step.wait))
      }
      if (sent.cancelled && stubborn === undefined) return
    }
  }
  const cancel = (): Promise<void> => {
    sent.cancelled = true
    return stubborn === "hangs" ? never : Promise.resolve()
  }
  return new ReadableStream({ pull, cancel }, { highWaterMark: 0 })
}

export const testKey = "0123456789abcdef.fedcba9876543210"

/** The whole client over a mock. */
export const client = (over: Mock, options: Partial<ZhipuConfig.Options> = {}): Layer.Layer<Zhipu.Zhipu> =>
  Zhipu.layer({ apiKey: Redacted.make(testKey), ...options }).pipe(Layer.provide(over.layer), Layer.orDie)

export const request: ChatRequest.ChatRequest = { model: "glm-4.6", messages: [Message.user("Hello")] }

/** A completion as the service sends it. */
export const completion = (content = "Hi"): Record<string, unknown> => ({
  choices: [{ finish_reason: "stop", index: 0, message: { content, role: "assistant" } }],
  created: 1767225600,
  id: "20260101000000aaaa",
  model: "glm-4.6",
  object: "chat.completion",
  request_id: "20260101000000aaaa",
  usage: { completion_tokens: 2, prompt_tokens: 5, total_tokens: 7 }
})
