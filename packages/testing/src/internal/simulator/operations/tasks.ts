/**
 * Tasks: what is asked for until it is done. Chat as a task, images and videos create them; `GET /async-result/{id}` tells of all.
 */
import { answerTo } from "../answers/answer.js"
import { completionText } from "../answers/chunks.js"
import { serviceError } from "../answers/serviceErrors.js"
import { isObject, type Json } from "../json.js"
import { validate } from "../requests/validate.js"
import { pollsOf } from "./batches.js"
import { randomOf } from "./ids.js"
import { type Incoming, json, type Operation, type Outgoing, refuse } from "./operation.js"
import type { StoredTask } from "./store.js"

/** Refuses the id of an earlier request that created something, as the service does: 1231. @internal */
export const checkRequestId = (incoming: Incoming): void => {
  const id = incoming.body["request_id"]
  if (typeof id !== "string") return
  if (incoming.store.requestIds.has(id)) {
    refuse(incoming, "1231", `您已有请求：${id}`, `A request with this request_id exists: ${id}`)
  }
  incoming.store.requestIds.add(id)
}

/** Creates a task that ends with a result, and tells so. Call it when all else was checked. @internal */
export const createTask = (incoming: Incoming, model: string, result: Json): Outgoing => {
  checkRequestId(incoming)
  const { body, faults, now, store } = incoming
  const id = `${String(store.next()).padStart(8, "0")}${randomOf(incoming).hex(20)}`
  const fault = faults.arg("task")
  const given = body["request_id"]
  const task: StoredTask = {
    id,
    requestId: typeof given === "string" ? given : id,
    model,
    result,
    state: "processing",
    pollsLeft: pollsOf(fault) ?? store.settings.taskPolls,
    doneAt: now + store.settings.taskDuration,
    fault
  }
  store.tasks.set(id, task)
  return json({ id, request_id: task.requestId, model, task_status: "PROCESSING" })
}

const chat: Operation = {
  name: "async_chat",
  method: "POST",
  path: "/paas/v4/async/chat/completions",
  run: (incoming) => {
    const { body, faults, language, models, seed } = incoming
    const valid = validate({ ...body, stream: false }, { models, language })
    const document: unknown = JSON.parse(completionText(answerTo(valid, seed, faults, undefined)))
    return createTask(incoming, valid.model, isObject(document) ? document : {})
  }
}

const result: Operation = {
  name: "tasks.get",
  method: "GET",
  path: "/paas/v4/async-result/{id}",
  run: (incoming) => {
    const { faults, language, now, params, store } = incoming
    const task = store.tasks.get(params["id"] ?? "")
    const fault = faults.arg("task") ?? task?.fault
    store.polls++
    if (task === undefined || fault === "gone") {
      return refuse(incoming, "1214", "任务不存在", "The task does not exist", 404)
    }
    const state = { id: task.id, request_id: task.requestId, model: task.model }
    const waits = task.pollsLeft > 0 || now < task.doneAt || fault === "forever"
    if (waits) {
      task.pollsLeft--
      return json({ ...state, task_status: fault === "unknown" ? "QUEUED_ELSEWHERE" : "PROCESSING" })
    }
    task.state = fault === "fail" || fault?.startsWith("fail:") === true ? "fail" : "success"
    if (fault === "fail") return json({ ...state, task_status: "FAIL" })
    if (fault?.startsWith("fail:") === true) {
      const { code, message } = serviceError(fault.slice(5), language, now)
      return json({ ...state, task_status: "FAIL", error: { code, message } })
    }
    return json({ ...task.result, ...state, task_status: "SUCCESS" })
  }
}

/** @internal */
export const operations: ReadonlyArray<Operation> = [chat, result]
