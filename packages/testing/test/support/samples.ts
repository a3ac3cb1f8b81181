/**
 * Payloads in every shape that the service was seen to send, with words, ids and numbers of our own: which fields there are,
 * in which order, how a stream begins and ends. The numbers name the shapes.
 */

/** `"text/event-stream"` or a document; `request` is the body that such an answer came upon. */
export interface Sample {
  readonly kind: "stream" | "document"
  readonly text: string
  readonly request?: Readonly<Record<string, unknown>>
}

const created = 1_790_000_000

const dataOf = (document: unknown): string => `data: ${JSON.stringify(document)}\n\n`

const done = "data: [DONE]\n\n"

/** The pieces of a text that a model would send one by one: words with the blank before them. */
const pieces = (text: string): ReadonlyArray<string> => text.match(/\s*\S+|\s+$/g) ?? []

interface Stream {
  readonly id: string
  readonly model: string
  /** Streams of 2025 have no `object`. */
  readonly object?: false
}

const chunks = ({ id, model, object }: Stream) => {
  const head = { id, created, ...(object === false ? {} : { object: "chat.completion.chunk" }), model }
  const choice = (rest: Readonly<Record<string, unknown>>, beside: Readonly<Record<string, unknown>> = {}): string =>
    dataOf({ ...head, choices: [{ index: 0, ...rest }], ...beside })
  return {
    choice,
    reasoning: (texts: ReadonlyArray<string>) =>
      texts.map((text) => choice({ delta: { role: "assistant", reasoning_content: text } })).join(""),
    content: (texts: ReadonlyArray<string>) =>
      texts.map((text) => choice({ delta: { role: "assistant", content: text } })).join(""),
    call: (index: number, id: string, name: string, args: string) =>
      choice({ delta: { tool_calls: [{ id, index, type: "function", function: { name, arguments: args } }] } }),
    finish: (reason: string, usage: unknown) =>
      choice({ finish_reason: reason, delta: { role: "assistant", content: "" } }, { usage })
  }
}

const usage = (prompt: number, completion: number, cached: number, reasoning: number) => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  total_tokens: prompt + completion,
  prompt_tokens_details: { cached_tokens: cached },
  completion_tokens_details: { reasoning_tokens: reasoning }
})

/** A document as the service writes it: its keys are in the order of the alphabet. */
const completion = (
  id: string,
  model: string,
  reason: string,
  message: Readonly<Record<string, unknown>>,
  used: unknown
): string =>
  JSON.stringify({
    choices: [{ finish_reason: reason, index: 0, message }],
    created,
    id,
    model,
    object: "chat.completion",
    request_id: id,
    usage: used
  })

const usedBy = (prompt: number, completion: number, cached: number, reasoning?: number) => ({
  completion_tokens: completion,
  ...(reasoning === undefined ? {} : { completion_tokens_details: { reasoning_tokens: reasoning } }),
  prompt_tokens: prompt,
  prompt_tokens_details: { cached_tokens: cached },
  total_tokens: prompt + completion
})

const calls = (first: bigint, ...list: ReadonlyArray<readonly [name: string, args: string]>) =>
  list.map(([name, args], index) => ({
    function: { arguments: args, name },
    id: `call_${first + BigInt(index)}`,
    index,
    type: "function"
  }))

const flash = "glm-4.7-flash"
const system = { content: "You are a helpful assistant", role: "system" }
const asked = { model: flash, max_tokens: 2000 }
const streaming = { stream_options: { include_usage: true }, stream: true }

const weather = {
  function: {
    name: "weather",
    strict: false,
    description: "Get weather information for a location",
    parameters: {
      properties: { location: { description: "the city", type: "string" } },
      required: ["location"],
      type: "object"
    }
  },
  type: "function"
}

const weatherQuestion = { content: "Do I need a coat in Bergen today?", role: "user" }
const weatherReasoning =
  "They want to know about a coat, so I need the weather of Bergen. There is a function for that; its location is the city."
const weatherText = "Let me look up how it is in Bergen."
const weatherCall = { id: "call_5e0f7d21c94b4b6f9a316e08", args: `{"location":"Bergen"}` }

const number = (description: string) => ({ description, type: "integer" })

const arithmetic = ["add", "multiply"].map((name) => ({
  function: {
    name,
    strict: false,
    description: `${name} two numbers`,
    parameters: {
      properties: { a: number("one"), b: number("the other") },
      required: ["a", "b"],
      type: "object"
    }
  },
  type: "function"
}))

const sums = { content: "What are the sum and the product of 7 and 9?", role: "user" }

/** A long train of thought: lists, indents, marks of every kind and letters outside ASCII. */
const thoughts = Array.from(
  { length: 48 },
  (_, i) =>
    `${i === 0 ? "1" : `\n\n${i + 1}`}.  **Möglichkeit ${i}:** "Grüß dich" («${i}»)\n    *   kühl \\ warm? 🌊 朋友`
).join("")

const ids = Array.from({ length: 12 }, (_, i) => `2026092112${String(30 + i)}00${"c0ffee5a1d".slice(i % 4)}${i}${i}`)

const id = (index: number): string => ids[index] ?? ""

const long = chunks({ id: id(0), model: flash })
const single = chunks({ id: id(1), model: flash })
const after = chunks({ id: id(2), model: flash })
const parallel = chunks({ id: id(3), model: flash })
const forced = chunks({ id: id(4), model: flash })
const several = chunks({ id: id(5), model: "glm-4.7" })
const early = chunks({ id: id(6), model: "glm-4.5-flash", object: false })
const glued = chunks({ id: id(7), model: "glm-5.1" })
const restarted = chunks({ id: id(8), model: "glm-5.1" })

const earlyUsage = {
  prompt_tokens: 143,
  completion_tokens: 51,
  total_tokens: 194,
  prompt_tokens_details: { cached_tokens: 16 }
}

const cabin = {
  name: "Hütte",
  place: { valley: "Val d’Isère", metres: 1840 },
  beds: ["loft", "bunk"],
  open: true
}

const anthropic = (event: string, rest: Readonly<Record<string, unknown>> = {}): string =>
  `event: ${event}\ndata: ${JSON.stringify({ type: event, ...rest })}\n\n`

const cutHead = glued
  .choice({ delta: { role: "assistant", reasoning_content: "So" } })
  .replace(/^data: /, "")
  .replace(/role":.*\n\n$/s, "role")

const stream = (text: string, request?: Readonly<Record<string, unknown>>): Sample => ({
  kind: "stream",
  text,
  ...(request === undefined ? {} : { request })
})

const document = (text: string, request?: Readonly<Record<string, unknown>>): Sample => ({
  ...stream(text, request),
  kind: "document"
})

const longThoughts = pieces(thoughts)
const longText = pieces("Grüß dich! (Among friends also: *Servus*, and from afar 你好，朋友 🌊.)")

export const samples: Readonly<Record<string, Sample>> = {
  // Hundreds of thoughts, then text outside of ASCII. Usage is asked for, and comes with the last chunk.
  "01": stream(
    long.reasoning(longThoughts) +
      long.content(longText) +
      long.finish("stop", usage(19, longThoughts.length + longText.length + 2, 16, longThoughts.length)) +
      done,
    { messages: [system, { content: "Greet me in German", role: "user" }], ...asked, ...streaming }
  ),
  // A whole call in one delta without a role, after thoughts and text.
  "02": stream(
    single.reasoning(pieces(weatherReasoning)) +
      single.content(pieces(weatherText)) +
      single.call(0, weatherCall.id, "weather", weatherCall.args) +
      single.finish("tool_calls", usage(161, 58, 160, 31)) +
      done,
    { messages: [system, weatherQuestion], ...asked, ...streaming, tool_choice: "auto", tools: [weather] }
  ),
  // The turn after its result.
  "03": stream(
    after.reasoning(pieces("It is 40 C there, which is rare. No coat, then; they should rather drink enough.")) +
      after.content(pieces("No coat: Bergen has 40 °C today. Take water along, and a hat – rain can wait.")) +
      after.finish("stop", usage(241, 47, 38, 16)) +
      done,
    {
      messages: [
        system,
        weatherQuestion,
        {
          content: weatherText,
          tool_calls: [
            { id: weatherCall.id, function: { arguments: weatherCall.args, name: "weather" }, type: "function" }
          ],
          role: "assistant",
          reasoning_content: weatherReasoning
        },
        { content: "40 C", tool_call_id: weatherCall.id, role: "tool" }
      ],
      ...asked,
      ...streaming,
      tool_choice: "auto",
      tools: [weather]
    }
  ),
  // Two calls, a chunk each.
  "04": stream(
    parallel.reasoning(pieces("Both can be asked for at once, as neither needs the other.")) +
      parallel.content(pieces("I ask for both.")) +
      parallel.call(0, "call_71aa0c5be2f04d5c8f3e9b10", "add", `{"a":7,"b":9}`) +
      parallel.call(1, "call_71aa0c5be2f04d5c8f3e9b11", "multiply", `{"a":7,"b":9}`) +
      parallel.finish("tool_calls", usage(251, 74, 38, 12)) +
      done,
    { messages: [system, sums], ...asked, ...streaming, tool_choice: "auto", tools: arithmetic }
  ),
  // A call that was forced, with objects and lists in its arguments.
  "06": stream(
    forced.reasoning(
      pieces("They want a cabin: I fill in what was said, “Hütte” and the valley, and guess the rest.")
    ) +
      forced.call(0, "call_c38d5f1e6a2b47d0b94c7e55", "Cabin", JSON.stringify(cabin)) +
      forced.finish("tool_calls", usage(287, 66, 38, 17)) +
      done,
    {
      messages: [{ content: "Describe a cabin in Val d’Isère.", role: "user" }],
      ...asked,
      ...streaming,
      tool_choice: { function: { name: "Cabin" }, type: "function" },
      tools: [{ function: { name: "Cabin", strict: false, parameters: { type: "object" } }, type: "function" }]
    }
  ),
  "07": document(
    completion(
      id(9),
      flash,
      "stop",
      {
        content: "Grüß dich! (rhymes with nothing)",
        reasoning_content: "1.  **Greeting:** German.\n\n2.  \"Hallo\" would be plain; I take 'Grüß dich'.",
        role: "assistant"
      },
      usedBy(19, 41, 3, 30)
    ),
    { messages: [system, { content: "Greet me in German", role: "user" }], ...asked }
  ),
  // Ids of calls may hold negative numbers.
  "08": document(
    completion(
      id(10),
      flash,
      "tool_calls",
      {
        content: "Both at once: the sum and the product.",
        reasoning_content: "add and multiply, with a=7 and b=9.",
        role: "assistant",
        tool_calls: calls(-4_611_686_018_427_000_042n, ["add", `{"a":7,"b":9}`], ["multiply", `{"a":7,"b":9}`])
      },
      usedBy(251, 80, 38, 21)
    ),
    { messages: [system, sums], ...asked, tool_choice: "auto", tools: arithmetic }
  ),
  "10": document(
    completion(
      id(11),
      flash,
      "tool_calls",
      {
        content: "",
        reasoning_content: "Everything that the function wants was said.",
        role: "assistant",
        tool_calls: calls(-4_611_686_018_427_000_777n, ["Cabin", JSON.stringify(cabin)])
      },
      usedBy(201, 64, 38, 9)
    )
  ),
  // Several tokens a delta, and an empty one before the end.
  "11": stream(
    several.reasoning([
      "\n1",
      ".  **What is asked:** the root",
      " of 1,764.\n\n2.  **Try",
      ':** 40 * 40 = 1,600; 45 * 45 = 2,025.\n    *   "between" them\n',
      "\n3.  42 * 42 = 1,764",
      ". ✓",
      "\n"
    ]) +
      several.content(["The root of", " 1,764 is 4", "2", ""]) +
      several.finish("stop", usage(17, 71, 0, 62)) +
      done
  ),
  "12": document(
    completion(
      id(0),
      "glm-5.3",
      "stop",
      {
        content: "The fifth prime is 11.",
        reasoning_content: "2, 3, 5, 7, 11.\n\nThe fifth is 11.",
        role: "assistant"
      },
      usedBy(23, 97, 0, 88)
    )
  ),
  "14": document(
    completion(
      id(1),
      "glm-4.7",
      "stop",
      {
        content: "Half of 1,764 is 882.",
        reasoning_content: "\nThe last result was 1,764.\n\n1.  Halve it: 882.",
        role: "assistant"
      },
      usedBy(212, 49, 0, 37)
    )
  ),
  // What it reads in an image begins on a line of its own.
  "15": document(
    completion(
      id(2),
      "glm-4.6v",
      "stop",
      {
        content: "\nIt is a lighthouse, striped in red and white.",
        reasoning_content: "A tower at the sea, stripes, a lamp. A lighthouse.",
        role: "assistant"
      },
      usedBy(398, 61, 5, 44)
    )
  ),
  // A filter of content speaks Chinese, and its list has a name in camel case.
  "16": document(
    `{\n\t"contentFilter":[{"level":1,"role":"assistant"}],\n\t"error":{\n\t\t"code":"1301",\n\t\t"message":"内容可能包含敏感信息，请修改后重试。"\n\t}\n}\n`
  ),
  // No details of the completion's tokens.
  "17": document(
    completion(
      id(3),
      "glm-4.5v",
      "stop",
      {
        content: '\nThe clip shows:\n\n1.  A search for "灯塔".\n2.  A page about lighthouses.',
        reasoning_content: "Frame by frame: a browser, the word 灯塔, a page.",
        role: "assistant"
      },
      usedBy(60_413, 288, 6)
    )
  ),
  // A stream of 2025: no `object`, an empty text beside the first thought, an index of -1, two chunks that finish.
  "19": stream(
    early.choice({ delta: { role: "assistant", content: "", reasoning_content: "\n" } }) +
      early.reasoning(pieces(" The sum of 118 and 24: there is a function for it.")) +
      early.content(["\n"]) +
      early.choice({
        finish_reason: "tool_calls",
        delta: {
          tool_calls: [
            {
              id: "call_8Kd2TqXw0mBvRzYcLhJf9A",
              index: -1,
              type: "function",
              function: { name: "add", arguments: `{"a": 118, "b": 24}` }
            }
          ]
        }
      }) +
      early.finish("tool_calls", earlyUsage) +
      done
  ),
  // The endpoint in Anthropic's manner: its blocks end in another order than they begin, and no usage is told.
  "20": stream(
    anthropic("message_start", {
      message: {
        id: "msg_41d0be77a95c4e1f8263a0b9",
        type: "message",
        role: "assistant",
        model: "glm-4.5-flash",
        content: []
      }
    }) +
      anthropic("content_block_start", { index: 0, content_block: { type: "text", text: "" } }) +
      anthropic("ping") +
      pieces("The sum of 118 and 24 is for the function to tell.")
        .map((text) => anthropic("content_block_delta", { index: 0, delta: { type: "text_delta", text } }))
        .join("") +
      anthropic("content_block_start", {
        index: 1,
        content_block: { type: "tool_use", id: "call_2b9e0d4f7a6c4183958e1f60", name: "add", input: {} }
      }) +
      anthropic("content_block_delta", {
        index: 1,
        delta: { type: "input_json_delta", partial_json: `{"a": 118, "b": 24}` }
      }) +
      anthropic("content_block_stop", { index: 1 }) +
      anthropic("content_block_stop", { index: 0 }) +
      anthropic("message_delta", { delta: { stop_reason: "tool_use" } }) +
      anthropic("message_stop")
  ),
  // The file that a batch ends with: a line an answer.
  "22": document(
    Array.from({ length: 10 }, (_, i) =>
      JSON.stringify({
        response: {
          status_code: 200,
          body: {
            created,
            usage: { completion_tokens: 18 + i, prompt_tokens: 70 + 2 * i, total_tokens: 88 + 3 * i },
            model: "glm-4",
            id: `90071992547409${String(10 + i)}`,
            choices: [
              {
                finish_reason: "stop",
                index: 0,
                message: { role: "assistant", content: `\`\`\`json\n{\n  "分类标签": "第${i}类"\n}\n\`\`\`` }
              }
            ],
            request_id: `${700 + i}-request-${i + 1}`
          }
        },
        custom_id: `request-${i + 1}`,
        id: "batch_1900000000000000000"
      })
    ).join("\n") + "\n"
  ),
  // A chunk that was cut in a key, and the chunk of another completion behind it, in one event.
  "23": stream(`${cutHead}${restarted.choice({ delta: { role: "assistant", reasoning_content: "Anew" } }).trimEnd()}}`),
  "26": document(`{"error":{"code":"1302","message":"Too many requests of this kind at a time"}}`),
  "28": document(`{"error":{"code":"1113","message":"The account has no funds left. Please top it up."}}`),
  // A path that does not exist is answered by what stands before the service: its `error` is a text.
  "29": document(
    `{"timestamp":"2026-09-21T10:20:30.405+00:00","status":404,"error":"Not Found","path":"/api/v4/chat/completion"}`
  ),
  "30": stream(
    `event: error\ndata: {"error":{"code":"1302","message":"Too many requests are open: please send fewer at a time"},"request_id":"20260921123045d00dfeedc0de4a11"}\n\n${done}`
  )
}
