/** Bodies that end too early, at any byte, over real sockets: nothing that is cut may pass for whole. */
import { describe, it } from "@effect/vitest"
import { cutEverywhere, tellTally } from "../support/cutBodies.js"
import * as Sim from "../support/simulator.js"

// The fixture: about 8 KB of reasoning, text in two scripts and a pictograph, a call in fragments, finish and usage.

const words = "the sky is blue because of how light scatters 天空是蓝色的 因为散射 🌈 and \\n so on".split(" ")

const event = (rest: Record<string, unknown>): string =>
  `data: ${JSON.stringify({ id: "cut", created: 1767225600, model: "glm-4.6", ...rest })}\n\n`

const delta = (fields: Record<string, unknown>, beside: Record<string, unknown> = {}): string =>
  event({ choices: [{ index: 0, delta: { role: "assistant", ...fields }, ...beside }] })

const fixture = new TextEncoder().encode(
  [
    ...Array.from({ length: 24 }, (_, i) => delta({ reasoning_content: `${words[i % words.length]} ` })),
    ...Array.from({ length: 24 }, (_, i) => delta({ content: `${words[i % words.length]} ` })),
    delta({ tool_calls: [{ id: "call_1", index: 0, type: "function", function: { name: "note", arguments: "" } }] }),
    ...['{"te', 'xt": "', "蓝天", '", "n": 1', "2}"].map((part) =>
      delta({ tool_calls: [{ index: 0, function: { arguments: part } }] })
    ),
    event({
      choices: [{ index: 0, finish_reason: "tool_calls", delta: { role: "assistant", content: "" } }],
      usage: { prompt_tokens: 5, completion_tokens: 60, total_tokens: 65 }
    }),
    "data: [DONE]\n\n"
  ].join("")
)

tellTally()

for (const transport of Sim.transports) {
  describe(`cut bodies over ${transport}`, () => {
    it.live("16, 17, 54, 59. a body of 8 KB cut at 200 places, in three ways", () =>
      cutEverywhere(transport, fixture, transport === "undici" ? 1 : 2)
    )
  })
}
