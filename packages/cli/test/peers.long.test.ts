/**
 * Clients of other makings against `zhipu simulate`: who tests an application with the simulator need not use this library. Each
 * asks plainly, as a stream, and in a round with a tool.
 */
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Installed, lookForPeer, peerNames, runBeside } from "../../../scripts/peers.mjs"
import { type Running, start } from "./support/zhipu.js"

const found: Array<readonly [string, Installed | undefined]> = []
for (const name of peerNames) {
  const peer = await lookForPeer(name)
  if (peer.reason !== undefined) console.warn(`SKIPPED: the client ${name}. ${peer.reason}.`)
  found.push([name, peer.reason === undefined ? peer : undefined])
}

let simulator: Running
let env: Readonly<Record<string, string>> = {}

beforeAll(async () => {
  simulator = start(["simulate", "--port", "0", "--tps", "200"])
  await simulator.until((running) => running.stderr().includes("Ctrl-C"))
  const exported = Array.from(simulator.stdout().matchAll(/^export (\w+)=(.*)$/gm))
  env = Object.fromEntries(exported.map(([, name = "", value = ""]) => [name, value]))
})

afterAll(async () => {
  simulator.child.kill("SIGTERM")
  await simulator.done
})

const numbers = Array.from({ length: 20 }, (_, index) => index + 1).join(", ")

/** LangChain sends turns as texts alone: its program asks for the answer that the result leads to. */
const answers: Readonly<Record<string, string>> = { langchain: '{"celsius":11}' }

describe("a client of another making", () => {
  for (const [name, peer] of found) {
    // It cannot be had here, which is said above, with the reason.
    if (peer === undefined) {
      it.skip(name)
      continue
    }
    it(`${name} asks plainly, as a stream, and with a tool`, async () => {
      const program = fileURLToPath(new URL(`./support/peers/${name}.mjs`, import.meta.url))
      const outcome = JSON.parse(await runBeside(peer, program, env))
      expect(outcome).toEqual({
        plain: "hello",
        streamed: numbers,
        pieces: expect.any(Number),
        called: { name: "get_weather", arguments: '{"city":"London"}' },
        answer: answers[name] ?? expect.stringContaining('{"celsius":11}')
      })
      expect(outcome.pieces).toBeGreaterThan(1)
    })
  }
})
