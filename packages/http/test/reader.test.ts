/** The reader of pages without Effect: it reads what the server of this package writes, and knows when that is not all. */
import { ChunkEvent, ZhipuError } from "@effect-zhipu/client"
import { ServerSentEvents } from "@effect-zhipu/http"
import { AnswerError, read } from "@effect-zhipu/http/reader"
import { Arbitrary, Effect, FastCheck, Schema, Stream } from "effect"
import { build } from "esbuild"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { describe, expect, it } from "vitest"
import { content, finished, started, textOf } from "./support.js"

const utf8 = new TextEncoder()

/** A response whose body comes in these pieces, and then ends or breaks. */
const responseOf = (pieces: ReadonlyArray<string | Uint8Array>, end?: unknown): Response => {
  const rest = pieces.map((piece) => (typeof piece === "string" ? utf8.encode(piece) : piece))
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => {
      const piece = rest.shift()
      if (piece !== undefined) controller.enqueue(new Uint8Array(piece))
      else if (end === undefined) controller.close()
      else controller.error(end)
    }
  })
  return new Response(body, { headers: ServerSentEvents.headers })
}

const outcomeOf = async (response: Response) => {
  const events: Array<ChunkEvent.ChunkEvent> = []
  try {
    for await (const event of read(response)) events.push(event)
    return { events, error: undefined }
  } catch (error) {
    return { events, error }
  }
}

const bodyOf = (stream: ServerSentEvents.Answer): Promise<string> =>
  Effect.runPromise(textOf(ServerSentEvents.toBytes(stream)))

/** Events as the network brings them: JSON knows no infinity, and not what is undefined. */
const anyEvents = FastCheck.array(
  Arbitrary.make(ChunkEvent.ChunkEvent)
    .map((event): unknown => JSON.parse(JSON.stringify(event)))
    .filter(Schema.is(ChunkEvent.ChunkEvent)),
  { maxLength: 5 }
)

const lineEnds = FastCheck.constantFrom("\n", "\r\n")

const pieces = (bytes: Uint8Array, places: ReadonlyArray<number>) => {
  const ends = [...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return ends.map((end, i) => bytes.slice(i === 0 ? 0 : ends[i - 1], end))
}

const overloaded = new ZhipuError.OverloadedError({ message: "Busy.", code: "1305" })

describe("read", () => {
  it("gives what the server wrote, wherever it is cut and however its lines end", async () => {
    await FastCheck.assert(
      FastCheck.asyncProperty(anyEvents, FastCheck.array(FastCheck.nat()), lineEnds, async (events, places, end) => {
        const body = (await bodyOf(Stream.fromIterable(events))).replaceAll("\n", end)
        const { error, events: seen } = await outcomeOf(responseOf(pieces(utf8.encode(body), places)))
        expect({ error, seen }).toEqual({ error: undefined, seen: events })
      }),
      { numRuns: 200 }
    )
  })

  it("reads every byte by itself", async () => {
    const body = await bodyOf(Stream.make(started, content("天气 🌧"), finished))
    const { error, events } = await outcomeOf(responseOf(Array.from(utf8.encode(body), (byte) => Uint8Array.of(byte))))
    expect({ error, events }).toEqual({ error: undefined, events: [started, content("天气 🌧"), finished] })
  })

  it("throws the error of the server after the events before it", async () => {
    const body = await bodyOf(Stream.concat(Stream.make(started), Stream.fail(overloaded)))
    const { error, events } = await outcomeOf(responseOf([body]))
    expect(events).toEqual([started])
    expect(error).toBeInstanceOf(AnswerError)
    expect(error).toMatchObject({ _tag: "OverloadedError", name: "OverloadedError", code: "1305", isRetryable: true })
  })

  it.each([
    ["ends before its last event", undefined, "StreamTruncatedError"],
    ["breaks", new TypeError("terminated"), "ConnectionError"]
  ])("throws where the body %s", async (_, end, tag) => {
    const { error, events } = await outcomeOf(responseOf([`event: Started\ndata: ${JSON.stringify(started)}\n\n`], end))
    expect(events).toEqual([started])
    expect(error).toMatchObject({ _tag: tag })
  })

  it("throws where the body of a refusal breaks", async () => {
    const { body } = responseOf(["{"], new TypeError("terminated"))
    const { error } = await outcomeOf(new Response(body, { status: 503 }))
    expect(error).toBeInstanceOf(AnswerError)
    expect(error).toMatchObject({ _tag: "ConnectionError" })
  })

  it("throws the reason of a signal as it is", async () => {
    const reason = new DOMException("stopped", "AbortError")
    expect((await outcomeOf(responseOf([": open\n\n"], reason))).error).toBe(reason)
  })

  it.each([
    [429, JSON.stringify({ _tag: "RateLimitError", message: "Wait." }), "RateLimitError"],
    [502, "<html>Bad gateway</html>", "ServerError"],
    [200, "<html>Welcome</html>", "ServerError"]
  ])("throws for a response of status %i that has no events", async (status, text, tag) => {
    const headers = { "content-type": "text/html" }
    expect((await outcomeOf(new Response(text, { status, headers }))).error).toMatchObject({ _tag: tag })
  })

  it("skips events of other names, and refuses those of this package that cannot be read", async () => {
    const other = "event: news\ndata: {}\n\n: comment\n\nretry: 5\n\n"
    const { error, events } = await outcomeOf(responseOf([`${other}event: ContentDelta\ndata: {"_tag"\n\n`]))
    expect(events).toEqual([])
    expect(error).toMatchObject({ _tag: "CorruptStreamError" })
  })

  it("cannot be given another prototype by an error", async () => {
    const document = '{"_tag":"ServerError","message":"m","__proto__":{"isAdmin":true}}'
    const { error } = await outcomeOf(responseOf([`event: error\ndata: ${document}\n\n`]))
    expect(error).toBeInstanceOf(AnswerError)
    expect(error).not.toHaveProperty("isAdmin")
  })

  it("cancels the body when its loop is left", async () => {
    let cancelled = false
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: (controller) => controller.enqueue(utf8.encode(`event: Started\ndata: ${JSON.stringify(started)}\n\n`)),
      cancel: () => {
        cancelled = true
      }
    })
    for await (const _ of read(new Response(body, { headers: ServerSentEvents.headers }))) break
    expect(cancelled).toBe(true)
  })

  it("is under 2 KB, minified and compressed, and imports nothing", async () => {
    const { metafile, outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL("../src/reader.ts", import.meta.url))],
      bundle: true,
      minify: true,
      format: "esm",
      platform: "browser",
      target: "es2022",
      metafile: true,
      write: false
    })
    expect(Object.keys(metafile.inputs)).toHaveLength(1)
    expect(gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).byteLength).toBeLessThan(2048)
  })
})
