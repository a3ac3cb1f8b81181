/** Chunks of every kind, and chunks spoilt at random places. */
import { FastCheck as fc } from "effect"

export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }

type Fields = { readonly [key: string]: Json }

const text = fc.oneof(
  fc.constantFrom("", "Hi", "智谱", "😀", "\ud83d", "\uFFFD", " \n\n", "data: ", "[DONE]", "</think>"),
  fc.string({ maxLength: 6 })
)

type Entries = ReadonlyArray<readonly [key: string, value: Json]>

/** An object that has some of these fields, and null for some of those. */
const some = (fields: Readonly<Record<string, fc.Arbitrary<Json>>>): fc.Arbitrary<Fields> => {
  const entries = Object.entries(fields).map(([key, value]) =>
    fc.oneof<Array<fc.MaybeWeightedArbitrary<Entries>>>(
      { withCrossShrink: true },
      fc.constant([]),
      fc.constant([[key, null]]),
      { weight: 6, arbitrary: value.map((value) => [[key, value]]) }
    )
  )
  return fc.tuple(...entries).map((all) => Object.fromEntries(all.flat()))
}

const unknownFields = fc.dictionary(
  fc.constantFrom("logprobs", "audio", "extra_json", "code", "0", "constructor"),
  fc.constantFrom<Json>(1, "1", false, null, { id: "a1", data: null }, [1]),
  { maxKeys: 2 }
)

const open = (fields: Readonly<Record<string, fc.Arbitrary<Json>>>): fc.Arbitrary<Fields> =>
  fc.tuple(some(fields), unknownFields).map(([known, unknown]) => ({ ...unknown, ...known }))

const toolCall = open({
  id: fc.constantFrom("call_a", "call_b", "call_-8", "", 7),
  index: fc.constantFrom(0, 1, 2, -1),
  type: fc.constantFrom("function", "function", "mcp"),
  function: some({
    name: fc.constantFrom("get_weather", "f", ""),
    arguments: fc.constantFrom<Json>('{"city":"Bath"}', '{"a"', ":1}", "", "{}", { city: "Bath" }, [1], 3)
  }),
  mcp: fc.constant({ server_label: "search", tools: [] })
})

const content = fc.oneof(
  { weight: 4, arbitrary: text },
  fc.array(
    text.map((text) => ({ type: "text", text })),
    { maxLength: 3 }
  )
)

const delta = open({
  role: fc.constantFrom("assistant", ""),
  content,
  reasoning_content: text,
  tool_calls: fc.array(toolCall, { maxLength: 3 })
})

const choice = open({
  index: fc.constantFrom(0, 1, 2, 127),
  delta,
  finish_reason: fc.constantFrom("", "stop", "length", "tool_calls", "sensitive", "abort")
})

const usage = open({
  prompt_tokens: fc.nat(),
  completion_tokens: fc.nat(),
  total_tokens: fc.nat(),
  prompt_tokens_details: some({ cached_tokens: fc.nat() }),
  completion_tokens_details: some({ reasoning_tokens: fc.nat() })
})

const page = open({
  title: text,
  link: text,
  content: text,
  media: text,
  icon: text,
  refer: fc.constantFrom("ref_1", ""),
  publish_date: text
})

/** A chunk as the service or a relay of it sends it. */
export const wellFormed: fc.Arbitrary<Json> = open({
  id: fc.constantFrom("20260101000000aaaa", "7", "", 7, 0),
  object: fc.constant("chat.completion.chunk"),
  created: fc.constant(1767225600),
  model: fc.constant("glm-4.6"),
  choices: fc.oneof(
    { weight: 3, arbitrary: choice.map((one) => [one]) },
    { weight: 1, arbitrary: fc.array(choice, { maxLength: 3 }) }
  ),
  usage,
  web_search: fc.array(page, { maxLength: 2 }),
  request_id: text
})

const key = fc.constantFrom(
  ..."id,object,created,model,choices,usage,web_search,error,code,success,index,delta,finish_reason".split(","),
  ..."role,content,reasoning_content,tool_calls,text,type,function,name,arguments".split(","),
  ..."prompt_tokens,prompt_tokens_details,title,x,0,constructor,toString".split(",")
)

const numbers: ReadonlyArray<Json> = [0, 1, -1, 2, 0.5, 127, 128, 1279, 1280, 1e9, 1e300, -1e300]

const strings: ReadonlyArray<Json> = ["", "0", "x", "mcp", "function", "network_error", "length", "{}"]

const leaves: ReadonlyArray<Json> = [null, true, false, ...numbers, ...strings]

const small: ReadonlyArray<Json> = [[], {}, [null], [{}], [[]], { text: "x" }, [{ text: "x" }], [1, "x"]]

const leaf = fc.constantFrom(...leaves)

/** Any JSON, with the field names of a chunk at any place. */
export const anything: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: "small", withCrossShrink: true, maxDepth: 6 },
    leaf,
    fc.array(tie("json"), { maxLength: 3 }),
    fc.dictionary(key, tie("json"), { maxKeys: 4 })
  )
})).json

const value = fc.oneof(
  { weight: 4, arbitrary: leaf },
  { weight: 2, arbitrary: fc.constantFrom(...small) },
  { weight: 1, arbitrary: anything }
)

/** What to do, and where: `at` counts the places of a document, over and over. */
interface Edit {
  readonly at: number
  readonly kind: "replace" | "delete" | "add" | "wrap" | "wrapInField" | "repeat"
  readonly key: string
  readonly value: Json
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(10_000),
  kind: fc.constantFrom("replace", "replace", "replace", "delete", "add", "wrap", "wrapInField", "repeat"),
  key,
  value
})

const isList = (json: Json): json is ReadonlyArray<Json> => Array.isArray(json)

const isObject = (json: Json): json is Fields => typeof json === "object" && json !== null && !isList(json)

const sizeOf = (json: Json): number =>
  typeof json === "object" && json !== null
    ? Object.values(json).reduce((sum: number, child: Json) => sum + sizeOf(child), 1)
    : 1

/** The entry as it is after an edit: nothing, itself changed, or several. */
const edited = (json: Json, { key, kind, value }: Edit): ReadonlyArray<Json> => {
  switch (kind) {
    case "replace":
      return [value]
    case "delete":
      return []
    case "add":
      return [isList(json) ? [...json, value] : isObject(json) ? { ...json, [key]: value } : value]
    case "wrap":
      return [[json]]
    case "wrapInField":
      return [{ [key]: json }]
    case "repeat":
      return [json, json]
  }
}

const apply = (json: Json, edit: Edit, at: number): ReadonlyArray<Json> => {
  if (at === 0) return edited(json, edit)
  if (typeof json !== "object" || json === null) return [json]
  let place = 1
  const visit = (child: Json): ReadonlyArray<Json> => {
    const size = sizeOf(child)
    const isHere = at >= place && at < place + size
    const result = isHere ? apply(child, edit, at - place) : [child]
    place += size
    return result
  }
  if (isList(json)) return [json.flatMap(visit)]
  return [
    Object.fromEntries(
      Object.entries(json).flatMap(([key, child]) =>
        visit(child)
          .slice(0, 1)
          .map((child) => [key, child] as const)
      )
    )
  ]
}

const spoil = (json: Json, edit: Edit): Json => apply(json, edit, edit.at % sizeOf(json))[0] ?? null

/** Chunks with one to three changes anywhere in them. */
export const spoilt: fc.Arbitrary<Json> = fc
  .tuple(wellFormed, fc.array(edit, { minLength: 1, maxLength: 3 }))
  .map(([chunk, edits]) => edits.reduce(spoil, chunk))

/** A chunk as most chunks of a stream are: one text. */
const plain = (key: "content" | "reasoning_content", text: string): Json => ({
  id: "20260101000000aaaa",
  created: 1767225600,
  object: "chat.completion.chunk",
  choices: [{ index: 0, delta: { role: "assistant", [key]: text } }],
  model: "glm-4.6"
})

/** Pieces of JSON text, that make something else of what they are put into. */
const fragment = fc.constantFrom(
  ...'\\ " \\" \\n \\u00e9 \\u00 \u0007 \ud83d { } , : null x 智 "} "}}]} ","content":" ","x":"'.split(" "),
  " "
)

/** A place in a text, how much is cut out there, as much as is put in where undefined, and what is put in. */
const splice = fc.record({
  at: fc.nat(10_000),
  cut: fc.constantFrom(undefined, 0, 1, 2),
  text: fragment
})

/** The texts of two plain chunks, and of a third like them that may be spoilt, as a document or as a text. */
export const plainThenSpoilt: fc.Arbitrary<readonly [string, string, string]> = fc
  .record({
    key: fc.constantFrom("content" as const, "reasoning_content" as const),
    texts: fc.tuple(text, text),
    edits: fc.array(edit, { maxLength: 1 }),
    fragments: fc.array(fragment, { maxLength: 3 }),
    splices: fc.array(splice, { maxLength: 1 })
  })
  .map(({ edits, fragments, key, splices, texts: [first, second] }) => {
    const third = JSON.stringify(edits.reduce(spoil, plain(key, "@"))).replace("@", () => fragments.join(""))
    const spoilt = splices.reduce((data, { at, cut, text }) => {
      const from = at % (data.length + 1)
      return data.slice(0, from) + text + data.slice(from + (cut ?? text.length))
    }, third)
    return [JSON.stringify(plain(key, first)), JSON.stringify(plain(key, second)), spoilt]
  })

/** A chunk with every field that the Schema knows. */
const full: Json = {
  id: "20260101000000aaaa",
  object: "chat.completion.chunk",
  created: 1767225600,
  model: "glm-4.6",
  choices: [
    {
      index: 0,
      finish_reason: "tool_calls",
      delta: {
        role: "assistant",
        content: [{ type: "text", text: "Hi" }],
        reasoning_content: "Hm",
        tool_calls: [
          { id: "call_a", index: 0, type: "function", function: { name: "get_weather", arguments: '{"city"' } },
          { id: "call_a", index: 0, type: "function", function: { name: null, arguments: ':"Bath"}' } },
          { id: "call_b", index: 1, type: "mcp", mcp: { server_label: "search" } }
        ],
        audio: null
      },
      logprobs: null
    }
  ],
  usage: { prompt_tokens: 1, total_tokens: 2, prompt_tokens_details: { cached_tokens: null } },
  web_search: [{ title: "A page", link: null }],
  error: null,
  request_id: "r"
}

/** That chunk with each of its values replaced by each of these values, and without each of them. */
export const everySpoilt: ReadonlyArray<Json> = Array.from({ length: sizeOf(full) }, (_, at) => [
  spoil(full, { at, kind: "delete", key: "", value: null }),
  ...[...leaves, ...small].map((value) => spoil(full, { at, kind: "replace", key: "", value }))
]).flat()
