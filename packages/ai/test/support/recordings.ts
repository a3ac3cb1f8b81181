/** Recordings of the real service, which lie beside the repository and are never copied into it. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const folder = fileURLToPath(new URL("../../../../../shared/recordings/", import.meta.url))

const names: ReadonlyArray<string> = existsSync(folder) ? readdirSync(folder) : []

/** Whether the recordings are here; says so once where they are not. */
export const present = names.length > 0

if (!present) console.log(`Tests over recordings are skipped: there are no recordings in ${folder}`)

/** The bytes of the recording with this number, and how the service declares them. */
export const recording = (number: string) => {
  const name = names.find((name) => name.startsWith(`${number}-`) && !name.endsWith(".request.json"))
  if (name === undefined) throw new Error(`There is no recording ${number}`)
  const type = name.endsWith(".sse") ? "text/event-stream;charset=UTF-8" : "application/json; charset=UTF-8"
  return { body: new Uint8Array(readFileSync(folder + name)), headers: { "content-type": type } }
}

/** The request that led to a recording. */
export const recordedRequest = (number: string): Record<string, unknown> => {
  const name = names.find((name) => name.startsWith(`${number}-`) && name.endsWith(".request.json"))
  if (name === undefined) throw new Error(`There is no request of recording ${number}`)
  return Object(JSON.parse(readFileSync(folder + name, "utf8")))
}
