/** A stream read by `Decoder.events`, without a client: it ends when the answer is whole, and throws everything else. */
import { describe, expect, it } from "vitest"
import { Decoder, type Documents, Failure, Fold } from "@effect-zhipu/protocol"

const frame = (delta: unknown, more: Record<string, unknown> = {}): string =>
  `data: ${JSON.stringify({ id: "c1", model: "glm-4.6", choices: [{ index: 0, delta, ...more }] })}\n\n`

const hello = frame({ content: "你" }) + frame({ content: "好" })
const whole = `${hello}${frame({ content: "" }, { finish_reason: "stop" })}data: [DONE]\n\n`

async function* bytes(...pieces: ReadonlyArray<string | Error>): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    if (typeof piece !== "string") throw piece
    yield new TextEncoder().encode(piece)
  }
}

const response = (body: BodyInit, type = "text/event-stream", status = 200): Response =>
  new Response(body, { status, headers: { "content-type": type, "x-request-id": "r-1" } })

const read = async (source: Decoder.Source, options?: Decoder.Options) => {
  const events: Array<Documents.ChunkEvent> = []
  try {
    for await (const event of Decoder.events(source, options)) events.push(event)
    return { events, error: undefined }
  } catch (error) {
    if (!(error instanceof Failure.FailureError)) throw error
    return { events, error }
  }
}

describe("events", () => {
  it("come of a response, a stream and any bytes, and fold to the completion", async () => {
    const { body } = response(whole)
    if (body === null) throw new Error("a response has no body")
    for (const source of [response(whole), body, bytes(whole), bytes(...whole)]) {
      const completion = await Fold.completion(Decoder.events(source))
      expect(completion.choices[0]).toMatchObject({ finish_reason: "stop", message: { content: "你好" } })
    }
  })

  it("come of a completion that was sent instead of a stream, with a warning", async () => {
    const document = { id: "c1", choices: [{ message: { content: "你好" }, finish_reason: "stop" }] }
    const { error, events } = await read(response(JSON.stringify(document), "application/json"))
    expect(error).toBeUndefined()
    expect(events).toContainEqual(expect.objectContaining({ _tag: "Warning", code: "NotStreamed" }))
    expect(events.at(-1)).toEqual({ _tag: "Finished", choice: 0, reason: "stop" })
  })

  it("end with a failure where the answer is not whole, which holds what came", async () => {
    const { error, events } = await read(response(hello))
    expect(events.map(({ _tag }) => _tag)).toEqual(["Started", "ContentDelta", "ContentDelta"])
    expect(error).toMatchObject({ name: "StreamTruncatedError", isRetryable: true, failure: { requestId: "r-1" } })
    expect(error?.partial?.choices[0]?.message.content).toBe("你好")
    expect(JSON.stringify(error)).not.toContain("你好")
  })

  it("end with the failure of the connection that broke, and its cause", async () => {
    const cause = new Error("reset")
    const { error } = await read(bytes(hello, cause))
    expect(error).toMatchObject({ failure: { _tag: "ConnectionError", phase: "body", reason: "reset" }, cause })
    const late = await read(bytes(hello, frame({ content: "" }, { finish_reason: "stop" }), cause))
    expect(late.error).toMatchObject({ failure: { _tag: "StreamTruncatedError" }, cause })
    const usage = frame({ content: "" }, { finish_reason: "stop" }).replace(
      '"choices"',
      '"usage":{"total_tokens":1},"choices"'
    )
    expect((await read(bytes(hello, usage, cause))).error).toBeUndefined()
  })

  it("end with what the service said, by its code and not by its status", async () => {
    const refused = JSON.stringify({ error: { code: "1113", message: "余额不足 key-12345" } })
    const redact = (text: string) => text.replaceAll("key-12345", "<redacted>")
    for (const source of [response(refused, "application/json", 429), response(`data: ${refused}\n\n`)]) {
      const { error } = await read(source, { redact })
      expect(error).toMatchObject({ isRetryable: false, failure: { _tag: "InsufficientBalanceError", code: "1113" } })
      expect(error?.message).toContain("余额不足 <redacted>")
    }
    const page = await read(response("<html>Log in</html>", "text/html"))
    expect(page.error?.failure).toMatchObject({ _tag: "CorruptStreamError", reason: "UnexpectedContentType" })
    const empty = await read(new Response(null, { headers: { "content-type": "text/event-stream" } }))
    expect(empty.error?.failure).toMatchObject({ _tag: "CorruptStreamError", reason: "EmptyResponse" })
  })

  it("stop, and give up the connection, where the loop is left", async () => {
    let cancelled = false
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode(hello)),
      cancel: () => {
        cancelled = true
      }
    })
    for await (const event of Decoder.events(response(body))) if (event._tag === "ContentDelta") break
    expect(cancelled).toBe(true)
  })
})
