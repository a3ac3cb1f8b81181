/** What the compiler says of a request that is wrong: it names the field, and the known one that was meant. */
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { tsc } from "./support/child.js"
import * as Project from "./support/project.js"

const program = (request: string, before = "") =>
  `import { type ChatRequest, Message, Model, Tool, ZhipuChat } from "@effect-zhipu/client"
${before}
export const asked = ZhipuChat.complete(${request})
export const known: Model.Known | ChatRequest.ChatRequest["model"] = "glm-4.6"
export const used = [Message.user("Hi"), Tool.webSearch({ count: 5 })]
`

const asking = (fields: string) => program(`{ model: "glm-4.6", messages: [Message.user("Hi")], ${fields} }`)

const saying = (message: string) => program(`{ model: "glm-4.6", messages: [${message}] }`)

/** Each with what the compiler says. */
const refused: Readonly<Record<string, readonly [code: string, said: RegExp]>> = {
  temprature: [
    asking("temprature: 0.7"),
    /'temprature' does not exist in type 'ChatRequest'. Did you mean to write 'temperature'\?/
  ],
  "max-token": [asking("max_token: 5"), /'max_token' does not exist .* 'max_tokens'\?/],
  "camel-case": [asking("maxTokens: 5"), /'maxTokens' does not exist in type 'ChatRequest'/],
  thinking: [
    asking(`thinking: { typ: "disabled" }`),
    /'typ' does not exist in type 'Thinking'. Did you mean to write 'type'\?/
  ],
  "web-search": [
    program(`{ model: "glm-4.6", messages: [Message.user("Hi")], tools: [Tool.webSearch({ cont: 5 })] }`),
    /'cont' does not exist .* 'count'\?/
  ],
  reasoning: [
    saying(`{ role: "assistant", content: "Hi", reasoning_contents: "…" }`),
    /'reasoning_contents' does not exist in type 'AssistantMessage'. Did you mean to write 'reasoning_content'\?/
  ],
  role: [saying(`{ role: "usr", content: "Hi" }`), /Type '"usr"' is not assignable to type .*Did you mean '"user"'\?/],
  "content-type": [
    saying(`{ role: "user", content: 5 }`),
    /Type 'number' is not assignable to type 'string \| readonly/
  ],
  "tool-id": [
    saying(`{ role: "tool", content: "Hi" }`),
    /Property 'tool_call_id' is missing .* required in type 'ToolMessage'/
  ],
  // The role became a string, which is what the error says: not that some other field of some other message is missing.
  "wide-role": [
    program("request", `const request = { model: "glm-4.6", messages: [{ role: "user", content: "Hi" }] }`),
    /not assignable to type 'UserMessage'[^]*Types of property 'role' are incompatible[^]*Type 'string' is not assignable to type '"user"'/
  ]
}

const accepted: Readonly<Record<string, string>> = {
  "any-model": program(`{ model: "my-own-model", messages: [Message.user("Hi")] }`),
  "model-of-a-string": program(`{ model, messages: [Message.user("Hi")] }`, "declare const model: string"),
  "extra-body": asking("extra_body: { top_k: 4, newer_field: true }"),
  "unknown-field-of-a-value": program(
    "request",
    `const request = { model: "glm-4.6", messages: [Message.user("Hi")], top_k: 4 }`
  ),
  "json-schema": asking(`response_format: { type: "json_schema", json_schema: { name: "a", schema: {} } }`),
  developer: saying(`{ role: "developer", content: "Be brief." }`),
  "system-parts": saying(`{ role: "system", content: [Message.text("Be brief.")] }`),
  "assistant-parts": saying(`{ role: "assistant", content: [Message.text("Hi")] }`),
  "tool-parts": saying(`{ role: "tool", content: [{ type: "text", text: "1" }], tool_call_id: "a", name: "f" }`),
  "other-tool": asking(`tools: [{ type: "code_interpreter", code_interpreter: { sandbox: "auto" } }]`),
  "strict-tool": asking(`tools: [{ type: "function", function: { name: "f", strict: true } }]`)
}

let folder = ""
let said = ""

beforeAll(async () => {
  const programs = Object.entries({
    ...accepted,
    ...Object.fromEntries(Object.entries(refused).map(([name, [code]]) => [name, code]))
  })
  folder = await Project.make(
    "types",
    programs.map(([name, code]) => ({ name, code })),
    { noEmit: true }
  )
  const { stdout } = await Effect.runPromise(tsc(["-p", "."], folder))
  said = stdout
}, 120_000)

afterAll(() => Project.remove(folder))

/** The errors of one file: its lines, and those below them that are indented. */
const errorsOf = (name: string): string =>
  said
    .split(/^(?=\S)/m)
    .filter((error) => error.startsWith(`${name}.ts(`))
    .join("")

describe("the compiler", () => {
  for (const [name, [, expected]] of Object.entries(refused)) {
    it(`refuses ${name}, and says what is wrong`, () => {
      expect(errorsOf(name)).toMatch(expected)
    })
  }

  for (const name of Object.keys(accepted)) {
    it(`takes ${name}`, () => {
      expect(errorsOf(name)).toBe("")
    })
  }
})
