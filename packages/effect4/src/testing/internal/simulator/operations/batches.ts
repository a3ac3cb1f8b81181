// Generated from packages/testing/src/internal/simulator/operations/batches.ts by scripts/effect4: change that file.
/**
 * Batches: checked, then run line by line, when they have been asked for often enough. Times are milliseconds, files that are not
 * there yet have the id `""`, and counts are null at first, as the service does, against its own document.
 */
import { answerTo } from "../answers/answer.js"
import { completionText } from "../answers/chunks.js"
import { serviceError } from "../answers/serviceErrors.js"
import * as ActiveFaults from "../faults/activeFaults.js"
import { isObject, type Json } from "../json.js"
import { Invalid, validate } from "../requests/validate.js"
import { keep, linesOf, page } from "./files.js"
import { countedId } from "./ids.js"
import { illegal, type Incoming, json, type Operation, refuse, textField } from "./operation.js"
import type { StoredBatch } from "./store.js"
import { operations as texts } from "./texts.js"

const endpoints = ["/v4/chat/completions", "/v4/embeddings"]

const day = 86_400_000

const documentOf = (batch: StoredBatch): Json => {
  const at = (state: string) => (batch.status === state && batch.finishedAt !== undefined ? batch.finishedAt : null)
  return {
    id: batch.id,
    object: "batch",
    endpoint: batch.endpoint,
    input_file_id: batch.inputFileId,
    completion_window: "24h",
    status: batch.status,
    output_file_id: batch.outputFileId,
    error_file_id: batch.errorFileId,
    created_at: batch.createdAt,
    in_progress_at: batch.status === "validating" ? null : batch.createdAt,
    expires_at: batch.createdAt + 7 * day,
    finalizing_at: null,
    completed_at: at("completed"),
    failed_at: at("failed"),
    expired_at: at("expired"),
    cancelling_at: null,
    cancelled_at: at("cancelled"),
    request_counts: batch.counts ?? { total: null, completed: null, failed: null },
    metadata: batch.metadata ?? null,
    ...(batch.errors.length === 0 ? {} : { errors: { object: "list", data: batch.errors } })
  }
}

const create: Operation = {
  name: "batches.create",
  method: "POST",
  path: "/paas/v4/batches",
  run: (incoming) => {
    const { body, faults, now, store } = incoming
    const inputFileId = textField(incoming, "input_file_id")
    const endpoint = textField(incoming, "endpoint")
    if (!endpoints.includes(endpoint)) return illegal(incoming, "endpoint")
    if (store.files.get(inputFileId)?.purpose !== "batch") return illegal(incoming, "input_file_id")
    const { metadata } = body
    if (isObject(metadata)) {
      const pairs = Object.entries(metadata)
      const isLong = pairs.some(([key, value]) => key.length > 64 || typeof value !== "string" || value.length > 512)
      if (pairs.length > 16 || isLong) return illegal(incoming, "metadata")
    }
    const batch: StoredBatch = {
      id: countedId(incoming, "batch_"),
      inputFileId,
      endpoint,
      metadata,
      autoDelete: body["auto_delete_input_file"] !== false,
      createdAt: now,
      status: "validating",
      pollsLeft: pollsOf(faults.arg("task")) ?? store.settings.taskPolls,
      outputFileId: "",
      errorFileId: "",
      counts: undefined,
      errors: [],
      finishedAt: undefined,
      ends: faults.arg("batch")
    }
    store.batches.set(batch.id, batch)
    return json(documentOf(batch))
  }
}

/** What `task` says of the polls of something that is created. @internal */
export const pollsOf = (task: string | undefined): number | undefined =>
  task === "forever"
    ? Number.POSITIVE_INFINITY
    : task?.startsWith("polls=") === true
      ? Number(task.slice(6))
      : undefined

/** What is wrong with the lines of a file, as the service lists it. */
const problemsOf = (lines: ReadonlyArray<Json | undefined>, endpoint: string): ReadonlyArray<Json> => {
  const seen = new Set<string>()
  let model: unknown
  const problems = lines.flatMap((line, index): ReadonlyArray<Json> => {
    const problem = (code: string, param: string): ReadonlyArray<Json> => [
      { code, line: index + 1, param, message: `${param} of line ${index + 1}: ${code}` }
    ]
    if (line === undefined) return problem("invalid_json_line", "line")
    const { body, custom_id: id, method, url } = line
    if (typeof id !== "string" || id === "") return problem("missing_required_parameter", "custom_id")
    if (seen.has(id)) return problem("duplicate_custom_id", "custom_id")
    seen.add(id)
    if (method !== "POST") return problem("invalid_method", "method")
    if (url !== endpoint) return problem("mismatched_url", "url")
    if (!isObject(body)) return problem("missing_required_parameter", "body")
    model ??= body["model"]
    return body["model"] === model ? [] : problem("mismatched_model", "body.model")
  })
  if (lines.length === 0) return [{ code: "empty_file", line: null, param: null, message: "the file has no lines" }]
  return lines.length > 50_000
    ? [{ code: "too_many_lines", line: 50_001, param: null, message: "a file has at most 50000 lines" }]
    : problems
}

/** What the endpoint of a batch answers to a line. */
const answerOf = (
  incoming: Incoming,
  batch: StoredBatch,
  line: Json
): { readonly status: number; readonly body: Json } => {
  const { language, now } = incoming
  const body = isObject(line["body"]) ? line["body"] : {}
  try {
    return { status: 200, body: documentFor(incoming, batch.endpoint, body) }
  } catch (error) {
    if (!(error instanceof Invalid)) throw error
    const { code, message, status } = serviceError(error.code, language, now, error.message)
    return { status, body: { error: { code, message } } }
  }
}

const documentFor = (incoming: Incoming, endpoint: string, body: Json): Json => {
  const { language, models, seed } = incoming
  if (endpoint === "/v4/chat/completions") {
    const valid = validate(body, { models, language })
    const document: unknown = JSON.parse(completionText(answerTo(valid, seed, ActiveFaults.none, undefined)))
    return isObject(document) ? document : {}
  }
  const operation = texts.find(({ name }) => name === "embeddings")
  const answer = operation?.run({ ...incoming, body, faults: ActiveFaults.none })
  return answer?._tag === "Json" && isObject(answer.document) ? answer.document : {}
}

/** Runs a batch that has been waited for. */
const finish = (incoming: Incoming, batch: StoredBatch): void => {
  const { now, store } = incoming
  batch.finishedAt = now
  const lines = linesOf(store.files.get(batch.inputFileId)?.bytes ?? new Uint8Array())
  batch.errors =
    batch.ends === "failed"
      ? [{ code: "invalid", line: 1, message: "refused", param: null }]
      : problemsOf(lines, batch.endpoint)
  if (batch.errors.length > 0) {
    batch.status = "failed"
    return
  }
  const whole = lines.filter((line) => line !== undefined)
  const done = batch.ends === "expired" ? whole.slice(0, Math.ceil(whole.length / 2)) : whole
  const successes: Array<string> = []
  const failures: Array<string> = []
  for (const [index, line] of done.entries()) {
    const { body, status } = answerOf(incoming, batch, line)
    const id = String(line["custom_id"])
    const response = { status_code: status, body: { ...body, request_id: `${batch.id.slice(-3)}-${id}` } }
    const text = JSON.stringify({ response, custom_id: id, id: batch.id })
    // The order is not that of the input.
    const into = status === 200 ? successes : failures
    if (index % 2 === 0) into.push(text)
    else into.unshift(text)
  }
  const written = (texts: ReadonlyArray<string>, name: string): string =>
    texts.length === 0 || batch.ends === "nofile"
      ? ""
      : keep(incoming, {
          filename: `${batch.id}_${name}.jsonl`,
          purpose: "batch_output",
          bytes: Buffer.from(`${texts.join("\n")}\n`)
        }).id
  batch.status = batch.ends === "expired" ? "expired" : "completed"
  batch.outputFileId = written(successes, "output")
  batch.errorFileId = written(failures, "error")
  batch.counts = { total: lines.length, completed: successes.length, failed: failures.length }
  if (batch.autoDelete) store.files.delete(batch.inputFileId)
}

const found = (incoming: Incoming): StoredBatch =>
  incoming.store.batches.get(incoming.params["batch_id"] ?? "") ??
  refuse(incoming, "1214", "批处理任务不存在", "The batch does not exist", 404)

const running = new Set(["validating", "in_progress", "finalizing"])

const get: Operation = {
  name: "batches.get",
  method: "GET",
  path: "/paas/v4/batches/{batch_id}",
  run: (incoming) => {
    const batch = found(incoming)
    const { settings } = incoming.store
    incoming.store.polls++
    if (!running.has(batch.status)) return json(documentOf(batch))
    if (batch.pollsLeft > 0) {
      batch.pollsLeft--
      batch.status = batch.status === "validating" ? "in_progress" : batch.status
    } else if (incoming.now >= batch.createdAt + settings.taskDuration) finish(incoming, batch)
    return json(documentOf(batch))
  }
}

const list: Operation = {
  name: "batches.list",
  method: "GET",
  path: "/paas/v4/batches",
  run: (incoming) => {
    const { items, more } = page(incoming, Array.from(incoming.store.batches.values()))
    return json({
      object: "list",
      data: items.map(documentOf),
      first_id: items[0]?.id ?? "",
      last_id: items.at(-1)?.id ?? "",
      has_more: more
    })
  }
}

const cancel: Operation = {
  name: "batches.cancel",
  method: "POST",
  path: "/paas/v4/batches/{batch_id}/cancel",
  run: (incoming) => {
    const batch = found(incoming)
    if (!running.has(batch.status)) {
      return refuse(incoming, "1214", "批处理任务已结束", `The batch is ${batch.status}`)
    }
    batch.status = "cancelled"
    batch.finishedAt = incoming.now
    // What is told at once is that it is under way.
    return json({ ...documentOf(batch), status: "cancelling", cancelling_at: incoming.now, cancelled_at: null })
  }
}

/** @internal */
export const operations: ReadonlyArray<Operation> = [create, list, get, cancel]
