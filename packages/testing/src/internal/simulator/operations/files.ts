/**
 * Files: kept in memory, listed by purpose, given out where they are of batches.
 */
import { isObject, type Json } from "../json.js"
import { countedId } from "./ids.js"
import { illegal, type Incoming, json, missing, type Operation, type Outgoing, refuse } from "./operation.js"
import type { StoredFile } from "./store.js"

const purposes = ["batch", "code-interpreter", "agent", "voice-clone-input", "voice-clone-output", "user_data"]

const documentOf = (file: StoredFile): Json => ({
  id: file.id,
  object: "file",
  bytes: file.bytes.length,
  created_at: file.createdAt,
  filename: file.filename,
  purpose: file.purpose
})

/** Keeps a file. @internal */
export const keep = (
  incoming: Incoming,
  fields: { readonly filename: string; readonly purpose: string; readonly bytes: Uint8Array }
): StoredFile => {
  const { now, store } = incoming
  const file = { id: countedId(incoming, "file-"), createdAt: Math.floor(now / 1000), ...fields }
  store.files.set(file.id, file)
  return file
}

const megabytes: Readonly<Record<string, number>> = { batch: 100, "voice-clone-input": 10 }

const upload: Operation = {
  name: "files.upload",
  method: "POST",
  path: "/paas/v4/files",
  run: (incoming) => {
    const { form } = incoming
    const file = form?.files.find(({ field }) => field === "file")
    const purpose = form?.fields["purpose"]?.[0]
    if (file === undefined) return missing(incoming, "file")
    if (purpose === undefined) return missing(incoming, "purpose")
    if (!purposes.includes(purpose)) return illegal(incoming, "purpose")
    if (purpose === "batch" && !file.filename.endsWith(".jsonl")) return illegal(incoming, "file")
    if (file.bytes.length === 0 || file.bytes.length > (megabytes[purpose] ?? 100) * 1_000_000) {
      return illegal(incoming, "file")
    }
    const { store } = incoming
    store.uploads++
    store.uploadedBytes += file.bytes.length
    const { filename, ...document } = documentOf(
      keep(incoming, { filename: file.filename, purpose, bytes: file.bytes })
    )
    return json({ ...document, [store.settings.legacy ? "fileName" : "filename"]: filename ?? "" })
  }
}

/** A page of a list, newest first, after the item of this id. @internal */
export const page = <A extends { readonly id: string }>(
  { query, ...incoming }: Incoming,
  items: ReadonlyArray<A>
): { readonly items: ReadonlyArray<A>; readonly more: boolean } => {
  const limit = Number(query.get("limit") ?? 20)
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) return illegal(incoming, "limit")
  const after = query.get("after")
  const newest = items.toReversed()
  const start = after === null ? 0 : newest.findIndex(({ id }) => id === after) + 1
  return { items: newest.slice(start, start + limit), more: newest.length > start + limit }
}

const list: Operation = {
  name: "files.list",
  method: "GET",
  path: "/paas/v4/files",
  run: (incoming) => {
    const purpose = incoming.query.get("purpose")
    // Without a purpose the service does not list everything: it lists nothing.
    const of = Array.from(incoming.store.files.values()).filter((file) => file.purpose === purpose)
    const { items, more } = page(incoming, of)
    return json({ object: "list", data: items.map(documentOf), has_more: more })
  }
}

const found = (incoming: Incoming): StoredFile =>
  incoming.store.files.get(incoming.params["file_id"] ?? "") ??
  refuse(incoming, "1214", "文件不存在", "The file does not exist", 404)

const remove: Operation = {
  name: "files.remove",
  method: "DELETE",
  path: "/paas/v4/files/{file_id}",
  run: (incoming) => {
    const { id } = found(incoming)
    incoming.store.files.delete(id)
    return json({ id, object: "file", deleted: true })
  }
}

const content: Operation = {
  name: "files.content",
  method: "GET",
  path: "/paas/v4/files/{file_id}/content",
  run: (incoming): Outgoing => {
    const { bytes, purpose } = found(incoming)
    if (!purpose.startsWith("batch")) return illegal(incoming, "file_id")
    incoming.store.downloads++
    return { _tag: "Bytes", bytes: withBrokenLine(incoming, bytes), mediaType: "application/octet-stream" }
  }
}

const withBrokenLine = ({ faults }: Incoming, bytes: Uint8Array): Uint8Array => {
  const at = faults.at("jsonl")
  if (at?._tag !== "Line") return bytes
  const lines = Buffer.from(bytes).toString("utf8").split("\n")
  const line = lines[at.number - 1]
  if (line === undefined) return bytes
  lines[at.number - 1] = line.slice(0, Math.floor(line.length / 2))
  return Buffer.from(lines.join("\n"))
}

/** The lines of a file that are JSON objects, in their order; `undefined` for one that is none. @internal */
export const linesOf = (bytes: Uint8Array): ReadonlyArray<Json | undefined> =>
  Buffer.from(bytes)
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      try {
        const document: unknown = JSON.parse(line)
        return isObject(document) ? document : undefined
      } catch {
        return undefined
      }
    })

/** @internal */
export const operations: ReadonlyArray<Operation> = [upload, list, remove, content]
