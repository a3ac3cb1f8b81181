// Generated from packages/testing/src/internal/simulator/operations/texts.ts by scripts/effect4: change that file.
/**
 * Operations that read texts: embeddings, rerank, tokenizer, moderations. Texts are alike by the runs of three characters that
 * they share.
 */
import { promptTokens } from "../answers/answer.js"
import { countTokens } from "../answers/prose.js"
import { isObject, type Json } from "../json.js"
import * as Random from "../random.js"
import * as Models from "../requests/models.js"
import { answerIds } from "./ids.js"
import {
  checkIds,
  choiceField,
  illegal,
  type Incoming,
  json,
  missing,
  modelField,
  type Operation,
  textField
} from "./operation.js"

/** The runs of three characters of a text, each hashed (FNV-1a). */
function* trigrams(text: string): Generator<number> {
  const padded = `  ${text.toLowerCase().replace(/\s+/g, " ").trim()} `
  for (let i = 0; i + 3 <= padded.length; i++) {
    let hash = 0x811c9dc5
    for (let j = i; j < i + 3; j++) hash = Math.imul(hash ^ padded.charCodeAt(j), 0x01000193)
    yield hash >>> 0
  }
}

/** Six decimals are plenty, and keep the documents short. */
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6

const vectorOf = (text: string, dimensions: number): ReadonlyArray<number> => {
  const vector = new Float64Array(dimensions)
  for (const hash of trigrams(text)) {
    const place = hash % dimensions
    vector[place] = (vector[place] ?? 0) + ((hash >>> 16) % 2 === 0 ? 1 : -1)
  }
  const length = Math.hypot(...vector) || 1
  return Array.from(vector, (value) => rounded(value / length))
}

/** How many texts, and tokens of one text. */
const embeddingModels = {
  "embedding-3": { texts: 64, tokens: 3072, dimensions: [256, 512, 1024, 2048], standard: 2048 },
  "embedding-2": { texts: Number.POSITIVE_INFINITY, tokens: 512, dimensions: [1024], standard: 1024 }
} as const

const textsOf = (incoming: Incoming, field: string, most: number): ReadonlyArray<string> => {
  const given = incoming.body[field]
  if (given === undefined || given === null) return missing(incoming, field)
  const list: ReadonlyArray<unknown> = Array.isArray(given) ? given : [given]
  if (list.length === 0 || list.length > most) return illegal(incoming, field)
  return list.map((text, index) =>
    typeof text === "string" && text !== "" ? text : illegal(incoming, `${field}[${index}]`)
  )
}

const embeddings: Operation = {
  name: "embeddings",
  method: "POST",
  path: "/paas/v4/embeddings",
  run: (incoming) => {
    const { body, faults, seed } = incoming
    const model = modelField(incoming, Object.keys(embeddingModels))
    const limits = embeddingModels[model === "embedding-2" ? "embedding-2" : "embedding-3"]
    checkIds(incoming)
    choiceField(incoming, "dimensions", limits.dimensions)
    const texts = textsOf(incoming, "input", limits.texts)
    const counts = texts.map(countTokens)
    const tooLong = counts.findIndex((count) => count > limits.tokens)
    if (tooLong !== -1) illegal(incoming, `input[${tooLong}]`)
    const tokens = counts.reduce((sum, count) => sum + count, 0)
    if (model === "embedding-2" && tokens > 8192) illegal(incoming, "input")
    const dimensions = typeof body["dimensions"] === "number" ? body["dimensions"] : limits.standard
    const data = texts.map((text, index): Json => ({
      index,
      object: "embedding",
      embedding: vectorOf(text, dimensions)
    }))
    const kept = faults.arg("embed") === "short" ? data.slice(0, -1) : data
    return json({
      model,
      object: "list",
      data: faults.arg("embed") === "shuffled" ? shuffled(kept, Random.make(`${seed}|${texts.join("|")}`)) : kept,
      usage: { prompt_tokens: tokens, completion_tokens: 0, total_tokens: tokens }
    })
  }
}

/** In another order wherever there are two. */
const shuffled = <A>(items: ReadonlyArray<A>, random: Random.Random): ReadonlyArray<A> => {
  const out = [...items]
  // Sattolo's way: no item stays where it was.
  for (let i = out.length - 1; i > 0; i--) {
    const j = random.below(i)
    const [a, b] = [out[i], out[j]]
    if (a !== undefined && b !== undefined) [out[i], out[j]] = [b, a]
  }
  return out
}

const rerank: Operation = {
  name: "rerank",
  method: "POST",
  path: "/paas/v4/rerank",
  run: (incoming) => {
    const { body } = incoming
    modelField(incoming, ["rerank"])
    checkIds(incoming)
    const query = textField(incoming, "query", 4096)
    const documents = textsOf(incoming, "documents", 128)
    documents.forEach((text, index) => {
      if (text.length > 4096) illegal(incoming, `documents[${index}]`)
    })
    const wanted = new Set(trigrams(query))
    const ranked = documents
      .map((text, index) => ({ text, index, score: alike(wanted, new Set(trigrams(text))) }))
      .sort((a, b) => b.score - a.score || a.index - b.index)
    const most = typeof body["top_n"] === "number" && body["top_n"] > 0 ? body["top_n"] : ranked.length
    const raw = body["return_raw_scores"] === true
    const tokens = documents.reduce((sum, text) => sum + countTokens(text) + countTokens(query), 0)
    return json({
      ...answerIds(incoming),
      results: ranked.slice(0, most).map(({ index, score, text }) => ({
        index,
        relevance_score: Math.round((raw ? score * 12 - 6 : score) * 1e4) / 1e4,
        ...(body["return_documents"] === true ? { document: text } : {})
      })),
      usage: { prompt_tokens: tokens, total_tokens: tokens }
    })
  }
}

/** The part of the query that a document has, 0 to 1; long documents do not win by length alone. */
const alike = (query: ReadonlySet<number>, document: ReadonlySet<number>): number => {
  let shared = 0
  for (const hash of query) if (document.has(hash)) shared++
  return shared / (Math.sqrt(query.size * document.size) || 1)
}

const tokenizer: Operation = {
  name: "tokenizer",
  method: "POST",
  path: "/paas/v4/tokenizer",
  run: (incoming) => {
    const { body } = incoming
    modelField(incoming, [
      "glm-4.6",
      "glm-4.6v",
      "glm-4.5",
      "glm-4.5-air",
      "glm-4-0520",
      "glm-4-long",
      "glm-4-air",
      "glm-4-flash"
    ])
    checkIds(incoming)
    const { messages, tools } = body
    if (!Array.isArray(messages)) return missing(incoming, "messages")
    if (messages.length === 0 || !messages.every(isObject)) return illegal(incoming, "messages")
    const images = partsOf(messages, "image_url") * 765
    const videos = partsOf(messages, "video_url") * 4000
    const prompt = promptTokens({ messages }) + (Array.isArray(tools) ? countTokens(JSON.stringify(tools)) : 0)
    return json({
      ...answerIds(incoming),
      usage: {
        prompt_tokens: prompt,
        image_tokens: images,
        video_tokens: videos,
        total_tokens: prompt + images + videos
      }
    })
  }
}

const partsOf = (messages: ReadonlyArray<Json>, type: string): number =>
  messages
    .flatMap(({ content }): ReadonlyArray<unknown> => (Array.isArray(content) ? content : []))
    .filter((part) => isObject(part) && part["type"] === type).length

const judged = (incoming: Incoming, part: unknown, at: string): Json => {
  const types = ["text", "image_url", "video_url", "audio_url"]
  if (!isObject(part) || typeof part["type"] !== "string" || !types.includes(part["type"])) return illegal(incoming, at)
  const { type } = part
  const held = type === "text" ? part["text"] : isObject(part[type]) ? part[type]["url"] : undefined
  if (typeof held !== "string" || held === "") return illegal(incoming, `${at}.${type}`)
  if (type === "text" && held.length > 2000) return illegal(incoming, at)
  const level = held.includes("[reject]") ? "REJECT" : held.includes("[review]") ? "REVIEW" : "PASS"
  return {
    content_type: type === "text" ? "text" : type.replace("_url", ""),
    risk_level: level,
    risk_type: level === "PASS" ? [] : [level === "REJECT" ? "violence" : "spam"]
  }
}

const moderations: Operation = {
  name: "moderations",
  method: "POST",
  path: "/paas/v4/moderations",
  run: (incoming) => {
    modelField(incoming, ["moderation"])
    const { input } = incoming.body
    if (input === undefined || input === null) return missing(incoming, "input")
    const parts: ReadonlyArray<unknown> = Array.isArray(input)
      ? input
      : [typeof input === "string" ? { type: "text", text: input } : input]
    if (parts.length === 0) return illegal(incoming, "input")
    const results = parts.map((part, index) =>
      judged(incoming, part, Array.isArray(input) ? `input[${index}]` : "input")
    )
    return json({
      ...answerIds(incoming),
      result_list: results,
      // A text in the vendor's Java SDK, a number in its document.
      usage: { moderation_text: { call_count: String(results.length) } }
    })
  }
}

const models: Operation = {
  name: "models",
  method: "GET",
  path: "/paas/v4/models",
  run: ({ models }) =>
    json({
      object: "list",
      data: [...Models.names, ...models].map((id) => ({ id, object: "model", owned_by: "z-ai" }))
    })
}

/** @internal */
export const operations: ReadonlyArray<Operation> = [embeddings, rerank, tokenizer, moderations, models]
