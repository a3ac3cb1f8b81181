/** What a stream keeps in memory while its consumer keeps nothing: its text, for `partial`, and not the wire around it. */
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFile } from "node:child_process"
import { once } from "node:events"
import { createServer, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, beforeAll, describe } from "vitest"
import { compiled } from "../../../../scripts/built.mjs"
import { type Transport } from "../support/simulator.js"

const root = fileURLToPath(new URL("../../../..", import.meta.url))
const consumer = fileURLToPath(new URL("../support/consumer.mjs", import.meta.url))
const transports: ReadonlyArray<Transport> = ["undici", "fetch", "node"]
const mega = 1_000_000

/** Deltas of a hundred characters, in frames as the service sends them. */
const deltas = {
  english: "The sky is blue. ".repeat(6).slice(0, 100),
  chinese: "天空为什么是蓝色的".repeat(12).slice(0, 100)
}

const frame = (delta: object, reason?: string) =>
  `data: ${JSON.stringify({
    id: "20260101000000aaaa",
    created: 1767225600,
    object: "chat.completion.chunk",
    model: "glm-4.6",
    choices: [{ index: 0, delta: { role: "assistant", ...delta }, ...(reason && { finish_reason: reason }) }]
  })}\n\n`

/** Each frame is a text of its own, so that nothing is shared by accident. */
const answer = async (response: ServerResponse, characters: number, text: string) => {
  response.writeHead(200, { "content-type": "text/event-stream" })
  for (let sent = 0; sent < characters; sent += 100 * 100) {
    const frames = Array.from({ length: 100 }, (_, i) => frame({ content: `${(sent + i) % 10}${text.slice(1)}` }))
    if (!response.write(frames.join(""))) await once(response, "drain")
  }
  response.end(`${frame({}, "stop")}data: [DONE]\n\n`)
}

const server = createServer((request, response) => {
  let body = ""
  request.setEncoding("utf8").on("data", (text: string) => (body += text))
  request.on("end", () => {
    const characters = Number(/characters:(\d+)/.exec(body)?.[1])
    void answer(response, characters, request.url?.startsWith("/chinese") ? deltas.chinese : deltas.english)
  })
})

beforeAll(async () => {
  compiled("node")
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
}, 120_000)

afterAll(() => {
  server.close()
  server.closeAllConnections()
})

const consume = (
  flags: ReadonlyArray<string>,
  transport: Transport,
  language: keyof typeof deltas,
  how: "measure" | "read",
  characters: number
) =>
  Effect.promise(async () => {
    const { port } = server.address() as AddressInfo
    const args = [...flags, consumer, transport, `http://127.0.0.1:${port}/${language}`, how, String(characters)]
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root })
    return JSON.parse(stdout) as { readonly characters: number; readonly peak: number }
  })

describe.each(transports)("28. over %s", (transport) => {
  // V8 keeps a text that has a Chinese character at two bytes a character.
  for (const { bytes, language, lengths } of [
    { language: "english", bytes: 1.2, lengths: [5 * mega, 20 * mega, 40 * mega] },
    { language: "chinese", bytes: 2.2, lengths: [10 * mega] }
  ] as const) {
    it.live(`memory is linear in the ${language} text, and not in the wire`, () =>
      Effect.gen(function* () {
        for (const characters of lengths) {
          const { characters: read, peak } = yield* consume(["--expose-gc"], transport, language, "measure", characters)
          console.log(`${transport}, ${characters / mega} MB of ${language}: ${(peak / mega).toFixed(1)} MB live`)
          expect(read).toBe(characters)
          expect(peak).toBeLessThan(12 * mega + bytes * characters)
        }
      })
    )
  }

  it.live("20 MB of text are read with 64 MB of memory", () =>
    Effect.gen(function* () {
      const { characters } = yield* consume(["--max-old-space-size=64"], transport, "english", "read", 20 * mega)
      expect(characters).toBe(20 * mega)
    })
  )
})
